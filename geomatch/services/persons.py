"""Somebody's rights: everything that is here about them, told; and erased, with nothing left but counts."""

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from geomatch.db import accounts, audit, counties, homes, persons
from geomatch.db.audit import Entry, What
from geomatch.db.counties import County
from geomatch.db.persons import Person
from geomatch.errors import UnknownPlaceError
from geomatch.exporters.spreadsheet import harmless
from geomatch.privacy import keyed
from geomatch.progress import Progress, silent
from geomatch.services import people


@dataclass(frozen=True, slots=True)
class Asker:
    """Who acts for somebody, as the audit names them (an account by its number), and why; no names."""

    who: str
    why: str = ""
    account: int | None = None


def export(door: sa.Engine, slug: str | None, given: str, by: Asker) -> dict[str, Any]:
    """Everything about one person, by table; written down as an export.

    ``given`` is an e-mail address or the id of a volunteer. Raises UnknownPlaceError for nobody.
    """
    with door.begin() as connection:
        county, person = _found(connection, slug, given)
        rows = persons.told(connection, person)
        counts = {name: len(found) for name, found in rows.items()}
        homes.told(connection, county.id, who=by.who, about="export", homes=counts.get("homes.home", 0))
        _written(connection, county, by, (What.EXPORT, counts))
    return {"county": county.slug, "records": rows}


def erase(
    door: sa.Engine, slug: str | None, given: str, by: Asker, *, secret: bytes, progress: Progress = silent
) -> dict[str, Any]:
    """Remove everything about one person; gives a stand-in that is left of them, and counts by table.

    The stand-in is made with the secret, so that who is asked for again can be known to be gone, and nobody
    without it can tell whose it is. Raises UnknownPlaceError for nobody, ConflictError for the last who may
    manage accounts.
    """
    with door.begin() as connection:
        county, person = _found(connection, slug, given)
        left = stand_in(given, secret)
        managers = accounts.administrators(connection) if person.accounts else 0
        counts = persons.erase(connection, person, left, progress=progress)
        if managers:
            people.require_administrator(connection)
        _written(connection, county, by, (What.ERASURE, {"stand_in": left, **counts}))
    return {"county": county.slug, "stand_in": left, "removed": counts}


def stand_in(given: str, secret: bytes) -> str:
    """What is left of whoever was asked for by this; nobody without the secret can tell who that was."""
    return f"erased-{keyed.digest(secret, 'erased', given.strip().lower()).hex()[:12]}"


def forget_letters(folder: Path, given: str) -> int:
    """Take the letters to an address out of a folder that letters are written to; gives how many."""
    gone = 0
    for each in folder.glob("*.eml") if "@" in given and folder.is_dir() else ():
        if given.strip().lower().encode() in each.read_bytes().lower():
            each.unlink()
            gone += 1
    return gone


def as_json(told: dict[str, Any]) -> str:
    """An export as one JSON document."""
    return json.dumps(told, ensure_ascii=False, indent=1, default=str)


def as_csv(told: dict[str, Any]) -> str:
    """An export as rows table, row, column, value; nothing in it is a live formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("table", "row", "column", "value"))
    for table, row, column, value in persons.one_of_many(told["records"]):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        writer.writerow((table, harmless(row), column, harmless(text)))
    return "\ufeff" + out.getvalue()


def _found(connection: sa.Connection, slug: str | None, given: str) -> tuple[County, Person]:
    county = counties.chosen(connection, slug)
    person = persons.find(connection, county.id, given)
    if not person.known:
        raise UnknownPlaceError(
            f"nobody in {county.name} goes by {given!r}; expected an e-mail address or a volunteer's id"
        )
    return county, person


def _written(connection: sa.Connection, county: County, by: Asker, what: tuple[What, dict[str, Any]]) -> None:
    kind, detail = what
    entry = Entry(by.who, kind, "person", by.why, by.account, county.id, detail)
    audit.write(connection, entry)
