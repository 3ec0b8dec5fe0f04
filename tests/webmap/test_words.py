"""Codes in plain words."""

from datetime import date, datetime
from typing import Any

import pytest

from webmap import words


@pytest.mark.parametrize(
    ("count", "kind", "told"),
    [
        (0, "volunteer", "less than 5 minutes"),
        (5, "volunteer", "about 5 minutes"),
        (1, "venue", "1 minute"),
        (12.4, "venue", "12 minutes"),
        (None, "fund", ""),
    ],
)
def test_minutes(count: Any, kind: str, told: str) -> None:
    assert words.minutes(count, kind) == told


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (None, "once"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,FR", "every week on Monday, Tuesday and Friday"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;UNTIL=20270331T000000",
            "every 2 weeks on Wednesday until 31 March 2027",
        ),
        ("FREQ=MONTHLY;BYDAY=1SA;COUNT=6", "every month on 1SA, 6 times"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "every day"),
        ("FREQ=DAILY;INTERVAL=X", "repeating by the rule FREQ=DAILY;INTERVAL=X"),
    ],
)
def test_how_an_opening_repeats(rule: str | None, told: str) -> None:
    assert words.repeats(rule) == told


@pytest.mark.parametrize(
    ("starts", "ends", "rule", "told"),
    [
        ("2026-09-07T08:00", "2026-09-07T23:00", None, "Monday 7 September 2026, 08:00 to 23:00"),
        ("2026-12-25T00:00", "2026-12-26T00:00", None, "Friday 25 December 2026, all day"),
        (
            "2026-09-07T08:00",
            "2026-09-07T23:00",
            "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU",
            "08:00 to 23:00 every day, from 7 September 2026",
        ),
        (
            "2026-09-08T00:00",
            "2026-09-09T00:00",
            "FREQ=WEEKLY;BYDAY=TU",
            "all day every week on Tuesday, from 8 September 2026",
        ),
        (
            "2026-09-08T19:00",
            "2026-09-10T09:00",
            "FREQ=WEEKLY",
            "Tuesday 8 September 2026, 19:00 to Thursday 10 September 2026, 09:00, every week",
        ),
    ],
)
def test_when_something_is_open(starts: str, ends: str, rule: str | None, told: str) -> None:
    assert words.opens(datetime.fromisoformat(starts), datetime.fromisoformat(ends), rule) == told


def test_periods_over_midnight_name_both_days() -> None:
    assert words.period(
        datetime.fromisoformat("2026-12-31T20:00"), datetime.fromisoformat("2027-01-01T01:00")
    ) == ("Thursday 31 December 2026, 20:00 to Friday 1 January 2027, 01:00")
    assert words.day(date(2026, 5, 1)) == "1 May 2026"


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((3, 9, 46), "3 needs not matched yet and 46 offers near here"),
        ((0, 9, 1), "every need matched and 1 offer near here"),
        ((1, 1, 0), "1 need not matched yet near here"),
        ((0, 0, 2), "2 offers near here"),
    ],
)
def test_what_a_mark_stands_for(counts: tuple[int, int, int], told: str) -> None:
    assert words.near_here(*counts) == told


def test_what_one_record_is() -> None:
    assert words.record("need", "venue", "waiting") == "Need, waiting to be looked at"
    assert words.record("resource", "volunteer", None) == "Offer: a volunteer"


def test_a_notice_becomes_a_sentence_and_stays_harmless() -> None:
    assert words.sentence("drawn; see `a <b>`") == "Drawn; see <code>a &lt;b&gt;</code>."
    assert words.sentence("It is so!") == "It is so!"
    assert words.sentence(None) == ""


def test_prices_and_numbers() -> None:
    stated = {"truth": None, "number": 1250.0, "text": None}
    assert words.value(stated, "pence_per_hour") == "£12.50"
    assert words.value(stated, "pounds") == "£1,250"
    assert words.value(stated, "standing") == "1,250"
    assert words.value(None, "step_free") == "unknown"
