"""Needs as our own CSV template (``docs/templates/needs.csv``): one row for each role, one for an aspiration.

Rows with the same id make one need. What belongs to the need stands in its first row; in the rows after
it those cells are empty or say the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from geomatch import model
from geomatch.importers import cells, features_text, positions, tables, templates, windows_text
from geomatch.importers.report import IssueKind, Provenance, Reading, Report
from geomatch.importers.tables import Row
from geomatch.model import Mode, Need, ResourceKind, Role, Truth, gss_code
from geomatch.safeguarding import Contact, Level, With

NEED_COLUMNS = (
    "id",
    "organisation",
    "title",
    "description",
    "parish",
    "postcode",
    "easting",
    "northing",
    "weight",
    "all_or_nothing",
    "asked",
    "closes",
    "mode",
    "max_minutes",
    "windows",
    "aspiration",
)
ROLE_COLUMNS = (
    "role",
    "kind",
    "subkind",
    "substitutes",
    "quantity",
    "minimum",
    "role_max_minutes",
    "features",
    "contact",
    "contact_days",
    "overnight",
    "personal_care",
    "supervised",
    "dbs_level",
    "carries",
)
COLUMNS = NEED_COLUMNS + ROLE_COLUMNS
REQUIRED = ("id", "title", "kind")
NOT_OF_ASPIRATIONS = ("asked", "closes", "windows", *ROLE_COLUMNS)
"""Cells that are empty where a community says what it would like one day."""


def read(
    path: Path,
    *,
    vintage: date | str | None = None,
    source: str | None = None,
    licence: str | None = None,
) -> tuple[list[Need], Report]:
    """Needs sorted by id, their roles in the order of the rows; the report counts rows.

    A need of which one row is bad is not loaded at all: half a need is another need. Raises InputError for
    missing or unexpected columns.
    """
    reading = Reading(path.name)
    found = _gathered(tables.rows(path, reading, check=_columns_of(path.name)))
    return found, reading.report("needs", [path], Provenance.stated(vintage, source, licence))


def take(records: Sequence[Mapping[str, str]], reading: Reading) -> list[Need]:
    """Needs from cells by column, as ``read`` takes them from a file's rows."""
    return _gathered(tables.given(records, reading, check=_columns_of(reading.source)))


def _columns_of(source: str) -> templates.Check:
    return templates.check(source, required=REQUIRED, columns=COLUMNS)


def _gathered(rows: Iterable[Row]) -> list[Need]:
    by_need: dict[str, list[Row]] = {}
    for row in templates.readable(rows):
        if identifier := row.required("id"):
            by_need.setdefault(identifier, []).append(row)
    return [need for key in sorted(by_need) if (need := _need(by_need[key]))]


def write_needs(path: Path, values: Iterable[Need]) -> None:
    """Write the template so that ``read`` gives the same needs back."""
    templates.write(path, COLUMNS, (row for need in values for row in as_cells(need)))


_ANY = (Role("any", ResourceKind.VENUE),)
"""Stands for the roles of a need that are all refused, so that the rest of it is looked at too."""


def _need(rows: list[Row]) -> Need | None:
    first = rows[0]
    someday = first.parsed("aspiration", cells.yes_no, False)
    if someday:
        _refuse_particulars(rows)
    roles = () if someday else tuple(role for row in rows if (role := _role(row)))
    for row in rows[1:]:
        _refuse_contradiction(first, row)
    need = _asked(first, roles if someday or roles else _ANY, aspiration=someday)
    if need and need.asked and need.closes and need.closes < need.asked:
        first.refuse("closes", f"{need.closes} is before {need.asked}, when it is asked", IssueKind.CONFLICT)
    if any(row.bad for row in rows):
        _refuse_all(rows)
        return None
    return need


def _asked(row: Row, roles: tuple[Role, ...], *, aspiration: bool) -> Need | None:
    return row.made(
        lambda: Need(
            id=row.text("id"),
            title=row.required("title"),
            roles=roles,
            organisation=row.text("organisation") or None,
            description=row.text("description"),
            point=positions.of(row),
            postcode=row.parsed("postcode", model.postcode, None),
            parish=row.parsed("parish", gss_code, None),
            weight=row.parsed("weight", cells.number, 1.0),
            all_or_nothing=row.parsed("all_or_nothing", cells.yes_no, True),
            asked=row.parsed("asked", cells.day, None),
            closes=row.parsed("closes", cells.day, None),
            mode=row.parsed("mode", cells.choice(Mode), Mode.CAR),
            max_minutes=row.parsed("max_minutes", cells.number, None),
            windows=row.parsed("windows", windows_text.read, ()),
            aspiration=aspiration,
        )
    )


def _refuse_particulars(rows: list[Row]) -> None:
    """An aspiration has no time, and asks for nothing in particular yet."""
    for row in rows:
        for column in NOT_OF_ASPIRATIONS:
            if row.text(column):
                message = "a wish for one day has no time and asks for no kind; expected an empty cell"
                row.refuse(column, message, IssueKind.CONFLICT)


def _role(row: Row) -> Role | None:
    row.required("kind")
    kind = row.parsed("kind", cells.choice(ResourceKind), ResourceKind.VENUE)
    return row.made(
        lambda: Role(
            id=row.text("role") or kind.value,
            kind=kind,
            subkind=row.text("subkind"),
            substitutes=cells.words(row.text("substitutes")),
            quantity=row.parsed("quantity", cells.whole, 1),
            minimum=row.parsed("minimum", cells.whole, 1),
            features=row.parsed("features", features_text.read, ()),
            max_minutes=row.parsed("role_max_minutes", cells.number, None),
            contact=_contact(row),
            check=row.parsed("dbs_level", cells.choice(Level), Level.NONE),
            carries=row.text("carries") or None,
        )
    )


def _contact(row: Row) -> Contact:
    return Contact(
        people=row.parsed("contact", cells.choice(With), With.NOBODY),
        days_in_30=row.parsed("contact_days", cells.whole, None),
        overnight=row.parsed("overnight", cells.truth, Truth.UNKNOWN),
        personal_care=row.parsed("personal_care", cells.truth, Truth.UNKNOWN),
        supervised=row.parsed("supervised", cells.truth, Truth.UNKNOWN),
    )


def _refuse_contradiction(first: Row, row: Row) -> None:
    for column in row.cells:
        if column in ROLE_COLUMNS or row.text(column) in ("", first.text(column)):
            continue
        message = f"the same need has {first.text(column)!r} in line {first.line}"
        row.refuse(column, message, IssueKind.CONFLICT)


def _refuse_all(rows: list[Row]) -> None:
    """Refuse the rows that are well in themselves, too; their need is not loaded."""
    bad = ", ".join(str(row.line) for row in rows if row.bad)
    for row in rows:
        if not row.bad:
            row.refuse("id", f"not loaded, for another row of the need is refused (line {bad})")


def as_cells(need: Need) -> Iterator[dict[str, str]]:
    """Rows of the template that ``take`` turns into the same need, one for each role."""
    asked = _need_cells(need)
    if need.aspiration:
        yield asked
    for role in need.roles:
        yield asked | _role_cells(role)
        asked = {"id": need.id}


def _need_cells(need: Need) -> dict[str, str]:
    return {
        "id": need.id,
        "organisation": need.organisation or "",
        "title": need.title,
        "description": need.description,
        "parish": need.parish or "",
        "postcode": need.postcode or "",
        "weight": cells.number_text(need.weight),
        "all_or_nothing": "yes" if need.all_or_nothing else "no",
        "asked": str(need.asked or ""),
        "closes": str(need.closes or ""),
        "mode": need.mode,
        "max_minutes": "" if need.max_minutes is None else cells.number_text(need.max_minutes),
        "windows": windows_text.write(need.windows),
        "aspiration": "yes" if need.aspiration else "",
    } | templates.position_cells(need.point)


def _role_cells(role: Role) -> dict[str, str]:
    return {
        "role": role.id,
        "kind": role.kind,
        "subkind": role.subkind,
        "substitutes": cells.words_text(role.substitutes),
        "quantity": str(role.quantity),
        "minimum": str(role.minimum),
        "role_max_minutes": "" if role.max_minutes is None else cells.number_text(role.max_minutes),
        "features": features_text.write(role.features),
        "dbs_level": role.check if role.check is not Level.NONE else "",
        "carries": role.carries or "",
    } | _contact_cells(role.contact)


def _contact_cells(contact: Contact) -> dict[str, str]:
    stated: dict[str, str] = {
        "contact": contact.people if contact.people is not With.NOBODY else "",
        "contact_days": str(contact.days_in_30 or ""),
    }
    for name in ("overnight", "personal_care", "supervised"):
        known = getattr(contact, name)
        stated[name] = known if known is not Truth.UNKNOWN else ""
    return stated
