"""Owners are asked by letter, once, whether what they offer still is true; one link answers for all of it."""

from collections.abc import Sequence
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
        about = {"resources": [row["id"] for row in rows]}
        token = letters.make_link(
            connection, first["county_id"], STILL, about=about, now=by.now, until=by.now + OPEN
        )
        lines = "".join(f"  – {row['name']} (good until {row['until']:%-d %B %Y})\n" for row in rows)
        hello = f"Dear {first['owner']}" if first["owner"] else "Hello"
        words = _ASKED.format(hello=hello, lines=lines, link=f"{site}/still-true/{token}")
        to = (first["email"], first["owner"])
        letters.write(connection, first["county_id"], to, subject="Is this still true?", body=words)
    return 1


def question(connection: sa.Connection, token: str, by: By) -> Asked:
    """What a link asks about. Raises UnknownPlaceError when it was used, or its time is over."""
    link = letters.follow(connection, token, STILL, now=by.now)
    rows = tuple(still.those(connection, link["about"]["resources"]))
    if not rows:
        raise UnknownPlaceError("what this link was about is offered no more")
    county = next(each for each in counties.every(connection) if each.id == link["county_id"])
    rules = Rules.of(county.settings.get("matching", {}))
    today = by.wall.date()
    return Asked(county.id, rows, tuple(today + timedelta(days=rules.stale(row["kind"])) for row in rows))


def answer(door: sa.Engine, token: str, gone: Sequence[int], by: By) -> tuple[int, int]:
    """All of it still is true, but for those ``gone``, which are offered no more; gives how many of each."""
    with door.begin() as connection:
        asked = question(connection, token, by)
        letters.follow(connection, token, STILL, now=by.now, use=True)
        for row, until in zip(asked.rows, asked.until, strict=True):
            if row["id"] in gone:
                still.withdraw(connection, row["id"], by.wall.date())
            else:
                still.vouch(connection, row["id"], until)
        left = sum(row["id"] in gone for row in asked.rows)
    return len(asked.rows) - left, left


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

You offer this to the villages round you:

{lines}
Is it still true? One click and you are done:

  {link}

It needs no password. What nobody confirms is not offered after its day, and comes back when you do.

With thanks,
the broker's desk
"""
