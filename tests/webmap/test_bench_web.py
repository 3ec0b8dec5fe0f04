"""The bench of pages tells ratios in the shape of every bench, and says when a promise is not held."""

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import multiply
from geomatch.services import basemaps
from webmap import bench, here


@pytest.fixture(scope="module")
def rows(site: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    home = tmp_path_factory.mktemp("home")
    basemaps.build(site.owner, None, home, closest=9)
    house = site.app.extensions["geomatch"]
    config = replace(house.config, basemaps=basemaps.folder(home))
    site.app.extensions["geomatch"] = here.House(house.engine, config, house.memory)
    try:
        return [*bench.stock(site.app, house.engine), *bench.promised(site.app, house.engine, more="-again")]
    finally:
        site.app.extensions["geomatch"] = house


def test_every_promise_has_its_row(rows: list[Any]) -> None:
    names = ["page", "api", "tile", "html-bytes", "map-bytes"]
    assert [row.name for row in rows] == [
        "stock-folium-cpu",
        "stock-folium-bytes",
        *(f"{n}-again" for n in names),
    ]
    assert all(row.low <= row.ratio <= row.high for row in rows)
    assert all(row.answers_equal for row in rows)


def test_bytes_keep_what_is_promised(rows: list[Any]) -> None:
    assert all(row.held for row in rows if row.name.startswith(("html-bytes", "map-bytes")))


def test_a_promise_broken_is_told() -> None:
    assert bench.Cost((30.0,) * 5).row("page", 25.0).held is False
    assert bench.Cost((20.0,) * 5).row("page", 25.0).held is True


def test_more_records_are_like_those_there_are(site: Any) -> None:
    with site.owner.connect() as connection:
        county = connection.execute(sa.text("select id from county")).scalar_one()
        tables = ", ".join(f"(select count(*) from {each})" for each in ("need", "resource", "match"))
        count = sa.text(f"select {tables}")
        before = tuple(connection.execute(count).one())
        multiply.records(connection, county, 2)
        after = tuple(connection.execute(count).one())
        connection.rollback()
    assert after[:2] == (3 * before[0], 3 * before[1])
    assert after[2] > before[2]
