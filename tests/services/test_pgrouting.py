"""Hub labels beside pgRouting: the same answers, and said plainly where there is none to ask."""

from contextlib import nullcontext

import pytest

from geomatch import travel
from geomatch.db import engine, rivals
from geomatch.errors import UnavailableError
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.services import pgrouting


@pytest.fixture(scope="module")
def network(test_data):
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    return travel.contract(travel.prepare(graph, Mode.CAR))


@pytest.fixture
def door(database_url):
    opened = engine.connect(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def installed(door):
    with door.connect() as connection:
        if not rivals.available(connection):
            pytest.skip("pgRouting is not installed beside this PostgreSQL")


@pytest.mark.usefixtures("installed")
def test_pgrouting_and_hub_labels_reach_the_same_resources_in_the_same_minutes(door, network, monkeypatch):
    monkeypatch.setattr(pgrouting, "REPEATS", 2)
    row = pgrouting.in_database(door, network, 300, floor=None)
    assert row.answers_equal is True
    assert 0 < row.low <= row.ratio <= row.high
    with door.connect() as connection:
        places = rivals.resources(connection)
        found = rivals.by_pgrouting(connection, places[0][1], 18_000, "select * from bench_edge")
        assert 50 < len(found) <= len(places) <= 300


@pytest.mark.usefixtures("installed")
def test_a_label_that_is_wrong_shows_as_answers_that_differ(door, network, monkeypatch):
    monkeypatch.setattr(pgrouting, "REPEATS", 1)
    right = pgrouting.travel.label

    def one_decisecond_more(*given, towards=False):
        labels = right(*given, towards=towards)
        labels.deciseconds[:] += 1
        return labels

    monkeypatch.setattr(pgrouting.travel, "label", one_decisecond_more)
    row = pgrouting.in_database(door, network, 60, floor=None)
    assert (row.answers_equal, row.held) == (False, False)


def test_without_pgrouting_the_row_says_so_and_stops_nothing(door, network, monkeypatch):
    monkeypatch.setattr(rivals, "EXTENSION", "no_such_extension")
    row = pgrouting.in_database(door, network, 60, floor=25.0)
    assert (row.ratio, row.answers_equal, row.held) == (None, None, True)
    assert row.note == "pgRouting is not installed"


def test_the_bench_leaves_no_database_behind_when_it_fails(tmp_path, network, monkeypatch):
    made = []

    class Private:
        def create_database(self, name):
            made.append(name)

        def drop_database(self, name):
            made.remove(name)

        def url(self, name):
            assert name in made
            raise UnavailableError("something went wrong")

    monkeypatch.setattr(pgrouting.cluster, "open", lambda *_, **__: nullcontext(Private()))
    row = pgrouting.row(network, tmp_path, 10, floor=None)
    assert "something went wrong" in row.note
    assert made == []
