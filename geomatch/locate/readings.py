"""The ways in which a text can be read as a place."""

from dataclasses import dataclass

from geomatch import crs
from geomatch.errors import InputError
from geomatch.model import Point


@dataclass(frozen=True, slots=True)
class Spot:
    """A position that was typed: a grid reference, metres or degrees.

    ``easting``, ``northing``: metres, EPSG:27700. ``precision_metres`` is how far off the words leave it:
    the side of a grid reference's square, or one unit of the last figure typed. ``note`` says what had to
    be assumed, such as axes the other way round; empty when nothing.
    """

    kind: str
    label: str
    easting: float
    northing: float
    precision_metres: int
    note: str = ""

    def __post_init__(self) -> None:
        if not crs.in_great_britain(self.easting, self.northing):
            raise InputError(f"{self.label} is not in Great Britain")

    @property
    def point(self) -> Point:
        return self.easting, self.northing


@dataclass(frozen=True, slots=True)
class PostcodePart:
    """A postcode (``SY7 8BQ``), a sector (``SY7 8``) or an outcode (``SY7``), as ``kind`` says."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PostcodeStart:
    """A postcode not typed to its end, without spaces: ``SY78B``."""

    packed: str


@dataclass(frozen=True, slots=True)
class Uprn:
    """A Unique Property Reference Number, 1 to 12 digits without leading zeros."""

    number: int


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and what was said to tell it from others of that name.

    ``within`` is what stood after a comma (a parish, or a town near by), ``near`` what stood after "near",
    ``kind`` the kind of place that was named with it.
    """

    name: str
    within: str | None = None
    near: str | None = None
    kind: str | None = None


Reading = Spot | PostcodePart | PostcodeStart | Uprn | Named


@dataclass(frozen=True, slots=True)
class Question:
    """A text with its readings, the likeliest first. ``near``: somewhere near it, not it itself."""

    text: str
    readings: tuple[Reading, ...]
    near: bool = False
