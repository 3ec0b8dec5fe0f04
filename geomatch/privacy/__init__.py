"""What may be told of people: a masked point for a home, a careful figure for a count. Pure."""

from geomatch.privacy.counts import Audience, Figure, figure, figures
from geomatch.privacy.crowd import ENOUGH, Crowd
from geomatch.privacy.mask import Masked, fits, mask

__all__ = ["ENOUGH", "Audience", "Crowd", "Figure", "Masked", "figure", "figures", "fits", "mask"]
