"""Where a row says it is: metres on EPSG:27700, or degrees crossed to them."""

from collections.abc import Collection

from geomatch import crs
from geomatch.importers import cells
from geomatch.importers.report import IssueKind
from geomatch.importers.tables import Row
from geomatch.model import Point

PAIRS = (
    ("easting", "northing"),
    ("eastings", "northings"),
    ("lon", "lat"),
    ("longitude", "latitude"),
    ("long", "lat"),
)
"""Column names that hold a position, in the order of trust."""

COLUMNS = tuple(dict.fromkeys(name for pair in PAIRS for name in pair))


def has_columns(header: Collection[str]) -> bool:
    """Whether a table says where its rows are."""
    return any(east in header and north in header for east, north in PAIRS)


def of(row: Row) -> Point | None:
    """The first pair of cells that is filled, in metres; ``None`` when none is, or both are 0.

    A half-filled pair, or a point not in Great Britain, is refused in the row.
    """
    for east, north in PAIRS:
        if not (row.text(east) or row.text(north)):
            continue
        first, second = (_coordinate(row, name) for name in (east, north))
        if first is None or second is None or first == second == 0:
            return None
        return _checked(row, east, _to_grid(first, second) if east.startswith("lon") else (first, second))
    return None


def _coordinate(row: Row, column: str) -> float | None:
    return row.parsed(column, cells.number, None) if row.required(column) else None


def _to_grid(lon: float, lat: float) -> Point:
    easting, northing = crs.from_lonlat(lon, lat)
    return float(easting), float(northing)


def _checked(row: Row, column: str, point: Point) -> Point | None:
    if crs.in_great_britain(*point):
        return point
    row.refuse(column, f"({point[0]:.0f}, {point[1]:.0f}) is not in Great Britain", IssueKind.OUTSIDE)
    return None
