"""A hall, a barn, two projectors and a driver, and a broker's desk over them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import bookings, counties, engine, pages, resources
from geomatch.db.bookings import Filter
from geomatch.model import Opening, Resource, ResourceKind, Travels, Window
from geomatch.services import booking
from geomatch.services.booking import Ask, By, Proposal, Wanted

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9)
DAILY = Opening(Window(MONDAY, MONDAY.replace(hour=22)), "FREQ=DAILY")
ANN = By("Ann", NOW)


class Desk:
    """A broker's few words for long calls."""

    def __init__(self, door: sa.Engine, county: int) -> None:
        self.door, self.county = door, county

    def ask(self, *wanted: Wanted | tuple[str, Window], **more: Any) -> Ask:
        things = tuple(each if isinstance(each, Wanted) else Wanted(*each) for each in wanted)
        return Ask(self.county, things, **more)

    def propose(self, *wanted: Wanted | tuple[str, Window], by: By = ANN, **more: Any) -> Proposal:
        return booking.propose(self.door, self.ask(*wanted, **more), by)

    def states(self, now: datetime = NOW, **wanted: Any) -> list[tuple[str, str]]:
        with self.door.connect() as connection:
            found = bookings.listed(connection, self.county, Filter(**wanted), now)
        return [(row["resource"], row["status"]) for row in found]

    def version(self) -> str:
        with self.door.connect() as connection:
            return pages.version(connection, self.county)

    def run(self, sql: str, **values: Any) -> Any:
        with self.door.begin() as connection:
            return connection.execute(sa.text(sql), values)

    def clear(self) -> None:
        for table in ("booking", "bundle", "series"):
            self.run(f"delete from {table}")


def _thing(ref: str, kind: str, quantity: int = 1, *, pads: tuple[int, int] = (0, 0)) -> Resource:
    return Resource(
        id=ref,
        kind=ResourceKind(kind),
        name=ref.title(),
        quantity=quantity,
        travels=Travels.BENEFICIARY,
        openings=(DAILY,),
        set_up_minutes=pads[0],
        turn_round_minutes=pads[1],
    )


@pytest.fixture(scope="session")
def lasting_desk(make_database: Callable[[], str]) -> Iterator[Desk]:
    """The desk over its own database; whoever uses it by this name clears up by himself."""
    door = engine.connect(make_database())
    with door.begin() as connection:
        county = counties.save(connection, slug="vale", name="Vale").id
        row = sa.text(
            "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds) "
            "values (:county, 'resources', 'test', repeat('0', 64), 0, 0, 0, 0) returning id"
        )
        import_id = connection.execute(row, {"county": county}).scalar_one()
        things = [
            _thing("hall", "venue", pads=(15, 30)),
            _thing("barn", "venue"),
            _thing("projector", "equipment", 2),
            _thing("driver", "volunteer"),
        ]
        resources.save(connection, county, things, import_id=import_id)
        term = (
            "insert into season (county_id, name, days) values (:c, 'term-time', '[2026-12-01,2026-12-18]')"
        )
        connection.execute(sa.text(term), {"c": county})
    yield Desk(door, county)
    door.dispose()


@pytest.fixture
def desk(lasting_desk: Desk) -> Iterator[Desk]:
    """The desk with nothing booked yet."""
    yield lasting_desk
    lasting_desk.clear()
