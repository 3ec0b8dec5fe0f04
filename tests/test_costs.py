"""What a journey and an hour of a hall cost: dated, to the penny."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geomatch import costs
from geomatch.errors import InputError
from geomatch.model import Mode

MILE = 1609.344


@pytest.mark.parametrize(
    ("mode", "day", "miles", "pence"),
    [
        (Mode.CAR, date(2026, 4, 5), 10, 450),
        (Mode.CAR, date(2026, 4, 6), 10, 550),
        (Mode.CYCLE, date(2026, 11, 22), 10, 200),
        (Mode.FOOT, date(2026, 11, 22), 10, 0),
    ],
)
def test_the_rate_is_that_of_the_day(mode: Mode, day: date, miles: float, pence: int) -> None:
    assert costs.mileage(miles * MILE, mode, day) == pence


def test_beyond_ten_thousand_miles_a_year_a_mile_counts_less() -> None:
    day = date(2026, 11, 22)
    assert costs.mileage(10 * MILE, Mode.CAR, day, miles_before=9_995) == 5 * 55 + 5 * 25
    assert costs.mileage(10 * MILE, Mode.CAR, day, miles_before=20_000) == 250


def test_half_a_penny_is_a_penny() -> None:
    assert costs.hire(1001, 30) == 501
    assert costs.hire(1250, 150) == 3125


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="6 April 2011"):
        costs.mileage(1, Mode.CAR, date(2010, 1, 1))
    for wrong in (-1.0, float("nan")):
        with pytest.raises(InputError, match="expected 0 or more"):
            costs.mileage(wrong, Mode.CAR, date(2026, 1, 1))
        with pytest.raises(InputError, match="expected 0 or more"):
            costs.hire(wrong, 60)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0, 3e4))
def test_a_longer_journey_never_costs_less(one: float, more: float, before: float) -> None:
    day = date(2026, 11, 22)
    short, long = (costs.mileage(m, Mode.CAR, day, miles_before=before) for m in (one, one + more))
    assert short <= long
