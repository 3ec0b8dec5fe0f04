"""Whether what is offered or asked for still is so: whose word runs out, whom we asked, what they said."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import query
from geomatch.db.tables import asked_still, asked_wanted, need, resource

Rows = Sequence[sa.RowMapping]
_ASKED = {"resource": asked_still, "need": asked_wanted}


def due(connection: sa.Connection, today: date, *, days: int) -> Rows:
    """What is to be asked about, an owner's together: what, id, name, kind, until, email, owner."""
    return query.rows(connection, "still_due", today=today, days=days)


def asked(connection: sa.Connection, rows: Rows, now: datetime) -> bool:
    """Write down that their owner was asked; ``False`` when another process did so in this moment."""
    return all(_asked(connection, what, [row for row in rows if row["what"] == what], now) for what in _ASKED)


def _asked(connection: sa.Connection, what: str, rows: Rows, now: datetime) -> bool:
    if not rows:
        return True
    table = _ASKED[what]
    values = [{f"{what}_id": row["id"], "good_until": row["until"], "asked_at": now} for row in rows]
    made = pg.insert(table).values(values)
    told = made.on_conflict_do_update(
        index_elements=[f"{what}_id"],
        set_={"good_until": made.excluded.good_until, "asked_at": made.excluded.asked_at},
        where=table.c.good_until < made.excluded.good_until,
    )
    return len(connection.execute(told.returning(table.c.good_until)).all()) == len(rows)


def those(connection: sa.Connection, about: dict[str, Iterable[int]]) -> Rows:
    """Resources and needs by number, by name: what, id, ref, name, kind and until when each is good."""
    until: Any = sa.literal_column("good_until(resource)").label("until")
    offered = sa.select(
        sa.literal("resource").label("what"),
        resource.c.id,
        resource.c.ref,
        resource.c.name,
        resource.c.kind,
        until,
    ).where(resource.c.id.in_(list(about.get("resources", ()))), resource.c.withdrawn_on.is_(None))
    wanted = sa.select(
        sa.literal("need"),
        need.c.id,
        need.c.ref,
        need.c.title,
        sa.null(),
        sa.literal_column("(select good_until from wanted(need.county_id) where need_id = need.id)"),
    ).where(need.c.id.in_(list(about.get("needs", ()))), need.c.status == "open")
    return connection.execute(sa.union_all(offered, wanted).order_by("name", "what", "id")).mappings().all()


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


def want(connection: sa.Connection, number: int, now: datetime) -> None:
    """Somebody says that a need still is wanted."""
    connection.execute(need.update().where(need.c.id == number).values(edited_at=now))


def drop(connection: sa.Connection, number: int) -> None:
    """A need is wanted no more."""
    connection.execute(need.update().where(need.c.id == number).values(status="withdrawn"))
