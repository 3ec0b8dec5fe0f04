"""New roads, or new speeds, while others ask: the old answer or the new one, never a mixture or nothing."""

import gc
import threading
import uuid
import weakref
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from geomatch.db import counties as stored
from geomatch.db import engine, labels, roads, routing
from geomatch.model import Mode
from geomatch.roads import SPEEDS
from geomatch.services import counties
from geomatch.services import routing as services
from geomatch.services.counties import Loaded
from geomatch.services.holding import STEP, Holder
from geomatch.services.reading import Part

Rutland = tuple[sa.Engine, Loaded]
TODAY = date(2026, 11, 23)
OAKHAM = (486_100.0, 308_900.0)
SLOWER = {"local": {"car": [20, 15]}, "minor": {"car": [25, 20]}}


@pytest.fixture
def own(rutland: Rutland, server: str) -> Iterator[sa.Engine]:
    """A copy of Rutland that a test may change for good."""
    source, name = rutland[0].url, f"geomatch_copy_{uuid.uuid4().hex[:8]}"
    rutland[0].dispose()
    maintenance = engine.connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with maintenance.connect() as connection:
        connection.execute(sa.text(f'create database {name} template "{source.database}" strategy file_copy'))
    door = engine.connect(source.set(database=name).render_as_string(hide_password=False))
    yield door
    door.dispose()
    with maintenance.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    maintenance.dispose()


def _near(connection: sa.Connection, held: Holder) -> dict[int, float]:
    county_id = stored.chosen(connection, None).id
    here = services.here(connection, county_id, OAKHAM, held=held)
    assert here.label is not None
    return labels.near(connection, here.label, max_minutes=1e6)


class Asker(threading.Thread):
    """Asks the same question again and again, each time in a transaction of its own."""

    def __init__(self, door: sa.Engine, held: Holder) -> None:
        super().__init__()
        self.door = door.execution_options(isolation_level="REPEATABLE READ")
        self.held = held
        self.answers: list[dict[int, float]] = []
        self.over = threading.Event()
        self.begun = threading.Event()

    def run(self) -> None:
        """Until told that it is over."""
        try:
            while not self.over.is_set():
                with self.door.connect() as connection:
                    self.answers.append(_near(connection, self.held))
                self.begun.set()
        finally:
            self.begun.set()


def _slow_down(door: sa.Engine) -> None:
    """The county's own speeds, and its road file as if it had never been read."""
    with door.begin() as connection:
        settings = sa.text("update county set settings = jsonb_build_object('speeds', cast(:s as jsonb))")
        connection.execute(settings.bindparams(sa.bindparam("s", SLOWER, type_=sa.JSON)))
        connection.execute(sa.text("update import set sha256 = repeat('0', 64) where kind = 'roads'"))


def test_a_whole_import_of_roads_while_others_ask(own: sa.Engine, test_data: Path) -> None:
    held = Holder()
    _slow_down(own)
    with own.connect() as connection:
        county_id = stored.chosen(connection, None).id
        old = weakref.ref(held.network(connection, county_id, Mode.CAR).network.component)
        old_set = routing.current_set(connection, county_id)
    asker = Asker(own, held)
    asker.start()
    asker.begun.wait(60)
    said: list[str] = []
    part = Part("roads", (test_data / "rutland" / "rutland_2021-05-07.osm.pbf",), {})
    try:
        counties.add(own, "rutland", part, today=TODAY, progress=lambda step, *_: said.append(step))
        during = len(asker.answers)
        asker.begun.clear()
        asker.begun.wait(60)
    finally:
        asker.over.set()
        asker.join()
    assert STEP in said
    before, after = asker.answers[0], asker.answers[-1]
    assert before
    assert all(answer in (before, after) for answer in asker.answers)
    assert during > 2
    assert sorted(before) == sorted(after)
    assert sum(after.values()) > sum(before.values())
    with own.connect() as connection:
        assert routing.current_set(connection, county_id) != old_set
        assert _near(connection, Holder()) == after == _near(connection, held)
        assert connection.execute(sa.text("select count(*) from road_set")).scalar_one() == 1
    gc.collect()
    assert old() is None


def test_a_county_file_with_other_speeds_retimes_the_roads_it_has(
    own: sa.Engine, rutland_file: Path, tmp_path: Path
) -> None:
    held = Holder()
    with own.connect() as connection:
        county_id = stored.chosen(connection, None).id
        before, graph = _near(connection, held), roads.load(connection, county_id)
    file = rutland_file.with_name("slower.toml")
    file.write_text(rutland_file.read_text("utf-8") + "\n[speeds]\nlocal.car = 20\nminor.car = 25\n", "utf-8")
    loaded = counties.load(own, file, today=TODAY)
    (outcome,) = [each for each in loaded.imports if each["kind"] == "roads"]
    assert outcome["unchanged"]
    with own.connect() as connection:
        slower = roads.load(connection, county_id)
        after = _near(connection, held)
    assert np.array_equal(slower.metres, graph.metres)
    assert slower.deciseconds.sum() > graph.deciseconds.sum()
    assert sorted(before) == sorted(after)
    assert sum(after.values()) > sum(before.values())
    again = counties.load(own, file, today=TODAY)
    assert all(each.get("unchanged") for each in again.imports)


def test_roads_as_imported_are_at_their_own_speeds_already(own: sa.Engine) -> None:
    with own.connect() as connection:
        county_id = stored.chosen(connection, None).id
        assert services.retime(connection, county_id, SPEEDS, held=Holder()) is False


@pytest.mark.parametrize("tear", ["substring(graph for 5000)", "''::bytea", "set_byte(graph, 90000, 255)"])
def test_a_torn_road_graph_is_noticed_and_made_again_from_the_roads(own: sa.Engine, tear: str) -> None:
    with own.begin() as connection:
        county_id = stored.chosen(connection, None).id
        set_id = routing.current_set(connection, county_id)
        assert set_id is not None
        whole, before = routing.kept_graph(connection, set_id), _near(connection, Holder())
        connection.execute(sa.text(f"update road_graph set graph = {tear}"))
        assert routing.kept_graph(connection, set_id) != whole
        assert _near(connection, Holder()) == before
        assert routing.kept_graph(connection, set_id) == whole


def test_the_application_reads_roads_and_mends_torn_ones_for_itself_alone(own: sa.Engine) -> None:
    with own.begin() as connection:
        expected = _near(connection, Holder())
        connection.execute(sa.text("delete from road_graph"))
        connection.execute(sa.text("update routing_graph set hierarchy = ''"))
    door = engine.connect(own.url.render_as_string(hide_password=False), role="geomatch_app")
    held = Holder()
    with door.connect() as app:
        county_id = stored.chosen(app, None).id
        assert _near(app, held) == expected
        first = held.network(app, county_id, Mode.CAR).network
        assert held.network(app, county_id, Mode.CAR).network is first
        assert app.execute(sa.text("select count(*) from road_graph")).scalar_one() == 0
    door.dispose()


def test_a_need_saved_while_roads_are_replaced_is_labelled_on_the_new_ones(own: sa.Engine) -> None:
    held = Holder()
    with own.connect() as builder:
        county_id = stored.chosen(builder, None).id
        graph = roads.load(builder, county_id)
        mine = Holder()
        services.replace(builder, county_id, graph, import_id=None, held=mine)
        services.label(builder, county_id, held=mine)
        need: list[int] = []

        def save() -> None:
            with own.begin() as writer:
                sql = (
                    "insert into need (county_id, ref, title, mode, geom) values "
                    "(:c, 'new', 'New', 'car', ST_SetSRID(ST_MakePoint(487500, 308500), 27700)) returning id"
                )
                need.append(writer.execute(sa.text(sql), {"c": county_id}).scalar_one())
                services.label_one(writer, county_id, ("need", need[0]), held=held)

        saving = threading.Thread(target=save)
        saving.start()
        saving.join(0.5)
        builder.commit()
        saving.join(60)
        on = "select road_set_id from hub_place where what = 'need' and id = :n and mode = 'car'"
        found = builder.execute(sa.text(on), {"n": need[0]}).scalar_one()
        assert found == routing.current_set(builder, county_id)
