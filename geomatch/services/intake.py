"""Needs, resources and organisations from a form, a spreadsheet or a program: looked at, then kept or not.

All three ways go through the readers of the CSV templates, so that they take and refuse the same with the
same words. Looking stores nothing; keeping is all or nothing.
"""

import dataclasses
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch.db import areas, copy, gazetteer, labels, merging, query, records, tables
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.importers import needs, organisations, resources
from geomatch.importers.report import Issue, IssueKind, Provenance, Reading, Report
from geomatch.model import Need, Organisation, Resource
from geomatch.services import catchments, importing, reading, retired, routing, twins
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
    the same, by the id of the one given; ``merged`` are ids left out, with the id that answers to each since;
    ``twins`` are ids of records that an earlier one of the lot may be; ``lines`` tell where a file has each.
    """

    kind: str
    records: tuple[Record, ...]
    report: Report
    known: frozenset[str]
    alike: Mapping[str, Sequence[sa.RowMapping]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)

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
    records = retired.grouped(job.connection, job.county.id, records)
    records, report, gone = _left_out(job, kind, records, report)
    report = _owned(job, kind, records, report)
    report = catchments.fitting(job.connection, job.county.id, records, report)
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
        gone,
        twins.twins(records),
        twins.lines(given) if isinstance(given, Path) else {},
    )


def keep(job: Job, seen: Look) -> None:
    """Store all of it, placed in its parish and on the road, in the caller's transaction.

    Raises RefusedError when any row of it is wrong; then nothing is stored.
    """
    if not seen.good:
        wrong = [issue for issue in seen.report.issues if _refuses(issue)]
        raise RefusedError(wrong or list(seen.report.issues) or _nothing(seen))
    part = Part(seen.kind, (Path(seen.report.source),))
    importing.store(job, part, seen.records, seen.report, started=time.monotonic())
    refs = [each.id for each in seen.records]
    table = KINDS[seen.kind]
    written = table.update().where(table.c.county_id == job.county.id, table.c.ref.in_(refs))
    job.connection.execute(written.values(edited_at=sa.func.now()))
    areas.place(job.connection, job.county.id, refs=refs)
    _label(job, seen.kind, refs)


def must_lie_somewhere(job: Job, seen: Look) -> None:
    """Raises RefusedError for a record whose only place is a postcode that is not among those loaded."""
    lost = [
        each
        for each in seen.records
        if each.postcode and each.point is None and not getattr(each, "parish", None)
    ]
    if not lost or not gazetteer.has_postcodes(job.connection, job.county.id):
        return
    words = "the postcode {} is not known here; give one near by, or a position on the map"
    source, kind = seen.report.source, str(IssueKind.UNMATCHED)
    raise RefusedError(
        [Issue(source, 1, "postcode", kind, each.postcode, words.format(each.postcode)) for each in lost]
    )


def written(job: Job, kind: str, ref: str) -> list[Cells]:
    """A record that is there, as the rows of cells that would be kept as the same.

    Raises UnknownPlaceError when there is none, InputError for openings that have no words.
    """
    found: Record | None
    if kind == "needs":
        found = records.need(job.connection, job.county.id, ref)
        rows: list[Cells] = list(needs.as_cells(found)) if found else []
    elif kind == "resources":
        found = records.resource(job.connection, job.county.id, ref)
        rows = [resources.as_cells(found)] if found else []
    else:
        found = records.organisation(job.connection, job.county.id, ref)
        rows = [organisations.as_cells(found)] if found else []
    if not found:
        raise UnknownPlaceError(f"there is no {kind.removesuffix('s')} {ref!r} in {job.county.name}")
    return rows


def alike(
    job: Job, kind: str, name: str, point: tuple[float, float] | None = None
) -> Sequence[sa.RowMapping]:
    """Records that may be what somebody is typing in: what, ref, name, likeness, metres."""
    easting, northing = point or (None, None)
    asked: dict[str, Any] = {"what": kind, "ref": "", "title": name, "easting": easting, "northing": northing}
    return query.rows(job.connection, "duplicates", county=job.county.id, **asked)


def group(job: Job, name: str) -> str:
    """The id of the group that goes by this id or, in any case, by this name alone; else what was given."""
    table = tables.organisation
    wanted = name.strip()
    found = sa.select(table.c.ref).where(
        table.c.county_id == job.county.id,
        sa.or_(table.c.ref == wanted, sa.func.lower(table.c.name) == wanted.lower()),
    )
    refs = list(job.connection.scalars(found.limit(3)))
    return refs[0] if len(refs) == 1 else wanted


def mark(cells: Sequence[Cells]) -> str:
    """A short mark of a record as it stands, to know whether somebody changed it meanwhile."""
    return hashlib.sha256(json.dumps([dict(row) for row in cells], sort_keys=True).encode()).hexdigest()[:16]


def fresh_id(name: str) -> str:
    """An id for a record that has none: its name in small letters, and a few of its own."""
    words = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-") or "record"
    return f"{words}-{secrets.token_hex(3)}"


def _left_out(
    job: Job, kind: str, records: Sequence[Record], report: Report
) -> tuple[Sequence[Record], Report, dict[str, str]]:
    """Without records that went in a merge: which, and what answers to each."""
    if kind == "needs":
        return records, report, {}
    now = merging.refs(job.connection, job.county.id, kind.removesuffix("s"))
    gone = {each.id: now[each.id] for each in records if each.id in now}
    notes = tuple(retired.went(ref, to, report.source) for ref, to in gone.items())
    return (
        [each for each in records if each.id not in gone],
        dataclasses.replace(report, issues=report.issues + notes),
        gone,
    )


def _label(job: Job, kind: str, refs: Sequence[str]) -> None:
    """Make the journeys from and to each known at once; a group itself goes nowhere."""
    if kind == "organisations":
        return
    ids = copy.ids_by_ref(job.connection, KINDS[kind], job.county.id)
    for ref in refs:
        record: labels.Record = ("need" if kind == "needs" else "resource", ids[ref])
        routing.label_one(job.connection, job.county.id, record, held=job.held)


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


def _owned(job: Job, kind: str, records: Sequence[Record], report: Report) -> Report:
    """The report with a refusal for every record of a group that is not there."""
    if kind == "organisations":
        return report
    there = copy.ids_by_ref(job.connection, tables.organisation, job.county.id)
    strange = [each for each in records if _owner(each) and _owner(each) not in there]
    line = 1 if report.source == BY_HAND and len(records) == 1 else None
    issues = tuple(
        Issue(
            report.source,
            line,
            "organisation",
            str(IssueKind.UNMATCHED),
            _owner(each),
            f"{each.id}: there is no group {_owner(each)!r} in {job.county.name}; expected the id of one",
        )
        for each in strange
    )
    return dataclasses.replace(
        report,
        issues=report.issues + issues,
        loaded=report.loaded - len(strange),
        rejected=report.rejected + len(strange),
    )


def _owner(record: Record) -> str | None:
    return None if isinstance(record, Organisation) else record.organisation


def _refuses(issue: Issue) -> bool:
    return issue.line is not None or issue.kind == IssueKind.UNMATCHED


def _alike(job: Job, kind: str, record: Record) -> Sequence[sa.RowMapping]:
    if isinstance(record, Need):
        kind = "aspirations" if record.aspiration else kind
        return alike(job, kind, record.title, record.point)
    return alike(job, kind, record.name, record.point)


def _nothing(seen: Look) -> list[Issue]:
    return [
        Issue(seen.report.source, None, None, "missing", None, "nothing was given; expected one row or more")
    ]
