"""Two records made one, and parted again, as rows: what hangs on either, and refs that went."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.tables import merge, merged, organisation, resource
from geomatch.errors import UnknownPlaceError

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]

TABLES = {"organisation": organisation, "resource": resource}
PARTS = ("features", "openings", "checks", "contacts")
WORDS = {"organisation": "group", "resource": "offer"}


@dataclass(frozen=True, slots=True)
class Kept:
    """All of one record but its home, in JSON as it would be written again; ``at_home``: it has a home."""

    what: str
    id: int
    ref: str
    name: str
    kind: str
    at_home: bool
    record: dict[str, Any]
    parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What is written down of it."""
        return {"record": self.record, **self.parts}


def locked(connection: sa.Connection, county: int, what: str, ref: str) -> Kept:
    """A record as it stands, locked until the transaction ends. Raises UnknownPlaceError for none."""
    row = query.row(connection, f"merge_{what}", county=county, ref=ref)
    if row is None:
        raise UnknownPlaceError(f"there is no {WORDS[what]} {ref!r} in this county")
    parts = {name: list(row[name]) for name in PARTS}
    return Kept(
        what, row["id"], row["ref"], row["name"], row["kind"], row["at_home"], dict(row["record"]), parts
    )


def take(
    connection: sa.Connection,
    what: str,
    number: int,
    record: Mapping[str, Any],
    columns: Iterable[str],
    now: Any,
) -> None:
    """Bring these columns of a record to what they are in another, kept as JSON."""
    taken = {"id": number, "record": json.dumps(record), "take": sorted(set(columns)), "now": now}
    query.run(connection, f"merge_take_{what}", **taken)


def rewrite_parts(
    connection: sa.Connection, what: str, number: int, parts: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Features, openings, check and contact of a record, in place of what there was."""
    if what == "resource":
        query.run(connection, "merge_clear_parts", id=number)
    else:
        query.run(connection, "merge_clear_contact", id=number)
    owned = {name: [row | {f"{what}_id": number} for row in parts.get(name, ())] for name in PARTS}
    query.run(connection, "merge_parts", **{name: json.dumps(rows) for name, rows in owned.items()})


def put_back(connection: sa.Connection, what: str, kept: Mapping[str, Any]) -> None:
    """A record that went, under its own id and with its parts."""
    query.run(connection, f"merge_put_{what}", record=json.dumps(kept["record"]))
    rewrite_parts(connection, what, kept["record"]["id"], {name: kept[name] for name in PARTS})


def remove(connection: sa.Connection, what: str, number: int) -> None:
    """Take a record away from which everything was moved."""
    table = TABLES[what]
    connection.execute(table.delete().where(table.c.id == number))


def seats(connection: sa.Connection, resources: Iterable[int]) -> Rows:
    """Everything that is held of locked resources, past and to come."""
    return query.rows(connection, "merge_seats", resources=list(resources))


def move_bookings(
    connection: sa.Connection, source: int, target: int, numbers: Sequence[int] | None = None
) -> list[int]:
    """Bookings of one resource become another's, without units; all of them, or those that are named."""
    found = query.rows(connection, "merge_bookings", source=source, target=target, bookings=numbers)
    return [row["id"] for row in found]


def move_matches(connection: sa.Connection, source: int, target: int) -> dict[str, Any]:
    """Matches of one resource become another's; gives what it takes to move them back."""
    twice = query.rows(connection, "merge_twice", kept=target, gone=source)
    found = query.rows(connection, "merge_matches", source=source, target=target, matches=None)
    return {"matches": [row["id"] for row in found], "twice": [dict(row) for row in twice]}


def move_matches_back(connection: sa.Connection, source: int, target: int, moved: Mapping[str, Any]) -> None:
    """The reverse, once the target is there again."""
    query.rows(connection, "merge_matches", source=source, target=target, matches=moved["matches"])
    for row in moved["twice"]:
        told = {"mine": row["mine_id"], "quantity": row["mine_quantity"], "minutes": row["mine_minutes"]}
        query.run(connection, "merge_put_match", theirs=json.dumps(row["theirs"]), **told)


def move_owned(
    connection: sa.Connection, source: int, target: int, moved: Mapping[str, list[int]] | None = None
) -> dict[str, list[int]]:
    """What one organisation offers and asks for becomes another's."""
    which = {"resources": None, "needs": None} if moved is None else moved
    found = query.rows(connection, "merge_owned", source=source, target=target, **which)
    return {thing: [row["id"] for row in found if row["thing"] == thing] for thing in ("resources", "needs")}


def move_home(connection: sa.Connection, number: int, source: int, target: int) -> None:
    """A person's home goes from one record of merge ``number`` to the other; nobody reads it."""
    connection.execute(sa.select(sa.func.hand_home_on(number, source, target)))


def park_home(connection: sa.Connection, number: int, owner: int) -> None:
    """Put the home of a record aside, while merge ``number`` can be undone."""
    connection.execute(sa.select(sa.func.park_home(number, owner)))


def unpark_home(connection: sa.Connection, number: int, owner: int) -> None:
    """Give a home that was put aside to a record."""
    connection.execute(sa.select(sa.func.unpark_home(number, owner)))


def hanging(connection: sa.Connection, one: Kept, wall: datetime) -> Row:
    """How much hangs on a record: coming, past, matches, offers and needs."""
    ids = {"resource": None, "organisation": None} | {one.what: one.id}
    found = query.row(connection, "merge_hanging", wall=wall, **ids)
    assert found is not None  # noqa: S101 - a query of scalars always has its row
    return found


def retire(connection: sa.Connection, county: int, gone: Kept, survivor: int) -> list[str]:
    """The ref of a record that went answers to the survivor, and so do refs that answered to it: which."""
    column = merged.c[f"{gone.what}_id"]
    older = merged.update().where(column == gone.id).values({column: survivor}).returning(merged.c.ref)
    refs = list(connection.scalars(older))
    row = {"county_id": county, "what": gone.what, "ref": gone.ref, column.name: survivor}
    connection.execute(merged.insert().values(**row))
    return refs


def revive(connection: sa.Connection, county: int, what: str, ref: str) -> None:
    """This ref may belong to a record again."""
    connection.execute(merged.delete().where(*_mine(county, what), merged.c.ref == ref))


def point_at(connection: sa.Connection, county: int, what: str, refs: Sequence[str], number: int) -> None:
    """These refs that went answer to another record."""
    mine = merged.update().where(*_mine(county, what), merged.c.ref.in_(refs))
    connection.execute(mine.values({f"{what}_id": number}))


def _mine(county: int, what: str) -> tuple[sa.ColumnElement[bool], ...]:
    return merged.c.county_id == county, merged.c.what == what


def refs(connection: sa.Connection, county: int, what: str) -> dict[str, str]:
    """Refs that went, each with the ref that answers to it."""
    found = query.rows(connection, "merged_refs", county=county, what=what, ref=None)
    return {row["ref"]: row["now"] for row in found}


def ids(connection: sa.Connection, county: int, what: str) -> dict[str, int]:
    """Refs that went, each with the row that answers to it."""
    found = sa.select(merged.c.ref, merged.c[f"{what}_id"]).where(*_mine(county, what))
    return {ref: number for ref, number in connection.execute(found)}  # noqa: C416 - rows, not pairs


def now_called(connection: sa.Connection, county: int, what: str, ref: str) -> str | None:
    """The ref that answers to one that went, or ``None``."""
    row = query.row(connection, "merged_refs", county=county, what=what, ref=ref)
    return None if row is None else str(row["now"])


def add(connection: sa.Connection, **values: Any) -> int:
    """Write a merge down; gives its number."""
    return int(connection.execute(merge.insert().values(**values).returning(merge.c.id)).scalar_one())


def change(connection: sa.Connection, number: int, **values: Any) -> None:
    """What became of a merge."""
    connection.execute(merge.update().where(merge.c.id == number).values(**values))


def one(connection: sa.Connection, county: int, number: int) -> Row:
    """One merge. Raises UnknownPlaceError when there is none."""
    mine = merge.select().where(merge.c.id == number, merge.c.county_id == county)
    found = connection.execute(mine).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError(f"nothing was merged under the number {number}")
    return found


def pairs(connection: sa.Connection, county: int, what: str, *, limit: int) -> Rows:
    """Pairs of records that may be the same."""
    return query.rows(connection, f"merge_pairs_{what}", county=county, limit=limit)


def named(connection: sa.Connection, county: int, what: str, text: str, **besides: Any) -> Rows:
    """Records by words or id, but the one with the ``ref``, of one ``kind`` where it is told."""
    pattern = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    asked = {"ref": "", "kind": "", "limit": 12} | besides
    return query.rows(
        connection, "merge_named", county=county, what=what, text=text, pattern=pattern, **asked
    )
