"""Needs, resources and organisations from a form, a spreadsheet or a program: looked at, then kept or not.

All three ways go through the readers of the CSV templates, so that they take and refuse the same with the
same words. Looking stores nothing; keeping is all or nothing.
"""

import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch.db import areas, copy, query, tables
from geomatch.errors import InputError
from geomatch.importers import needs, organisations, resources
from geomatch.importers.report import Issue, Provenance, Reading, Report
from geomatch.model import Need, Organisation, Resource
from geomatch.services import importing, reading
from geomatch.services.importing import Job
from geomatch.services.reading import Circumstances, Part

KINDS = {"organisations": tables.organisation, "resources": tables.resource, "needs": tables.need}
"""What can be taken in, and the table that holds it."""

BY_HAND = "entered by hand"
"""The source of what came from a form."""

Cells = Mapping[str, str]
"""One row of a template: text by column name."""

Record = Organisation | Resource | Need


class RefusedError(InputError):
    """Something in what was given is wrong; ``issues`` say what, by row and column."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        first = self.issues[0]
        where = ", ".join(
            f"{name} {value}" for name, value in (("row", first.line), ("column", first.column)) if value
        )
        more = f" (and {len(self.issues) - 1} more)" if len(self.issues) > 1 else ""
        super().__init__(f"{where}: {first.message}{more}" if where else f"{first.message}{more}")


@dataclass(frozen=True, slots=True)
class Look:
    """What would be kept, and what there is to say about it.

    ``known`` are the ids that are there already and would change; ``alike`` are rows of records that may be
    the same, by the id of the one given.
    """

    kind: str
    records: tuple[Record, ...]
    report: Report
    known: frozenset[str]
    alike: Mapping[str, Sequence[sa.RowMapping]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether all of it can be kept."""
        return not self.report.rejected and bool(self.records)


def look(job: Job, kind: str, given: Sequence[Cells] | Path) -> Look:
    """Read what was given, a file or rows of cells, and look for the same things in the county.

    Raises InputError for a kind or columns there are not, or a file that cannot be read.
    """
    if kind not in KINDS:
        raise InputError(f"cannot take in {kind!r}; expected one of {', '.join(KINDS)}")
    if isinstance(given, Path):
        records, report = reading.read(Part(kind, (given,)), Circumstances(job.today))
    else:
        records, report = _taken(job, kind, given)
    records = importing.located(job, records)
    there = copy.ids_by_ref(job.connection, KINDS[kind], job.county.id)
    fresh = [each for each in records if each.id not in there]
    found = {each.id: _alike(job, kind, each) for each in fresh}
    return Look(
        kind,
        tuple(records),
        report,
        frozenset(each.id for each in records if each.id in there),
        {identifier: rows for identifier, rows in found.items() if rows},
    )


def keep(job: Job, seen: Look) -> None:
    """Store all of it, placed in its parish, in the caller's transaction.

    Raises RefusedError when any row of it is wrong; then nothing is stored.
    """
    if not seen.good:
        raise RefusedError(
            [issue for issue in seen.report.issues if issue.line is not None] or _nothing(seen)
        )
    part = Part(seen.kind, (Path(seen.report.source),))
    importing.store(job, part, seen.records, seen.report, started=time.monotonic())
    areas.place(job.connection, job.county.id, refs=[each.id for each in seen.records])


def alike(
    job: Job, kind: str, name: str, point: tuple[float, float] | None = None
) -> Sequence[sa.RowMapping]:
    """Records that may be what somebody is typing in: what, ref, name, likeness, metres."""
    easting, northing = point or (None, None)
    asked: dict[str, Any] = {"what": kind, "ref": "", "title": name, "easting": easting, "northing": northing}
    return query.rows(job.connection, "duplicates", county=job.county.id, **asked)


def fresh_id(name: str) -> str:
    """An id for a record that has none: its name in small letters, and a few of its own."""
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-") or "record"
    return f"{words}-{secrets.token_hex(3)}"


def _taken(job: Job, kind: str, cells: Sequence[Cells]) -> tuple[Sequence[Record], Report]:
    taking = Reading(BY_HAND)
    records: Sequence[Record]
    if kind == "needs":
        records = needs.take(cells, taking)
    elif kind == "resources":
        records = resources.take(cells, taking, start=job.today)
    else:
        records = organisations.take(cells, taking)
    content = json.dumps([dict(sorted(row.items())) for row in cells]).encode()
    return records, taking.report(kind, [], Provenance(), content=content)


def _alike(job: Job, kind: str, record: Record) -> Sequence[sa.RowMapping]:
    name = record.title if isinstance(record, Need) else record.name
    return alike(job, kind, name, record.point)


def _nothing(seen: Look) -> list[Issue]:
    return [
        Issue(seen.report.source, None, None, "missing", None, "nothing was given; expected one row or more")
    ]
