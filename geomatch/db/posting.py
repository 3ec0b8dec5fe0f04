"""What people posted for themselves: whose it is, and whether it is published."""

from datetime import datetime

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.accounts import Row, Rows
from geomatch.db.tables import account, need, organisation, posting, resource
from geomatch.errors import UnknownPlaceError


def add(connection: sa.Connection, county: int, account: int, kind: str, ref: str, now: datetime) -> int:
    """Something was posted, and waits; gives its number."""
    values = {"county_id": county, "account_id": account, "kind": kind, "ref": ref, "posted_at": now}
    return int(connection.execute(posting.insert().values(**values).returning(posting.c.id)).scalar_one())


def one(connection: sa.Connection, county: int, number: int) -> Row:
    """One posting, locked. Raises UnknownPlaceError when there is none."""
    mine = posting.select().where(posting.c.id == number, posting.c.county_id == county).with_for_update()
    found = connection.execute(mine).mappings().one_or_none()
    if found is None:
        raise UnknownPlaceError(f"nothing was posted under the number {number}")
    return found


def of_account(connection: sa.Connection, county: int, account: int) -> Rows:
    """What somebody may change: what they posted, and what belongs to their organisations."""
    return query.rows(connection, "posting_own", county=county, account=account)


def waiting(connection: sa.Connection, county: int) -> Rows:
    """What waits for a broker's look, the longest waiting first."""
    return query.rows(connection, "posting_waiting", county=county)


def published_before(connection: sa.Connection, account: int) -> bool:
    """Whether anything of this account was ever published by a broker."""
    mine = sa.select(posting.c.id).where(
        posting.c.account_id == account, posting.c.state == "published", posting.c.decided_by != ""
    )
    return connection.execute(mine.limit(1)).first() is not None


def decide(
    connection: sa.Connection, number: int, state: str, *, by: str, now: datetime, reason: str = ""
) -> None:
    """What became of a posting."""
    values = {"state": state, "decided_by": by, "decided_at": now, "reason": reason}
    connection.execute(posting.update().where(posting.c.id == number).values(**values))


def show(connection: sa.Connection, county: int, kind: str, ref: str, *, yes: bool, now: datetime) -> None:
    """Let everybody see a record and the matching use it, or nobody."""
    if kind in ("needs", "aspirations"):
        mine = need.update().where(need.c.county_id == county, need.c.ref == ref, need.c.status != "met")
        connection.execute(mine.values(status="open" if yes else "withdrawn"))
        return
    table = resource if kind == "resources" else organisation
    hidden = None if yes else now.date()
    connection.execute(
        table.update().where(table.c.county_id == county, table.c.ref == ref).values(withdrawn_on=hidden)
    )


def turn_into_need(connection: sa.Connection, county: int, ref: str) -> Row | None:
    """A posted wish for one day goes on as a need: name, e-mail and poster; None where nobody posted it."""
    mine = posting.c.county_id == county, posting.c.ref == ref, posting.c.kind == "aspirations"
    wanted = (
        sa.select(posting.c.kind, need.c.title.label("name"), account.c.email, account.c.name.label("poster"))
        .select_from(posting.join(need, sa.and_(need.c.county_id == county, need.c.ref == ref)))
        .outerjoin(account, account.c.id == posting.c.account_id)
    )
    found = connection.execute(wanted.where(*mine)).mappings().one_or_none()
    connection.execute(posting.update().where(*mine).values(kind="needs"))
    return found
