"""One file into the database: read it, check it, and switch to it in the caller's transaction."""

import dataclasses
import time
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from geomatch.db import areas, counties, finding, gazetteer, imports, needs, organisations, resources
from geomatch.db.counties import County
from geomatch.importers.names import PlaceNames
from geomatch.importers.population import Population
from geomatch.importers.postcodes import Postcodes
from geomatch.importers.report import Report, sha256_of
from geomatch.importers.uprns import Uprns
from geomatch.model import Area, AreaKind, Membership, Need, Organisation, Resource, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.roads import MODES, RoadGraph, SpeedTable
from geomatch.services import catchments, masking, reading, retired, routing
from geomatch.services.holding import Holder
from geomatch.services.reading import Circumstances, Part

Outcome = dict[str, Any]
"""What ``geomatch import --json`` prints."""


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """Where an import goes: an open transaction, the county, today, and who watches."""

    connection: sa.Connection
    county: County
    today: date
    speeds: SpeedTable
    progress: Progress = silent
    held: Holder = dataclasses.field(default_factory=Holder)
    """Networks of roads made in this very transaction, that nobody else sees before it ends."""
    secret: bytes | None = dataclasses.field(default=None, repr=False)
    """By which homes are masked; without it no volunteer's place is shown before somebody with it comes."""


def import_part(job: Job, part: Part) -> Outcome:
    """Import one part, unless the very same file is in already.

    Raises InputError when the file cannot be used; then nothing of it is kept if the caller rolls back.
    """
    source = " + ".join(file.name for file in part.files)
    before = imports.unchanged(
        job.connection,
        job.county.id,
        kind=part.kind,
        subject=part.subject,
        source=source,
        sha256=sha256_of(*part.files),
        options=part.plain_options,
    )
    if before is not None:
        return _outcome(before) | {"unchanged": True}
    job.progress(f"Reading {source}", 0, None)
    outline = counties.outline(job.connection, job.county.id)
    started = time.monotonic()
    values, report = reading.read(part, Circumstances(job.today, outline, job.speeds, job.progress))
    if part.kind in _RECORDS:
        values = retired.grouped(job.connection, job.county.id, values)
        values, report = retired.left_out(job.connection, job.county.id, values, report)
        report = catchments.noted(job.connection, job.county.id, values, report)
    return store(job, part, values, report, started=started)


def store(job: Job, part: Part, values: Any, report: Report, *, started: float) -> Outcome:
    """Keep what was read, with its provenance. ``started`` is when reading began, by ``time.monotonic``."""
    job.progress(f"Storing {report.source}", 0, None)
    place = (job.connection, job.county.id)
    identifier = imports.record(
        *place,
        kind=part.kind,
        subject=part.subject,
        options=part.plain_options,
        source=report.source,
        vintage=stated_vintage(report),
        publisher=report.publisher,
        licence=report.licence,
        sha256=report.sha256,
        read=report.read,
        loaded=report.loaded,
        rejected=report.rejected,
        issues=[issue.as_dict() for issue in report.issues],
        seconds=0.0,
    )
    _SAVERS[part.kind](job, part, values, identifier)
    seconds = round(time.monotonic() - started, 3)
    imports.close(job.connection, identifier, seconds=seconds)
    return report.as_dict(seconds=seconds)


def finish(job: Job) -> None:
    """After the last part: outline, what lies outside it, groups, where each record lies, names to find."""
    job.progress("Placing every record in its parish", 0, None)
    counties.draw_outline(job.connection, job.county.id)
    if job.secret is not None:
        masking.every(job.connection, job.county.id, job.secret)
    areas.mark_outside(job.connection, job.county.id)
    for kind in areas.group_kinds(job.connection, job.county.id):
        areas.dissolve(job.connection, job.county.id, kind)
    areas.place(job.connection, job.county.id)
    finding.gather(job.connection, job.county.id)


def ready_journeys(job: Job) -> None:
    """After everything is placed, in the same transaction: labels by every mode."""
    place = (job.connection, job.county.id)
    held = job.held if job.held.holds(*place) else routing.HELD
    for mode in MODES:
        routing.label(*place, mode, held=held, progress=job.progress)


def stated_vintage(report: Report) -> date | None:
    """The day on which a file was true; 1 January where only a year is known, ``None`` where nothing is."""
    text = report.vintage
    if text is None:
        return None
    return date(int(text), 1, 1) if len(text) == len("2025") else date.fromisoformat(text)


def _outcome(row: sa.RowMapping) -> Outcome:
    names = (
        "kind",
        "source",
        "sha256",
        "read",
        "loaded",
        "rejected",
        "issues",
        "publisher",
        "licence",
        "seconds",
    )
    return {name: row[name] for name in names} | {"vintage": row["vintage"] and row["vintage"].isoformat()}


def _save_boundaries(job: Job, part: Part, values: Sequence[Area], identifier: int) -> None:
    """Areas of unknown vintage are taken to be true from today."""
    vintage = imports.one(job.connection, identifier)["vintage"] or job.today
    own = [dataclasses.replace(each, outside=_is_neighbour(job.county, part, each)) for each in values]
    areas.save(job.connection, job.county.id, own, kind=part.subject, vintage=vintage, import_id=identifier)
    counties.draw_outline(job.connection, job.county.id)


def _is_neighbour(county: County, part: Part, area: Area) -> bool:
    other_authority = part.subject == AreaKind.LAD and county.gss is not None and area.code != county.gss
    return area.outside or other_authority


def _save_groups(job: Job, _part: Part, values: Sequence[Membership], identifier: int) -> None:
    areas.save_memberships(job.connection, job.county.id, values, import_id=identifier)


def _save_roads(job: Job, _part: Part, values: RoadGraph, identifier: int) -> None:
    routing.replace(
        job.connection,
        job.county.id,
        values,
        import_id=identifier,
        held=job.held,
        progress=job.progress,
    )


def _save_postcodes(job: Job, _part: Part, values: Postcodes, identifier: int) -> None:
    columns: gazetteer.Columns = {
        "postcode": values.postcode,
        "quality": values.quality,
        "district_code": [code or None for code in values.district],
        "ward_code": [code or None for code in values.ward],
        "easting": values.easting,
        "northing": values.northing,
    }
    gazetteer.save_postcodes(job.connection, job.county.id, columns, import_id=identifier)


def _save_names(job: Job, _part: Part, values: PlaceNames, identifier: int) -> None:
    columns: gazetteer.Columns = {
        "ref": values.id,
        "name": values.name,
        "other_name": [name or None for name in values.other_name],
        "type": values.type,
        "local_type": values.local_type,
        "populated_place": [name or None for name in values.populated_place],
        "easting": values.easting,
        "northing": values.northing,
    }
    gazetteer.save_names(job.connection, job.county.id, columns, import_id=identifier)


def _save_uprns(job: Job, _part: Part, values: Uprns, identifier: int) -> None:
    columns: gazetteer.Columns = {
        "uprn": values.uprn,
        "easting": values.easting,
        "northing": values.northing,
    }
    gazetteer.save_uprns(job.connection, job.county.id, columns, import_id=identifier)


def _save_population(job: Job, _part: Part, values: Population, identifier: int) -> None:
    columns: gazetteer.Columns = {
        "code": values.code,
        "residents": values.residents,
        "easting": values.easting,
        "northing": values.northing,
    }
    gazetteer.save_population(job.connection, job.county.id, columns, import_id=identifier)


def _save_offers(job: Job, _part: Part, values: Sequence[Organisation | Resource], identifier: int) -> None:
    owners = [each for each in located(job, values) if isinstance(each, Organisation)]
    offered = [each for each in located(job, values) if isinstance(each, Resource)]
    organisations.save(job.connection, job.county.id, owners, import_id=identifier)
    masks = (
        {} if job.secret is None else masking.of_stated(job.connection, job.county.id, offered, job.secret)
    )
    resources.save(job.connection, job.county.id, offered, import_id=identifier, masks=masks)


def _save_needs(job: Job, _part: Part, values: Sequence[Need], identifier: int) -> None:
    needs.save(job.connection, job.county.id, located(job, values), import_id=identifier)


def located(job: Job, values: Sequence[Any]) -> list[Any]:
    """The same records, those without a point at their postcode's where that is known.

    A volunteer is at the postcode's in any case, unless the very place may be kept.
    """
    wanted = [each.postcode for each in values if each.postcode and (each.point is None or _private(each))]
    points = gazetteer.locate_postcodes(job.connection, job.county.id, wanted) if wanted else {}
    found = [
        dataclasses.replace(each, point=points[each.postcode])
        if each.point is None and each.postcode in points
        else each
        for each in values
    ]
    return [masking.kept_place(each, points) if _private(each) else each for each in found]


def _private(each: Any) -> bool:
    return isinstance(each, Resource) and each.kind is ResourceKind.VOLUNTEER


_RECORDS = ("places", "organisations", "resources", "needs")
"""Kinds whose records may have been merged with others since."""

_SAVERS: dict[str, Callable[[Job, Part, Any, int], None]] = {
    "boundaries": _save_boundaries,
    "groups": _save_groups,
    "roads": _save_roads,
    "postcodes": _save_postcodes,
    "names": _save_names,
    "uprns": _save_uprns,
    "places": _save_offers,
    "population": _save_population,
    "organisations": _save_offers,
    "resources": _save_offers,
    "needs": _save_needs,
}
"""How each kind of values is kept; each saver replaces or brings up to date what was there."""
