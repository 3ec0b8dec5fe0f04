"""Everything that is about one person: found by e-mail address or a volunteer's own id, told, and erased."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import naming, tables
from geomatch.db.tables import (
    account,
    ask,
    audit_entry,
    calendar_version,
    complaint,
    contact,
    county,
    home,
    letter,
    matching_run,
    need,
    organisation,
    posting,
    resource,
    run_problem,
)
from geomatch.progress import Progress, silent

PEOPLE_KINDS = ("volunteer", "skill")
_UNTOUCHED = frozenset(
    {"area", "area_set", "membership", "place_name", "postcode", "uprn", "alembic_version", "spatial_ref_sys"}
)
"""Tables that hold no people: what a person wrote cannot stand there, and their words may."""
_SHORTEST = 5
"""Letters that a name or a number must have to be looked for in other people's words."""

_ADDRESSES = (
    account.c.email,
    ask.c.email,
    complaint.c.email,
    contact.c.email,
    letter.c.address,
    organisation.c.email,
)
"""Where somebody's address may stand."""

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody goes by here: rows of theirs, and the words by which others speak of them."""

    county_id: int
    resources: tuple[int, ...]
    emails: frozenset[str]
    words: frozenset[str] = field(repr=False)
    accounts: tuple[int, ...] = ()
    refs: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        """Whether anything at all is here."""
        return bool(self.resources or self.emails)

    def offers_only(self) -> "Person":
        """What they offer and nothing else: for somebody who stays, with an account, while an offer goes."""
        return replace(self, emails=frozenset(), words=self.refs, accounts=())


def find(connection: sa.Connection, county_id: int, given: str) -> Person:
    """Whoever goes by an e-mail address, or by the id of a volunteer or a skill."""
    mine = contact.c.county_id == county_id
    chosen: sa.ColumnElement[bool]
    if "@" in given:
        emails = {given.strip().lower()}
        owned = sa.select(contact.c.resource_id).where(mine, sa.func.lower(contact.c.email).in_(emails))
        chosen = resource.c.id.in_(owned)
    else:
        chosen = sa.and_(resource.c.county_id == county_id, resource.c.ref == given.strip())
        emails = set()
    offers = connection.execute(
        sa.select(resource.c.id, resource.c.ref, resource.c.name).where(
            chosen, resource.c.kind.in_(PEOPLE_KINDS)
        )
    ).all()
    ids = [row.id for row in offers]
    ways = connection.execute(
        contact.select().where(
            mine, sa.or_(contact.c.resource_id.in_(ids), sa.func.lower(contact.c.email).in_(emails))
        )
    ).all()
    emails |= {way.email.lower() for way in ways if way.email}
    known = emails if _is_known(connection, emails) else frozenset()
    words = {row.ref for row in offers} | {row.name for row in offers if _alone(connection, row.name)}
    words |= {word for way in ways for word in (way.name, way.telephone) if word}
    held = connection.execute(account.select().where(account.c.email.in_(emails))).all()
    words |= {" ".join(row.name.split()) for row in held if _full_name(connection, row.name)}
    return Person(
        county_id,
        tuple(ids),
        frozenset(known),
        frozenset(word for word in words if len(word) >= _SHORTEST),
        tuple(row.id for row in held),
        frozenset(row.ref for row in offers),
    )


@dataclass(frozen=True, slots=True)
class Erasure:
    """One that was made: when, in which county (by its slug), and what is left of whoever it was."""

    at: datetime
    county: str
    stand_in: str


def erasures(connection: sa.Connection) -> frozenset[Erasure]:
    """All that the audit tells of; none where there is no audit yet."""
    if connection.scalar(sa.text("select to_regclass('audit.entry')")) is None:
        return frozenset()
    told = sa.select(audit_entry.c.at, county.c.slug, audit_entry.c.detail["stand_in"].astext)
    mine = told.join_from(audit_entry, county, county.c.id == audit_entry.c.county_id)
    return frozenset(Erasure(*row) for row in connection.execute(mine.where(audit_entry.c.what == "erasure")))


def identifiers(connection: sa.Connection, county_id: int) -> set[str]:
    """Everything by which somebody could be asked for in a county: addresses, and ids of people's offers."""
    mine = (resource.c.county_id == county_id, resource.c.kind.in_(PEOPLE_KINDS))
    columns = (sa.select(resource.c.ref).where(*mine), *(sa.select(column) for column in _ADDRESSES))
    return {given for each in columns for given in connection.execute(each).scalars() if given}


def _is_known(connection: sa.Connection, emails: set[str]) -> bool:
    return any(
        connection.scalar(sa.select(sa.exists().where(sa.func.lower(column).in_(emails))))
        for column in _ADDRESSES
    )


def _full_name(connection: sa.Connection, name: str) -> bool:
    """Whether an account's name is a whole one that no other has: a first name is in others' words too."""
    same = sa.select(sa.func.count()).where(sa.func.lower(account.c.name) == name.lower())
    return " " in name.strip() and connection.scalar(same) == 1


def _alone(connection: sa.Connection, name: str) -> bool:
    """Whether nobody else goes by a name, so that it may be taken out wherever it stands."""
    return connection.scalar(sa.select(sa.func.count()).where(resource.c.name == name)) == 1


def told(connection: sa.Connection, person: Person) -> dict[str, Rows]:
    """Every row that is about somebody, by table. Shapes are EWKB in hexadecimal, EPSG:27700."""
    both = {table: (about(table, person), stays(table, person)) for table in tables.metadata.sorted_tables}
    return _rows(
        connection, {table: mine if mine is not None else left for table, (mine, left) in both.items()}
    )


def _rows(
    connection: sa.Connection, wanted_of: Mapping[sa.Table, sa.ColumnElement[bool] | None]
) -> dict[str, Rows]:
    found = {}
    for table, wanted in wanted_of.items():
        if wanted is not None:
            shown = sa.select(*(column for column in table.columns if not _opens(column))).where(wanted)
            rows = [dict(row) for row in connection.execute(shown).mappings()]
            if rows:
                found[table.fullname] = rows
    return found


def _opens(column: "sa.Column[Any]") -> bool:
    """Whether a column is what an account is opened with, which is told to nobody."""
    return column.table.schema == tables.PEOPLE and (
        isinstance(column.type, sa.LargeBinary) or column.name == "password"
    )


def stays(table: sa.Table, person: Person) -> sa.ColumnElement[bool] | None:
    """Which rows are told of somebody and stay: needs they posted, lines of the audit by number."""
    if table is need:
        mine = posting.c.account_id.in_(person.accounts)
        asked = posting.c.kind.in_(("needs", "aspirations"))
        posted = sa.select(posting.c.county_id, posting.c.ref).where(mine, asked)
        return sa.tuple_(need.c.county_id, need.c.ref).in_(posted)
    if table is audit_entry:
        rows = [f"resource-row/{number}" for number in person.resources]
        return sa.or_(audit_entry.c.account_id.in_(person.accounts), audit_entry.c.about.in_(rows))
    return None


def about(table: sa.Table, person: Person) -> sa.ColumnElement[bool] | None:
    """Which rows of a table are somebody's own, and go with them."""
    if table in (resource, account):
        return table.c.id.in_(person.resources if table is resource else person.accounts)
    parts: list[sa.ColumnElement[bool]] = []
    if "account_id" in table.c and table.schema == tables.PEOPLE:
        parts.append(table.c.account_id.in_(person.accounts))
    if table is posting:
        parts.append(_offered(person))
    if "resource_id" in table.c:
        parts.append(table.c.resource_id.in_(person.resources))
    parts += [
        sa.func.lower(table.c[name]).in_(person.emails)
        for name in ("email", "address")
        if name in table.c and table.schema == tables.PEOPLE
    ]
    return sa.or_(*parts) if parts else None


def _offered(person: Person) -> sa.ColumnElement[bool]:
    mine = (posting.c.county_id == person.county_id, posting.c.kind == "resources")
    return sa.and_(*mine, posting.c.ref.in_(person.refs))


def erase(
    connection: sa.Connection, person: Person, stand_in: str, *, progress: Progress = silent
) -> dict[str, int]:
    """Remove somebody's rows, and their words wherever others wrote them; gives how many rows there were.

    A need they posted stays, and nobody knows any more who posted it. Kept quarters that are over lose the
    words too, and nothing else. ``stand_in`` is put in place of every word. The county's kept
    problems go: they name who took part. The owner's connection is needed.
    """
    mine = {table: about(table, person) for table in tables.metadata.sorted_tables}
    counts = {name: len(rows) for name, rows in _rows(connection, mine).items()}
    runs = sa.select(matching_run.c.id).where(matching_run.c.county_id == person.county_id)
    if person.resources:
        connection.execute(run_problem.delete().where(run_problem.c.matching_run_id.in_(runs)))
    naming.erasing(connection)
    words = sorted({*person.words, *person.emails}, key=lambda word: (-len(word), word))
    for table in reversed(tables.metadata.sorted_tables):
        wanted = _offered(person) if table is posting else mine[table]
        if wanted is not None and table is not resource:
            connection.execute(table.delete().where(wanted))
    naming.homes(connection, person.resources)
    connection.execute(home.delete().where(home.c.resource_id.in_(person.resources)))
    connection.execute(resource.delete().where(resource.c.id.in_(person.resources)))
    for at, word in enumerate(words):
        progress("Taking out what others wrote of them", at, len(words))
        instead = f"{stand_in}@erased.invalid" if "@" in word else stand_in
        for column in _columns(connection):
            _replace(connection, column, word, instead)
    _draw_anew(connection, person.county_id)
    return counts


def _draw_anew(connection: sa.Connection, county_id: int) -> None:
    """Let no page show what it kept of before."""
    one = pg.insert(calendar_version).values(county_id=county_id, version=1)
    more = {"version": calendar_version.c.version + 1}
    connection.execute(one.on_conflict_do_update(index_elements=["county_id"], set_=more))


def _columns(connection: sa.Connection) -> Iterator["sa.Column[Any]"]:
    """Every column anywhere that can hold words; the audit's stay as they are, and hold none of anybody."""
    looked = sa.inspect(connection)
    for schema in ("public", tables.PEOPLE):
        for name in sorted(looked.get_table_names(schema=schema)):
            if name in _UNTOUCHED or name.startswith(("hub_", "road_")):
                continue
            kept = sa.Table(name, sa.MetaData(), schema=schema)
            for each in looked.get_columns(name, schema=schema):
                if isinstance(each["type"], sa.Text | pg.JSONB | pg.ARRAY) and not each.get("computed"):
                    kept.append_column(sa.Column(each["name"], each["type"]))
            yield from kept.columns


def _replace(connection: sa.Connection, column: "sa.Column[Any]", word: str, instead: str) -> None:
    text = sa.cast(column, sa.Text)
    pattern = sa.func.regexp_replace(text, _escaped(word), instead, "gi")
    holds = text.op("~*")(_escaped(word))
    connection.execute(
        sa.update(column.table).where(holds).values({column.name: sa.cast(pattern, column.type)})
    )


def _escaped(word: str) -> str:
    """The word as a pattern of PostgreSQL's, by itself and not within another word."""
    signs = "".join(f"\\{sign}" if not (sign.isalnum() or sign == " ") else sign for sign in word)
    return f"(?<![[:alnum:]_-]){signs}(?![[:alnum:]_-])"


def one_of_many(rows: dict[str, Rows]) -> Sequence[tuple[str, int, str, Any]]:
    """Rows by table as (table, row, column, value), for a spreadsheet."""
    return [
        (name, number, column, value)
        for name, found in rows.items()
        for number, row in enumerate(found, 1)
        for column, value in row.items()
        if value is not None
    ]
