"""An area that somebody drew lies about their home: whoever probes it finds whole parishes, and no corner."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

import webmap
from geomatch.db import engine, runs, tables
from geomatch.services.database import APP_ROLE, DESK_ROLE
from tests.webmap.writer import SIDE, SOUTH, WEST, Writer, point, square

HOME = (WEST + 1500, SOUTH + 1800)
SMALL, ELSEWHERE = (
    shapely.box(*HOME, HOME[0] + 400, HOME[1] + 300),
    shapely.box(WEST + 3000, SOUTH + 100, WEST + 3900, SOUTH + 900),
)
"""Two areas that lie wholly in the parish 00."""
ACROSS = shapely.box(WEST + SIDE - 200, SOUTH + 1000, WEST + SIDE + 300, SOUTH + 1200)
"""One that touches the parishes 00 and 10."""
SPOTS = 60


@dataclass(frozen=True)
class Drawn:
    """A county of four parishes where one person helps within an area they drew."""

    owner: sa.Engine
    role: sa.Engine
    desk: sa.Engine
    signed_in: Callable[..., str]

    def draws(self, shape: shapely.Polygon | None) -> None:
        """What the person draws in place of what they drew; None: they name the parish 00 instead."""
        with self.owner.begin() as connection:
            values: dict[str, Any] = {"catchment_kind": "polygon", "catchment_parishes": []}
            values["catchment"] = shape and f"SRID=27700;{shapely.MultiPolygon([shape]).wkt}"
            if shape is None:
                values |= {"catchment_kind": "parishes", "catchment_parishes": ["parish-00"]}
            connection.execute(tables.resource.update().where(tables.resource.c.ref == "p").values(values))

    def public(self) -> Any:
        """A client of pages just started."""
        config = webmap.WebConfig(secret="s" * 40, site="http://localhost", reads_per_second=1_000_000)
        return webmap.create_app(self.role, config=config).test_client()

    def broker(self) -> Any:
        """The same, of a broker."""
        config = webmap.WebConfig(secret="s" * 40, site="http://localhost", reads_per_second=1_000_000)
        app = webmap.create_app(self.role, config=config, desk=self.desk, matcher=self.owner)
        self.signed_in(app, self.owner, "broker", email="broker@example.org")
        return app.test_client()


@pytest.fixture(scope="module")
def drawn(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Drawn]:
    url = make_database()
    owner, role, desk = engine.connect(url), *(engine.connect(url, role=r) for r in (APP_ROLE, DESK_ROLE))
    with owner.begin() as connection:
        write = Writer(connection, "drawn", "Drawn")
        made = write.mine(tables.area_set, kind="parish", vintage=date(2021, 5, 7))
        for column, row in ((0, 0), (0, 1), (1, 0), (1, 1)):
            write.area(made, "parish", f"parish-{column}{row}", square(column, row))
        for at, (east, north) in enumerate(_spots(21)):
            write.mine(tables.population, code=f"oa{at}", residents=10, geom=point(east, north))
        for at, where in enumerate(_spots(22)[:25]):
            write.need(f"n{at}", f"Help {at}", tuple(where), roles=("volunteer",))
        write.resource("p", "volunteer", "Somebody", HOME, precision_metres=1000)
    yield Drawn(owner, role, desk, signed_in)
    for door in (owner, role, desk):
        door.dispose()


def _spots(seed: int) -> Any:
    return (
        np.random.default_rng(seed)
        .uniform((WEST, SOUTH), (WEST + 2 * SIDE, SOUTH + 2 * SIDE), (SPOTS, 2))
        .round()
    )


def _found_from(client: Any, spots: Any) -> set[tuple[float, float]]:
    """From which of some places a search answers that the person serves there."""
    found = set()
    for east, north in spots.tolist():
        address = f"/api/v1/search?near={east:.0f},{north:.0f}&kind=volunteer&max_minutes=90&limit=200"
        if client.get(address).get_json()["results"]:
            found.add((east, north))
    return found


def _heard(client: Any, spots: Any) -> dict[str, Any]:
    """Everything public that could tell where somebody serves."""
    addresses = [
        *(f"/api/v1/search?near={e:.0f},{n:.0f}&kind=volunteer&max_minutes=90" for e, n in spots.tolist()),
        *(f"/api/v1/coverage?by=parish&kind=volunteer&max_minutes={m}" for m in (5, 20, 60)),
        *(f"/needs/n{at}" for at in range(25)),
        "/areas/parish/parish-00",
        "/resources/p",
    ]
    answers = [client.get(each) for each in addresses]
    return {
        each: answer.get_json() if answer.is_json else _plain(answer.text)
        for each, answer in zip(addresses, answers, strict=True)
    }


def _plain(text: str) -> str:
    """A page without what is drawn anew for each answer."""
    return re.sub(r'nonce[-=]\S+|name="csrf_token"[^>]*|[0-9a-f]{64}', "", text)


def test_a_search_answers_for_whole_parishes_and_finds_no_corner(drawn: Drawn) -> None:
    corners = np.array(SMALL.exterior.coords)
    spots = np.concatenate([_spots(1), corners + 1, corners - 1])
    for shape, parishes in ((SMALL, [(0, 0)]), (ACROSS, [(0, 0), (1, 0)])):
        drawn.draws(shape)
        found = _found_from(drawn.public(), spots)
        expected = {
            (e, n) for e, n in spots.tolist() if ((e - WEST) // SIDE, (n - SOUTH) // SIDE) in parishes
        }
        assert found == expected
        assert 10 < len(found) < len(spots)


def test_nothing_public_tells_one_drawing_from_another_in_the_same_parishes(drawn: Drawn) -> None:
    """Nor from the parish named in words; the matching alone goes by the drawing."""
    heard, exact = [], []
    for shape in (SMALL, ELSEWHERE, None):
        drawn.draws(shape)
        heard.append(_heard(drawn.public(), _spots(3)))
        with drawn.owner.begin() as connection:
            county = connection.scalar(sa.text("select min(id) from county"))
            material = runs.material(connection, county, date.today(), ask_days=30)  # noqa: DTZ011
            exact.append(sorted(row["need_id"] for row in material.inside))
    assert heard[0] == heard[1] == heard[2]
    coverage = heard[0]["/api/v1/coverage?by=parish&kind=volunteer&max_minutes=60"]
    assert {row["code"] for row in coverage["rows"] if row["needs_within"]} == {"parish-00"}
    assert exact[0] != exact[2]


def test_a_broker_who_ranks_helpers_learns_of_parishes_alone(drawn: Drawn) -> None:
    told = []
    for shape in (SMALL, ELSEWHERE):
        drawn.draws(shape)
        client = drawn.broker()
        pages = [client.get(f"/broker/needs/n{at}") for at in range(25)]
        assert {each.status_code for each in pages} == {200}
        told.append([_plain(each.text) for each in pages])
    assert told[0] == told[1]
    served = ["not offered to this place" not in each for each in told[0] if "Somebody" in each]
    assert {*served} == {True, False}, "some needs lie in the parish, some beyond it"
