"""From any point, stored nowhere: what is near by label in SQL is what the matrix says."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch import travel
from geomatch.db import counties as stored
from geomatch.db import labels
from geomatch.errors import BusyError
from geomatch.model import Mode
from geomatch.services import routing
from geomatch.services.counties import Loaded
from geomatch.services.holding import Holder

Rutland = tuple[sa.Engine, Loaded]


@pytest.fixture
def county(rutland: Rutland) -> Iterator[tuple[sa.Connection, int]]:
    """Rutland, loaded; all that a test does to it is rolled back."""
    with rutland[0].connect() as connection, connection.begin() as transaction:
        yield connection, stored.chosen(connection, None).id
        transaction.rollback()


@pytest.fixture(scope="module")
def held() -> Holder:
    """The networks of these tests."""
    return Holder()


def _resources(connection: sa.Connection) -> tuple[list[int], Any]:
    sql = "select id, ST_X(geom) as x, ST_Y(geom) as y from resource where kind <> 'volunteer' order by id"
    rows = connection.execute(sa.text(sql)).all()
    return [row.id for row in rows], np.array([(row.x, row.y) for row in rows])


def _points(connection: sa.Connection, count: int) -> Any:
    """Points on roads, beside them, and at the doors of resources: some share a piece of road with one."""
    _, offered = _resources(connection)
    rng = np.random.default_rng(4)
    some = offered[rng.choice(len(offered), count)]
    return np.concatenate([some[::2], some[1::2] + rng.normal(0, 200, (len(some[1::2]), 2))])


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("towards", [False, True])
def test_near_any_point_is_what_the_matrix_says_by_every_mode(
    county: tuple[sa.Connection, int], held: Holder, mode: Mode, towards: bool
) -> None:
    connection, county_id = county
    points = _points(connection, 24 if mode is Mode.CAR else 10)
    ids, offered = _resources(connection)
    bare = travel.prepare(held.network(connection, county_id, mode).network.graph, mode)
    ends = (offered, points) if towards else (points, offered)
    costs = travel.matrix(bare, *ends, max_minutes=None).dense()
    costs = costs.T if towards else costs
    for row, (x, y) in enumerate(points):
        here = routing.here(connection, county_id, (x, y), mode, towards=towards, held=held)
        assert here.label is not None
        exactly = float(np.sort(costs[row])[len(ids) // 3])
        for limit in (exactly, 1e6):
            found = labels.near(connection, here.label, max_minutes=limit, towards=towards)
            assert found == {ids[at]: costs[row, at] for at in np.flatnonzero(costs[row] <= limit)}
            in_order = sorted(found, key=lambda each: (found[each], each))
            assert list(found) == in_order
        nearest = labels.nearest(connection, here.label, count=10, towards=towards)
        assert list(nearest.items()) == list(found.items())[:10]
        assert len(nearest) == 10


def test_needs_are_found_as_resources_are(county: tuple[sa.Connection, int], held: Holder) -> None:
    connection, county_id = county
    (x, y), *_ = _points(connection, 2)
    here = routing.here(connection, county_id, (x, y), held=held)
    assert here.label is not None
    needs = labels.near(connection, here.label, max_minutes=1e6, what="need")
    sql = "select id from hub_place where what = 'need' and mode = 'car' and edge is not null order by id"
    assert len(needs) > 50
    assert sorted(needs) == list(connection.execute(sa.text(sql)).scalars())


def test_the_label_of_a_stored_record_is_one_made_of_its_point(
    county: tuple[sa.Connection, int], held: Holder
) -> None:
    connection, county_id = county
    ids, offered = _resources(connection)
    for towards in (False, True):
        here = routing.here(connection, county_id, tuple(offered[3]), towards=towards, held=held)
        stored_one = labels.of(connection, ("resource", ids[3]), Mode.CAR, towards=towards)
        as_text = sa.text("select cast(cast(:label as hub_label) as text)")
        assert stored_one == connection.execute(as_text, {"label": here.label}).scalar_one()


def test_any_statement_may_join_journeys_with_its_own_filters(
    county: tuple[sa.Connection, int], held: Holder
) -> None:
    connection, county_id = county
    _, offered = _resources(connection)
    here = routing.here(connection, county_id, tuple(offered[0]), held=held)
    sql = (
        "with near as (select * from journeys_from(cast(:label as hub_label), 'resource', :most)) "
        "select resource.id from near join resource using (id) where resource.subkind = 'school'"
    )
    asked = {"label": here.label, "most": labels.most_deciseconds(15.0)}
    schools = set(connection.execute(sa.text(sql), asked).scalars())
    every = connection.execute(sa.text("select id from resource where subkind = 'school'")).scalars()
    assert here.label is not None
    assert schools == set(labels.near(connection, here.label, max_minutes=15.0)) & set(every)


def test_a_point_far_from_any_road_has_a_reason_in_place_of_a_label(
    county: tuple[sa.Connection, int], held: Holder
) -> None:
    connection, county_id = county
    here = routing.here(connection, county_id, (100_000.0, 100_000.0), held=held)
    assert (here.label, here.reason) == (None, travel.Reason.TOO_FAR_FROM_ROAD)
    assert here.metres > 1000


def test_labels_of_roads_replaced_meanwhile_are_refused_and_not_mixed(
    county: tuple[sa.Connection, int], held: Holder
) -> None:
    connection, county_id = county
    _, offered = _resources(connection)
    here = routing.here(connection, county_id, tuple(offered[0]), held=held)
    assert here.label is not None
    graph = held.network(connection, county_id, Mode.CAR).network.graph
    routing.replace(connection, county_id, graph, import_id=None, held=Holder())
    for ask in (
        lambda label: labels.near(connection, label, max_minutes=5.0),
        lambda label: labels.nearest(connection, label, count=5),
    ):
        with pytest.raises(BusyError, match="replaced just now"), connection.begin_nested():
            ask(here.label)


def _add_need(connection: sa.Connection, county_id: int, x: float, y: float) -> int:
    sql = (
        "insert into need (county_id, ref, title, mode, geom) "
        "values (:c, 'new', 'New', 'car', ST_SetSRID(ST_MakePoint(:x, :y), 27700)) returning id"
    )
    return int(connection.execute(sa.text(sql), {"c": county_id, "x": x, "y": y}).scalar_one())


def _labelled(connection: sa.Connection, need: int) -> set[str]:
    sql = "select mode from hub_label_out where what = 'need' and id = :n"
    return set(connection.execute(sa.text(sql), {"n": need}).scalars())


def test_a_new_need_and_its_labels_are_seen_together_and_leave_nothing_when_rolled_back(
    rutland: Rutland, held: Holder
) -> None:
    with rutland[0].connect() as writer, rutland[0].connect() as reader:
        county_id = stored.chosen(writer, None).id
        need = _add_need(writer, county_id, 487_500, 308_500)
        assert routing.label_one(writer, county_id, ("need", need), held=held) == tuple(Mode)
        assert _labelled(writer, need) == set(Mode)
        assert _labelled(reader, need) == set()
        here = routing.here(writer, county_id, (487_600.0, 308_500.0), held=held)
        assert here.label is not None
        assert need in labels.near(writer, here.label, max_minutes=5.0, what="need")
        assert need not in labels.near(reader, here.label, max_minutes=5.0, what="need")
        writer.rollback()
        assert _labelled(writer, need) == set()
        left = "select count(*) from hub_place where what = 'need' and id = :n"
        assert writer.execute(sa.text(left), {"n": need}).scalar_one() == 0


def test_labelling_one_record_prepares_no_roads_anew(rutland: Rutland) -> None:
    held = Holder()
    with rutland[0].connect() as connection:
        county_id = stored.chosen(connection, None).id
        networks = [held.network(connection, county_id, mode).network for mode in Mode]
        need = _add_need(connection, county_id, 487_500, 308_500)
        routing.label_one(connection, county_id, ("need", need), held=held)
        assert [held.network(connection, county_id, mode).network for mode in Mode] == networks
        connection.rollback()


def test_an_edited_point_loses_its_old_labels_and_gets_those_of_the_new(
    county: tuple[sa.Connection, int], held: Holder
) -> None:
    connection, county_id = county
    need = _add_need(connection, county_id, 487_500, 308_500)
    routing.label_one(connection, county_id, ("need", need), held=held)
    before = labels.of(connection, ("need", need), Mode.CAR)
    move = "update need set geom = ST_SetSRID(ST_MakePoint(490000, 311000), 27700) where id = :n"
    connection.execute(sa.text(move), {"n": need})
    assert _labelled(connection, need) == set()
    for _ in range(2):  # a second time does no harm
        routing.label_one(connection, county_id, ("need", need), held=held)
    after = labels.of(connection, ("need", need), Mode.CAR)
    assert after is not None
    assert after != before
    here = routing.here(connection, county_id, (490_000.0, 311_000.0), held=held)
    assert here.label is not None
    assert labels.near(connection, after, max_minutes=30.0) == labels.near(
        connection, here.label, max_minutes=30.0
    )


def test_a_home_is_never_labelled(county: tuple[sa.Connection, int], held: Holder) -> None:
    connection, county_id = county
    sql = (
        "insert into resource (county_id, ref, kind, name, travels, mode, precision_metres, geom) values "
        "(:c, 'p', 'volunteer', 'P', 'resource', 'car', 1000, "
        "ST_SetSRID(ST_MakePoint(487500, 308500), 27700)) returning id"
    )
    person = connection.execute(sa.text(sql), {"c": county_id}).scalar_one()
    assert routing.label_one(connection, county_id, ("resource", person), held=held) == ()
    places = "select count(*) from hub_place where what = 'resource' and id = :p"
    assert connection.execute(sa.text(places), {"p": person}).scalar_one() == 0
