"""Accounts, the roles they hold, the organisations they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.tables import account, member, organisation, recovery_code, role_held, trusted
from geomatch.errors import UnknownPlaceError

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]


@dataclass(frozen=True, slots=True)
class Held:
    """A role somebody holds: in one county (its row's id) or in all; a member of one area, ``ljc/slug``."""

    role: str
    county: int | None = None
    area: str | None = None


def by_email(connection: sa.Connection, email: str) -> Row | None:
    """The account of an address, closed ones too."""
    return connection.execute(account.select().where(account.c.email == email)).mappings().one_or_none()


def one(connection: sa.Connection, number: int, *, lock: bool = False) -> Row:
    """One account. Raises UnknownPlaceError when there is none."""
    wanted = account.select().where(account.c.id == number)
    found = connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError(f"there is no account {number}")
    return found


def add(connection: sa.Connection, email: str, name: str = "") -> int:
    """The account of an address, made where there is none; gives its number."""
    made = sa.text(
        "insert into people.account (email, name) values (:email, :name) on conflict (email) do nothing"
    )
    connection.execute(made, {"email": email, "name": name})
    return int(connection.execute(sa.select(account.c.id).where(account.c.email == email)).scalar_one())


def change(connection: sa.Connection, number: int, **values: Any) -> None:
    """Change an account's own columns."""
    connection.execute(account.update().where(account.c.id == number).values(**values))


def use_step(connection: sa.Connection, number: int, step: int) -> bool:
    """Note the half minute whose code was used; ``False`` when it, or a later one, was used before."""
    fresh = account.update().where(account.c.id == number, account.c.totp_step < step).values(totp_step=step)
    return connection.execute(fresh).rowcount == 1


def roles(connection: sa.Connection, number: int) -> frozenset[Held]:
    """The roles that an account holds."""
    mine = sa.select(role_held.c.role, role_held.c.county_id, role_held.c.area)
    return frozenset(Held(*row) for row in connection.execute(mine.where(role_held.c.account_id == number)))


def role_rows(connection: sa.Connection, number: int) -> Rows:
    """The same with their own ids and the names of counties and areas, for a page."""
    return query.rows(connection, "account_roles", account=number)


def give_role(connection: sa.Connection, number: int, held: Held) -> None:
    """An account holds one more role."""
    values = {"role": held.role, "county_id": held.county, "area": held.area}
    connection.execute(role_held.insert().values(account_id=number, **values))


def take_role(connection: sa.Connection, number: int, role: int) -> Held:
    """An account no longer holds a role (by its row's id). Raises UnknownPlaceError when it did not."""
    mine = role_held.delete().where(role_held.c.id == role, role_held.c.account_id == number)
    found = connection.execute(
        mine.returning(role_held.c.role, role_held.c.county_id, role_held.c.area)
    ).one_or_none()
    if found is None:
        raise UnknownPlaceError("they do not hold this role any more")
    return Held(*found)


def administrators(connection: sa.Connection) -> int:
    """How many accounts that are open may manage the others; locks them until the transaction ends."""
    connection.execute(sa.text("lock table people.role_held in share row exclusive mode"))
    joined = role_held.join(account)
    mine = sa.select(sa.func.count(sa.distinct(account.c.id))).select_from(joined)
    open_ = mine.where(role_held.c.role == "administrator", account.c.closed_at.is_(None))
    return int(connection.execute(open_).scalar_one())


def listed(connection: sa.Connection, text: str | None, *, slice_: tuple[int, int]) -> Rows:
    """Accounts with their roles and ``total``, by address; ``slice_`` is (how many, after how many)."""
    limit, offset = slice_
    return query.rows(connection, "account_list", text=text, limit=limit, offset=offset)


def organisations(connection: sa.Connection, number: int, county: int) -> Rows:
    """The organisations of one county that somebody belongs to, with ``trusted`` and ``withdrawn``."""
    return query.rows(connection, "account_organisations", account=number, county=county)


def join(connection: sa.Connection, number: int, organisation_id: int) -> None:
    """Somebody belongs to an organisation; twice is once."""
    known = sa.select(member.c.account_id).where(
        member.c.account_id == number, member.c.organisation_id == organisation_id
    )
    if connection.execute(known).one_or_none() is None:
        connection.execute(member.insert().values(account_id=number, organisation_id=organisation_id))


def leave(connection: sa.Connection, number: int, organisation_id: int) -> None:
    """Somebody no longer belongs to an organisation."""
    connection.execute(
        member.delete().where(member.c.account_id == number, member.c.organisation_id == organisation_id)
    )


def organisation_id(connection: sa.Connection, county: int, ref: str) -> int | None:
    """The row of an organisation by its own id."""
    wanted = sa.select(organisation.c.id).where(organisation.c.county_id == county, organisation.c.ref == ref)
    return connection.execute(wanted).scalar_one_or_none()


def trust(connection: sa.Connection, organisation_id: int, *, yes: bool) -> None:
    """Whether what an organisation posts is published at once."""
    connection.execute(trusted.delete().where(trusted.c.organisation_id == organisation_id))
    if yes:
        connection.execute(trusted.insert().values(organisation_id=organisation_id))


def save_codes(connection: sa.Connection, number: int, hashes: Iterable[bytes]) -> None:
    """New recovery codes in place of all old ones."""
    connection.execute(recovery_code.delete().where(recovery_code.c.account_id == number))
    rows: list[Mapping[str, Any]] = [{"account_id": number, "code_sha256": each} for each in hashes]
    if rows:
        connection.execute(recovery_code.insert(), rows)


def use_code(connection: sa.Connection, number: int, hashed: bytes, now: datetime) -> bool:
    """Use a recovery code up; ``False`` when it is none of theirs, or was used."""
    fresh = recovery_code.update().where(
        recovery_code.c.account_id == number,
        recovery_code.c.code_sha256 == hashed,
        recovery_code.c.used_at.is_(None),
    )
    return connection.execute(fresh.values(used_at=now)).rowcount == 1


def codes_left(connection: sa.Connection, number: int) -> int:
    """How many recovery codes somebody has left."""
    mine = sa.select(sa.func.count()).where(
        recovery_code.c.account_id == number, recovery_code.c.used_at.is_(None)
    )
    return int(connection.execute(mine).scalar_one())
