"""What keeps somebody signed in, and what signs them in: sessions, one-time links, tokens, tries."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.accounts import Row, Rows
from geomatch.db.tables import account, api_token, attempt, one_time_link, session
from geomatch.errors import UnknownPlaceError

FORGOTTEN = timedelta(days=1)
"""After which tries at signing in, and links whose time is over, are forgotten."""


def hashed(token: str) -> bytes:
    """What is kept of a token; tokens have 256 bits, so no slow hash is called for."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def start(connection: sa.Connection, number: int, *, now: datetime, until: datetime, device: str) -> str:
    """A new session; gives its token, of which only the hash is kept."""
    token = secrets.token_urlsafe(32)
    values = {"account_id": number, "made_at": now, "seen_at": now, "until": until, "device": device}
    connection.execute(session.insert().values(token_sha256=hashed(token), **values))
    return token


def found(connection: sa.Connection, token: str, now: datetime) -> Row | None:
    """A session that still runs with its account's columns, prefixed ``account_``; roles are apart."""
    return query.row(connection, "session_found", token=hashed(token), now=now)


def seen(connection: sa.Connection, number: int, now: datetime) -> None:
    """Somebody was here."""
    connection.execute(session.update().where(session.c.id == number).values(seen_at=now))


def second_given(connection: sa.Connection, number: int, now: datetime) -> None:
    """The second factor was given in this session."""
    connection.execute(session.update().where(session.c.id == number).values(second_at=now))


def listed(connection: sa.Connection, number: int, now: datetime) -> Rows:
    """Sessions of an account that still run, the latest seen first."""
    mine = session.select().where(session.c.account_id == number, session.c.until > now)
    return connection.execute(mine.order_by(session.c.seen_at.desc(), session.c.id.desc())).mappings().all()


def end(connection: sa.Connection, number: int, *, only: int | None = None, but: int | None = None) -> int:
    """End sessions of an account: ``only`` one, or all ``but`` one, or all; gives how many."""
    mine = session.delete().where(session.c.account_id == number)
    if only is not None:
        mine = mine.where(session.c.id == only)
    if but is not None:
        mine = mine.where(session.c.id != but)
    return connection.execute(mine).rowcount


def make_link(connection: sa.Connection, email: str, *, now: datetime, until: datetime) -> str:
    """A token that once, until a time, says that somebody has this address."""
    token = secrets.token_urlsafe(32)
    connection.execute(one_time_link.delete().where(one_time_link.c.until < now - FORGOTTEN))
    connection.execute(
        one_time_link.insert().values(token_sha256=hashed(token), email=email, made_at=now, until=until)
    )
    return token


def link(connection: sa.Connection, token: str, *, now: datetime, use: bool = False) -> str:
    """Whose address a link is for; with ``use`` it opens nothing a second time.

    Raises UnknownPlaceError when there is no such link, or its time is over, or it was used.
    """
    mine = sa.and_(
        one_time_link.c.token_sha256 == hashed(token),
        one_time_link.c.until > now,
        one_time_link.c.used_at.is_(None),
    )
    asked = sa.select(one_time_link.c.email).where(mine)
    if use:
        asked = one_time_link.update().where(mine).values(used_at=now).returning(one_time_link.c.email)  # type: ignore[assignment]
    email = connection.execute(asked).scalar_one_or_none()
    if email is None:
        raise UnknownPlaceError("this link was used already, or its time is over; ask for a new one")
    return str(email)


def tried(connection: sa.Connection, what: str, subject: bytes, *, now: datetime, within: timedelta) -> int:
    """Note one more try; how many there were within this time, this one included."""
    connection.execute(attempt.delete().where(attempt.c.at < now - FORGOTTEN))
    connection.execute(attempt.insert().values(what=what, subject=subject, at=now))
    mine = sa.select(sa.func.count()).where(
        attempt.c.what == what, attempt.c.subject == subject, attempt.c.at > now - within
    )
    return int(connection.execute(mine).scalar_one())


def forgive(connection: sa.Connection, what: str, subject: bytes) -> None:
    """Forget tries, because one of them was right."""
    connection.execute(attempt.delete().where(attempt.c.what == what, attempt.c.subject == subject))


def make_token(connection: sa.Connection, number: int, name: str, *, now: datetime, until: datetime) -> str:
    """A token for a program; only its hash is kept."""
    token = "gm_" + secrets.token_urlsafe(32)
    connection.execute(
        api_token.insert().values(
            token_sha256=hashed(token), account_id=number, name=name, made_at=now, until=until
        )
    )
    return token


def token(connection: sa.Connection, given: str, now: datetime) -> int | None:
    """Whose token this is, an open account's; and note that it was used."""
    mine = (
        api_token.update()
        .where(
            api_token.c.token_sha256 == hashed(given),
            api_token.c.until > now,
            api_token.c.account_id == account.c.id,
            account.c.closed_at.is_(None),
        )
        .values(used_at=now)
        .returning(api_token.c.account_id)
    )
    found_ = connection.execute(mine).scalar_one_or_none()
    return None if found_ is None else int(found_)


def tokens(connection: sa.Connection, number: int, now: datetime) -> Rows:
    """Tokens of an account that still open something."""
    mine = api_token.select().where(api_token.c.account_id == number, api_token.c.until > now)
    return connection.execute(mine.order_by(api_token.c.id)).mappings().all()


def end_token(connection: sa.Connection, number: int, token_id: int) -> None:
    """A token opens nothing any more."""
    connection.execute(api_token.delete().where(api_token.c.account_id == number, api_token.c.id == token_id))
