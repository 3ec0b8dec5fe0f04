"""Features, openings, windows and catchments as text: examples a reader of the template can check."""

import cmath
import math
from datetime import date, datetime, timedelta

import pytest
import shapely
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.errors import InputError
from geomatch.importers import catchment_text, features_text, openings_text, windows_text
from geomatch.importers.recurrence import Recurrence
from geomatch.model import FEATURES, Catchment, Feature, FeatureType, Opening, Truth, Window

MONDAY = date(2026, 11, 2)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def window(day: date, start: str, end: str, days: int = 0) -> Window:
    return Window(
        datetime.fromisoformat(f"{day}T{start}"), datetime.fromisoformat(f"{day + timedelta(days)}T{end}")
    )


# Features


def test_features_are_yes_numbers_texts_and_lapse() -> None:
    text = 'projector; seats_theatre=120; first_aid until 2027-03-01; step_free=no; theme="arts; film"'
    assert features_text.read(text) == (
        Feature("projector", Truth.YES),
        Feature("seats_theatre", 120.0),
        Feature("first_aid", Truth.YES, date(2027, 3, 1)),
        Feature("step_free", Truth.NO),
        Feature("theme", "arts; film"),
    )


def test_a_feature_is_named_as_people_write_it() -> None:
    told = features_text.read("Step-free; seats theatre = 60; first aid until 2027-03-01")
    assert told == features_text.read("step_free; seats_theatre=60; first_aid until 2027-03-01")


def test_unknown_is_kept_and_is_not_no() -> None:
    assert features_text.read("hearing_loop = unknown") == (Feature("hearing_loop", Truth.UNKNOWN),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("projektor", "unknown feature 'projektor'"),
        ("projector; projector=no", "twice"),
        ("seats_theatre=many", "not a number"),
        ("seats_theatre", "has no value"),
        ("step_free=perhaps", "not one of"),
        ("first_aid until tomorrow", "unknown feature 'first_aid_until_tomorrow'"),
        ("first_aid until 2027-02-30", "not a date"),
        ('theme="arts', "never closed"),
        ("seats_theatre=-5", "expected 0"),
    ],
)
def test_a_feature_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        features_text.read(text)


VALUES = {
    FeatureType.TRUTH: st.sampled_from(Truth),
    FeatureType.NUMBER: st.floats(0, 1e8),
    FeatureType.TEXT: st.text(st.characters(blacklist_categories=("Cs",)), max_size=20),
}
FEATURE = st.sampled_from(sorted(FEATURES)).flatmap(
    lambda name: st.builds(Feature, st.just(name), VALUES[FEATURES[name]], st.none() | DAYS)
)
FEATURE_LISTS = st.lists(FEATURE, max_size=5, unique_by=lambda feature: feature.name).map(tuple)


@settings(max_examples=150, deadline=None)
@given(FEATURE_LISTS)
def test_features_come_back_as_they_were_written(features: tuple[Feature, ...]) -> None:
    assert features_text.read(features_text.write(features)) == features


# Windows


def test_windows_may_run_past_midnight_or_to_its_stroke() -> None:
    assert windows_text.read("2026-12-03 19:00-21:00; 2026-12-31 19:00-01:00; 2026-12-05 20:00 - 24:00") == (
        window(date(2026, 12, 3), "19:00", "21:00"),
        window(date(2026, 12, 31), "19:00", "01:00", 1),
        window(date(2026, 12, 5), "20:00", "00:00", 1),
    )


def test_a_window_of_days_names_its_last_day() -> None:
    found = windows_text.read("2026-12-03 18:00-2026-12-05 12:00")
    assert found == (window(date(2026, 12, 3), "18:00", "12:00", 2),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3 December 19:00-21:00", "not a window"),
        ("2026-12-03 19:00-19:00", "ends when it starts"),
        ("2026-12-03 19:00-25:00", "not a time of day"),
        ("2026-02-30 19:00-21:00", "not a date"),
        ("2026-12-03 18:00-2026-12-01 12:00", "ends before it starts"),
        ("2026-12-03 18:00-2026-12-03 12:00", "ends before it starts"),
    ],
)
def test_a_window_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        windows_text.read(text)


def test_parts_of_a_minute_are_not_written_away() -> None:
    odd = Window(datetime.fromisoformat("2026-12-03T19:00:30"), datetime.fromisoformat("2026-12-03T20:00"))
    with pytest.raises(InputError, match="whole minutes"):
        windows_text.write([odd])


MOMENTS = st.builds(datetime.combine, DAYS, st.times().map(lambda at: at.replace(second=0, microsecond=0)))
WINDOWS = st.builds(
    lambda starts, minutes: Window(starts, starts + timedelta(minutes=minutes)),
    MOMENTS,
    st.integers(1, 5000) | st.sampled_from([1440, 2880]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WINDOWS, max_size=4).map(tuple))
def test_windows_come_back_as_they_were_written(windows: tuple[Window, ...]) -> None:
    assert windows_text.read(windows_text.write(windows)) == windows


# Openings


def test_office_hours_begin_on_the_first_day_they_apply() -> None:
    (opening,) = openings_text.read("Tue-Fri 09:00-17:00", MONDAY)
    assert opening == Opening(window(date(2026, 11, 3), "09:00", "17:00"), "FREQ=WEEKLY;BYDAY=TU,WE,TH,FR")


def test_a_day_that_is_the_start_itself_counts() -> None:
    (opening,) = openings_text.read("Mon 09:00-17:00", MONDAY)
    assert opening.first.starts.date() == MONDAY


def test_first_tuesday_and_last_friday_of_the_month() -> None:
    first, last = openings_text.read("1st Tue 19:00-21:00; last Fri 19:00-21:00", MONDAY)
    assert (first.rrule, first.first.starts.date()) == ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 11, 3))
    assert (last.rrule, last.first.starts.date()) == ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 11, 27))


def test_two_spells_on_one_day_are_two_openings() -> None:
    found = openings_text.read("Mon,Wed 09:00-12:00,13:00-17:00", MONDAY)
    assert [opening.first.starts.hour for opening in found] == [9, 13]


def test_not_a_date_takes_the_whole_day_away() -> None:
    (opening,) = openings_text.read("not 2026-12-25", None)
    assert opening == Opening(window(date(2026, 12, 25), "00:00", "00:00", 1), closed=True)


def test_not_with_times_takes_only_those_away() -> None:
    assert openings_text.read("not 2026-12-24 12:00-24:00; not Sun", MONDAY) == (
        Opening(window(date(2026, 12, 24), "12:00", "00:00", 1), closed=True),
        Opening(window(date(2026, 11, 8), "00:00", "00:00", 1), "FREQ=WEEKLY;BYDAY=SU", closed=True),
    )


def test_a_season_has_a_start_an_end_and_gaps() -> None:
    text = "every 2 weeks Sat 10:00-12:00 from 2026-11-14 until 2027-07-24 except 2026-12-26, 2027-01-09"
    (opening,) = openings_text.read(text, MONDAY)
    assert opening == Opening(
        window(date(2026, 11, 14), "10:00", "12:00"),
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA;UNTIL=20270724T235959",
        (date(2026, 12, 26), date(2027, 1, 9)),
    )


def test_once_needs_no_start_and_the_week_may_wrap() -> None:
    (once,) = openings_text.read("once 2026-12-03 19:00-21:00", None)
    (weekend,) = openings_text.read("Sat-Mon 10:00-12:00", MONDAY)
    assert once == Opening(window(date(2026, 12, 3), "19:00", "21:00"))
    assert weekend.rrule == "FREQ=WEEKLY;BYDAY=MO,SA,SU"


def test_alternate_tuesdays_in_term_time_are_read_as_one_says_them() -> None:
    text = "alternate Tue 19:00-21:00 only in term-time not in bank-holidays,fair also 2026-12-22"
    (opening,) = openings_text.read(text, MONDAY)
    assert opening.rrule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"
    assert (opening.only_in, opening.not_in) == (("term-time",), ("bank-holidays", "fair"))
    assert opening.extra_dates == (date(2026, 12, 22),)
    (closed,) = openings_text.read("not daily only in bank-holidays", MONDAY)
    assert (closed.closed, closed.only_in) == (True, ("bank-holidays",))


def test_openings_are_written_as_a_person_would() -> None:
    text = (
        "Mon-Fri 09:00-17:00; Sat,Sun 10:00-12:00; 1st,last Tue 19:00-21:00; every 2 weeks Thu 10:00-12:00; "
        "once 2026-12-03 19:00-21:00; not 2026-12-25; not Sun 10:00-11:00; Wed 09:00-10:00 from 2027-01-06"
    )
    assert openings_text.write(openings_text.read(text, MONDAY), MONDAY) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Mon-Fri", "not an opening"),
        ("Mon 9-17", "not an opening"),
        ("6th Tue 19:00-21:00", "not an opening"),
        ("Mon 09:00-17:00", "expected a day from when"),
        ("once 2026-12-03 19:00-21:00 until 2027-01-01", "happens once"),
        ("once 2026-12-03 19:00-21:00 only in term-time", "happens once"),
        ("Mon 09:00-17:00 only in Term Time", "not an opening"),
        ("Mon 09:00-17:00 from 2026-11-03 until 2026-11-04", "never happens"),
        ("every 0 weeks Mon 09:00-10:00 from 2026-11-03", "every 0 weeks"),
        ("not 2026-02-30", "not a date"),
    ],
)
def test_an_opening_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        openings_text.read(text, None)


@pytest.mark.parametrize(
    "rule", ["FREQ=YEARLY;BYMONTH=5", "FREQ=WEEKLY;COUNT=3;BYDAY=MO", "FREQ=WEEKLY;BYDAY=TU,MO"]
)
def test_a_rule_beyond_the_words_is_refused_and_not_bent(rule: str) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        openings_text.write([Opening(window(MONDAY, "09:00", "10:00"), rule)], MONDAY)


WEEKLY = st.builds(
    Recurrence,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    weeks=st.integers(1, 6),
)
MONTHLY = st.builds(
    Recurrence,
    st.integers(0, 6).map(lambda day: (day,)),
    st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(
        lambda ordinals: tuple(sorted(ordinals, key=lambda n: n % 7))
    ),
)
RULES = WEEKLY | MONTHLY


def opening_from(
    rule: Recurrence,
    start: date,
    hours: tuple[int, int],
    closed: bool,
    until: int | None,
    named: tuple[tuple[date, ...], tuple[str, ...], tuple[str, ...]],
) -> Opening:
    first = rule.first(start)
    begins = datetime.combine(first, datetime.min.time()) + timedelta(minutes=hours[0])
    ends_on = None if until is None else first + timedelta(days=until)
    return Opening(
        Window(begins, begins + timedelta(minutes=hours[1])),
        Recurrence(rule.days, rule.ordinals, rule.weeks, ends_on).rrule(),
        (first + timedelta(days=7),) if closed else (),
        closed,
        *named,
    )


OPENINGS = st.builds(
    opening_from,
    RULES,
    DAYS,
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)),
    st.booleans(),
    st.none() | st.integers(0, 500),
    st.tuples(
        st.lists(DAYS, max_size=2).map(tuple),
        st.lists(st.sampled_from(["term-time", "bank-holidays"]), max_size=2, unique=True).map(tuple),
        st.sampled_from([(), ("fair_2026",)]),
    ),
) | st.builds(Opening, WINDOWS, closed=st.booleans())


@settings(max_examples=150, deadline=None)
@given(st.lists(OPENINGS, max_size=4).map(tuple), st.none() | DAYS)
def test_openings_come_back_as_they_were_written(openings: tuple[Opening, ...], start: date | None) -> None:
    assert openings_text.read(openings_text.write(openings, start), start) == openings


@settings(max_examples=60, deadline=None)
@given(RULES, DAYS)
def test_the_first_day_is_the_one_a_calendar_finds(rule: Recurrence, start: date) -> None:
    every_week = Recurrence(rule.days, rule.ordinals).rrule()
    midnight = datetime.combine(start, datetime.min.time())
    assert rule.first(start) == next(iter(rrulestr(every_week, dtstart=midnight))).date()


# Catchments


@pytest.mark.parametrize(
    ("text", "catchment"),
    [
        ("anywhere", Catchment()),
        ("20 minutes", Catchment("minutes", minutes=20.0)),
        ("12.5 min", Catchment("minutes", minutes=12.5)),
        ("parishes E04011198; e04011199", Catchment("parishes", parishes=("E04011198", "E04011199"))),
    ],
)
def test_a_catchment_in_words(text: str, catchment: Catchment) -> None:
    assert catchment_text.read(text) == catchment
    assert catchment_text.read(catchment_text.write(catchment)) == catchment


def test_a_drawn_catchment_has_no_more_corners_than_a_county() -> None:
    def ring(corners: int) -> str:
        spots = [cmath.rect(9_000, 2 * math.pi * at / corners) for at in range(corners)]
        told = (f"{350_000 + each.real:.3f} {300_000 + each.imag:.3f}" for each in (*spots, spots[0]))
        return f"POLYGON(({', '.join(told)}))"

    assert catchment_text.read(ring(10_000)).kind == "polygon"
    with pytest.raises(InputError, match=r"10,001 corners; expected 10,000 at most"):
        catchment_text.read(ring(10_001))


def test_a_drawn_catchment_comes_back_to_the_last_digit() -> None:
    shape = shapely.Polygon([(350000.1, 300000.7), (351000, 300000), (350500.123456789, 301000)])
    found = catchment_text.read(catchment_text.write(Catchment("polygon", polygon=shape)))
    assert found.polygon == shape


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("near Clun", "not a catchment"),
        ("0 minutes", "needs its minutes"),
        ("parishes Clun", "not a GSS code"),
        ("POLYGON((350000 300000, 351000 300000", "not a polygon"),
        ("POLYGON EMPTY", "it is empty"),
        (
            "POLYGON((350000 300000,351000 301000,351000 300000,350000 301000,350000 300000))",
            "lines of the area cross",
        ),
        ("POLYGON((-2.7 52.6, -2.6 52.6, -2.6 52.7, -2.7 52.6))", "not in Great Britain"),
    ],
)
def test_a_catchment_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        catchment_text.read(text)
