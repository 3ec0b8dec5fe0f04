"""Postcodes with a position: Code-Point Open as published, the ONS Postcode Directory, and extracts.

Code-Point Open has no header and one file per postcode area, alone, gzipped or in the publisher's zip.
The ONSPD and extracts have a header and are read by the names of the columns, old and new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomatch import model
from geomatch.crs import in_great_britain
from geomatch.errors import InputError
from geomatch.importers import bulk, cells
from geomatch.importers.bulk import CellError, Cells
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.progress import Progress, silent

NATIVE = {"postcode": 0, "quality": 1, "easting": 2, "northing": 3, "district": 8, "ward": 9}
"""Columns of Code-Point Open (Ordnance Survey, Code-Point Open user guide)."""
NATIVE_WIDTH = 10

HEADED = {
    "postcode": "pcds|postcode|pcd8|pcd7|pcd",
    "easting": "east1m|oseast1m|eastings?",
    "northing": "north1m|osnrth1m|northings?",
    "quality?": "pqi|positional_quality_indicator|quality",
    "grid_indicator?": "gridind|osgrdind",
    "terminated?": "doterm",
    "district?": r"lad\d\dcd|oslaua|lad_cd|admin_district_code|laua|district",
    "ward?": r"wd\d\dcd|osward|ward_cd|admin_ward_code|ward",
}
"""Columns of the ONSPD before and from August 2026, and of extracts with a header."""

NO_GRID_REFERENCE = "90"
"""Positional quality of a postcode without coordinates; the ONSPD's grid indicator is a tenth of it."""

QUALITIES = ("10", "20", "30", "40", "50", "60", "80")

_LEFT_OUT = {
    IssueKind.CLOSED: "postcodes are terminated and left out",
    IssueKind.NO_POSITION: "postcodes have no grid reference and are left out",
    IssueKind.LICENCE: "postcodes of Northern Ireland are left out: another grid and another licence",
}


@dataclass(frozen=True, slots=True)
class Postcodes:
    """Columns of equal length, in the order of the file.

    ``easting``, ``northing``: metres, EPSG:27700. ``quality``: Code-Point's positional quality indicator,
    10 within a building to 60 a sector's mean, 0 where the file does not say. ``district`` and ``ward``:
    GSS codes, empty where unknown.
    """

    postcode: list[str]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    quality: NDArray[np.int16]
    district: list[str]
    ward: list[str]

    def __len__(self) -> int:
        return len(self.postcode)


def read(
    path: Path,
    *,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
    progress: Progress = silent,
) -> tuple[Postcodes, Report]:
    """Live postcodes of a file with their positions.

    Terminated ones, ones without a grid reference and those of Northern Ireland count as rejected, with
    one issue for each sort; every other rejected row has its own. Raises InputError when the columns are
    not there, or the file is cut short.
    """
    reading = Reading(path.name)
    found = _Found()
    left_out = bulk.read(path, reading, LAYOUT, found.take, progress)
    for kind, words in _LEFT_OUT.items():
        reading.reject_many(kind, left_out[kind], words)
    return found.columns(), reading.report("postcodes", [path], Provenance.stated(vintage, source, licence))


@dataclass(slots=True)
class _Found:
    """Columns while they grow; the postcodes are the keys of a dictionary, to see one come twice."""

    postcode: dict[str, None] = field(default_factory=dict)
    easting: list[float] = field(default_factory=list)
    northing: list[float] = field(default_factory=list)
    quality: list[int] = field(default_factory=list)
    district: list[str] = field(default_factory=list)
    ward: list[str] = field(default_factory=list)

    def take(self, row: Cells) -> IssueKind | None:
        quality = row.text("quality") or (row.text("grid_indicator") and row.text("grid_indicator") + "0")
        reason = _left_out(row, quality)
        if reason:
            return reason
        postcode = row.parsed("postcode", model.postcode)
        easting, northing = row.parsed("easting", cells.number), row.parsed("northing", cells.number)
        if postcode in self.postcode:
            raise CellError("postcode", f"{postcode} stands in an earlier row", IssueKind.DUPLICATE)
        if not in_great_britain(easting, northing):
            raise CellError(
                "easting", f"{easting:.0f} {northing:.0f} is not in Great Britain", IssueKind.OUTSIDE
            )
        if quality and quality not in QUALITIES:
            raise CellError("quality", f"{quality!r} is none of {', '.join(QUALITIES)}")
        self.postcode[postcode] = None
        self.easting.append(easting)
        self.northing.append(northing)
        self.quality.append(int(quality or 0))
        self.district.append(row.text("district"))
        self.ward.append(row.text("ward"))
        return None

    def columns(self) -> Postcodes:
        return Postcodes(
            list(self.postcode),
            np.array(self.easting, dtype=np.float64),
            np.array(self.northing, dtype=np.float64),
            np.array(self.quality, dtype=np.int16),
            self.district,
            self.ward,
        )


def _left_out(row: Cells, quality: str) -> IssueKind | None:
    if row.text("postcode").upper().startswith("BT"):
        return IssueKind.LICENCE
    if row.text("terminated"):
        return IssueKind.CLOSED
    nowhere = {row.text("easting"), row.text("northing")} <= {"", "0", "0.0"}
    return IssueKind.NO_POSITION if nowhere or quality == NO_GRID_REFERENCE else None


def _is_native(first: Sequence[str]) -> bool:
    try:
        model.postcode(first[0])
    except InputError:
        return False
    return True


LAYOUT = bulk.Layout("postcodes", NATIVE, NATIVE_WIDTH, _is_native, HEADED)
