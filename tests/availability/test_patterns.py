"""Opening patterns: rules, exceptions, extra days, named days, and both changes of the clock."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.availability import clock, patterns, rules
from geomatch.availability.clock import Interval
from geomatch.errors import InputError
from geomatch.model import Opening, Window

TUESDAY = datetime(2026, 9, 8, 19)
EVENING = Window(TUESDAY, TUESDAY + timedelta(hours=2))
AUTUMN = (date(2026, 9, 7), date(2026, 10, 23))
SEASONS = {"term-time": [AUTUMN, (date(2026, 11, 2), date(2026, 12, 18))], "fair": [(date(2026, 9, 22),) * 2]}


def between(first: date, last: date) -> Interval:
    midnight = datetime.min.time()
    return clock.minute(datetime.combine(first, midnight)), clock.minute(
        datetime.combine(last + timedelta(days=1), midnight)
    )


def days(opening: Opening, first: date, last: date) -> list[str]:
    spans = patterns.spans([opening], between(first, last), SEASONS)
    return [f"{clock.moment(begin):%d %b %H:%M}" for begin, _ in sorted(spans)]


def test_alternate_tuesdays_in_term_time_skip_the_holiday_and_keep_their_beat() -> None:
    opening = Opening(EVENING, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", only_in=("term-time",))
    assert days(opening, date(2026, 9, 1), date(2026, 12, 31)) == [
        f"{day} 19:00"
        for day in ("08 Sep", "22 Sep", "06 Oct", "20 Oct", "03 Nov", "17 Nov", "01 Dec", "15 Dec")
    ]


def test_named_days_may_be_left_out() -> None:
    opening = Opening(EVENING, "FREQ=WEEKLY", not_in=("fair",))
    assert days(opening, date(2026, 9, 14), date(2026, 9, 30)) == ["15 Sep 19:00", "29 Sep 19:00"]


def test_days_that_the_county_has_not_named_are_no_days() -> None:
    assert days(Opening(EVENING, "FREQ=WEEKLY", only_in=("half-term",)), *AUTUMN) == []
    assert len(days(Opening(EVENING, "FREQ=WEEKLY", not_in=("half-term",)), *AUTUMN)) == 7


def test_excepted_days_go_and_extra_days_come_at_the_same_time_of_day() -> None:
    opening = Opening(
        EVENING,
        "FREQ=WEEKLY;UNTIL=20260922T235959",
        except_dates=(date(2026, 9, 15),),
        extra_dates=(date(2026, 9, 17), date(2026, 9, 8), date(2026, 12, 24)),
        only_in=("term-time",),
    )
    assert days(opening, date(2026, 9, 1), date(2026, 12, 31)) == [
        "08 Sep 19:00",
        "17 Sep 19:00",
        "22 Sep 19:00",
        "24 Dec 19:00",
    ]


def test_a_count_is_counted_from_the_first_however_far_the_horizon_lies() -> None:
    opening = Opening(EVENING, "FREQ=WEEKLY;COUNT=20")
    assert days(opening, date(2027, 1, 12), date(2027, 12, 31)) == ["12 Jan 19:00", "19 Jan 19:00"]


def test_a_last_friday_is_found_in_every_month() -> None:
    friday = datetime(2026, 9, 25, 10)
    opening = Opening(Window(friday, friday + timedelta(hours=1)), "FREQ=MONTHLY;BYDAY=-1FR")
    assert days(opening, date(2026, 10, 1), date(2026, 12, 31)) == [
        "30 Oct 10:00",
        "27 Nov 10:00",
        "25 Dec 10:00",
    ]


def test_a_night_opening_reaches_into_the_horizon_from_the_day_before() -> None:
    night = Opening(Window(TUESDAY, TUESDAY + timedelta(hours=8)), "FREQ=DAILY")
    [first, *_] = patterns.spans([night], between(date(2026, 9, 10), date(2026, 9, 10)))
    assert first == (clock.minute(datetime(2026, 9, 10)), clock.minute(datetime(2026, 9, 10, 3)))


@pytest.mark.parametrize(
    ("starts", "hours", "change", "real_hours"),
    [
        (datetime(2026, 10, 20, 0), 4, date(2026, 10, 25), 5),
        (datetime(2026, 10, 20, 19), 2, date(2026, 10, 25), 2),
        (datetime(2027, 3, 20, 0), 4, date(2027, 3, 28), 3),
        (datetime(2027, 3, 20, 19), 2, date(2027, 3, 28), 2),
    ],
)
def test_times_stay_on_the_wall_across_the_change_of_the_clock(
    starts: datetime, hours: int, change: date, real_hours: int
) -> None:
    daily = Opening(Window(starts, starts + timedelta(hours=hours)), "FREQ=DAILY")
    spans = patterns.spans([daily], between(change - timedelta(days=1), change + timedelta(days=1)))
    assert [clock.moment(begin).time() for begin, _ in spans] == [starts.time()] * 3
    assert [clock.length(span) / 60 for span in spans] == [hours, real_hours, hours]


def test_an_opening_in_the_hour_left_out_does_not_happen_that_day() -> None:
    night = datetime(2027, 3, 26, 1)
    daily = Opening(Window(night, night + timedelta(minutes=45)), "FREQ=DAILY")
    assert days(daily, date(2027, 3, 27), date(2027, 3, 29)) == ["27 Mar 01:00", "29 Mar 01:00"]


def test_a_rule_that_never_happens_opens_nothing_and_is_refused_at_the_door() -> None:
    never = "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6"
    assert days(Opening(EVENING, never), date(2026, 9, 1), date(2027, 9, 1)) == []
    with pytest.raises(InputError, match="never happens"):
        rules.check(never, TUESDAY)
    rules.check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", TUESDAY)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=OFTEN",
        "BYDAY=MO",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=100",
        "FREQ=DAILY;COUNT=1000000",
        "FREQ=WEEKLY;BYMONTH=13",
        "FREQ=WEEKLY;",
        "",
    ],
)
def test_a_rule_that_cannot_be_read_or_searched_is_refused(rule: str) -> None:
    with pytest.raises(InputError, match="cannot read the rule"):
        days(Opening(EVENING, rule), *AUTUMN)


@settings(max_examples=40)
@given(
    st.sampled_from(
        ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=MONTHLY;BYDAY=2TU", "FREQ=YEARLY"]
    ),
    st.sampled_from(["", ";COUNT=7", ";UNTIL=20270301T120000"]),
    st.dates(date(2026, 9, 1), date(2028, 9, 1)),
    st.integers(0, 200),
)
def test_a_long_horizon_is_the_sum_of_its_days(rule: str, end: str, first: date, length: int) -> None:
    opening = Opening(EVENING, rule + end)
    whole = days(opening, first, first + timedelta(days=length))
    each = [one for at in range(length + 1) for one in days(opening, *(first + timedelta(days=at),) * 2)]
    assert whole == each
