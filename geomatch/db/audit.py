"""The audit: who did what, when and why, for everything that must be answered for.

A line is written in the transaction of what it tells, with the ids of what it is about and no personal data
in its words. Nothing changes a line afterwards; ``verify`` finds whatever was changed all the same.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.tables import audit_entry, audit_head

_FIELDS = ("id", "at", "who", "account_id", "what", "county_id", "about", "why", "detail")
"""What a line's hash is made of, after its number, in this order; as in the migration that made the chain."""

_AT_ONCE = 2_000


class What(StrEnum):
    """What may be done that must be answered for."""

    HOME_READ = "home-read"
    EXPORT = "export"
    ERASURE = "erasure"
    ROLE_CHANGE = "role-change"
    MATCH = "match"
    OVERRIDE = "override"
    SIGN_IN = "sign-in"
    ACCOUNT = "account"
    PUBLISHED = "published"
    COMPLAINT = "complaint"
    RETENTION = "retention"
    RESTORE = "restore"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. ``who`` acts: ``account 12``, ``postman``, ``command``; ``about`` is ``need/warm-room``.

    ``why`` is a reason somebody gave; ``detail`` holds ids and counts, never a name, an address or a place.
    """

    who: str
    what: What
    about: str = ""
    why: str = ""
    account_id: int | None = None
    county_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ended: the number of its last line and its hash, in hexadecimal."""

    number: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What ``verify`` found: ``broken`` in words, empty when the chain holds. ``name`` is the chain's own."""

    name: str
    head: Head
    lines: int
    let_go: int
    broken: tuple[str, ...]


def write(connection: sa.Connection, entry: Entry) -> int:
    """Add a line, in the caller's transaction; gives its id. It joins the chain when that commits."""
    values = {
        name: getattr(entry, name) for name in ("who", "what", "about", "why", "account_id", "county_id")
    }
    made = audit_entry.insert().values(**values, detail=dict(entry.detail)).returning(audit_entry.c.id)
    return int(connection.execute(made).scalar_one())


def lines(
    connection: sa.Connection,
    *,
    what: str | None = None,
    about: str | None = None,
    account_id: int | None = None,
    before: datetime | None = None,
    slice_: tuple[int, int] = (50, 0),
) -> Sequence[sa.RowMapping]:
    """Lines of a kind, about one thing, of one account, before a moment; the newest first.

    ``slice_`` is (how many, after how many).
    """
    wanted = audit_entry.select()
    for column, value in (("what", what), ("about", about), ("account_id", account_id)):
        if value is not None:
            wanted = wanted.where(audit_entry.c[column] == value)
    if before is not None:
        wanted = wanted.where(audit_entry.c.at < before)
    newest = wanted.order_by(audit_entry.c.id.desc()).limit(slice_[0]).offset(slice_[1])
    return connection.execute(newest).mappings().all()


def name(connection: sa.Connection) -> str:
    """The chain's own name, by which a head that was kept elsewhere finds it."""
    return str(connection.execute(sa.select(audit_head.c.name)).scalar_one())


def head(connection: sa.Connection) -> Head:
    """Where the chain ends now: to be noted elsewhere."""
    end = connection.execute(audit_head.select()).mappings().one()
    return Head(end["number"], end["sha256"].hex())


def let_go(connection: sa.Connection, before: datetime) -> int:
    """Let lines older than ``before`` go, as their retention says; for the owner alone. Counts them."""
    return int(connection.execute(sa.select(sa.func.audit.let_go(before))).scalar_one())


def verify(connection: sa.Connection, *, noted: Iterable[Head] = ()) -> Verdict:
    """Make every hash again and say what does not hold: lines changed, missing, outside the chain, cut off.

    ``noted`` are heads that were noted elsewhere earlier; only they tell when somebody who may do everything
    cut the end off or made all hashes anew.
    """
    end = connection.execute(audit_head.select()).mappings().one()
    found = Head(end["number"], end["sha256"].hex())
    hashes: dict[int, str] = {end["base"]: end["base_sha256"].hex()}
    wanted = {each.number for each in noted}
    broken: list[str] = []
    number, previous, count = end["base"], end["base_sha256"], 0
    for row in _rows(connection):
        if row["number"] is None:
            broken.append(f"line {row['id']} is outside the chain")
            continue
        broken += _wrong(row, number, previous)
        number, previous, count = row["number"], row["sha256"], count + 1
        if number in wanted:
            hashes[number] = previous.hex()
    broken += _wrong_end(Head(number, previous.hex()), found)
    broken += [words for each in noted for words in _wrong_noted(each, hashes, end["base"], found)]
    return Verdict(str(end["name"]), found, count, end["base"], tuple(broken))


def _rows(connection: sa.Connection) -> Iterator[sa.RowMapping]:
    reading = connection.execution_options(yield_per=_AT_ONCE)
    yield from reading.execute(query.text("audit_lines")).mappings()


def _wrong(row: Mapping[Any, Any], before: int, previous: bytes) -> Iterator[str]:
    number = row["number"]
    if number > before + 1:
        gone = f"line {before + 1} is" if number == before + 2 else f"lines {before + 1} to {number - 1} are"
        yield f"{gone} missing"
    if row["id"] is None:
        yield f"line {number} is missing"
    elif number == before + 1 and digest(previous, row) != row["sha256"]:
        yield f"line {number} was changed"


def _wrong_end(last: Head, found: Head) -> Iterator[str]:
    if last.number < found.number:
        yield f"the end is cut off: lines {last.number + 1} to {found.number} are missing"
    elif last != found:
        yield "the head is not that of the last line"


def _wrong_noted(noted: Head, hashes: Mapping[int, str], base: int, found: Head) -> Iterator[str]:
    if noted.number > found.number:
        yield f"the end is cut off: line {noted.number} was noted and the chain ends at {found.number}"
    elif noted.number in hashes and hashes[noted.number] != noted.sha256:
        yield f"the chain was made anew: at line {noted.number} the hash noted is another"
    elif noted.number >= base and noted.number not in hashes:
        yield f"line {noted.number} was noted and is missing"


def digest(previous: bytes, row: Mapping[Any, Any]) -> bytes:
    """The hash of a line in its place: of the hash before and every field as ``length:text``, or ``-``."""
    told = []
    for name in ("number", *_FIELDS):
        if row[name] is None:
            told.append("-")
        else:
            told.append(f"{len(str(row[name]).encode())}:{row[name]}")
    return hashlib.sha256(previous + ",".join(told).encode()).digest()
