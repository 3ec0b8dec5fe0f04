"""What the clock does twice a year, beside the zone database."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch.availability import clock
from geomatch.errors import InputError

LONDON = ZoneInfo("Europe/London")
SPRING, AUTUMN = datetime(2027, 3, 28), datetime(2026, 10, 25)
NEAR_A_CHANGE = st.builds(
    lambda year, spring, minutes: (
        clock.moment(clock.left_out(year)[0] if spring else clock.repeated(year)[0])
        + timedelta(minutes=minutes)
    ),
    st.integers(1996, 2050),
    st.booleans(),
    st.integers(-4 * 60, 5 * 60),
)


def minute(day: datetime, hour: int, minutes: int = 0) -> int:
    return clock.minute(day) + 60 * hour + minutes


def utc(wall: datetime, fold: int) -> int:
    there = wall.replace(tzinfo=LONDON, fold=fold).astimezone(UTC)
    return clock.minute(there.replace(tzinfo=None))


@given(NEAR_A_CHANGE)
def test_real_minutes_are_those_of_the_zone_database(wall: datetime) -> None:
    first, second = utc(wall, 0), utc(wall, 1)
    if first > second:  # an hour that is left out has no minutes at all
        assert clock.real(clock.minute(wall)) == clock.left_out(wall.year)[0]
    else:
        assert clock.real(clock.minute(wall)) == first
        assert clock.real(clock.minute(wall), second=True) == second
        assert clock.wall(second) == clock.minute(wall)


@given(NEAR_A_CHANGE, st.integers(15, 300), st.integers(0, 90), st.integers(0, 90))
def test_what_is_held_holds_the_time_itself_and_every_real_minute_round_it(
    starts: datetime, length: int, before: int, after: int
) -> None:
    wanted = clock.existing((clock.minute(starts), clock.minute(starts) + length))
    if wanted is None:
        return
    begin, end = clock.stretched(wanted, before, after)
    assert begin <= wanted[0]
    assert end >= wanted[1]
    assert clock.real(wanted[0]) - clock.real(begin) >= before
    assert clock.length((begin, end)) >= before + clock.length(wanted) + after


@given(NEAR_A_CHANGE, st.integers(1, 300))
def test_a_stretch_lasts_at_least_as_long_as_asked(starts: datetime, minutes: int) -> None:
    assert clock.length(clock.lasting(clock.minute(starts), minutes)) >= minutes


def test_two_hours_over_the_hour_left_out_end_three_hours_later_by_the_wall() -> None:
    half_past_midnight = minute(SPRING, 0, 30)
    assert clock.lasting(half_past_midnight, 120) == (half_past_midnight, minute(SPRING, 3, 30))


def test_what_ends_in_the_repeated_hour_keeps_all_of_it() -> None:
    assert clock.stretched((minute(AUTUMN, 0), minute(AUTUMN, 1, 15)), 0, 0)[1] == minute(AUTUMN, 2)
    assert clock.stretched((minute(AUTUMN, 0), minute(AUTUMN, 1)), 0, 0)[1] == minute(AUTUMN, 1)
    assert clock.stretched((minute(AUTUMN, 0), minute(AUTUMN, 0, 50)), 0, 30)[1] == minute(AUTUMN, 2)


def test_what_starts_in_the_repeated_hour_keeps_all_of_it() -> None:
    assert clock.stretched((minute(AUTUMN, 1, 30), minute(AUTUMN, 3)), 0, 0)[0] == minute(AUTUMN, 1)
    assert clock.stretched((minute(AUTUMN, 2, 10), minute(AUTUMN, 3)), 30, 0)[0] == minute(AUTUMN, 1)


def test_set_up_before_the_morning_of_the_change_is_in_real_minutes() -> None:
    held = clock.stretched((minute(SPRING, 2, 15), minute(SPRING, 4)), 30, 0)
    assert held[0] == minute(SPRING, 0, 45)


def test_a_time_that_does_not_exist_is_refused() -> None:
    clock.require_real(SPRING.replace(hour=2))
    clock.require_real(AUTUMN.replace(hour=1))
    for minutes in (0, 59):
        with pytest.raises(InputError, match="does not exist: the clocks go forward"):
            clock.require_real(SPRING.replace(hour=1, minute=minutes))
