"""Bookings: together or not at all, never twice, and never for longer than was promised."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.db import bookings, engine, query
from geomatch.errors import BusyError, ConflictError, InputError, UnknownPlaceError
from geomatch.model import Opening, Truth, Window
from geomatch.services import booking, calendars, feeds, series, settling
from geomatch.services.booking import By, Wanted
from geomatch.services.database import DESK_ROLE
from geomatch.services.series import Repeat

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 9)
ANN, BOB = By("Ann", NOW), By("Bob", NOW)


def at(hour: float, day: int = 3, hours: float = 2) -> Window:
    starts = datetime(2026, 12, day) + timedelta(hours=hour)
    return Window(starts, starts + timedelta(hours=hours))


def later(hours: float, who: str = "Bob") -> By:
    return By(who, NOW + timedelta(hours=hours))


def test_a_bundle_is_proposed_and_confirmed_as_one(desk: Any) -> None:
    evening = at(19)
    made = desk.propose(("hall", evening), Wanted("projector", evening, 2), ("driver", evening))
    assert desk.states() == [("hall", "proposed"), ("projector", "proposed"), ("driver", "proposed")]
    booking.confirm(desk.door, made.bundle, BOB)
    assert {status for _, status in desk.states(bundle=made.bundle)} == {"confirmed"}
    with pytest.raises(
        ConflictError, match=r"Hall \(Thursday 3 December 2026, 19:00 to 21:00\) is confirmed"
    ):
        booking.confirm(desk.door, made.bundle, ANN)


def test_one_thing_that_is_taken_leaves_nothing_of_the_bundle(desk: Any) -> None:
    desk.propose(("driver", at(20)))
    with pytest.raises(
        ConflictError, match="Driver is not free for Thursday 3 December 2026, 19:00 to 21:00"
    ):
        desk.propose(("hall", at(19)), ("driver", at(19)), by=BOB)
    assert desk.states() == [("driver", "proposed")]


def test_the_message_names_what_is_in_the_way_and_the_next_free_time_and_no_people(desk: Any) -> None:
    desk.propose(("hall", at(18)))
    with pytest.raises(ConflictError) as refused:
        desk.propose(("hall", at(19)), by=BOB)
    told = str(refused.value)
    assert "taken on Thursday 3 December 2026, 17:45 to 20:30 (1 of 1, proposed), time between" in told
    assert told.endswith("next free on Friday 4 December 2026, 09:00 to 11:00")
    assert "Ann" not in told


def test_set_up_and_turn_round_keep_bookings_apart_and_may_touch(desk: Any) -> None:
    desk.propose(("hall", at(10)))
    with pytest.raises(ConflictError):
        desk.propose(("hall", at(12.5)))
    desk.propose(("hall", at(12.75)))


def test_two_of_two_projectors_are_lent_and_not_a_third(desk: Any) -> None:
    desk.propose(("projector", at(10)))
    desk.propose(("projector", at(11)), by=BOB)
    with pytest.raises(ConflictError, match="1 of 2, proposed"):
        desk.propose(("projector", at(11)))
    with pytest.raises(ConflictError, match="3 of Projector asked for; there are 2"):
        desk.propose(Wanted("projector", at(19), 3))


def test_units_change_hands_when_only_their_numbers_are_in_the_way(desk: Any) -> None:
    first = desk.propose(("projector", at(10)))
    desk.propose(("projector", at(11)))
    booking.release(desk.door, first.bookings, ANN)
    desk.propose(("projector", at(13)))
    # one projector is out until 13:00 and the other from 13:00 on, unless they are the same
    desk.propose(("projector", at(12)))
    assert [status for _, status in desk.states()].count("proposed") == 3
    with pytest.raises(ConflictError):
        desk.propose(("projector", at(12.5)))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(9, 19), st.integers(1, 3), st.integers(1, 2)), max_size=8))
def test_what_fits_by_counting_is_always_booked_and_the_rest_never(
    lasting_desk: Any, wanted: list[tuple[int, int, int]]
) -> None:
    desk = lasting_desk
    taken: list[tuple[int, int, int]] = []
    for begin, length, units in wanted:
        fits = all(
            sum(n for s, e, n in taken if s <= hour < e) + units <= 2 for hour in range(begin, begin + length)
        )
        try:
            desk.propose(Wanted("projector", at(begin, 9, length), units))
            taken.append((begin, begin + length, units))
        except ConflictError:
            assert not fits
        else:
            assert fits
    desk.clear()


def test_a_proposal_that_has_run_out_reads_as_released_and_stands_in_nobodys_way(desk: Any) -> None:
    made = desk.propose(("hall", at(19)))
    assert desk.states(NOW + timedelta(hours=47)) == [("hall", "proposed")]
    assert desk.states(NOW + timedelta(hours=48)) == [("hall", "released")]
    with pytest.raises(ConflictError, match=r"the proposal of Hall .* has run out"):
        booking.confirm(desk.door, made.bundle, later(48))
    with pytest.raises(ConflictError):
        desk.propose(("hall", at(19)), by=later(47.9))
    again = desk.propose(("hall", at(19)), by=later(48))
    booking.confirm(desk.door, again.bundle, later(49))
    assert desk.states(NOW + timedelta(hours=49)) == [("hall", "released"), ("hall", "confirmed")]
    told = desk.run("select reason, changed_by from booking where id = :b", b=made.bookings[0]).one()
    assert tuple(told) == ("the proposal ran out", "geomatch")


def test_a_declined_part_is_replaced_before_the_bundle_is_confirmed(desk: Any) -> None:
    made = desk.propose(("hall", at(19)), ("driver", at(19)))
    booking.decline(desk.door, made.bookings[0], "the roof leaks", BOB)
    with pytest.raises(ConflictError, match=r"Hall .* was declined; put something in its place first"):
        booking.confirm(desk.door, made.bundle, ANN)
    desk.propose(Wanted("barn", at(19), replaces=made.bookings[0]), into=made.bundle)
    booking.confirm(desk.door, made.bundle, ANN)
    assert sorted(desk.states()) == [("barn", "confirmed"), ("driver", "confirmed"), ("hall", "declined")]
    with pytest.raises(UnknownPlaceError, match="no bundle 999"):
        desk.propose(("barn", at(9)), into=999)


def test_only_steps_that_follow_are_taken(desk: Any) -> None:
    made = booking.book(desk.door, desk.ask(("hall", at(19))), ANN)
    [number] = made.bookings
    with pytest.raises(ConflictError, match="is confirmed and cannot become declined"):
        booking.decline(desk.door, number, "too late", BOB)
    with pytest.raises(InputError, match="no reason given"):
        booking.cancel(desk.door, [number], " ", BOB)
    with pytest.raises(ConflictError, match="is not over yet"):
        booking.done(desk.door, number, BOB, happened=True)
    after = By("Bob", datetime(2026, 12, 4, tzinfo=UTC))
    booking.done(desk.door, number, after, happened=False, reason="snow")
    with pytest.raises(ConflictError, match="is done and cannot become cancelled"):
        booking.cancel(desk.door, [number], "changed our minds", after)
    with pytest.raises(UnknownPlaceError, match="no such booking: 0"):
        booking.release(desk.door, [0], after)


def test_the_database_itself_refuses_steps_that_do_not_follow(desk: Any) -> None:
    [number] = booking.book(desk.door, desk.ask(("hall", at(19))), ANN).bookings
    booking.cancel(desk.door, [number], "flood", BOB)
    for change, words in {
        "status = 'confirmed'": "is cancelled and cannot become confirmed",
        "status = 'done', happened = true": "cannot become done",
        "quantity = 2": "stay as they were booked",
        "during = tsrange('2026-12-05', '2026-12-06')": "stay as they were booked",
    }.items():
        with pytest.raises(sa.exc.IntegrityError, match=words):
            desk.run(f"update booking set {change} where id = {number}")
    again = "insert into booking (resource_id, during, status) select resource_id, during, '{}' from booking"
    with pytest.raises(sa.exc.IntegrityError, match="begins as proposed or confirmed"):
        desk.run(again.format("done"))
    with pytest.raises(sa.exc.IntegrityError, match="of 1 holds 0 units"):
        desk.run(again.format("confirmed"))


def test_every_change_is_on_record_with_who_when_and_why(desk: Any) -> None:
    made = desk.propose(("hall", at(19)))
    booking.confirm(desk.door, made.bundle, BOB)
    booking.cancel(desk.door, made.bookings, "flood", later(3, "Cyd"))
    rows = desk.run(
        "select was, became, reason, changed_by, changed_at from booking_change order by id"
    ).all()
    assert [tuple(row)[:4] for row in rows] == [
        (None, "proposed", "", "Ann"),
        ("proposed", "confirmed", "", "Bob"),
        ("confirmed", "cancelled", "flood", "Cyd"),
    ]
    assert rows[2].changed_at == NOW + timedelta(hours=3)


def test_the_pages_version_changes_with_every_booking_and_when_a_proposal_runs_out(desk: Any) -> None:
    seen = [desk.version()]
    now = datetime.now(UTC)
    to_come = timedelta(weeks=1 + max(0, (now.date() - at(19).starts.date()).days // 7))
    evening = Window(at(19).starts + to_come, at(19).ends + to_come)
    made = desk.propose(("hall", evening), by=By("Ann", now))
    seen.append(desk.version())
    desk.run("update booking set held_until = now() + interval '0.2 seconds'")
    seen.append(desk.version())
    assert desk.run("select pg_sleep(0.3)").one()
    seen.append(desk.version())
    booking.release(desk.door, made.bookings, ANN)
    seen.append(desk.version())
    assert len(set(seen)) == 5
    assert desk.version() == seen[-1]


def test_who_acts_and_when_is_always_told() -> None:
    for who, now in ((" ", NOW), ("Ann", NOW.replace(tzinfo=None))):
        with pytest.raises(InputError, match="expected a name and a time with a zone"):
            By(who, now)
    assert By("Ann", datetime(2026, 7, 1, 12, tzinfo=UTC)).wall == datetime(2026, 7, 1, 13)


def test_times_that_are_closed_over_too_far_or_impossible_are_refused(desk: Any) -> None:
    with pytest.raises(ConflictError, match=r"Hall is not open for all of .* 21:00 to 23:00; next free on"):
        desk.propose(("hall", at(21)))
    desk.propose(Wanted("hall", at(21), despite="the caretaker stays late"))
    for wrong, words in (
        (Window(datetime(2026, 11, 20, 9), datetime(2026, 11, 20, 10)), "that is over"),
        (Window(datetime(2029, 11, 20, 9), datetime(2029, 11, 20, 10)), "within 800 days"),
        (Window(datetime(2026, 12, 1), datetime(2027, 3, 1)), "no more than 31 days"),
    ):
        with pytest.raises(InputError, match=words):
            desk.propose(Wanted("hall", wrong, despite="why not"))
    with pytest.raises(InputError, match="does not exist: the clocks go forward"):
        Wanted("hall", Window(datetime(2027, 3, 28, 1, 30), datetime(2027, 3, 28, 4)))
    with pytest.raises(UnknownPlaceError, match="'palace'"):
        desk.propose(("palace", at(9)))
    with pytest.raises(InputError, match="expected 1 to 50"):
        desk.ask()


def test_in_the_repeated_hour_nothing_is_booked_twice(desk: Any) -> None:
    night = datetime(2027, 10, 31)
    words = "a night watch"
    first = Window(night, night.replace(hour=1, minute=30))
    second = Window(night.replace(hour=1, minute=30), night.replace(hour=3))
    desk.propose(Wanted("barn", first, despite=words))
    with pytest.raises(ConflictError, match="00:00 to 02:00"):
        desk.propose(Wanted("barn", second, despite=words))


def repeat(desk: Any, until: date, *wanted: Wanted | tuple[str, Window], **more: Any) -> Repeat:
    ask = desk.ask(*wanted)
    return Repeat(ask, Opening(ask.wanted[0].during, "FREQ=WEEKLY;INTERVAL=2", **more), until)


def test_a_series_is_booked_whole_with_its_exceptions(desk: Any) -> None:
    asked = repeat(
        desk,
        date(2027, 1, 31),
        ("hall", at(10, 1)),
        ("driver", at(9, 1, 1)),
        except_dates=(date(2026, 12, 29),),
    )
    made = series.propose(desk.door, asked, ANN)
    assert (len(made.proposals), made.refused) == (4, ())
    series.confirm(desk.door, made.series, BOB)
    assert desk.states() == [("driver", "confirmed"), ("hall", "confirmed")] * 4
    booking.cancel(desk.door, made.proposals[1].bookings, "no heating", BOB)
    with pytest.raises(ConflictError, match="nothing in this series is waiting"):
        series.confirm(desk.door, made.series, BOB)
    assert series.cancel(desk.door, made.series, "the club has closed", ANN) == 6


def test_a_series_in_named_days_follows_the_county(desk: Any) -> None:
    made = series.propose(
        desk.door, repeat(desk, date(2027, 2, 1), ("hall", at(10, 1)), only_in=("term-time",)), ANN
    )
    assert len(made.proposals) == 2


def test_a_series_is_all_or_nothing_or_what_is_free_with_the_rest_listed(desk: Any) -> None:
    desk.propose(("hall", at(11, 15)))
    asked = repeat(desk, date(2027, 1, 15), ("hall", at(10, 1)))
    with pytest.raises(
        ConflictError, match="1 of 4 times are not to be had: Hall is not free for Tuesday 15"
    ):
        series.propose(desk.door, asked, BOB)
    assert len(desk.states()) == 1
    made = series.propose(desk.door, asked, BOB, all_or_nothing=False)
    assert len(made.proposals) == 3
    [(when, why)] = made.refused
    assert when == datetime(2026, 12, 15, 10)
    assert "Hall is not free" in why
    with pytest.raises(ConflictError, match="4 of 4 times"):
        series.propose(desk.door, asked, BOB, all_or_nothing=False)


def test_a_series_without_end_or_without_rule_is_refused(desk: Any) -> None:
    ask = desk.ask(("hall", at(10, 1)))
    daily = Repeat(ask, Opening(at(10, 1), "FREQ=DAILY"), date(2027, 12, 31))
    with pytest.raises(InputError, match="expected 1 to 110"):
        series.propose(desk.door, daily, ANN)
    with pytest.raises(InputError, match="has a rule"):
        Repeat(ask, Opening(at(10, 1)), date(2027, 1, 1))


def test_many_calendars_are_asked_at_once(desk: Any) -> None:
    desk.propose(("hall", at(10)), Wanted("projector", at(10)))
    with desk.door.connect() as connection:
        ids = bookings.resource_ids(connection, desk.county, ["hall", "barn", "projector"])
        found = calendars.read(connection, desk.county, ids.values(), now=NOW, since=MONDAY)
        gone = calendars.read(
            connection, desk.county, ids.values(), now=NOW + timedelta(days=3), since=MONDAY
        )
    told = {ref: calendars.answers(found, at(11))[number] for ref, number in ids.items()}
    assert told["hall"] == calendars.Answer(
        Truth.NO, Window(datetime(2026, 12, 3, 12, 45), datetime(2026, 12, 3, 14, 45))
    )
    assert told["barn"] == calendars.Answer(Truth.YES, at(11))
    assert told["projector"].free is Truth.YES
    assert calendars.answers(found, at(11), units=2)[ids["projector"]].free is Truth.NO
    assert calendars.answers(gone, at(11))[ids["hall"]].free is Truth.YES


def test_a_wait_for_somebody_elses_lock_ends_in_words(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "WAIT_SECONDS", 0.1)
    with desk.door.begin() as other:
        other.execute(sa.text("select * from resource for update"))
        with pytest.raises(BusyError, match="somebody else is booking the same things"):
            desk.propose(("hall", at(19)))


def test_the_applications_role_sees_times_and_no_reasons(desk: Any) -> None:
    desk.propose(("hall", at(19)))
    with desk.door.begin() as connection:
        connection.execute(sa.text("set local role geomatch_app"))
        ids = bookings.resource_ids(connection, desk.county, ["hall"])
        assert query.rows(connection, "free_holds", resources=list(ids.values()), now=NOW, since=MONDAY)
        for hidden in ("select reason from booking", "select * from booking_change"):
            with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(sa.text(hidden))


def test_the_desks_role_books_and_cannot_rewrite_what_was_done(desk: Any) -> None:
    url = desk.door.url.render_as_string(hide_password=False)
    door = engine.connect(url, role=DESK_ROLE)
    asked = repeat(desk, date(2026, 12, 20), ("hall", at(10, 1)), ("projector", at(10, 1)))
    made = series.propose(door, asked, ANN)
    series.confirm(door, made.series, ANN)
    booking.cancel(door, made.proposals[0].bookings, "flood", BOB)
    assert len(feeds.make_token(door, desk.county, ANN)) > 40
    for refused in ("update booking_change set reason = 'none'", "delete from booking_change"):
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"), door.begin() as connection:
            connection.execute(sa.text(refused))
    with door.begin() as connection:
        changes = connection.execute(sa.text("select count(*) from booking_change")).scalar_one()
    assert changes == 4 + 4 + 2
    door.dispose()
