"""Why a need is not matched, in plain words."""

from typing import Any

import pytest

from geomatch.matching.candidates import TESTS
from webmap import why


@pytest.mark.parametrize(
    ("reason", "detail", "told"),
    [
        ("competition", {"needs": ["a", "b"]}, "not enough to go round between it and 1 other need"),
        ("competition", {"needs": ["a"], "demand": 3, "capacity": 1}, "it asks for 3, and 1 can be had"),
        (
            "no-candidate",
            {"eliminated": [{"test": "kind", "count": 3}, {"test": "travel", "count": 0}]},
            "nothing fits; what came nearest is of another kind",
        ),
        ("no-candidate", {}, "nothing fits"),
        ("quota", {}, "held back by a limit on an area"),
        ("no-short-proof", {}, "others were served with what it could have had"),
    ],
)
def test_reasons_in_half_a_line(reason: str, detail: dict[str, Any], told: str) -> None:
    assert why.why_short(reason, detail) == told


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, ""),
        ({"kind": 1}, "Of 1 thing offered, 1 is of another kind."),
        ({"travel": 4}, "Of 4 things offered, 4 are too far away."),
        (
            {"kind": 1980, "travel": 20},
            "2,000 things are offered; 1,980 are of another kind. The other 20 are too far away.",
        ),
        (
            {"kind": 2, "availability": 1, "budget": 0, "travel": 2},
            "5 things are offered; 2 are of another kind. "
            "Of the other 3, 1 is not free at the time and 2 are too far away.",
        ),
    ],
)
def test_what_became_of_everything_on_offer(counts: dict[str, int], told: str) -> None:
    detail = {"eliminated": [{"test": test, "count": count} for test, count in counts.items()]}
    assert why.eliminated(detail) == told


def test_every_hard_test_of_the_matching_has_words() -> None:
    told = {name: why.eliminated({"eliminated": [{"test": name, "count": 1}]}) for name in TESTS}
    assert [name for name in TESTS if "ruled out" in told[name]] == []
