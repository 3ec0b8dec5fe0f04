"""Many hours looked at in columns: each says what it says by itself, whatever the clocks do."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.availability import clock, free, intervals, patterns, timetable
from geomatch.availability.free import Hours
from geomatch.availability.timetable import Timetable
from geomatch.model import Opening, Window

# about the days on which a chunk of remembered time ends and the clocks change, and some plain ones
CHUNK_ENDS = clock.moment(clock.minute(datetime(2026, 12, 1)) // patterns.CHUNK * patterns.CHUNK).date()
DAYS = [CHUNK_ENDS, date(2026, 10, 25), date(2027, 3, 28), date(2026, 11, 3)]
RULES = [None, "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"]

moments = st.builds(
    lambda day, shift, quarter: (
        datetime.combine(day, datetime.min.time()) + timedelta(days=shift, minutes=15 * quarter)
    ),
    st.sampled_from(DAYS),
    st.integers(-2, 2),
    st.integers(0, 95),
)
openings = st.builds(
    lambda start, quarters, rule, closed: Opening(
        Window(start, start + timedelta(minutes=15 * quarters)), rule, closed=closed
    ),
    moments,
    st.integers(1, 150),
    st.sampled_from(RULES),
    st.sampled_from([False, False, True]),
)
many_hours = st.lists(
    st.builds(
        lambda some, units: Hours(tuple(some), units), st.lists(openings, max_size=3), st.integers(1, 2)
    ),
    min_size=1,
    max_size=4,
)


@given(hours=many_hours, start=moments, quarters=st.integers(1, 200), units=st.integers(1, 2))
def test_all_of_a_window(hours: list[Hours], start: datetime, quarters: int, units: int) -> None:
    wanted = (clock.minute(start), clock.minute(start) + 15 * quarters)
    together = Timetable(tuple(hours)).throughout(wanted, units=units)
    assert together.tolist() == [timetable.throughout(one, (), wanted, units=units) for one in hours]


@given(hours=many_hours, start=moments, minutes=st.integers(1, 1440), units=st.integers(1, 2))
def test_so_long_within_a_day(hours: list[Hours], start: datetime, minutes: int, units: int) -> None:
    midnight = clock.minute(start) // clock.DAY * clock.DAY
    wanted = (midnight, midnight + clock.DAY)
    together = Timetable(tuple(hours)).within(wanted, minutes, units=units)
    assert together.tolist() == [timetable.within(one, (), wanted, minutes, units=units) for one in hours]


@given(hours=many_hours, start=moments, days=st.integers(1, 190))
def test_what_is_remembered_by_chunks_is_what_the_patterns_say(
    hours: list[Hours], start: datetime, days: int
) -> None:
    horizon = (clock.minute(start), clock.minute(start) + days * clock.DAY)
    for one in hours:
        offered = [each for each in one.openings if not each.closed]
        opened = intervals.joined(patterns.spans(offered, horizon)) if offered else [horizon]
        shut = intervals.joined(patterns.spans([each for each in one.openings if each.closed], horizon))
        assert list(free.opened(one, horizon)) == intervals.without(opened, shut)


@pytest.mark.parametrize(("begin", "found"), [(18, timetable.FREE), (19, timetable.TAKEN)])
def test_a_booking_stands_in_the_way_of_the_evening_but_not_of_the_day(begin: int, found: int) -> None:
    day = datetime(2026, 11, 3)
    hall = Hours((Opening(Window(day.replace(hour=18), day.replace(hour=22)), "FREQ=DAILY"),))
    held = [(clock.minute(day) + 60 * 20, clock.minute(day) + 60 * 22, 1)]
    wanted = (clock.minute(day) + 60 * begin, clock.minute(day) + 60 * (begin + 2))
    assert timetable.throughout(hall, held, wanted) == found
    whole = (clock.minute(day), clock.minute(day) + clock.DAY)
    assert timetable.within(hall, held, whole, 120) == timetable.FREE
    assert timetable.within(hall, held, whole, 121) == timetable.TAKEN
