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
        ("FREQ=DAILY;INTERVAL=X", "repeating by the rule FREQ=DAILY;INTERVAL=X"),
    ],
)
def test_how_an_opening_repeats(rule: str | None, told: str) -> None:
    assert words.repeats(rule) == told


def test_periods_over_midnight_name_both_days() -> None:
    assert words.period(
        datetime.fromisoformat("2026-12-31T20:00"), datetime.fromisoformat("2027-01-01T01:00")
    ) == ("Thursday 31 December 2026, 20:00 to Friday 1 January 2027, 01:00")
    assert words.day(date(2026, 5, 1)) == "1 May 2026"


@pytest.mark.parametrize(
    ("reason", "detail", "told"),
    [
        ("competition", {"needs": ["a", "b"]}, "shared out among 1 other need"),
        ("competition", {"needs": ["a"]}, "not enough to go round"),
        (
            "no-candidate",
            {"eliminated": [{"test": "kind", "count": 3}, {"test": "travel", "count": 0}]},
            "nothing suitable; the last were of another kind",
        ),
        ("no-candidate", {}, "nothing suitable"),
        ("quota", {}, "held back by a limit on an area"),
        ("no-short-proof", {}, "its parts could not be brought together"),
    ],
)
def test_reasons_in_half_a_line(reason: str, detail: dict[str, Any], told: str) -> None:
    assert words.why_short(reason, detail) == told


def test_every_hard_test_of_the_matching_has_words() -> None:
    from geomatch.matching.candidates import TESTS

    assert {
        name
        for name in TESTS
        if "ruled out" in words.eliminated({"eliminated": [{"test": name, "count": 1}]})[1]
    } == set()


def test_prices_and_numbers() -> None:
    stated = {"truth": None, "number": 1250.0, "text": None}
    assert words.value(stated, "pence_per_hour") == "£12.50"
    assert words.value(stated, "pounds") == "£1,250"
    assert words.value(stated, "standing") == "1,250"
    assert words.value(None, "step_free") == "unknown"
