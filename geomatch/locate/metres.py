"""Eastings and northings on the National Grid, in metres, in either order."""

import math
import re

from geomatch import crs
from geomatch.locate.readings import Spot

KIND = "easting_northing"

_LEAST = 10_000
"""Metres below which a pair of bare numbers is no place in Great Britain: nothing but sea lies there."""

_NUMBER = r"\d{4,7}(?:\.\d{1,6})?"
_PAIR = re.compile(rf"({_NUMBER})(?:\s*m)?(?:\s*[,;/]\s*|\s+)({_NUMBER})(?:\s*m)?", re.IGNORECASE)
_EAST, _NORTH = (
    rf"(?:{word}(?:ings?)?|{word[0]})\s*[:=]?\s*(?P<{word}>{_NUMBER})m?|(?P<{word}_>{_NUMBER})\s*m?\s*{word[0]}"
    for word in ("east", "north")
)
_LETTERED = re.compile(rf"(?:{_EAST})[\s,;/]*(?:{_NORTH})", re.IGNORECASE)
_NORTH_FIRST = re.compile(rf"(?:{_NORTH})[\s,;/]*(?:{_EAST})", re.IGNORECASE)
_PACKED = re.compile(r"(\d{6})(\d{6})")


def parse(text: str) -> tuple[Spot, ...]:
    """Where two numbers of metres may point, easting first before northing first; empty for anything else.

    Twelve digits in a row are six of each.
    """
    found = _LETTERED.fullmatch(text) or _NORTH_FIRST.fullmatch(text)
    if found:
        east, north = (str(found[word] or found[f"{word}_"]) for word in ("east", "north"))
        return _spots((east, north, ""))
    pair = _PAIR.fullmatch(text) or _PACKED.fullmatch(text)
    if not pair:
        return ()
    return _spots((pair[1], pair[2], ""), (pair[2], pair[1], "northing typed first"))


def _spots(*orders: tuple[str, str, str]) -> tuple[Spot, ...]:
    return tuple(
        Spot(
            KIND,
            f"easting {float(east):.10g}, northing {float(north):.10g}",
            float(east),
            float(north),
            _precision(east, north),
            note,
        )
        for east, north, note in orders
        if crs.in_great_britain(float(east), float(north)) and float(east) >= _LEAST
    )


def _precision(*numbers: str) -> int:
    """Metres of the unit of the last figure, at least 1."""
    return max(math.ceil(10.0 ** -len(number.partition(".")[2])) for number in numbers)
