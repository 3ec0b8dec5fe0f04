"""Hub labels in ordinary tables: exact in plain SQL, true to the roads there are, of nobody's home."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import psycopg
import pytest
import sqlalchemy as sa

from geomatch import travel
from geomatch.db import counties as stored
from geomatch.db import engine, labels, roads, routing
from geomatch.db.labels import Wanted
from geomatch.model import Mode, ResourceKind
from geomatch.services import routing as services
from geomatch.services.counties import Loaded
from geomatch.services.holding import STEP, Holder
from geomatch.travel import Network, compiled

Rutland = tuple[sa.Engine, Loaded]
TABLES = ("hub_place", "hub_label_out", "hub_label_in")


@pytest.fixture
def county(rutland: Rutland) -> Iterator[tuple[sa.Connection, int]]:
    """Rutland, loaded; all that a test does to it is rolled back."""
    with rutland[0].connect() as connection, connection.begin() as transaction:
        yield connection, stored.chosen(connection, None).id
        transaction.rollback()


@pytest.fixture(scope="module")
def network(rutland: Rutland) -> Network:
    """Rutland's roads for cars as they are in the database, without any hierarchy."""
    with rutland[0].connect() as connection:
        return travel.prepare(roads.load(connection, stored.chosen(connection, None).id), Mode.CAR)


def _points(connection: sa.Connection, table: str, where: str = "true") -> tuple[list[int], Any]:
    columns = "id, ST_X(geom) as x, ST_Y(geom) as y"
    sql = f"select {columns} from {table} where geom is not null and {where} order by id"
    rows = connection.execute(sa.text(sql)).all()
    return [row.id for row in rows], np.array([(row.x, row.y) for row in rows])


def _count(connection: sa.Connection, table: str, where: str = "true") -> int:
    return int(connection.execute(sa.text(f"select count(*) from {table} where {where}")).scalar_one())


def _add_need(connection: sa.Connection, county_id: int, x: float, y: float) -> int:
    sql = (
        "insert into need (county_id, ref, title, mode, geom) "
        "values (:c, 'new', 'New', 'car', ST_SetSRID(ST_MakePoint(:x, :y), 27700)) returning id"
    )
    return int(connection.execute(sa.text(sql), {"c": county_id, "x": x, "y": y}).scalar_one())


def _add_resource(connection: sa.Connection, county_id: int, kind: str, ref: str = "new") -> int:
    sql = (
        "insert into resource (county_id, ref, kind, name, travels, mode, precision_metres, geom) values "
        "(:c, :r, :k, 'New', 'resource', 'car', 1000, ST_SetSRID(ST_MakePoint(487500, 308500), 27700)) "
        "returning id"
    )
    return int(connection.execute(sa.text(sql), {"c": county_id, "r": ref, "k": kind}).scalar_one())


@pytest.mark.parametrize("minutes", [8.0, None])
@pytest.mark.parametrize("towards", [False, True])
def test_sql_gives_the_minutes_of_the_matrix_for_every_need(
    county: tuple[sa.Connection, int], network: Network, towards: bool, minutes: float | None
) -> None:
    connection, _ = county
    needs, asked = _points(connection, "need")
    offered_ids, offered = _points(connection, "resource", "kind <> 'volunteer'")
    ends = (offered, asked) if towards else (asked, offered)
    costs = travel.matrix(network, *ends, max_minutes=minutes).dense()
    costs = costs.T if towards else costs
    ask = labels.coming if towards else labels.reached
    wanted = Wanted() if minutes is None else Wanted(minutes=minutes)
    for row, identifier in enumerate(needs):
        found = {
            each["id"]: each["minutes"] for each in ask(connection, ("need", identifier), Mode.CAR, wanted)
        }
        near = np.flatnonzero(np.isfinite(costs[row]))
        assert found == {offered_ids[at]: costs[row, at] for at in near}
    assert len(needs) > 50
    assert np.isfinite(costs).any()


def test_the_nearest_of_a_kind_are_the_first_of_all_within_reach(county: tuple[sa.Connection, int]) -> None:
    connection, _ = county
    (need, *_), _points_of_needs = _points(connection, "need")
    every = labels.reached(connection, ("need", need), Mode.CAR, Wanted())
    halls = [row for row in every if row["kind"] == "venue"]
    wanted = Wanted(kind=ResourceKind.VENUE, nearest=5)
    assert labels.reached(connection, ("need", need), Mode.CAR, wanted) == halls[:5]
    assert [row["minutes"] for row in every] == sorted(row["minutes"] for row in every)
    exactly = Wanted(kind=ResourceKind.VENUE, minutes=halls[4]["minutes"])
    assert halls[4] in labels.reached(connection, ("need", need), Mode.CAR, exactly)


def test_a_new_need_is_labelled_in_its_own_transaction_and_moves_with_its_point(
    county: tuple[sa.Connection, int], network: Network
) -> None:
    connection, county_id = county
    need = _add_need(connection, county_id, 487_500, 308_500)
    assert services.label(connection, county_id) == 1
    assert services.label(connection, county_id) == 0
    first = labels.reached(connection, ("need", need), Mode.CAR, Wanted(nearest=3))
    assert len(first) == 3
    moved = "update need set geom = ST_SetSRID(ST_MakePoint(490000, 311000), 27700) where id = :n"
    connection.execute(sa.text(moved), {"n": need})
    assert labels.reached(connection, ("need", need), Mode.CAR, Wanted()) == []
    assert _count(connection, "hub_label_in", f"what = 'need' and id = {need}") == 0
    assert services.label(connection, county_id) == 1
    assert labels.reached(connection, ("need", need), Mode.CAR, Wanted(nearest=3)) != first


def test_a_place_far_from_any_road_is_tried_once_and_reaches_nothing(
    county: tuple[sa.Connection, int],
) -> None:
    connection, county_id = county
    need = _add_need(connection, county_id, 100_000, 100_000)
    assert [services.label(connection, county_id) for _ in range(2)] == [1, 0]
    assert labels.reached(connection, ("need", need), Mode.CAR, Wanted()) == []


def test_labels_go_with_their_record(county: tuple[sa.Connection, int]) -> None:
    connection, _ = county
    assert all(_count(connection, table) for table in TABLES)
    connection.execute(sa.text("delete from need"))
    connection.execute(sa.text("delete from resource"))
    assert [_count(connection, table) for table in TABLES] == [0, 0, 0]


def test_a_volunteer_has_no_labels_and_cannot_be_given_any(county: tuple[sa.Connection, int]) -> None:
    connection, county_id = county
    person = _add_resource(connection, county_id, "volunteer")
    assert services.label(connection, county_id) == 0
    for table in TABLES:
        assert _count(connection, table, f"what = 'resource' and id = {person}") == 0
    place = (
        "insert into hub_place (what, id, mode, road_set_id, resource_id) "
        "select 'resource', :p, 'car', id, :p from road_set"
    )
    with pytest.raises(sa.exc.IntegrityError, match="would give it away"), connection.begin_nested():
        connection.execute(sa.text(place), {"p": person})
    for table in TABLES[1:]:
        row = f"insert into {table} values (:c, 'resource', :p, 'car', 1, 1)"
        with pytest.raises(sa.exc.IntegrityError, match="label of no place"), connection.begin_nested():
            connection.execute(sa.text(row), {"c": county_id, "p": person})


def test_labels_go_when_a_resource_turns_out_to_be_a_person(county: tuple[sa.Connection, int]) -> None:
    connection, county_id = county
    resource = _add_resource(connection, county_id, "equipment")
    assert services.label(connection, county_id) == 1
    assert _count(connection, "hub_label_out", f"what = 'resource' and id = {resource}") > 0
    connection.execute(sa.text("update resource set kind = 'volunteer' where id = :r"), {"r": resource})
    for table in TABLES:
        assert _count(connection, table, f"what = 'resource' and id = {resource}") == 0


def test_the_application_asks_labels_and_cannot_change_them(rutland: Rutland) -> None:
    door = engine.connect(rutland[0].url.render_as_string(hide_password=False), role="geomatch_app")
    with door.connect() as app:
        need = app.execute(sa.text("select min(id) from need where geom is not null")).scalar_one()
        assert labels.reached(app, ("need", need), Mode.CAR, Wanted(nearest=1))
        with pytest.raises(sa.exc.ProgrammingError) as caught:
            app.execute(sa.text("delete from hub_label_out"))
        assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)
    door.dispose()


def _steps(connection: sa.Connection, county_id: int, **asked: Any) -> tuple[Network, list[str]]:
    """The network as a process that holds nothing yet gets it, and what was said meanwhile."""
    said: list[str] = []
    ready = Holder().network(
        connection, county_id, Mode.CAR, **asked, progress=lambda step, *_: said.append(step)
    )
    return ready.network, said


def _spoil(connection: sa.Connection, hierarchy: bytes) -> None:
    connection.execute(sa.text("update routing_graph set hierarchy = :h"), {"h": hierarchy})


@pytest.mark.parametrize(
    "tear", [lambda blob: blob[: len(blob) // 2], lambda _: b"", lambda blob: blob[:-1] + b"\xff"]
)
def test_a_torn_hierarchy_is_noticed_and_worked_out_again(
    county: tuple[sa.Connection, int], tear: Callable[[bytes], bytes]
) -> None:
    connection, county_id = county
    set_id = routing.current_set(connection, county_id)
    assert set_id is not None
    whole = routing.kept(connection, set_id, Mode.CAR)
    assert whole is not None
    assert STEP not in _steps(connection, county_id)[1]
    _spoil(connection, tear(whole))
    ready, said = _steps(connection, county_id)
    assert STEP in said
    assert ready.hierarchy is not None
    assert routing.kept(connection, set_id, Mode.CAR) == whole


def test_a_hierarchy_of_other_speeds_is_not_believed(county: tuple[sa.Connection, int]) -> None:
    connection, county_id = county
    before, said = _steps(connection, county_id)
    assert STEP not in said
    connection.execute(sa.text("update road_edge set car_forward = car_forward + 1 where car_forward > 0"))
    after, said = _steps(connection, county_id)
    assert STEP in said
    assert after.arcs.deciseconds.sum() > before.arcs.deciseconds.sum()


def test_new_roads_are_built_beside_the_old_and_others_ask_the_old_until_the_commit(rutland: Rutland) -> None:
    door = rutland[0]
    with door.connect() as builder, door.connect() as asker:
        county_id = stored.chosen(builder, None).id
        need = asker.execute(sa.text("select min(id) from need where geom is not null")).scalar_one()

        def ask(connection: sa.Connection) -> list[Any]:
            return list(labels.reached(connection, ("need", need), Mode.CAR, Wanted(nearest=20)))

        before, import_id = (
            ask(asker),
            builder.execute(sa.text("select min(id) from import")).scalar_one(),
        )
        graph = roads.load(builder, county_id)
        slower = np.where(graph.deciseconds > 0, graph.deciseconds * 2, graph.deciseconds).astype(np.int32)
        held = Holder()
        services.replace(
            builder, county_id, replace(graph, deciseconds=slower), import_id=import_id, held=held
        )
        assert ask(builder) == []
        assert services.label(builder, county_id, held=held) > 50
        after = ask(builder)
        assert ask(asker) == before
        assert after != before
        assert sum(row["minutes"] for row in after) > sum(row["minutes"] for row in before)
        builder.rollback()
        assert ask(builder) == before


def test_without_numba_nothing_is_labelled_and_journeys_still_have_a_network(
    county: tuple[sa.Connection, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, county_id = county
    _add_need(connection, county_id, 487_500, 308_500)
    monkeypatch.setattr(compiled, "available", lambda: False)
    assert services.label(connection, county_id) == 0
    ready, said = _steps(connection, county_id)
    assert ready.hierarchy is None
    assert said == []


def test_a_question_not_worth_a_hierarchy_uses_one_that_is_kept_and_makes_none(
    county: tuple[sa.Connection, int],
) -> None:
    connection, county_id = county
    connection.execute(sa.text("delete from routing_graph where mode = 'cycle'"))
    held = Holder()

    def by_cycle(contract: bool | None = None) -> Network:
        return held.network(connection, county_id, Mode.CYCLE, contract=contract).network

    bare = by_cycle()
    assert bare.hierarchy is None
    assert Holder().network(connection, county_id, Mode.CYCLE, contract=True).network.hierarchy is not None
    assert by_cycle().hierarchy is not None
    assert by_cycle().arcs is bare.arcs
