"""When something is free: openings less closures and bookings, with set-up, turn-round and quantities."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.availability import clock, free, intervals, units
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.availability.units import Seat
from geomatch.errors import InputError
from geomatch.model import Opening, Truth, Window

MONDAY = datetime(2026, 11, 2)
NINE_TO_FIVE = Opening(Window(MONDAY.replace(hour=9), MONDAY.replace(hour=17)), "FREQ=DAILY")
WEEK = (clock.minute(MONDAY), clock.minute(MONDAY) + 7 * clock.DAY)


def at(hour: float, day: int = 0) -> int:
    return WEEK[0] + day * clock.DAY + int(60 * hour)


def hours_on(day: int, spans: list[Interval] | None) -> list[tuple[float, float]]:
    today = intervals.clipped(spans or [], (at(0, day), at(24, day)))
    return [((begin - at(0, day)) / 60, (end - at(0, day)) / 60) for begin, end in today]


def test_a_booking_takes_its_time_and_the_pads_of_both_sides_away() -> None:
    hall = Hours((NINE_TO_FIVE,), set_up=15, turn_round=30)
    held = hall.held((at(12), at(13)))
    assert hours_on(0, [held]) == [(11.75, 13.5)]
    assert hours_on(0, free.free(hall, [(*held, 1)], WEEK)) == [(9, 11.25), (13.75, 17)]


def test_set_up_may_begin_before_the_doors_open() -> None:
    hall = Hours((NINE_TO_FIVE,), set_up=30, turn_round=30)
    assert free.is_free(hall, [], (at(9), at(17))) is Truth.YES


def test_closures_win_over_openings_and_extra_openings_join_them() -> None:
    closed = Opening(Window(MONDAY, MONDAY + timedelta(hours=10)), closed=True)
    extra = Opening(Window(MONDAY.replace(hour=17), MONDAY.replace(hour=20)))
    hall = Hours((NINE_TO_FIVE, closed, extra))
    assert hours_on(0, free.free(hall, [], WEEK)) == [(10, 20)]
    assert hours_on(1, free.free(hall, [], WEEK)) == [(9, 17)]


def test_where_nobody_told_us_it_is_unknown_until_something_is_in_the_way() -> None:
    silent = Hours()
    assert free.free(silent, [], WEEK) is None
    assert free.is_free(silent, [], (at(10), at(11))) is Truth.UNKNOWN
    assert free.is_free(silent, [(at(10.5), at(12), 1)], (at(10), at(11))) is Truth.NO
    assert free.is_free(silent, [(at(11), at(12), 1)], (at(10), at(11))) is Truth.UNKNOWN
    assert free.next_free(silent, [], at(9), 60) is None


def test_of_three_projectors_two_are_lent_and_one_is_free() -> None:
    three = Hours((NINE_TO_FIVE,), units=3)
    lent = [(at(10), at(12), 1), (at(11), at(13), 1)]
    assert free.is_free(three, lent, (at(10), at(13))) is Truth.YES
    assert hours_on(0, free.free(three, lent, WEEK, units=2)) == [(9, 11), (12, 17)]
    assert free.free(three, lent, WEEK, units=4) == []
    assert free.is_free(three, lent, (at(14), at(15)), units=4) is Truth.NO


def test_the_next_free_slot_begins_after_the_booking_at_a_quarter_or_with_the_doors() -> None:
    hall = Hours((NINE_TO_FIVE,))
    assert free.next_free(hall, [], at(10) + 7, 60) == (at(10.25), at(11.25))
    assert free.next_free(hall, [], at(16.5), 60) == (at(9, 1), at(10, 1))
    assert free.next_free(hall, [(at(9), at(16) + 5, 1)], at(3), 50) == (at(16) + 5, at(16) + 55)
    assert free.next_free(hall, [], at(9), 9 * 60) is None


def test_a_slot_exactly_as_long_as_the_gap_is_free() -> None:
    hall = Hours((NINE_TO_FIVE,), set_up=15, turn_round=15)
    others = [(*hall.held((at(9), at(10))), 1), (*hall.held((at(12), at(13))), 1)]
    assert free.next_free(hall, others, at(9), 60) == (at(10.5), at(11.5))
    assert free.is_free(hall, others, (at(10.5), at(11.5))) is Truth.YES
    assert free.is_free(hall, others, (at(10.5), at(11.5) + 1)) is Truth.NO


def test_the_next_free_slot_far_ahead_is_found_within_three_months() -> None:
    hall = Hours((NINE_TO_FIVE,))
    taken = [(at(0), at(0, 60), 1)]
    assert free.next_free(hall, taken, at(9), 60) == (at(9, 60), at(10, 60))
    assert free.next_free(hall, [(at(0), at(0, 100), 1)], at(9), 60) is None


def test_hours_take_what_is_usual_for_the_kind_where_nothing_is_stated() -> None:
    assert free.hours_of("venue", 1).set_up == free.SET_UP_MINUTES["venue"]
    assert free.hours_of("venue", 1, set_up=0).set_up == 0
    assert free.hours_of("fund", 1).turn_round == 0
    with pytest.raises(InputError, match="expected 1 unit or more"):
        Hours(units=0)


BUSY = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 8), st.integers(1, 3)).map(
        lambda one: (at(one[0]), at(one[0] + one[1]), one[2])
    ),
    max_size=6,
)


@settings(max_examples=60)
@given(BUSY, st.integers(1, 4), st.integers(1, 3), st.integers(0, 30), st.integers(1, 6))
def test_free_is_as_good_as_counting_units_minute_by_minute(
    holds: list[tuple[int, int, int]], quantity: int, wanted: int, begin: int, length: int
) -> None:
    thing = Hours((NINE_TO_FIVE,), units=quantity, set_up=60, turn_round=120)
    asked = (at(begin), at(begin + length))
    opened = all(9 <= (hour % 24) < 17 for hour in range(begin, begin + length))
    held = range(begin - 1, begin + length + 2)
    room = all(
        sum(count for starts, ends, count in holds if starts <= at(hour) < ends) + wanted <= quantity
        for hour in held
    )
    assert (free.is_free(thing, holds, asked, units=wanted) is Truth.YES) == (opened and room)


def test_units_are_taken_from_the_lowest() -> None:
    seats = [Seat(1, (0, 10), (1,)), Seat(2, (5, 15), (2,))]
    assert units.seated((8, 12), 1, seats, 3) == (3,)
    assert units.seated((10, 12), 2, seats, 3) == (1, 3)
    assert units.seated((8, 12), 2, seats, 3) is None


def test_bookings_change_units_where_the_numbers_alone_are_in_the_way() -> None:
    seats = [Seat(1, (0, 10), (1,)), Seat(2, (10, 20), (2,))]
    assert units.seated((5, 15), 1, seats, 2) is None
    assert units.reseated((5, 15), 1, seats, 2) == ((2,), {2: (1,)})
    assert units.reseated((5, 15), 2, seats, 2) is None


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5), st.integers(1, 2)), max_size=5),
    st.integers(0, 8),
    st.integers(1, 5),
    st.integers(1, 2),
)
def test_one_more_fits_exactly_when_no_minute_is_overfull(
    wanted: list[tuple[int, int, int]], begin: int, length: int, count: int
) -> None:
    quantity, seats = 3, []
    for booking, (starts, lasts, number) in enumerate(wanted):
        found = units.reseated((starts, starts + lasts), number, seats, quantity)
        if found:
            moved = {**found[1], booking: found[0]}
            held = [*seats, Seat(booking, (starts, starts + lasts), found[0])]
            seats = [Seat(s.booking, s.held, moved.get(s.booking, s.units)) for s in held]
    for one, other in product(seats, seats):
        apart = one.held[1] <= other.held[0] or other.held[1] <= one.held[0]
        assert one is other or apart or not set(one.units) & set(other.units)
    full = any(
        sum(len(s.units) for s in seats if s.held[0] <= minute < s.held[1]) + count > quantity
        for minute in range(begin, begin + length)
    )
    assert (units.reseated((begin, begin + length), count, seats, quantity) is None) == full
