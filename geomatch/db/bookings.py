"""Bookings as rows: locking, holding units, and going from one state to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.availability import clock
from geomatch.availability.clock import Interval
from geomatch.db import query
from geomatch.db.tables import booking, booking_unit, bundle, series
from geomatch.model import Window

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which bookings of a county to list; everything that is ``None`` does not matter."""

    resource: str | None = None
    need: str | None = None
    bundle: int | None = None
    broker: str | None = None


def window_range(window: Window) -> "pg.Range[datetime]":
    """A window as the database keeps it."""
    return pg.Range(window.starts, window.ends)


def minutes_range(span: Interval) -> "pg.Range[datetime]":
    """A stretch of whole minutes as the database keeps it."""
    return pg.Range(clock.moment(span[0]), clock.moment(span[1]))


def resource_ids(connection: sa.Connection, county: int, refs: Iterable[str]) -> dict[str, int]:
    """Ids of a county's resources by ref; those that are not loaded are missing."""
    found = query.rows(connection, "book_resources", county=county, refs=sorted(set(refs)))
    return {row["ref"]: row["id"] for row in found}


def lock(connection: sa.Connection, resources: Iterable[int]) -> dict[int, Row]:
    """Lock resources until the transaction ends, in the order of their ids."""
    found = query.rows(connection, "book_lock", resources=sorted(set(resources)))
    return {row["id"]: row for row in found}


def release_run_out(connection: sa.Connection, resources: Iterable[int], now: datetime) -> int:
    """Give back what proposals hold of locked resources that have run out."""
    return query.run(connection, "book_run_out", resources=list(resources), now=now)


def seats(connection: sa.Connection, resource: int, since: datetime) -> Rows:
    """What is held of one resource and not over by a wall time."""
    return query.rows(connection, "book_seats", resource=resource, since=since)


def members(
    connection: sa.Connection,
    now: datetime,
    *,
    bookings: Iterable[int] = (),
    bundles: Iterable[int] = (),
    series_: Iterable[int] = (),
) -> Rows:
    """Bookings by id, bundle or series, in the order of resources."""
    return query.rows(
        connection,
        "book_members",
        now=now,
        bookings=list(bookings),
        bundles=list(bundles),
        series=list(series_),
    )


def become(connection: sa.Connection, bookings: Iterable[int], status: str, **told: Any) -> None:
    """Bring bookings to a state; ``told`` are who, now, reason and happened."""
    query.run(
        connection,
        "book_become",
        bookings=list(bookings),
        status=status,
        **({"reason": "", "happened": None} | told),
    )


def add(connection: sa.Connection, units: Iterable[int], **values: Any) -> int:
    """A new booking with the units it holds; gives its id."""
    made = booking.insert().values(**values).returning(booking.c.id)
    number = int(connection.execute(made).scalar_one())
    _seat(connection, number, units, values["resource_id"], values["held"])
    return number


def reseat(
    connection: sa.Connection,
    resource: int,
    moved: Iterable[tuple[int, Interval, Sequence[int]]],
) -> None:
    """Give other units to bookings (id, held minutes, units) of a locked resource."""
    changes = list(moved)
    connection.execute(
        booking_unit.delete().where(booking_unit.c.booking_id.in_([at for at, _, _ in changes]))
    )
    for number, held, units in changes:
        _seat(connection, number, units, resource, minutes_range(held))


def add_bundle(connection: sa.Connection, **values: Any) -> int:
    """A new bundle; gives its id."""
    return int(connection.execute(bundle.insert().values(**values).returning(bundle.c.id)).scalar_one())


def add_series(connection: sa.Connection, **values: Any) -> int:
    """A new series; gives its id."""
    return int(connection.execute(series.insert().values(**values).returning(series.c.id)).scalar_one())


def listed(
    connection: sa.Connection,
    county: int,
    wanted: Filter,
    now: datetime,
    *,
    since: datetime = datetime.min,  # noqa: DTZ901 - wall time
) -> Rows:
    """Bookings of a county that end after ``since`` (wall time), as they stand ``now``; at most 2,000."""
    return query.rows(
        connection,
        "book_list",
        county=county,
        now=now,
        since=since,
        limit=MOST_ROWS,
        resource=wanted.resource,
        need=wanted.need,
        bundle=wanted.bundle,
        broker=wanted.broker,
    )


def _seat(
    connection: sa.Connection,
    number: int,
    units: Iterable[int],
    resource: int,
    held: "pg.Range[datetime]",
) -> None:
    rows = [
        {"booking_id": number, "unit": unit, "resource_id": resource, "held": held, "holds": True}
        for unit in units
    ]
    connection.execute(booking_unit.insert(), rows)
