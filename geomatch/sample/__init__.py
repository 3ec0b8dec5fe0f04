"""The sample county: Shropshire by name and place, with drawn boundaries and roads."""

from geomatch.sample.county import write
from geomatch.sample.layout import NOTICE
from geomatch.sample.needs import ParishSeat, needs_for

__all__ = ["NOTICE", "ParishSeat", "needs_for", "write"]
