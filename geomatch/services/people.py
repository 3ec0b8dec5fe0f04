"""Who may do what: accounts, and the roles they hold. Every change is a line of the audit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from geomatch.db import accounts, areas, audit, counties, sessions
from geomatch.db.accounts import Held
from geomatch.db.audit import Entry, What
from geomatch.db.tables.accounts import ROLES
from geomatch.errors import ConflictError, InputError, UnknownPlaceError
from geomatch.model import AreaKind
from geomatch.services.booking import By
from geomatch.services.signing import INVITATION_LASTS


@dataclass(frozen=True, slots=True)
class Wish:
    """A role wished for: its name, the slug of a county and an area as ``ljc/slug``, where it has them."""

    role: str
    county: str | None = None
    area: str | None = None


def invite(door: sa.Engine, email: str, name: str, wishes: Iterable[Wish], by: By) -> tuple[int, str]:
    """An account with these roles, made where there is none; gives its number and the token of a link.

    Raises InputError for a role, a county or an area there is not.
    """
    with door.begin() as connection:
        known = accounts.by_email(connection, email)
        number = accounts.add(connection, email, name)
        if known is None:
            audit.write(connection, _entry(number, by, What.ACCOUNT, did="made"))
        row = accounts.one(connection, number, lock=True)
        if row["closed_at"] is not None:
            _close(connection, number, by, yes=False)
        for wish in wishes:
            _give(connection, number, held(connection, wish), by)
        token = sessions.make_link(connection, email, now=by.now, until=by.now + INVITATION_LASTS)
    return number, token


def give(door: sa.Engine, number: int, wish: Wish, by: By) -> None:
    """Somebody holds one more role, from now on. Raises InputError as ``held``."""
    with door.begin() as connection:
        accounts.one(connection, number, lock=True)
        _give(connection, number, held(connection, wish), by)


def take(door: sa.Engine, number: int, role: int, by: By) -> None:
    """Somebody no longer holds a role (by its row's id).

    Raises ConflictError when nobody would be left to manage the others, UnknownPlaceError for no such role.
    """
    with door.begin() as connection:
        accounts.administrators(connection)
        gone = accounts.take_role(connection, number, role)
        require_administrator(connection)
        audit.write(connection, _entry(number, by, What.ROLE_CHANGE, did="taken", held=gone))


def close(door: sa.Engine, number: int, by: By, *, yes: bool) -> None:
    """Close an account: it opens nothing and its sessions end; or open it again.

    Raises ConflictError when nobody would be left to manage the others.
    """
    with door.begin() as connection:
        accounts.administrators(connection)
        accounts.one(connection, number, lock=True)
        _close(connection, number, by, yes=yes)
        require_administrator(connection)


def forget_second(door: sa.Engine, number: int, by: By) -> None:
    """Somebody lost telephone and recovery codes: they set up the second step anew when they next come in."""
    with door.begin() as connection:
        accounts.change(connection, number, totp=None)
        accounts.save_codes(connection, number, [])
        sessions.end(connection, number)
        audit.write(connection, _entry(number, by, What.ACCOUNT, did="second step forgotten"))


def end_sessions(door: sa.Engine, number: int, by: By) -> None:
    """Sign somebody out everywhere."""
    with door.begin() as connection:
        sessions.end(connection, number)
        audit.write(connection, _entry(number, by, What.ACCOUNT, did="signed out everywhere"))


def held(connection: sa.Connection, wish: Wish) -> Held:
    """A role as it is kept. Raises InputError for a role, a county or an area there is not."""
    if wish.role not in ROLES:
        raise InputError(f"role {wish.role!r}; expected one of {', '.join(ROLES)}")
    if (wish.role == "ljc_member") != (wish.area is not None):
        raise InputError(
            "a member belongs to an area, and nobody else does: --role ljc_member --area ljc/SLUG"
        )
    if wish.area is None:
        return Held(wish.role, None if wish.county is None else counties.chosen(connection, wish.county).id)
    kind, _, code = wish.area.partition("/")
    county = counties.chosen(connection, wish.county)
    known = [each for each, _ in areas.names(connection, county.id, AreaKind.LJC)]
    if kind != "ljc" or code not in known:
        raise UnknownPlaceError(
            f"area {wish.area!r}; expected one of " + ", ".join(f"ljc/{each}" for each in known)
        )
    return Held(wish.role, county.id, wish.area)


def _give(connection: sa.Connection, number: int, wanted: Held, by: By) -> None:
    if wanted in accounts.roles(connection, number):
        return
    accounts.give_role(connection, number, wanted)
    audit.write(connection, _entry(number, by, What.ROLE_CHANGE, did="given", held=wanted))


def _close(connection: sa.Connection, number: int, by: By, *, yes: bool) -> None:
    moment: datetime | None = by.now if yes else None
    accounts.change(connection, number, closed_at=moment)
    if yes:
        sessions.end(connection, number)
    audit.write(connection, _entry(number, by, What.ACCOUNT, did="closed" if yes else "opened again"))


def require_administrator(connection: sa.Connection) -> None:
    """Raises ConflictError where nobody is left who may manage accounts."""
    if not accounts.administrators(connection):
        raise ConflictError(
            "nobody would be left to manage the others; make somebody else an administrator first"
        )


def _entry(number: int, by: By, what: What, *, did: str, held: Held | None = None) -> Entry:
    detail = {"did": did}
    if held is not None:
        detail |= {"role": held.role, "area": held.area or ""}
    return Entry(
        by.accountable, what, about=f"account/{number}", account_id=by.account,
        county_id=held.county if held else None, detail=detail,
    )  # fmt: skip
