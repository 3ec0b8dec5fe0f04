"""What was found for a text."""

import math
from dataclasses import dataclass, replace
from typing import Any

from geomatch.model import Point

NEAR_METRES = 1000
"""How far off "near" leaves a place, at the least."""


@dataclass(frozen=True, slots=True)
class Match:
    """One place a text may mean.

    ``label`` names it with its parish, ``name`` without; ``kind`` is ``postcode``, ``grid_reference``,
    ``town``, ``parish``, ``organisation`` and so on. ``easting``, ``northing``: metres, EPSG:27700;
    ``lon``, ``lat``: WGS 84.
    ``precision_metres`` is how far the real place may be from the point. ``parish`` is the current parish
    as (code, name), None outside all that are loaded. ``ref`` is the record's own id where it has one.
    ``exact``: nothing had to be completed or mended. ``score`` is higher for a better match.
    """

    label: str
    name: str
    kind: str
    easting: float
    northing: float
    lon: float
    lat: float
    precision_metres: int
    in_county: bool
    parish: tuple[str, str] | None = None
    ref: str | None = None
    exact: bool = True
    score: float = 1.0

    @property
    def point(self) -> Point:
        return self.easting, self.northing

    def vaguer(self) -> "Match":
        """Somewhere near this place."""
        return replace(self, precision_metres=max(NEAR_METRES, self.precision_metres))

    def is_same_place_as(self, other: "Match") -> bool:
        """Whether the two may be one place: of one name and close by, as a town and its parish are."""
        if _letters(self.name) != _letters(other.name):
            return False
        return math.dist(self.point, other.point) <= self.precision_metres + other.precision_metres

    def as_dict(self) -> dict[str, Any]:
        """The match as every program sees it; degrees to six decimals."""
        return {
            "label": self.label,
            "kind": self.kind,
            "lon": round(self.lon, 6),
            "lat": round(self.lat, 6),
            "precision_metres": self.precision_metres,
            "in_county": self.in_county,
            "parish": self.parish[1] if self.parish else None,
            "exact": self.exact,
        }


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Located:
    """Every match of a text, best first, and in words what was understood.

    ``choose``: several places answer to it equally well, and only the person who typed it can say which.
    """

    text: str
    understood: str
    matches: tuple[Match, ...]
    choose: bool = False

    @property
    def best(self) -> Match | None:
        """The first match, or None when there is none or a choice has to be made."""
        return self.matches[0] if self.matches and not self.choose else None

    def nearest(self, point: Point) -> Match | None:
        """The match nearest to a point (EPSG:27700 metres): the one chosen before."""
        return min(self.matches, key=lambda each: math.dist(each.point, point), default=None)

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` shape of ``geomatch locate``, which ``/api/v1/locate`` answers too."""
        return {
            "understood": self.understood,
            "choose": self.choose,
            "matches": [match.as_dict() for match in self.matches],
        }
