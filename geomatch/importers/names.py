"""Names of places: OS Open Names as published (34 columns, no header, one file per 20 km tile), gzipped
or in the publisher's zip, and extracts with a header read by the names of the columns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomatch.crs import in_great_britain
from geomatch.importers import bulk, cells
from geomatch.importers.bulk import CellError, Cells
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.progress import Progress, silent

NATIVE = {
    "id": 0,
    "name": 2,
    "other_name": 4,
    "type": 6,
    "local_type": 7,
    "easting": 8,
    "northing": 9,
    "postcode_district": 16,
    "populated_place": 18,
    "district": 21,
    "county": 24,
}
"""Columns of OS Open Names (``OS_Open_Names_Header.csv`` in the publisher's zip)."""
NATIVE_WIDTH = 34

HEADED = {
    "id": "id",
    "name": "name1|name",
    "other_name?": "name2",
    "type?": "type",
    "local_type": "local_type",
    "easting": "geometry_x|easting",
    "northing": "geometry_y|northing",
    "postcode_district?": "postcode_district",
    "populated_place?": "populated_place",
    "district?": "district_borough",
    "county?": "county_unitary",
}

_TEXTS = tuple(name for name in NATIVE if name not in ("id", "easting", "northing"))


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """Columns of equal length, in the order of the file; a name may stand for many places.

    ``easting``, ``northing``: metres, EPSG:27700, the middle of the thing. ``type`` is the theme
    (populatedPlace, transportNetwork, …), ``local_type`` the sort (Village, Named Road, Postcode, …).
    ``other_name`` is the name in the other language, mostly Welsh. Empty where the publisher says nothing.
    """

    id: list[str]
    name: list[str]
    other_name: list[str]
    type: list[str]
    local_type: list[str]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    postcode_district: list[str]
    populated_place: list[str]
    district: list[str]
    county: list[str]

    def __len__(self) -> int:
        return len(self.id)


def read(
    path: Path,
    *,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
    progress: Progress = silent,
) -> tuple[PlaceNames, Report]:
    """Every named place of a file. Raises InputError when columns are missing or the file is cut short."""
    reading = Reading(path.name)
    found = _Found()
    bulk.read(path, reading, LAYOUT, found.take, progress)
    return found.columns(), reading.report("names", [path], Provenance.stated(vintage, source, licence))


@dataclass(slots=True)
class _Found:
    """Columns while they grow; the ids are the keys of a dictionary, to see one come twice."""

    id: dict[str, None] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _TEXTS})
    easting: list[float] = field(default_factory=list)
    northing: list[float] = field(default_factory=list)

    def take(self, row: Cells) -> IssueKind | None:
        identifier = row.parsed("id", str)
        if identifier in self.id:
            raise CellError("id", f"{identifier} stands in an earlier row", IssueKind.DUPLICATE)
        row.parsed("name", str)
        easting, northing = row.parsed("easting", cells.number), row.parsed("northing", cells.number)
        if not in_great_britain(easting, northing):
            raise CellError(
                "easting", f"{easting:.0f} {northing:.0f} is not in Great Britain", IssueKind.OUTSIDE
            )
        self.id[identifier] = None
        self.easting.append(easting)
        self.northing.append(northing)
        for name, column in self.texts.items():
            column.append(row.text(name))
        return None

    def columns(self) -> PlaceNames:
        return PlaceNames(
            id=list(self.id),
            easting=np.array(self.easting, dtype=np.float64),
            northing=np.array(self.northing, dtype=np.float64),
            **self.texts,
        )


def _is_native(first: Sequence[str]) -> bool:
    return len(first) == NATIVE_WIDTH and first[0].strip().upper() != "ID"


LAYOUT = bulk.Layout("names", NATIVE, NATIVE_WIDTH, _is_native, HEADED)
