"""What communities of the sample county would like one day."""

from collections.abc import Sequence

import numpy as np

from geomatch.model import Need
from geomatch.sample.needs import ParishSeat

_WISHES = (
    ("A café in the old school", "Somewhere to sit and talk on a weekday."),
    ("A bus on Saturdays", "To market and back, for those who do not drive."),
    ("A shop of our own", "Run by the village, for the village."),
    ("A roof over the bus stop", "So that nobody waits in the rain."),
    ("A path for prams and chairs to the church", ""),
    ("A workshop where things are mended", "Tools we share, and somebody who shows how."),
    ("A choir for all ages", ""),
    ("A room for the young on Friday evenings", ""),
)
MANY = 24


def made(seats: Sequence[ParishSeat], rng: np.random.Generator) -> list[Need]:
    """Wishes of parishes chosen at random, each of another parish."""
    chosen = rng.choice(len(seats), size=min(MANY, len(seats)), replace=False)
    return [_wish(number, seats[at]) for number, at in enumerate(chosen, 1)]


def _wish(number: int, seat: ParishSeat) -> Need:
    title, words = _WISHES[number % len(_WISHES)]
    return Need(
        f"wish-{number:02d}",
        title,
        (),
        description=words,
        point=(seat.easting, seat.northing),
        parish=seat.code,
        aspiration=True,
    )
