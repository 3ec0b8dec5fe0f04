"""Residents, spread equally over points (output areas) that share a join code such as their LSOA's."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.importers import cells, positions, tables
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Point

_CODE = re.compile(r"oa(\d\d)?(cd|code)|code|id")
_COUNT = re.compile(r"(usual[ _])?residents|population|observation|total|.*: total.*|all (persons|residents)")
_PLACE_CODE = re.compile(r"geography[ _]code")


@dataclass(frozen=True, slots=True)
class Population:
    """Columns of equal length, sorted by code. ``easting``, ``northing``: metres, EPSG:27700.

    ``residents`` are whole people; over all points of a join code they sum to what was counted there.
    """

    code: list[str]
    easting: NDArray[np.float64]
    northing: NDArray[np.float64]
    residents: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True)
class _Located:
    code: str
    point: Point
    join: str
    residents: int


def read(
    points: Path,
    residents: Path | None = None,
    *,
    join: str | None = None,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[Population, Report]:
    """Points with their residents; the report counts the rows of ``points``.

    ``residents`` holds people by the code named ``join`` in both files (``lsoa21cd`` also finds
    ``lsoa21_code``), several rows of a code (age groups) being added up. Without it ``points`` has a
    column of residents itself. A point without residents for its code is rejected; residents without a
    point are issues. Raises InputError when columns are missing.
    """
    if (residents is None) != (join is None):
        raise InputError(f"{points.name}: residents and join belong together; expected both or neither")
    reading = Reading(points.name)
    found = _points(points, reading, join)
    if residents is not None and join is not None:
        found = _shared(found, _totals(residents, reading, join), reading, residents.name)
    found.sort(key=lambda one: one.code)
    columns = Population(
        [one.code for one in found],
        np.array([one.point[0] for one in found], dtype=np.float64),
        np.array([one.point[1] for one in found], dtype=np.float64),
        np.array([one.residents for one in found], dtype=np.int64),
    )
    paths = [path for path in (points, residents) if path]
    return columns, reading.report("population", paths, Provenance.stated(vintage, source, licence))


def shares(total: int, count: int) -> list[int]:
    """``total`` people over ``count`` equal points, by largest remainder: equal remainders, so the first
    ones take one more. The shares sum to the total.
    """
    each, over = divmod(total, count)
    return [each + (index < over) for index in range(count)]


def _points(path: Path, reading: Reading, join: str | None) -> list[_Located]:
    header: list[str] = []
    found: dict[str, _Located] = {}
    for row in tables.rows(path, reading, check=header.extend):
        if not positions.has_columns(header):
            raise InputError(f"{path.name}: missing columns: easting and northing, or lon and lat")
        code = row.required(_column(header, path, "code of the point", _CODE.fullmatch))
        joined = row.required(_join_column(header, path, join)) if join else ""
        people = 0 if join else _people(row, header, path)
        point = positions.of(row)
        if point is None and not row.bad:
            row.refuse(None, "no coordinates", IssueKind.NO_POSITION)
        if code in found:
            row.refuse(None, f"{code} stands in an earlier row", IssueKind.DUPLICATE)
        if point is not None and not row.bad:
            found[code] = _Located(code, point, joined, people)
    return list(found.values())


def _totals(path: Path, reading: Reading, join: str) -> dict[str, int]:
    header: list[str] = []
    counted = Reading(path.name)
    totals: dict[str, int] = defaultdict(int)
    for row in tables.rows(path, counted, check=header.extend):
        code = row.required(_join_column(header, path, join))
        people = _people(row, header, path)
        if not row.bad:
            totals[code] += people
    reading.take_issues(counted)
    return totals


def _shared(points: list[_Located], totals: dict[str, int], reading: Reading, source: str) -> list[_Located]:
    groups: dict[str, list[_Located]] = defaultdict(list)
    for point in sorted(points, key=lambda one: one.code):
        groups[point.join].append(point)
    for code in sorted(totals.keys() - groups.keys()):
        reading.note(IssueKind.UNMATCHED, f"{totals[code]} residents of {code} have no point", value=code)
    found = []
    for code, members in groups.items():
        if code not in totals:
            reading.reject_many(IssueKind.UNMATCHED, len(members), f"points of {code}: not in {source}")
            continue
        found += [
            _Located(one.code, one.point, code, share)
            for one, share in zip(members, shares(totals[code], len(members)), strict=True)
        ]
    return found


def _people(row: Row, header: list[str], path: Path) -> int:
    column = _column(header, path, "residents", _COUNT.fullmatch)
    people = row.parsed(column, cells.whole, 0) if row.required(column) else 0
    if people < 0:
        row.refuse(column, f"{people} residents; expected 0 or more")
    return people


def _join_column(header: list[str], path: Path, join: str) -> str:
    wanted = _plain(join)
    return _column(
        header, path, join, lambda name: _plain(name) == wanted or bool(_PLACE_CODE.fullmatch(name))
    )


def _plain(name: str) -> str:
    return re.sub(r"code$", "cd", re.sub(r"[^a-z0-9]", "", name.lower()))


def _column(header: list[str], path: Path, what: str, fits: Callable[[str], object]) -> str:
    for name in header:
        if fits(name):
            return name
    raise InputError(f"{path.name}: no column for {what}; there are {', '.join(header)}")
