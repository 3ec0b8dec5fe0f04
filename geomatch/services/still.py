"""Owners are asked by letter, once, whether what they offer or ask for still is so; one link answers it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa

from geomatch.confidence import ASK_DAYS
from geomatch.db import counties, letters, still
from geomatch.db.counties import County
from geomatch.errors import UnknownPlaceError
from geomatch.matching.rules import Rules
from geomatch.services.booking import By

STILL = "still-true"
WHATS = ("resource", "need")
_GOOD = {"resource": "offered, good until", "need": "asked for, good until"}
OPEN = timedelta(days=120)
"""For how long the link opens something."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link asks about, and until when each would be good from today on."""

    county: int
    rows: tuple[sa.RowMapping, ...]
    until: tuple[date, ...]


def ask(door: sa.Engine, site: str, by: By) -> int:
    """Write to every owner whose word runs out within a month or has run out; gives how many letters.

    Each owner in a transaction of its own, one letter for all of theirs, and once for each such day.
    """
    with door.connect() as connection:
        rows = still.due(connection, by.wall.date(), days=ASK_DAYS)
    owners = groupby(rows, key=lambda row: (row["county_id"], row["email"].lower()))
    return sum(_one(door, site, list(mine), by) for _, mine in owners)


def _one(door: sa.Engine, site: str, rows: Sequence[sa.RowMapping], by: By) -> int:
    first = rows[0]
    with door.begin() as connection:
        if not still.asked(connection, rows, by.now):
            connection.rollback()
            return 0
        about = {f"{what}s": [row["id"] for row in rows if row["what"] == what] for what in WHATS}
        token = letters.make_link(
            connection, first["county_id"], STILL, about=about, now=by.now, until=by.now + OPEN
        )
        lines = "".join(
            f"  – {row['name']} ({_GOOD[row['what']]} {row['until']:%-d %B %Y})\n" for row in rows
        )
        hello = f"Dear {first['owner']}" if first["owner"] else "Hello"
        words = _ASKED.format(hello=hello, lines=lines, link=f"{site}/still-true/{token}")
        to = (first["email"], first["owner"])
        letters.write(connection, first["county_id"], to, subject="Is this still true?", body=words)
    return 1


def question(connection: sa.Connection, token: str, by: By) -> Asked:
    """What a link asks about. Raises UnknownPlaceError when it was used, or its time is over."""
    link = letters.follow(connection, token, STILL, now=by.now)
    rows = tuple(still.those(connection, link["about"]))
    if not rows:
        raise UnknownPlaceError("what this link was about is neither offered nor asked for any more")
    county = next(each for each in counties.every(connection) if each.id == link["county_id"])
    rules = Rules.of(county.settings.get("matching", {}))
    today = by.wall.date()
    days = (rules.stale(row["kind"]) if row["kind"] else rules.stale_days for row in rows)
    return Asked(county.id, rows, tuple(today + timedelta(days=each) for each in days))


def answer(door: sa.Engine, token: str, gone: Collection[str], by: By) -> tuple[int, int]:
    """All of it still is true, but for those ``gone``, by ``mark``; gives how many of each."""
    with door.begin() as connection:
        asked = question(connection, token, by)
        letters.follow(connection, token, STILL, now=by.now, use=True)
        for row, until in zip(asked.rows, asked.until, strict=True):
            _settle(connection, row, until, by, gone=mark(row) in gone)
        left = sum(mark(row) in gone for row in asked.rows)
    return len(asked.rows) - left, left


def mark(row: sa.RowMapping) -> str:
    """What stands for a row in the form behind the link."""
    return f"{row['what']}-{row['id']}"


def _settle(connection: sa.Connection, row: sa.RowMapping, until: date, by: By, *, gone: bool) -> None:
    number = row["id"]
    if row["what"] == "need":
        still.drop(connection, number) if gone else still.want(connection, number, by.now)
    elif gone:
        still.withdraw(connection, number, by.wall.date())
    else:
        still.vouch(connection, number, until)


def confirm(connection: sa.Connection, county: County, ref: str, by: By) -> date:
    """Whoever offers it says, unasked, that it still is true; gives until when it is good now.

    Raises UnknownPlaceError for what is not offered.
    """
    row = still.called(connection, county.id, ref)
    if row is None:
        raise UnknownPlaceError(f"{ref!r} is not offered")
    days = Rules.of(county.settings.get("matching", {})).stale(row["kind"])
    until = by.wall.date() + timedelta(days=days)
    still.vouch(connection, row["id"], until)
    return until


_ASKED = """{hello},

You told the villages round you of this:

{lines}
Is it still true? One click and you are done:

  {link}

It needs no password. What nobody confirms is not shown after its day, and comes back when you do.

With thanks,
the broker's desk
"""
