"""Unique Property Reference Numbers with their positions: OS Open UPRN as published, gzipped or zipped."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomatch.crs import in_great_britain
from geomatch.errors import InputError
from geomatch.importers import bulk, cells
from geomatch.importers.bulk import CellError, Cells
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.progress import Progress, silent

HEADED = {
    "uprn": "uprn",
    "easting": "x_coordinate|gridgb1e|easting",
    "northing": "y_coordinate|gridgb1n|northing",
}
"""Columns of OS Open UPRN (Ordnance Survey), and of the ONS UPRN Directory."""

MOST = 999_999_999_999
"""A UPRN has at most twelve digits (GeoPlace)."""

Box = Sequence[float]
"""West, south, east, north in EPSG:27700 metres."""


@dataclass(frozen=True, slots=True)
class Uprns:
    """Columns of equal length, in the order of the file; metres, EPSG:27700."""

    uprn: NDArray[np.int64]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.uprn)


def read(
    path: Path,
    *,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
    box: Box | None = None,
    progress: Progress = silent,
) -> tuple[Uprns, Report]:
    """Every property of a file, of a national one only those in ``box``.

    Raises InputError when columns are missing or the file is cut short.
    """
    reading = Reading(path.name)
    found = _Found(box)
    left_out = bulk.read(path, reading, LAYOUT, found.take, progress)
    reading.reject_many(
        IssueKind.OUTSIDE, left_out[IssueKind.OUTSIDE], "properties lie far outside the county"
    )
    return found.columns(), reading.report("uprns", [path], Provenance.stated(vintage, source, licence))


@dataclass(slots=True)
class _Found:
    """Columns while they grow, eight bytes a value: a county has some hundred thousand properties."""

    box: Box | None
    seen: set[int] = field(default_factory=set)
    uprn: "array[int]" = field(default_factory=lambda: array("q"))
    easting: "array[float]" = field(default_factory=lambda: array("d"))
    northing: "array[float]" = field(default_factory=lambda: array("d"))

    def take(self, row: Cells) -> IssueKind | None:
        easting, northing = row.parsed("easting", cells.number), row.parsed("northing", cells.number)
        if not in_great_britain(easting, northing):
            raise CellError(
                "easting", f"{easting:.0f} {northing:.0f} is not in Great Britain", IssueKind.OUTSIDE
            )
        if self.box is not None and not _inside(self.box, easting, northing):
            return IssueKind.OUTSIDE
        uprn = row.parsed("uprn", _uprn)
        if uprn in self.seen:
            raise CellError("uprn", f"{uprn} stands in an earlier row", IssueKind.DUPLICATE)
        self.seen.add(uprn)
        self.uprn.append(uprn)
        self.easting.append(easting)
        self.northing.append(northing)
        return None

    def columns(self) -> Uprns:
        return Uprns(
            np.array(self.uprn, dtype=np.int64),
            np.array(self.easting, dtype=np.float64),
            np.array(self.northing, dtype=np.float64),
        )


def _inside(box: Box, easting: float, northing: float) -> bool:
    west, south, east, north = box
    return bool(west <= easting <= east and south <= northing <= north)


def _uprn(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= MOST):
        raise InputError(f"{text!r} is no UPRN; expected 1 to 12 digits")
    return int(text)


def _is_native(_first: Sequence[str]) -> bool:
    return False


LAYOUT = bulk.Layout("properties", {}, 0, _is_native, HEADED)
