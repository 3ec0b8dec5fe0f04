"""A search on a real county: what the matrix and a plain filter say, in the direction of whoever travels."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch import crs, travel
from geomatch.db import counties as stored
from geomatch.db.counties import County
from geomatch.locate import Match
from geomatch.matching import wishes
from geomatch.model import Mode, ResourceKind
from geomatch.services import occasions, search
from geomatch.services.counties import Loaded
from geomatch.services.holding import Holder
from geomatch.services.search import Asked, Found

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
VENUE, VOLUNTEER = ResourceKind.VENUE, ResourceKind.VOLUNTEER


@dataclass(frozen=True)
class Ground:
    """A county, rolled back after each test, and its networks."""

    connection: sa.Connection
    county: County
    held: Holder

    def find(self, at: tuple[float, float], **asked: Any) -> Found:
        kinds = asked.pop("kinds", (VENUE,))
        wanted = Asked(kinds=kinds, **asked)
        return search.search(self.connection, self.county, _place(at), wanted, now=NOW, held=self.held)

    def sql(self, text: str, **values: Any) -> Any:
        return self.connection.execute(sa.text(text), values)

    def add(self, ref: str, kind: str, at: tuple[float, float], **more: Any) -> int:
        travels = {"venue": "beneficiary", "volunteer": "resource", "equipment": "carried"}[kind]
        values = {"ref": ref, "kind": kind, "travels": travels, "mode": "car", "precision_metres": 0} | more
        names, slots = ", ".join(values), ", ".join(f":{name}" for name in values)
        made = self.sql(
            f"insert into resource (county_id, name, geom, {names}) "
            f"values (:county, :ref, ST_SetSRID(ST_MakePoint(:x, :y), 27700), {slots}) returning id",
            county=self.county.id, x=at[0], y=at[1], **values,
        )  # fmt: skip
        return int(made.scalar_one())


def _place(at: tuple[float, float]) -> Match:
    lon, lat = (float(each) for each in crs.to_lonlat(*at))
    return Match("here", "here", "grid_reference", *at, lon, lat, 1, True)


@pytest.fixture(scope="module")
def held() -> Holder:
    """The networks of these tests."""
    return Holder()


@pytest.fixture
def ground(rutland: tuple[sa.Engine, Loaded], held: Holder) -> Iterator[Ground]:
    """Rutland, loaded; all that a test does to it is rolled back."""
    with rutland[0].connect() as connection, connection.begin() as transaction:
        yield Ground(connection, stored.chosen(connection, None), held)
        transaction.rollback()


OAKHAM, EMPINGHAM = (486_100.0, 308_900.0), (495_000.0, 308_500.0)


@pytest.mark.parametrize("mode", [Mode.CAR, Mode.FOOT])
@pytest.mark.parametrize("seed", range(3))
def test_everything_the_matrix_reaches_and_a_plain_filter_keeps_is_found(
    ground: Ground, mode: Mode, seed: int
) -> None:
    rows = ground.sql(
        "select ref, subkind, ST_X(geom) as x, ST_Y(geom) as y from resource "
        "where kind = 'venue' and geom is not null order by ref"
    ).all()
    rng = np.random.default_rng(seed)
    point = tuple(np.array(rows[rng.integers(len(rows))][2:], dtype=float) + rng.normal(0, 300, 2))
    subkind, limit = rows[rng.integers(len(rows))].subkind, float(rng.uniform(6, 25))
    network = ground.held.network(ground.connection, ground.county.id, mode).network
    costs = travel.matrix(
        network, np.array([point]), np.array([(row.x, row.y) for row in rows]), max_minutes=None
    ).dense()[0]
    expected = {
        row.ref: round(cost, 1)
        for row, cost in zip(rows, costs, strict=True)
        if row.subkind == subkind and round(cost, 1) <= limit
    }
    found = ground.find(
        point, subkinds=(subkind,), mode=mode, max_minutes=limit, limit=search.MOST_RESULTS, widen=False
    )
    assert {row["id"]: row["minutes"] for row in found.results} == pytest.approx(expected)
    minutes = [row["minutes"] for row in found.results]
    assert minutes == sorted(minutes)


def test_few_results_make_it_look_farther_and_say_how_far(ground: Ground) -> None:
    few = ground.find(EMPINGHAM, max_minutes=0.1, limit=5)
    assert len(few.results) == search.ENOUGH
    assert few.widened_to == math.ceil(few.results[-1]["minutes"])
    assert ground.find(EMPINGHAM, max_minutes=0.1, widen=False).results == []
    many = ground.find(EMPINGHAM, max_minutes=25.0, limit=5)
    assert (len(many.results), many.widened_to) == (5, None)
    none = ground.find(EMPINGHAM, subkinds=("nothing_such",))
    assert (none.results, none.widened_to) == ([], search.WIDEST_MINUTES)


def test_a_radius_is_a_circle_and_no_box(ground: Ground) -> None:
    for name, (east, north) in {"corner": (990, 990), "edge": (0, 1000), "inside": (700, 700)}.items():
        ground.add(name, "venue", (OAKHAM[0] + east, OAKHAM[1] + north), subkind="circle")
    found = ground.find(OAKHAM, subkinds=("circle",), radius_metres=1000.0, widen=False)
    assert [(row["id"], row["metres"]) for row in found.results] == [("inside", 990.0), ("edge", 1000.0)]


def test_minutes_to_a_volunteer_come_from_the_mask_and_are_told_by_fives(ground: Ground) -> None:
    square = (490_500.0, 308_500.0)
    ground.add("v", "volunteer", square, precision_metres=1000, subkind="carrier")
    network = ground.held.network(ground.connection, ground.county.id, Mode.CAR).network
    start = travel.onto_road(network, np.array([square]), np.array([True]))
    exact = travel.matrix(network, start, np.array([OAKHAM]), max_minutes=None).dense()[0, 0]
    told = 5 * math.floor(exact / 5 + 0.5)
    (row,) = ground.find(OAKHAM, kinds=(VOLUNTEER,), subkinds=("carrier",), max_minutes=60.0).results
    assert (row["minutes"], row["metres"] % 1000, row["precision_metres"]) == (told, 0, 1000)
    assert row["minutes"] != exact
    # whatever limit is asked for, nothing finer than the five minutes comes out
    hits = [
        limit
        for limit in np.arange(told - 4, told + 5, 0.5)
        if ground.find(
            OAKHAM, kinds=(VOLUNTEER,), subkinds=("carrier",), max_minutes=float(limit), widen=False
        ).results
    ]
    assert min(hits) == told


def test_who_travels_decides_the_direction(ground: Ground) -> None:
    network = ground.held.network(ground.connection, ground.county.id, Mode.CAR).network
    points = np.array(
        ground.sql("select ST_X(geom), ST_Y(geom) from resource where kind = 'venue' order by ref").all()
    )
    out = travel.matrix(network, np.array([OAKHAM]), points, max_minutes=None).dense()[0]
    back = travel.matrix(network, points, np.array([OAKHAM]), max_minutes=None).dense()[:, 0]
    apart = np.where(np.isfinite(out + back), np.abs(out - back), 0)
    at = int(apart.argmax())
    assert apart[at] > 0.1
    where = (float(points[at][0]), float(points[at][1]))
    ground.add("hall", "venue", where, subkind="there")
    ground.add("comes", "venue", where, subkind="there", travels="resource")
    found = ground.find(OAKHAM, subkinds=("there",), max_minutes=120.0, back=True)
    told = {row["id"]: (row["minutes"], row["out_and_back_minutes"]) for row in found.results}
    both = pytest.approx(out[at] + back[at], abs=0.11)
    assert told == {"hall": (round(out[at], 1), both), "comes": (round(back[at], 1), both)}


def test_catchment_budget_freshness_and_attributes_are_near_misses_by_name(ground: Ground) -> None:
    beside = (OAKHAM[0] + 100, OAKHAM[1])
    ground.add("stale", "venue", beside, subkind="x", verified_until="2026-11-22")
    ground.add("lacks", "venue", beside, subkind="x")
    ground.add(
        "serves-others", "venue", beside, subkind="x", catchment_kind="parishes", catchment_parishes=["E1"]
    )
    ground.add("stays", "venue", (EMPINGHAM[0], EMPINGHAM[1]), subkind="x", max_minutes=1.0)
    for ref in ("stale", "serves-others", "stays"):
        ground.sql(
            "insert into resource_feature (resource_id, name, type, truth) "
            "select id, 'stage', 'truth', 'yes' from resource where ref = :ref", ref=ref,
        )  # fmt: skip
    found = ground.find(
        OAKHAM, subkinds=("x",), max_minutes=60.0, conditions=wishes.conditions(["stage"]), widen=False
    )
    assert found.results == []
    assert {row["id"]: row["failed"] for row in found.near_misses} == {
        "stale": "freshness", "lacks": "attributes", "serves-others": "catchment", "stays": "budget",
    }  # fmt: skip


def test_free_in_a_window_and_by_a_pattern_with_the_next_free_slot(ground: Ground) -> None:
    hall = ground.add("hall", "venue", OAKHAM, subkind="timed")
    ground.add("silent", "venue", OAKHAM, subkind="timed")
    ground.sql(
        "insert into opening (resource_id, first, rrule) values "
        "(:id, '[2026-11-23 18:00,2026-11-23 22:00)', 'FREQ=WEEKLY;BYDAY=MO,TU')", id=hall,
    )  # fmt: skip

    def free(text: str) -> dict[str, Any]:
        when = occasions.read(text, today=NOW.date())
        found = ground.find(OAKHAM, subkinds=("timed",), when=when, widen=False)
        rows = (*found.results, *found.near_misses)
        return {row["id"]: row.get("free") or (row["failed"], row["why"]) for row in rows}

    assert free("2026-11-24T19:00/21:00") == {"hall": "yes", "silent": "unknown"}
    assert free("2026-11-25T19:00/21:00") == {
        "hall": ("availability", "not free then, next Mon 30 Nov 18:00"),
        "silent": "unknown",
    }
    assert free("alternate Tuesdays 19:00-21:00") == {"hall": "yes", "silent": "unknown"}
    assert free("Mon-Wed 19:00-21:00 until 2026-11-25")["hall"] == ("availability", "free 2 of 3 times")
    assert free("2026-11-24") == {"hall": "yes", "silent": "unknown"}
    rows = {row["id"]: row["next_free"] for row in ground.find(OAKHAM, subkinds=("timed",)).results}
    assert rows["hall"] == "2026-11-23T18:00/2026-11-23T19:00"
    assert rows["silent"] is None


def test_of_today_only_what_is_left_counts(ground: Ground) -> None:
    for ref, hours in {"morning": "07:00,2026-11-23 09:15", "noon": "11:00,2026-11-23 13:00"}.items():
        hall = ground.add(ref, "venue", OAKHAM, subkind="timed")
        ground.sql(f"insert into opening (resource_id, first) values (:id, '[2026-11-23 {hours})')", id=hall)
    when = occasions.read("2026-11-23", today=NOW.date())
    found = ground.find(OAKHAM, subkinds=("timed",), when=when, widen=False)
    assert [(row["id"], row["next_free"]) for row in found.results] == [
        ("noon", "2026-11-23T11:00/2026-11-23T12:00")
    ]
    assert [(row["id"], row["failed"]) for row in found.near_misses] == [("morning", "availability")]


def test_warmed_or_not_the_answer_is_the_same(ground: Ground) -> None:
    before = ground.find(OAKHAM, max_minutes=20.0).as_dict()
    search.warm(ground.connection, ground.county, held=ground.held)
    assert ground.find(OAKHAM, max_minutes=20.0).as_dict() == before


def test_far_from_any_road_minutes_are_guessed_and_said_to_be(ground: Ground) -> None:
    ground.add("lone", "venue", (400_000.0, 200_000.0), subkind="far")
    found = ground.find((400_000.0, 201_000.0), subkinds=("far",), widen=False)
    assert found.guess
    assert "no road within" in found.guess
    assert found.results[0]["reasons"][0] == "guessed 2 min by car"


def test_without_roads_minutes_are_guessed_and_said_to_be(ground: Ground) -> None:
    ground.sql("update road_set set current = false where county_id = :c", c=ground.county.id)
    found = ground.find(OAKHAM, max_minutes=20.0)
    assert found.guess == "no roads are loaded"
    assert found.results


def test_the_order_is_the_same_every_time(ground: Ground) -> None:
    for number in (3, 1, 2):
        ground.add(f"same{number}", "venue", OAKHAM, subkind="same")
    orders = [[row["id"] for row in ground.find(OAKHAM, subkinds=("same",)).results] for _ in range(2)]
    assert orders == [["same1", "same2", "same3"]] * 2
