"""Who asks to belong to which organisation."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from geomatch.db.tables import account, joining, member, organisation
from geomatch.errors import UnknownPlaceError

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]

_TOLD = (
    joining.c.id,
    joining.c.account_id,
    joining.c.organisation_id,
    joining.c.words,
    joining.c.asked_at,
    joining.c.refused_at,
    account.c.email,
    account.c.name.label("person"),
    organisation.c.ref,
    organisation.c.name,
)


def _all(county: int) -> "sa.Select[tuple[object, ...]]":
    joined = joining.join(account, account.c.id == joining.c.account_id).join(
        organisation, organisation.c.id == joining.c.organisation_id
    )
    return sa.select(*_TOLD).select_from(joined).where(organisation.c.county_id == county)


def waiting(connection: sa.Connection, county: int, *, member_of: int | None = None) -> Rows:
    """Who waits for an answer, the longest first; of the groups of one account, where one is given."""
    mine = _all(county).where(joining.c.refused_at.is_(None), account.c.closed_at.is_(None))
    if member_of is not None:
        theirs = sa.select(member.c.organisation_id).where(member.c.account_id == member_of)
        mine = mine.where(joining.c.organisation_id.in_(theirs))
    return connection.execute(mine.order_by(joining.c.asked_at, joining.c.id)).mappings().all()


def asked_by(connection: sa.Connection, county: int, number: int) -> Rows:
    """What somebody asked for, waiting or refused."""
    mine = _all(county).where(joining.c.account_id == number).order_by(organisation.c.name, joining.c.id)
    return connection.execute(mine).mappings().all()


def one(connection: sa.Connection, county: int, number: int) -> Row:
    """One that waits, locked. Raises UnknownPlaceError when it does not, or not any more."""
    mine = _all(county).where(joining.c.id == number, joining.c.refused_at.is_(None))
    found = connection.execute(mine.with_for_update(of=joining)).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError(f"nobody waits to be answered under the number {number}")
    return found


def ask(connection: sa.Connection, number: int, organisation_id: int, words: str, now: datetime) -> None:
    """Somebody asks, for the first time or again."""
    forget(connection, number, organisation_id)
    values = {"account_id": number, "organisation_id": organisation_id, "words": words, "asked_at": now}
    connection.execute(joining.insert().values(**values))


def refuse(connection: sa.Connection, number: int, now: datetime) -> None:
    """The answer is no."""
    connection.execute(joining.update().where(joining.c.id == number).values(refused_at=now))


def forget(connection: sa.Connection, number: int, organisation_id: int) -> None:
    """Nothing is asked any more."""
    mine = joining.c.account_id == number, joining.c.organisation_id == organisation_id
    connection.execute(joining.delete().where(*mine))


def members(connection: sa.Connection, organisation_id: int) -> Rows:
    """Whom a question about a group goes to: account_id, email and name of those who belong to it."""
    mine = (
        sa.select(account.c.id, account.c.email, account.c.name)
        .select_from(member.join(account, account.c.id == member.c.account_id))
        .where(member.c.organisation_id == organisation_id, account.c.closed_at.is_(None))
    )
    return connection.execute(mine.order_by(account.c.id)).mappings().all()


def named(connection: sa.Connection, county: int, text: str, *, ref: str = "") -> Rows:
    """Groups whose names hold a text, or the one of an id: id, ref and name; 20 at most."""
    shown = organisation.c.county_id == county, organisation.c.withdrawn_on.is_(None)
    holds = sa.func.strpos(sa.func.lower(organisation.c.name), text.lower()) > 0
    mine = sa.select(organisation.c.id, organisation.c.ref, organisation.c.name).where(
        *shown, organisation.c.ref == ref if ref else holds
    )
    return (
        connection.execute(mine.order_by(organisation.c.name, organisation.c.ref).limit(20)).mappings().all()
    )
