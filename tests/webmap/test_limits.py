"""How much one reader may ask: often enough for anybody, and no more than that."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import webmap
from webmap import limits
from webmap.limits import Pace, reader


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_hundred_a_second_are_always_answered() -> None:
    clock = _Clock()
    pace = Pace(100, clock=clock)
    for second in range(5):
        clock.now = second * 1.0
        assert all(pace.wait("a") == 0 for _ in range(100))


@settings(max_examples=60)
@given(st.lists(st.floats(0, 0.5), min_size=1, max_size=120))
def test_nobody_gets_more_than_the_rate_and_one_burst(pauses: list[float]) -> None:
    clock = _Clock()
    pace, answered = Pace(10, clock=clock), 0
    for pause in pauses:
        clock.now += pause
        answered += pace.wait("a") == 0
        assert answered <= 20 + 10 * clock.now + 1e-6
    assert pace.wait("somebody else") == 0


def test_whoever_waits_as_told_is_answered() -> None:
    clock = _Clock()
    pace = Pace(10, clock=clock)
    while not (seconds := pace.wait("a")):
        pass
    clock.now += seconds + 1e-9
    assert pace.wait("a") == 0
    assert pace.wait("a") > 0


def test_readers_beyond_the_memory_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_MOST_READERS", 3)
    pace = Pace(0.5, clock=_Clock())
    assert [pace.wait(name) == 0 for name in "aabbccdd"] == [True, False] * 4
    assert pace.wait("a") == 0  # forgotten, so it begins anew
    assert pace.wait("d") > 0


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "rubbish", "127.0.0.1"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", None, "2001:db8:1:2::/64"),
        (None, None, ""),
    ],
)
def test_readers_are_told_apart(remote: str | None, forwarded: str | None, who: str) -> None:
    assert reader(remote, forwarded) == who


def test_who_asks_too_often_is_told_for_how_long_to_wait(site: Any) -> None:
    engine = site.app.extensions["geomatch"].engine
    client = webmap.create_app(engine, config=webmap.WebConfig(reads_per_second=0.5)).test_client()
    assert client.get("/api/v1/openapi.json").status_code == 200
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.content_type) == (429, "application/problem+json")
    assert 1 <= int(answer.headers["Retry-After"]) <= 2
    assert client.get("/healthz").status_code == 200
    other = client.get("/api/v1/openapi.json", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert other.status_code == 200


def test_a_hundred_at_once_are_answered_as_the_site_is_served(site: Any) -> None:
    client = webmap.create_app(site.app.extensions["geomatch"].engine).test_client()
    assert {client.get("/api/v1/needs?x=1").status_code for _ in range(100)} == {400}


def test_long_addresses_and_large_bodies_are_refused(client: Any) -> None:
    long = client.get("/api/v1/locate?q=" + "x" * 4000)
    assert (long.status_code, long.get_json(force=True)["status"]) == (414, 414)
    text = client.get("/api/v1/locate?q=" + "x" * 300)
    assert (text.status_code, text.get_json(force=True)["parameter"]) == (400, "q")
    large = client.get("/api/v1/needs", data=b"x" * 2_000_001)
    assert (large.status_code, large.content_type) == (413, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_only_shows_says_what_it_takes(client: Any, method: str) -> None:
    answer = client.open("/api/v1/areas", method=method)
    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_head_and_options_answer_without_a_body(client: Any) -> None:
    full, head = client.get("/api/v1/needs"), client.head("/api/v1/needs")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == full.headers["ETag"]
    assert head.headers["Content-Length"] == full.headers["Content-Length"]
    options = client.options("/api/v1/needs")
    assert (options.status_code, options.data) == (200, b"")
    assert set(options.headers["Allow"].split(", ")) - {"POST"} == {"GET", "HEAD", "OPTIONS"}
