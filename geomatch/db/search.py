"""What a search reads of a county and keeps, and how it knows that it still holds. No exact homes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from geomatch.db import query
from geomatch.db.routing import Stamp as Roads
from geomatch.db.runs import EVERYTHING
from geomatch.matching.wishes import Stated
from geomatch.model import Truth

Row = sa.RowMapping
Rows = Sequence[sa.RowMapping]


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a county stands for this transaction: its roads, and numbers that move with offers and bookings."""

    offers: int
    calendar: int
    writing: bool
    """Whether this transaction has written anything, which these numbers do not tell yet."""
    roads: Roads | None


def stamp(connection: sa.Connection, county: int) -> Stamp:
    """How a county stands; read what it speaks of after it, and it is never newer than that."""
    row = query.row(connection, "search_stamp", county=county)
    assert row is not None  # noqa: S101 - a query of scalars always has its row
    found = None
    if row["road_set_id"] is not None:
        found = Roads(county, row["road_set_id"], row["graph"], row["weights"])
    return Stamp(row["offers"], row["calendar"], row["writing"], found)


def offers(connection: sa.Connection, county: int) -> Rows:
    """Facts of every resource, in order of refs."""
    return query.rows(connection, "search_offers", county=county)


def stated(connection: sa.Connection, county: int) -> Mapping[int, dict[str, Stated]]:
    """What is stated of every resource, by id and name."""
    found: dict[int, dict[str, Stated]] = defaultdict(dict)
    for row in connection.execute(query.text("search_features"), {"county": county}):
        identifier, name, truth, number, text, until = row
        value = Truth(truth) if truth is not None else text if number is None else float(number)
        found[identifier][name] = Stated(value, until)
    return found


def openings(connection: sa.Connection, county: int) -> tuple[Rows, Rows]:
    """When resources are open, as ``match_openings`` tells it, and the county's named days."""
    return (
        query.rows(connection, "match_openings", county=county, **EVERYTHING),
        query.rows(connection, "match_seasons", county=county),
    )


def holds(connection: sa.Connection, county: int, since: datetime) -> Rows:
    """Bookings after a wall time: rows (resource_id, quantity, begins, ends, until)."""
    return query.rows(connection, "search_holds", county=county, since=since)


def asks(connection: sa.Connection, county: int, day: date, *, days: int) -> dict[int, int]:
    """How often each resource was asked lately: within so many days of a day."""
    rows = query.rows(connection, "match_asks", county=county, day=day, days=days)
    return {row["resource_id"]: row["asks"] for row in rows}
