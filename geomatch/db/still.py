"""Whether what is offered still is true: whose word runs out, whom we asked, and their word given again."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import query
from geomatch.db.tables import asked_still, resource

Rows = Sequence[sa.RowMapping]


def due(connection: sa.Connection, today: date, *, days: int) -> Rows:
    """Resources whose owners are to be asked, an owner's together: id, name, kind, until, email, owner."""
    return query.rows(connection, "still_due", today=today, days=days)


def asked(connection: sa.Connection, rows: Rows, now: datetime) -> bool:
    """Write down that their owner was asked; ``False`` when another process did so in this moment."""
    values = [{"resource_id": row["id"], "good_until": row["until"], "asked_at": now} for row in rows]
    made = pg.insert(asked_still).values(values)
    told = made.on_conflict_do_update(
        index_elements=["resource_id"],
        set_={"good_until": made.excluded.good_until, "asked_at": made.excluded.asked_at},
        where=asked_still.c.good_until < made.excluded.good_until,
    )
    return len(connection.execute(told.returning(asked_still.c.resource_id)).all()) == len(rows)


def those(connection: sa.Connection, ids: Sequence[int]) -> Rows:
    """Resources by number, by name: id, ref, name, kind and until when each is good."""
    columns: tuple[Any, ...] = (resource.c.id, resource.c.ref, resource.c.name, resource.c.kind)
    until: Any = sa.literal_column("good_until(resource)").label("until")
    mine = sa.select(*columns, until).where(resource.c.id.in_(ids), resource.c.withdrawn_on.is_(None))
    return connection.execute(mine.order_by(resource.c.name, resource.c.id)).mappings().all()


def called(connection: sa.Connection, county: int, ref: str) -> sa.RowMapping | None:
    """A county's resource by its id: number and kind, where it is offered."""
    mine = sa.select(resource.c.id, resource.c.kind).where(
        resource.c.county_id == county, resource.c.ref == ref, resource.c.withdrawn_on.is_(None)
    )
    return connection.execute(mine).mappings().one_or_none()


def vouch(connection: sa.Connection, number: int, until: date) -> None:
    """Somebody stands by a resource until a day."""
    connection.execute(resource.update().where(resource.c.id == number).values(verified_until=until))


def withdraw(connection: sa.Connection, number: int, day: date) -> None:
    """A resource is offered no more."""
    connection.execute(resource.update().where(resource.c.id == number).values(withdrawn_on=day))
