"""What is costly is made once for a version of its county, and nobody waits while it is made anew."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import flask
import pytest

from webmap import here
from webmap.keeper import MINE, Keeper
from webmap.memory import Memory

KEY = 1, "areas"


class Clock:
    """A clock that one sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _never() -> str:
    raise AssertionError("made again")


def test_the_same_version_is_made_once() -> None:
    memory = Memory()
    assert memory.recall(KEY, "v1", lambda: "one") == "one"
    assert memory.recall(KEY, "v1", _never) == "one"
    assert memory.recall(KEY, "v2", lambda: "two") == "two"


def test_an_old_one_is_given_only_to_whom_it_will_do() -> None:
    memory = Memory()
    memory.recall(KEY, "v1", lambda: "one")
    assert memory.recall(KEY, "v2", _never, old_will_do=True) == "one"
    assert memory.recall(KEY, "v2", lambda: "two") == "two"
    assert memory.recall((1, "other"), "v2", lambda: "made", old_will_do=True) == "made"


def test_whoever_wants_what_is_being_made_waits_for_it() -> None:
    memory, begun, go_on = Memory(), Event(), Event()
    made: list[int] = []

    def slowly() -> str:
        made.append(1)
        begun.set()
        assert go_on.wait(10)
        return "one"

    with ThreadPoolExecutor(4) as readers:
        first = readers.submit(memory.recall, KEY, "v1", slowly)
        assert begun.wait(10)
        others = [readers.submit(memory.recall, KEY, "v1", slowly) for _ in range(3)]
        time.sleep(0.05)
        go_on.set()
        assert [each.result(10) for each in (first, *others)] == ["one"] * 4
    assert len(made) == 1


def test_whoever_waited_makes_it_when_the_first_could_not() -> None:
    memory = Memory()
    with pytest.raises(ValueError, match="no road"):
        memory.recall(KEY, "v1", lambda: _raise("no road"))
    assert memory.recall(KEY, "v1", lambda: "one") == "one"


def _raise(words: str) -> str:
    raise ValueError(words)


def test_whole_files_come_to_no_more_than_so_many_bytes() -> None:
    memory = Memory(most_bytes=100)
    memory.recall((1, "note"), "v1", lambda: "x" * 1000)
    for number in range(5):
        memory.recall((1, number), "v1", lambda: b"x" * 40)
    assert memory.recall((1, 4), "v1", _never)
    assert memory.recall((1, 3), "v1", _never)
    assert memory.recall((1, "note"), "v1", _never)
    with pytest.raises(AssertionError, match="made again"):
        memory.recall((1, 2), "v1", _never)


def test_addresses_asked_lately_are_told_the_latest_first() -> None:
    clock = Clock()
    memory = Memory(clock=clock)
    for address in ("/long-ago", "/areas", "/"):
        memory.recall((1, address), "v1", lambda: "made", address=address)
        clock.now += 100
    memory.recall((1, "more of /"), "v1", lambda: "made", address="/")
    memory.recall((2, "elsewhere"), "v1", lambda: "made", address="/elsewhere")
    memory.recall((1, "by the keeper"), "v1", lambda: "made")
    assert memory.lately(1, 250) == ["/", "/areas"]


Site = tuple[Clock, Memory, Keeper, dict[int, str], list[str]]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    """A keeper of two counties whose versions one sets."""
    clock = Clock()
    memory = Memory(clock=clock)
    keeper, versions = Keeper(memory, 60, clock=clock), {1: "v1", 2: "v1"}

    def looked(_: object) -> dict[int, str]:
        keeper._heard = clock.now
        return dict(versions)

    monkeypatch.setattr(keeper, "_versions", looked)
    return clock, memory, keeper, versions, []


def _looks(site: Site, ask: Callable[[str], None]) -> None:
    site[2].look(None, ask, rest=site[4].append)  # type: ignore[arg-type, unused-ignore]


def test_the_keeper_makes_anew_what_was_asked_and_lets_the_rest_go(site: Site) -> None:
    clock, memory, keeper, versions, rests = site
    _looks(site, lambda _: None)
    memory.recall(KEY, "v1", lambda: "old", address="/areas")
    memory.recall((1, "forgotten"), "v1", lambda: "old")
    memory.recall((2, "elsewhere"), "v1", lambda: "kept", address="/elsewhere")
    versions[1], asked = "v2", []
    clock.now += 1
    assert keeper.will_do(1, "v2")
    assert not keeper.will_do(2, "v1")

    def ask(address: str) -> None:
        asked.append(address)
        clock.now += 3
        memory.recall(KEY, "v2", lambda: "new")

    _looks(site, ask)
    assert asked == ["/areas"]
    assert rests == [3]
    assert memory.recall(KEY, "v2", _never) == "new"
    assert memory.recall((1, "forgotten"), "v2", lambda: "made", old_will_do=True) == "made"
    assert memory.recall((2, "elsewhere"), "v1", _never) == "kept"
    assert not keeper.will_do(1, "v2")


def test_an_old_one_will_do_for_a_minute_and_while_the_keeper_lives(site: Site) -> None:
    clock, _, keeper, versions, _ = site
    assert not keeper.will_do(1, "v1"), "he has not looked yet"
    _looks(site, lambda _: None)
    versions[1] = "v2"
    assert keeper.will_do(1, "v2")
    clock.now += 20
    assert not keeper.will_do(1, "v2"), "he has not been heard of for 20 seconds"
    keeper._heard = clock.now
    assert keeper.will_do(1, "v2")
    clock.now += 41
    keeper._heard = clock.now
    assert not keeper.will_do(1, "v2"), "it is longer than a minute that it changed"


@pytest.mark.parametrize(
    ("how", "stranger"),
    [
        ({}, True),
        ({"method": "POST"}, False),
        ({"headers": {"Cookie": "geomatch-in=token"}}, False),
        ({"headers": {"Cookie": "__Host-geomatch-in=token"}}, False),
        ({"headers": {"Cookie": "geomatch-known=mark"}}, True),
        ({"headers": {"Authorization": "Bearer token"}}, False),
        ({"environ_overrides": {MINE: True}}, False),
    ],
)
def test_only_whoever_reads_as_nobody_in_particular_is_shown_an_old_one(
    how: dict[str, Any], stranger: bool
) -> None:
    with flask.Flask("nothing").test_request_context("/", **how):
        assert here._reads_as_stranger() is stranger
