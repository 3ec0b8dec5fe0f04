"""What a search keeps in memory is never older than the database, and never newer than what was committed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch import crs
from geomatch.db import counties as stored
from geomatch.db import engine, query
from geomatch.db import search as db
from geomatch.locate import Match
from geomatch.matching import wishes
from geomatch.model import ResourceKind
from geomatch.services import occasions, search
from geomatch.services.database import APP_ROLE
from geomatch.services.search import Asked
from geomatch.services.shelves import SHELVES

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HERE = (350_000.0, 300_000.0)


@dataclass(frozen=True)
class County:
    """A county with one hall and no roads: who reads it, and who writes into it."""

    reader: sa.Engine
    writer: sa.Engine

    def write(self, text: str, **values: Any) -> Any:
        with self.writer.begin() as connection:
            found = connection.execute(sa.text(text), values)
            return found.scalar() if found.returns_rows else None

    def find(self, connection: sa.Connection | None = None, **asked: Any) -> list[dict[str, Any]]:
        if connection is None:
            with self.reader.connect() as made:
                return self.find(made, **asked)
        lon, lat = (float(each) for each in crs.to_lonlat(*HERE))
        place = Match("here", "here", "grid_reference", *HERE, lon, lat, 1, True)
        wanted = Asked(kinds=(ResourceKind.VENUE,), widen=False, **asked)
        county = stored.chosen(connection, None)
        return search.search(connection, county, place, wanted, now=NOW).results

    def names(self, connection: sa.Connection | None = None, **asked: Any) -> list[str]:
        return [row["id"] for row in self.find(connection, **asked)]


_HALL = (
    "insert into resource (county_id, ref, kind, name, travels, mode, geom) select id, :ref, 'venue', :ref, "
    "'beneficiary', 'car', ST_SetSRID(ST_MakePoint(350000, 300100), 27700) from county returning id"
)


@pytest.fixture
def county(make_database: Callable[[], str]) -> Iterator[County]:
    """One hall, ``old``, of the group ``keys``, open on Tuesday evenings."""
    url = make_database()
    made = County(engine.connect(url, role=APP_ROLE), engine.connect(url))
    made.write("insert into county (slug, name) values ('vale', 'Vale')")
    made.write(_HALL, ref="old")
    made.write(
        "insert into organisation (county_id, ref, name, sector) "
        "select id, 'keys', 'Keys', 'voluntary' from county"
    )
    made.write("update resource set organisation_id = organisation.id from organisation")
    made.write(
        "insert into opening (resource_id, first, rrule) "
        "select id, '[2026-11-24 18:00,2026-11-24 22:00)', 'FREQ=WEEKLY' from resource"
    )
    yield made
    made.reader.dispose()
    made.writer.dispose()


def test_every_change_that_is_committed_is_found_at_once(county: County) -> None:
    tuesday = occasions.read("2026-11-24T19:00/21:00", today=NOW.date())
    stage = wishes.conditions(["stage"])
    assert county.names(when=tuesday) == ["old"]
    county.write(_HALL, ref="new")
    assert county.names() == ["new", "old"]
    assert county.names(conditions=stage) == []
    county.write(
        "insert into resource_feature (resource_id, name, type, truth) "
        "select id, 'stage', 'truth', 'yes' from resource where ref = 'old'"
    )
    assert county.names(conditions=stage) == ["old"]
    county.write("update organisation set name = 'Locks'")
    assert county.find(conditions=stage)[0]["organisation"] == "Locks"
    county.write("update opening set closed = true")
    assert county.names(when=tuesday) == ["new"]
    county.write("delete from opening")
    assert county.names(when=tuesday) == ["new", "old"]
    county.write("update resource set withdrawn_on = '2026-11-01' where ref = 'new'")
    assert county.names() == ["old"]
    county.write("delete from resource where ref = 'old'")
    assert county.names() == []


def test_a_booking_is_in_the_way_at_once_and_a_proposal_no_longer_than_it_stands(county: County) -> None:
    tuesday = occasions.read("2026-11-24T19:00/21:00", today=NOW.date())
    assert county.names(when=tuesday) == ["old"]
    for status, until, found in [
        ("proposed", "2026-11-23 09:00+00", ["old"]),
        ("proposed", "2026-11-24 09:00+00", []),
    ]:
        county.write(
            "with made as (insert into booking (resource_id, during, status, held_until, made_by) "
            "select id, '[2026-11-24 20:00,2026-11-24 22:00)', :status, cast(:until as timestamptz), 'me' "
            "from resource returning id, resource_id, held, holds) "
            "insert into booking_unit (booking_id, unit, resource_id, held, holds) "
            "select id, 1, resource_id, held, holds from made",
            status=status,
            until=until,
        )
        assert county.names(when=tuesday) == found
        county.write("delete from booking")
    assert county.names(when=tuesday) == ["old"]


def test_a_transaction_finds_what_it_wrote_and_nobody_else_does(county: County) -> None:
    with county.writer.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.text(_HALL), {"ref": "draft"})
        assert county.names(connection) == ["draft", "old"]
        assert county.names() == ["old"]
        transaction.rollback()
    assert county.names() == ["old"]


def test_the_same_county_is_read_once(county: County) -> None:
    with county.reader.connect() as connection:
        vale = stored.chosen(connection, None)
        first, again = (SHELVES.shelf(connection, vale, db.stamp(connection, vale.id)) for _ in range(2))
        assert first is again


def test_many_rows_of_one_transaction_move_the_number_once(county: County) -> None:
    def version() -> int:
        with county.writer.connect() as connection:
            return int(
                query.row(connection, "search_stamp", county=stored.chosen(connection, None).id)["offers"]
            )

    before = version()
    county.write(
        "insert into resource (county_id, ref, kind, name, travels, mode) "
        "select county.id, 'r' || number, 'venue', 'R', 'beneficiary', 'car' "
        "from county, generate_series(1, 50) number"
    )
    assert version() == before + 1
