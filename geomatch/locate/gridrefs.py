"""OS grid references: two letters and 2 to 10 figures, which name a square and not a point.

The letters are Ordnance Survey's: 500 km squares from S at (0, 0), 100 km squares within each in rows of
five from the north-west, both without I.
"""

import re

from geomatch import crs
from geomatch.errors import InputError
from geomatch.locate.readings import Spot
from geomatch.model import Point

KIND = "grid_reference"
MOST_FIGURES = 10

_LETTERS = "ABCDEFGHJKLMNOPQRSTUVWXYZ"
_FALSE_ORIGIN = (2, 1)
"""500 km squares east and north from the corner of the lettered grid to the National Grid's origin."""
_SQUARE_METRES = 100_000
_SHAPE = re.compile(r"([A-Z][A-Z0])[ /,.:-]*([0-9 /,.:-]*[0-9])")
_DIVIDERS = re.compile(r"[ /,.:-]+")


def parse(text: str) -> Spot | None:
    """The centre of the square that a reference names, or None for what is no reference at all.

    Raises InputError for letters and figures that name no square: an odd number of figures, too many, or
    halves of unequal length.
    """
    found = _SHAPE.fullmatch(text.strip().upper())
    letters = found[1].replace("0", "O") if found else ""
    corner = _corner(letters)
    if not found or corner is None:
        return None
    east, north = _halves(text, _DIVIDERS.split(found[2]))
    side = side_metres(len(east) * 2)
    easting, northing = (
        start + int(figures) * side + side / 2 for start, figures in zip(corner, (east, north), strict=True)
    )
    return Spot(KIND, f"{letters} {east} {north}", easting, northing, side)


def text(point: Point, *, figures: int) -> str:
    """The reference of that many figures whose square holds a point (EPSG:27700 metres): ``SO 428 812``.

    Raises InputError off the National Grid, or for figures that are not 2, 4, 6, 8 or 10.
    """
    side = side_metres(figures)
    if not crs.in_great_britain(*point) or point[0] == crs.GRID_METRES[0] or point[1] == crs.GRID_METRES[1]:
        raise InputError(f"({point[0]:.0f}, {point[1]:.0f}) has no grid reference; expected Great Britain")
    across, up = (int(metres // _SQUARE_METRES) for metres in point)
    within = (int(metres % _SQUARE_METRES // side) for metres in point)
    return " ".join([_letters(across, up), *(f"{part:0{figures // 2}d}" for part in within)])


def side_metres(figures: int) -> int:
    """Side of the square that a reference of so many figures names. Raises InputError unless 2, 4, … 10."""
    if figures % 2 or not 2 <= figures <= MOST_FIGURES:
        raise InputError(f"a grid reference of {figures} figures; expected 2, 4, 6, 8 or 10")
    return int(_SQUARE_METRES // 10 ** (figures // 2))


def _halves(text: str, groups: list[str]) -> tuple[str, str]:
    figures = "".join(groups)
    if len(figures) % 2 or len(figures) > MOST_FIGURES:
        raise InputError(
            f"{text!r} has {len(figures)} figures; expected a grid reference of 2, 4, 6, 8 or 10, "
            "such as SO 428 812"
        )
    if len(groups) == 2 and len(groups[0]) != len(groups[1]):
        raise InputError(
            f"{text!r} has {len(groups[0])} figures east and {len(groups[1])} north; expected as many of both"
        )
    middle = len(figures) // 2
    return figures[:middle], figures[middle:]


def _corner(letters: str) -> tuple[int, int] | None:
    """South-west corner of a 100 km square, or None where the grid has none of that name."""
    if len(letters) != 2 or any(letter not in _LETTERS for letter in letters):
        return None
    big, small = (_LETTERS.index(letter) for letter in letters)
    across = (big % 5 - _FALSE_ORIGIN[0]) * 5 + small % 5
    up = (4 - big // 5 - _FALSE_ORIGIN[1]) * 5 + 4 - small // 5
    easting, northing = across * _SQUARE_METRES, up * _SQUARE_METRES
    on_grid = 0 <= easting < crs.GRID_METRES[0] and 0 <= northing < crs.GRID_METRES[1]
    return (easting, northing) if on_grid else None


def _letters(across: int, up: int) -> str:
    big = (4 - (up // 5 + _FALSE_ORIGIN[1])) * 5 + across // 5 + _FALSE_ORIGIN[0]
    return _LETTERS[big] + _LETTERS[(4 - up % 5) * 5 + across % 5]
