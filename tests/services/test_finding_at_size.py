"""Finding among 60,000 postcodes and 40,000 names made up from syllables: answered by index, always."""

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geomatch.db import copy, counties, engine, finding, gazetteer
from geomatch.db.counties import County
from geomatch.db.tables import import_, place_name
from geomatch.services import finding as service

FIRST = (
    "Ack Al Ast Bas Beck Ber Bish Brad Bur Cal Ches Clun Con Cor Dor Ed Ell Far Ged Hal Hod Kin Led Lud Mar"
)
SECOND = (
    "bury den dle ford ham ington ley low mere minster ock ridge shall stow ston ton wardine well wick worth"
)
BEFORE = ("", "Great ", "Little ", "Upper ", "Nether ", "Much ", "St. ", "Old ")
AFTER = ("", " Lane", " Road", " Street", " Green", " Close", " Wood", " Hill", " Farm Lane", " Bank")
NAMES = 40_000
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def _build(connection: sa.Connection) -> County:
    """The county with its names and postcodes, gathered and with fresh statistics."""
    county = counties.save(connection, slug="wideshire", name="Wideshire")
    imported = int(
        connection.execute(
            import_.insert()
            .values(
                county_id=county.id,
                kind="names",
                source="x",
                sha256="0" * 64,
                read=0,
                loaded=0,
                rejected=0,
                seconds=0,
            )
            .returning(import_.c.id)
        ).scalar_one()
    )
    dice = Random(20261122)  # noqa: S311 - no secret
    names = list(_names(dice))
    points = shapely.points(_points(dice, len(names)))
    copy.load(
        connection,
        place_name,
        ("county_id", "import_id", "ref", "name", "type", "local_type", "geom"),
        (
            (county.id, imported, f"n{number}", name, kind, sort, point)
            for number, ((name, kind, sort), point) in enumerate(zip(names, copy.wkb(points), strict=True))
        ),
    )
    units = list(_postcodes())
    spots = _points(dice, len(units))
    columns: dict[str, Any] = {
        "postcode": units,
        "quality": [10] * len(units),
        "easting": spots[:, 0],
        "northing": spots[:, 1],
    }
    gazetteer.save_postcodes(connection, county.id, columns, import_id=imported)
    return county


def _names(dice: Random) -> Iterator[tuple[str, str, str]]:
    stems = list(product(FIRST.split(), SECOND.split()))
    for _ in range(NAMES):
        first, second = dice.choice(stems)
        after = dice.choice(AFTER)
        name = f"{dice.choice(BEFORE)}{first}{second}{after}"
        road = after in (" Lane", " Road", " Street", " Close", " Farm Lane")
        yield (
            (name, "transportNetwork", "Named Road")
            if road
            else (
                name,
                "populatedPlace",
                dice.choice(("Hamlet", "Hamlet", "Village", "Town")),
            )
        )


def _postcodes() -> Iterator[str]:
    """48 postcodes in each of the ten sectors of 125 outcodes."""
    outs = [f"{area}{number}" for area in ("SY", "TF", "WV", "LD", "HR") for number in range(1, 26)]
    for out, sector, unit in product(outs, "0123456789", list(product(LETTERS, LETTERS))[:48]):
        yield f"{out} {sector}{''.join(unit)}"


def _points(dice: Random, count: int) -> "np.ndarray[Any, Any]":
    return np.array([(dice.uniform(317e3, 384e3), dice.uniform(265e3, 346e3)) for _ in range(count)])


PREFIXES = (
    "l",
    "lu",
    "lud",
    "Ludlow",
    "great",
    "st",
    "lane",
    "much lud",
    "Ludlwo",
    "SY",
    "SY7",
    "SY7 8",
    "SY7 8A",
)


@pytest.fixture(scope="module")
def wideshire(make_database: Callable[[], str]) -> Iterator[tuple[sa.Connection, County]]:
    door = engine.connect(make_database())
    with door.begin() as connection:
        county = _build(connection)
        finding.gather(connection, county.id)
        connection.execute(sa.text("analyze findable, postcode"))
        yield connection, county
    door.dispose()


@pytest.mark.parametrize("text", PREFIXES)
def test_a_typed_beginning_is_answered_without_reading_every_name(
    wideshire: tuple[sa.Connection, County], text: str
) -> None:
    connection, county = wideshire
    before = _rows_looked_at(connection)
    found = service.locate(connection, county, text, limit=8)
    assert found.matches
    assert len(found.matches) <= 8
    print("ROWS", text, _rows_looked_at(connection) - before)
    assert _rows_looked_at(connection) - before <= NAMES / 4


def _rows_looked_at(connection: sa.Connection) -> int:
    """Rows of the two big tables that this transaction has looked at, one after the other or by an index."""
    return int(
        connection.execute(
            sa.text(
                "with big as (select oid from pg_class where relname in ('findable', 'postcode')) "
                "select (select sum(pg_stat_get_xact_tuples_returned(oid)) from big) "
                "+ sum(pg_stat_get_xact_tuples_fetched(oid)) from (table big union all "
                "select indexrelid from pg_index where indrelid in (table big)) counted"
            )
        ).scalar_one()
    )
