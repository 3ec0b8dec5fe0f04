"""Points with an id: the least of all tables, for journeys without a database."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.importers import positions, tables
from geomatch.importers.report import Issue, IssueKind, Reading
from geomatch.importers.tables import Row


@dataclass(frozen=True, slots=True)
class Spots:
    """k points in the order of the file."""

    ids: tuple[str, ...]
    points: NDArray[np.float64]
    """(k, 2) EPSG:27700 metres, ``nan`` where the row does not say where it is."""
    issues: tuple[Issue, ...]


def read(path: Path) -> Spots:
    """The rows of a CSV with ``id`` and ``lon,lat`` or ``easting,northing``; other columns do not matter.

    A row whose position cannot be read keeps its place without one, and an issue says why. A second row
    with the same id is left out.

    Raises InputError when a column is missing or there is no row.
    """
    reading = Reading(path.name)
    found: dict[str, tuple[float, float]] = {}
    for row in tables.rows(path, reading, check=lambda header: _check(path, header)):
        name = row.required("id")
        if name in found:
            row.refuse("id", f"{name} stands in an earlier row", IssueKind.DUPLICATE)
        elif name:
            found[name] = _position(row)
    if not found:
        raise InputError(f"{path}: no points in it; expected rows below the header")
    points = np.array(list(found.values()), dtype=np.float64)
    return Spots(tuple(found), points, tuple(reading.issues))


def _check(path: Path, header: list[str]) -> None:
    tables.at_least(path.name, "id")(header)
    if not positions.has_columns(header):
        raise InputError(
            f"{path}: columns {', '.join(header)}; expected lon and lat, or easting and northing"
        )


def _position(row: Row) -> tuple[float, float]:
    return positions.of(row) or (float("nan"), float("nan"))
