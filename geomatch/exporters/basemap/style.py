"""How a map is drawn: colours, and how wide each sort of road is at each zoom level.

Zoom levels are those of maps whose tiles are 256 pixels wide, and widths are in their pixels.
The colours are those of the drawn maps in the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LAND, BEYOND = "#fbfaf5", "#e4e9e2"
PARISH, GROUP, COUNTY = "#b4bdae", "#7d8a75", "#66755f"
BUILT_UP = "#e9e2d3"
BUILT_UP_METRES = 150.0
"""How wide a street in a built-up place is drawn to make the place one patch."""
BUILT_UP_LEAST = 2.5
HAMLETS_FROM = 11
"""The zoom level from which hamlets are patches too; further out they would be dust."""

STYLE_VERSION = 3
"""Raise it when anything here or in the drawing changes what a tile looks like."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One pass over all roads of some classes: a colour, and a width by zoom; absent zooms are not drawn."""

    classes: frozenset[int]
    colour: str
    widths: Mapping[int, float]


def _stroke(classes: range, colour: str, first: int, *widths: float) -> Stroke:
    return Stroke(frozenset(classes), colour, dict(enumerate(widths, first)))


_TRACKS, _STREETS, _MINOR, _B, _MAIN = range(10, 11), range(7, 9), range(6, 7), range(5, 6), range(1, 5)
_SLIPS = range(9, 10)

STROKES = (
    _stroke(_TRACKS, "#d8d3c4", 13, 0.9, 1.1),
    _stroke(_STREETS, "#d3cdbc", 11, 0.7, 1.4, 2.7, 5.0),
    _stroke(_STREETS, "#ffffff", 13, 1.7, 3.8),
    _stroke(_MINOR, "#cfc49f", 11, 1.4, 2.4, 3.6, 6.0),
    _stroke(_MINOR, "#fffdf2", 12, 1.4, 2.4, 4.6),
    _stroke(_B, "#c9b375", 8, 1.1, 2.2, 3.0, 3.4, 4.0, 5.5, 8.0),
    _stroke(_B, "#f8ecca", 9, 1.1, 1.8, 2.2, 2.8, 4.2, 6.6),
    _stroke(_SLIPS, "#b98d3a", 11, 2.4, 3.0, 4.2, 6.4),
    _stroke(_MAIN, "#b98d3a", 7, 1.8, 2.4, 3.2, 4.0, 4.6, 5.4, 7.4, 10.8),
    _stroke(_SLIPS, "#f2c879", 11, 1.2, 1.8, 3.0, 5.0),
    _stroke(_MAIN, "#f2c879", 7, 0.9, 1.4, 1.9, 2.6, 3.2, 4.0, 6.0, 9.2),
)
"""From the lowest to the topmost."""

OUTLINES: tuple[tuple[str, str, Mapping[int, float]], ...] = (
    ("parish", PARISH, dict(enumerate((0.6, 0.8, 0.9, 1.0, 1.1, 1.2), 9))),
    ("ljc", GROUP, dict(enumerate((0.7, 0.9, 1.2, 1.4, 1.6, 1.8, 2.0), 8))),
)
"""Kind of area, colour and widths by zoom, from the lowest to the topmost."""

COUNTY_WIDTHS: Mapping[int, float] = dict(enumerate((1.2, 1.4, 1.8, 2.0, 2.2, 2.4, 2.6, 2.8), 7))


def colours() -> set[str]:
    """Every colour there is."""
    drawn = {stroke.colour for stroke in STROKES} | {colour for _, colour, _ in OUTLINES}
    return drawn | {LAND, BEYOND, BUILT_UP, COUNTY}
