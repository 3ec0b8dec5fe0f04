"""The bench of searches: pgRouting's answers, a straight line's errors, and a load measured as it is."""

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from geomatch import travel
from geomatch.db import engine, rivals
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.services import pageload, searchbench, searchload
from geomatch.services.searchload import Load, Server, Waited


@pytest.fixture(scope="module")
def network(test_data: Any) -> Any:
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    return travel.contract(travel.prepare(graph, Mode.CAR))


@pytest.fixture
def door(database_url: str) -> Iterator[Any]:
    opened = engine.connect(database_url)
    with opened.connect() as connection:
        there = rivals.available(connection)
    if there:
        yield opened
    opened.dispose()
    if not there:
        pytest.skip("pgRouting is not installed beside this PostgreSQL")


def test_a_search_answers_as_pgrouting_and_a_straight_line_does_not(
    door: Any, network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searchbench, "REPEATS", 1)
    rows = searchbench.in_database(door, network, 200, floor=None)
    routed, straight = rows
    assert (routed.answers_equal, straight.answers_equal) == (True, False)
    assert "its first is not the nearest" in straight.note
    told = searchbench.told(rows)
    assert told["held"] is True
    assert [row["name"] for row in told["rows"]] == [searchbench.PGROUTING, searchbench.STRAIGHT]


def test_a_promise_that_is_not_kept_or_an_answer_that_differs_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(median: float, *, sound: bool = True) -> bool:
        runs = (Waited(median, 40.0), Waited(median, 60.0), Waited(median, 90.0))
        load = Load(runs, 900, sound, 4.5, 0.0)
        return bool(searchbench.told(searchbench.loaded(load, floors=True))["held"])

    assert held(20.0)
    assert not held(20.5)
    assert not held(5.0, sound=False)


def test_no_two_searches_of_a_load_are_alike_and_the_same_seed_asks_the_same() -> None:
    asked = searchload.addresses(["SY7 8BQ", "Clun"], 300, today=date(2026, 11, 27), seed=1)
    assert len(set(asked)) == 300
    assert asked == searchload.addresses(["SY7 8BQ", "Clun"], 300, today=date(2026, 11, 27), seed=1)


class _Slow(http.server.BaseHTTPRequestHandler):
    """One answer at a time, each after 50 ms."""

    turn = threading.Lock()

    def do_GET(self) -> None:
        with self.turn:
            time.sleep(0.05)
        self.send_response(503 if self.path.startswith("/gone") else 200)
        self.end_headers()
        self.wfile.write(b'{"results": []}')

    def log_message(self, *_: Any) -> None:
        """Requests of a test are no news."""


def test_waiting_for_ones_turn_counts_as_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_WARM": 1, "RUNS": 1, "SECONDS": 1}.items():
        monkeypatch.setattr(searchload, name, value)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        asked = [f"/?{number}" for number in range(searchload.needed())]
        load = searchload.measured(Server("127.0.0.1", served.server_port, 1), asked)
        served.shutdown()
    # thirty a second into twenty a second: the last waits for half a second and more
    assert load.sound
    assert load.runs[0].p99 > 400
    assert load.runs[0].p99 > 1.5 * load.runs[0].median


def test_a_load_of_pages_says_what_went_wrong_and_counts_waiting() -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        server = Server("127.0.0.1", served.server_port, 1)
        load = pageload.measured(server, ["/", "/gone?a=1", "/areas", "/gone?a=2"] * 5, 40)
        served.shutdown()
    assert (load.asked, load.wrong) == (20, {"503 /gone": 10})
    # forty a second into twenty a second: the last waits for half a second
    assert load.waited.p99 > 1.5 * load.waited.median > 0


def test_a_server_that_is_not_there_is_an_error_and_not_a_wait() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        load = pageload.measured(Server("127.0.0.1", closed.getsockname()[1], 1), ["/", "/"], 50)
    assert load.wrong == {"ConnectionRefusedError /": 2}


def test_a_mixture_is_of_pages_and_searches_and_the_same_for_a_seed() -> None:
    asked = pageload.mixed(["/a", "/b"], ["/s?1", "/s?2"], 400)
    assert asked == pageload.mixed(["/a", "/b"], ["/s?1", "/s?2"], 400)
    assert set(asked) == {"/a", "/b", "/s?1", "/s?2"}
    assert 100 < sum(each.startswith("/s") for each in asked) < 220
