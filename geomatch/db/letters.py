"""Letters to be sent, and the links in them. Both are written in the transaction of what they are about."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from geomatch.db.tables import letter, link
from geomatch.errors import UnknownPlaceError

Rows = Sequence[sa.RowMapping]

PATIENCE = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""How long a letter waits after each try that failed; after the last it waits as long again, and again."""


def write(
    connection: sa.Connection,
    county_id: int | None,
    to: tuple[str, str],
    *,
    subject: str,
    body: str,
    about: Mapping[str, Any] | None = None,
) -> int:
    """Keep a letter to (address, name) until it is sent; gives its number.

    One about somebody's account belongs to no county.
    """
    address, name = to
    row = {"county_id": county_id, "address": address, "name": name, "subject": subject, "body": body}
    made = letter.insert().values(**row, about=dict(about or {})).returning(letter.c.id)
    return int(connection.execute(made).scalar_one())


def next_due(connection: sa.Connection, now: datetime) -> sa.RowMapping | None:
    """One letter that is due, held for this transaction; another sender meanwhile takes another one."""
    waiting = letter.select().where(letter.c.sent_at.is_(None), letter.c.due_at <= now)
    first = waiting.order_by(letter.c.due_at, letter.c.id).limit(1).with_for_update(skip_locked=True)
    return connection.execute(first).mappings().one_or_none()


def mark_sent(connection: sa.Connection, number: int, now: datetime) -> None:
    """This letter is on its way."""
    connection.execute(letter.update().where(letter.c.id == number).values(sent_at=now, refusal=""))


def put_off(connection: sa.Connection, number: int, now: datetime, *, refusal: str) -> None:
    """This letter could not be sent; it is tried again later."""
    tries = connection.scalar(sa.select(letter.c.tries).where(letter.c.id == number)) or 0
    later = now + PATIENCE[min(tries, len(PATIENCE) - 1)]
    values = {"tries": tries + 1, "due_at": later, "refusal": refusal}
    connection.execute(letter.update().where(letter.c.id == number).values(**values))


def unsent(connection: sa.Connection) -> Rows:
    """Every letter that waits, with the last refusal, the longest waiting first."""
    return (
        connection.execute(letter.select().where(letter.c.sent_at.is_(None)).order_by(letter.c.id))
        .mappings()
        .all()
    )


def make_link(
    connection: sa.Connection,
    county_id: int,
    purpose: str,
    *,
    about: Mapping[str, Any],
    now: datetime,
    until: datetime,
) -> str:
    """A token that, until a time, may do one thing; only its hash is kept."""
    token = secrets.token_urlsafe(24)
    row = {"token_sha256": _hash(token), "county_id": county_id, "purpose": purpose, "about": dict(about)}
    connection.execute(link.insert().values(**row, made_at=now, until=until))
    return token


def follow(
    connection: sa.Connection, token: str, purpose: str, *, now: datetime, use: bool = False
) -> sa.RowMapping:
    """What a link is about; with ``use`` it opens nothing a second time.

    Raises UnknownPlaceError when there is no such link, or its time is over, or it was used.
    """
    mine = sa.and_(
        link.c.token_sha256 == _hash(token),
        link.c.purpose == purpose,
        link.c.until > now,
        link.c.used_at.is_(None),
    )
    asked = (
        link.update().where(mine).values(used_at=now).returning(link) if use else link.select().where(mine)
    )
    found = connection.execute(asked).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError("this link was used already, or its time is over; ask for a new one")
    return found


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
