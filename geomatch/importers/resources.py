"""Resources as our own CSV template (``docs/templates/resources.csv``)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from geomatch import model
from geomatch.importers import (
    catchment_text,
    cells,
    features_text,
    openings_text,
    positions,
    tables,
    templates,
)
from geomatch.importers.report import Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Catchment, Mode, Resource, ResourceKind, Travels
from geomatch.safeguarding import Check, Level

CHECK_COLUMNS = ("dbs_level", "dbs_issued", "dbs_seen", "dbs_seen_by", "dbs_until")
COLUMNS = (
    "id",
    "organisation",
    "kind",
    "subkind",
    "name",
    "description",
    "postcode",
    "easting",
    "northing",
    "quantity",
    "travels",
    "mode",
    "max_minutes",
    "catchment",
    "features",
    "openings",
    "from",
    "verified_until",
    *CHECK_COLUMNS,
    "set_up_minutes",
    "turn_round_minutes",
    "exact_home",
)
REQUIRED = ("id", "kind", "name")

TRAVELS = {
    ResourceKind.VENUE: Travels.BENEFICIARY,
    ResourceKind.EQUIPMENT: Travels.CARRIED,
    ResourceKind.VOLUNTEER: Travels.RESOURCE,
    ResourceKind.SKILL: Travels.RESOURCE,
    ResourceKind.FUND: Travels.NOBODY,
    ResourceKind.INFORMATION: Travels.NOBODY,
}
"""Who travels where the cell is empty."""


def read(
    path: Path,
    *,
    start: date | None = None,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[list[Resource], Report]:
    """Resources sorted by id.

    Openings that repeat begin on or after the day in the column ``from``, or else ``start``. A postcode
    without coordinates leaves ``point`` to whoever can look it up. Raises InputError for missing or
    unexpected columns.
    """
    reading = Reading(path.name)
    rows = tables.rows(path, reading, check=_columns_of(path.name))
    found = templates.once_each(rows, lambda row: _resource(row, start))
    return found, reading.report("resources", [path], Provenance.stated(vintage, source, licence))


def take(
    records: Sequence[Mapping[str, str]], reading: Reading, *, start: date | None = None
) -> list[Resource]:
    """Resources from cells by column, as ``read`` takes them from a file's rows."""
    rows = tables.given(records, reading, check=_columns_of(reading.source))
    return templates.once_each(rows, lambda row: _resource(row, start))


def _columns_of(source: str) -> templates.Check:
    return templates.check(source, required=REQUIRED, columns=COLUMNS)


def write_resources(path: Path, values: Iterable[Resource]) -> None:
    """Write the template so that ``read`` gives the same resources back.

    Raises InputError for an opening that the template's words cannot say.
    """
    templates.write(path, COLUMNS, (as_cells(resource) for resource in values))


def _resource(row: Row, start: date | None) -> Resource | None:
    kind = _kind(row)
    first = row.parsed("from", cells.day, start)
    return row.made(
        lambda: Resource(
            id=row.required("id"),
            kind=kind,
            name=row.required("name"),
            organisation=row.text("organisation") or None,
            subkind=row.text("subkind"),
            description=row.text("description"),
            point=positions.of(row),
            postcode=row.parsed("postcode", model.postcode, None),
            quantity=row.parsed("quantity", cells.whole, 1),
            travels=row.parsed("travels", cells.choice(Travels), TRAVELS[kind]),
            mode=row.parsed("mode", cells.choice(Mode), Mode.CAR),
            max_minutes=row.parsed("max_minutes", cells.number, None),
            catchment=row.parsed("catchment", catchment_text.read, Catchment()),
            features=row.parsed("features", features_text.read, ()),
            openings=row.parsed("openings", lambda text: openings_text.read(text, first), ()),
            verified_until=row.parsed("verified_until", cells.day, None),
            check=_check(row),
            set_up_minutes=row.parsed("set_up_minutes", cells.whole, None),
            turn_round_minutes=row.parsed("turn_round_minutes", cells.whole, None),
            exact_home=row.parsed("exact_home", cells.yes_no, False),
        )
    )


def _check(row: Row) -> Check | None:
    """The DBS check that somebody has seen; any of its cells makes the whole of it required."""
    if not any(row.text(column) for column in CHECK_COLUMNS):
        return None
    seen_by, issued = row.required("dbs_seen_by"), row.required("dbs_issued")
    level = row.parsed("dbs_level", cells.choice(Level), Level.NONE)
    if level is Level.NONE:
        row.refuse("dbs_level", "a check without its level; expected one such as enhanced")
    if row.bad or not (seen_by and issued):
        return None
    return Check(
        level,
        seen_by,
        issued=row.parsed("dbs_issued", cells.day, None),
        seen_on=row.parsed("dbs_seen", cells.day, None),
        until=row.parsed("dbs_until", cells.day, None),
    )


def _kind(row: Row) -> ResourceKind:
    """The kind; in a row refused for it, any will do."""
    row.required("kind")
    return row.parsed("kind", cells.choice(ResourceKind), ResourceKind.VENUE)


def _whole(number: int | None) -> str:
    return "" if number is None else str(number)


def as_cells(resource: Resource) -> dict[str, str]:
    """A row of the template that ``take`` turns into the same resource.

    Raises InputError for an opening that the template's words cannot say.
    """
    start = openings_text.earliest(resource.openings)
    minutes = resource.max_minutes
    return {
        "id": resource.id,
        "organisation": resource.organisation or "",
        "kind": resource.kind,
        "subkind": resource.subkind,
        "name": resource.name,
        "description": resource.description,
        "postcode": resource.postcode or "",
        "quantity": str(resource.quantity),
        "travels": resource.travels,
        "mode": resource.mode,
        "max_minutes": "" if minutes is None else cells.number_text(minutes),
        "catchment": catchment_text.write(resource.catchment),
        "features": features_text.write(resource.features),
        "openings": openings_text.write(resource.openings, start),
        "from": str(start) if start else "",
        "verified_until": str(resource.verified_until or ""),
        **_check_cells(resource.check),
        "set_up_minutes": _whole(resource.set_up_minutes),
        "turn_round_minutes": _whole(resource.turn_round_minutes),
        "exact_home": "yes" if resource.exact_home else "",
    } | templates.position_cells(resource.point)


def _check_cells(check: Check | None) -> dict[str, str]:
    if check is None:
        return {}
    days = (check.issued, check.seen_on, check.until)
    issued, seen_on, until = (str(day or "") for day in days)
    return dict(zip(CHECK_COLUMNS, (check.level, issued, seen_on, check.seen_by, until), strict=True))
