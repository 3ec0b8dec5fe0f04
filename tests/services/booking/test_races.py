"""Many brokers at once, on connections of their own, and programs that die half way."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from geomatch.db import bookings, engine
from geomatch.errors import BusyError, ConflictError
from geomatch.model import Window
from geomatch.services import booking, settling
from geomatch.services.booking import Ask, By, Wanted

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
Work = Callable[[sa.Engine], object]
ROUNDS = 30
BROKERS = 4


def evening(day: int) -> Window:
    starts = datetime(2026, 12, 1, 19) + timedelta(days=day)
    return Window(starts, starts + timedelta(hours=2))


@pytest.fixture(scope="module")
def doors(lasting_desk: Any) -> Iterator[list[sa.Engine]]:
    """An engine of each broker's own."""
    url = lasting_desk.door.url.render_as_string(hide_password=False)
    made = [engine.connect(url) for _ in range(BROKERS)]
    yield made
    for door in made:
        door.dispose()


def at_once(doors: list[sa.Engine], works: list[Work]) -> list[object]:
    """What each work gives, or its refusal, started at the same moment."""
    ready = threading.Barrier(len(works))

    def run(door: sa.Engine, work: Work) -> object:
        with door.connect():
            ready.wait()
        try:
            return work(door)
        except ConflictError as refused:
            return refused

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, doors, works))


def refusals(told: list[object]) -> list[str]:
    return [str(each) for each in told if isinstance(each, ConflictError)]


def require_sound(desk: Any) -> None:
    """Every live booking has its units, and no unit is in two places."""
    short = desk.run(
        "select count(*) from booking where holds and quantity <> "
        "(select count(*) from booking_unit where booking_id = booking.id)"
    ).scalar_one()
    twice = desk.run(
        "select count(*) from booking_unit one join booking_unit other using (resource_id, unit) "
        "where one.held && other.held and one.booking_id < other.booking_id "
        "and one.holds and other.holds"
    ).scalar_one()
    assert (short, twice) == (0, 0)


def test_of_many_brokers_who_want_the_last_projector_at_once_exactly_one_has_it(
    desk: Any, doors: list[sa.Engine]
) -> None:
    for day in range(ROUNDS):
        desk.propose(("projector", evening(day)))
        works = [
            lambda door, who=str(number), day=day: booking.book(
                door, desk.ask(("projector", evening(day))), By(who, NOW)
            )
            for number in range(BROKERS)
        ]
        refused = refusals(at_once(doors, works))
        assert len(refused) == BROKERS - 1
        assert all("Projector is not free for" in words and "1 of 2, confirmed" in words for words in refused)
    require_sound(desk)


def test_two_brokers_who_confirm_one_bundle_at_once_end_with_one_success_and_one_message(
    desk: Any, doors: list[sa.Engine]
) -> None:
    for day in range(ROUNDS):
        made = desk.propose(("hall", evening(day)), ("driver", evening(day)))
        works = [
            lambda door, who=who, bundle=made.bundle: booking.confirm(door, bundle, By(who, NOW))
            for who in ("Ann", "Bob")
        ]
        [words] = refusals(at_once(doors, works))
        assert "is confirmed already" in words
    require_sound(desk)


def test_bundles_asked_in_opposite_orders_never_meet_in_a_ring_and_are_whole(
    desk: Any, doors: list[sa.Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(settling.time, "sleep", pauses.append)
    names = ["hall", "barn", "projector", "driver"]
    for day in range(ROUNDS):
        orders = [names, names[::-1], names[2:] + names[:2], ["projector", "hall"]]
        works = [
            lambda door, order=order, day=day: booking.propose(
                door, desk.ask(*((name, evening(day)) for name in order)), By("Ann", NOW)
            )
            for order in orders
        ]
        assert len(refusals(at_once(doors, works))) == BROKERS - 1
    whole = desk.run("select distinct count(*) from booking group by bundle_id").scalars().all()
    assert set(whole) <= {2, 4}
    assert desk.run("select count(*) from bundle").scalar_one() == ROUNDS
    assert pauses == []
    require_sound(desk)


def test_a_run_out_proposal_is_taken_over_by_exactly_one(desk: Any, doors: list[sa.Engine]) -> None:
    for day in range(ROUNDS // 2):
        mine = desk.propose(("hall", evening(day)))
        after = NOW + timedelta(days=2)
        works: list[Work] = [
            lambda door, bundle=mine.bundle, after=after: booking.confirm(door, bundle, By("Ann", after)),
            lambda door, day=day, after=after: booking.book(
                door, desk.ask(("hall", evening(day))), By("Bob", after)
            ),
            lambda door, day=day, after=after: booking.book(
                door, desk.ask(("hall", evening(day))), By("Cyd", after)
            ),
        ]
        told = refusals(at_once(doors, works))
        assert len(told) == 2
        assert any("run out" in words or "was released" in words for words in told)
    require_sound(desk)


def test_writers_who_ignore_the_locks_are_stopped_by_the_database_itself(
    desk: Any, doors: list[sa.Engine]
) -> None:
    def write(door: sa.Engine) -> object:
        with door.begin() as connection:
            ids = bookings.resource_ids(connection, desk.county, ["hall"])
            span = bookings.window_range(evening(0))
            return bookings.add(
                connection, [1], resource_id=ids["hall"], during=span, held=span, status="confirmed"
            )

    def tried(door: sa.Engine) -> object:
        return settling.settled(door, lambda _: write(door))

    assert len(refusals(at_once(doors, [tried] * BROKERS))) == BROKERS - 1
    require_sound(desk)


def test_a_deadlock_is_tried_again(desk: Any, doors: list[sa.Engine]) -> None:
    both = threading.Barrier(2)
    tries: list[str] = []

    def work(first: str, second: str) -> Work:
        lock = sa.text("select from resource where ref = :ref for update")

        def steps(connection: sa.Connection) -> str:
            tries.append(first)
            connection.execute(lock, {"ref": first})
            if tries.count(first) == 1:
                both.wait()
            connection.execute(lock, {"ref": second})
            return first

        return lambda door: settling.settled(door, steps)

    told = at_once(doors, [work("hall", "barn"), work("barn", "hall")])
    assert sorted(map(str, told)) == ["barn", "hall"]
    assert len(tries) == 3


def test_trying_again_has_an_end(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "_PAUSE_SECONDS", 0)
    tries: list[int] = []

    def never(_: sa.Connection) -> None:
        tries.append(1)
        raise sa.exc.OperationalError("", None, psycopg.errors.DeadlockDetected())

    with pytest.raises(BusyError, match="please try again in a moment"):
        settling.settled(desk.door, never)
    assert len(tries) == settling.ATTEMPTS


_DYING = """
import sys
from datetime import UTC, datetime
from geomatch.db import engine
from geomatch.model import Window
from geomatch.services import booking
from geomatch.services.booking import Ask, By, Wanted

url, county, committed = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "committed"
door = engine.connect(url)
during = Window(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21))
ask = Ask(county, tuple(Wanted(name, during) for name in ("hall", "projector", "driver")))
by = By("Ann", datetime(2026, 11, 23, 9, tzinfo=UTC))
if committed:
    print(booking.propose(door, ask, by).bundle, flush=True)
    sys.stdin.read()
with door.begin() as connection:
    print(booking.propose_within(connection, ask, by, by.until(booking.HOLD)).bundle, flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("when", ["committed", "half way"])
def test_a_program_killed_between_proposal_and_confirmation_leaves_all_or_nothing(
    desk: Any, root: Any, when: str
) -> None:
    url = desk.door.url.render_as_string(hide_password=False)
    dying = subprocess.Popen(
        [sys.executable, "-c", _DYING, url, str(desk.county), when],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=root,
        text=True,
        env=os.environ | {"PYTHONPATH": str(root)},
    )
    assert dying.stdout is not None
    bundle = int(dying.stdout.readline())
    os.kill(dying.pid, signal.SIGKILL)
    dying.communicate()
    things = Ask(desk.county, tuple(Wanted(name, evening(2)) for name in ("driver", "hall")))
    if when == "half way":
        # Whoever comes next waits for the server to notice that the other has gone, and finds nothing of it.
        booking.book(desk.door, things, By("Bob", NOW))
        assert desk.states() == [("driver", "confirmed"), ("hall", "confirmed")]
    else:
        assert desk.states() == [("hall", "proposed"), ("projector", "proposed"), ("driver", "proposed")]
        require_sound(desk)
        with pytest.raises(ConflictError, match="proposed"):
            booking.book(desk.door, things, By("Bob", NOW + timedelta(hours=47)))
        booking.book(desk.door, things, By("Bob", NOW + timedelta(hours=48)))
        with pytest.raises(ConflictError, match=r"run out|was released"):
            booking.confirm(desk.door, bundle, By("Ann", NOW + timedelta(hours=48)))
    require_sound(desk)
