"""Confidence falls day by day from the day somebody confirmed, and is nothing once the time is over."""

from datetime import date, timedelta

import pytest

from geomatch import confidence
from geomatch.confidence import Confidence, Freshness

TODAY = date(2026, 11, 28)


def _in(days: int, period: int = 365) -> Confidence:
    return confidence.of(TODAY + timedelta(days=days), period, TODAY)


@pytest.mark.parametrize(
    ("days", "figure", "freshness"),
    [
        (365, 1.0, Freshness.LATELY),
        (2000, 1.0, Freshness.LATELY),
        (182, 0.5, Freshness.LATELY),
        (181, 0.5, Freshness.A_WHILE_AGO),
        (30, 0.08, Freshness.A_WHILE_AGO),
        (29, 0.08, Freshness.DUE),
        (0, 0.01, Freshness.DUE),
        (-1, 0.0, Freshness.LAPSED),
        (-900, 0.0, Freshness.LAPSED),
    ],
)
def test_a_word_fades_over_a_year(days: int, figure: float, freshness: Freshness) -> None:
    assert (_in(days).figure, _in(days).freshness) == (figure, freshness)


def test_a_short_word_is_due_in_its_last_half() -> None:
    assert [_in(days, 20).freshness for days in (20, 10, 9, 0)] == [
        Freshness.LATELY,
        Freshness.LATELY,
        Freshness.DUE,
        Freshness.DUE,
    ]


def test_unknown_is_not_nothing() -> None:
    assert confidence.of(None, 365, TODAY) == Confidence(None, Freshness.UNKNOWN)


def test_it_never_rises_while_nobody_confirms() -> None:
    for period in (1, 7, 50, 730, 3660):
        figures = [_in(days, period).figure or 0.0 for days in range(period + 10, -3, -1)]
        assert figures == sorted(figures, reverse=True)
        assert figures[0] == 1.0
        assert figures[-1] == 0.0
