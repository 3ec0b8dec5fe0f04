"""The changes that would help, in plain words."""

from typing import Any

import pytest

from geomatch.matching.changes import KINDS
from webmap import ladder

NAMES = {("resource", "r1"): "Clun Memorial Hall", ("need", "n2"): "Lunch club", ("need", "n3"): "Yoga"}


def step(change: str, to: Any, start: Any = None, **fields: Any) -> dict[str, Any]:
    plain = {"displaces": [], "proved": True, "with": [{"resource": "r1", "kind": "venue"}]}
    return {"change": change, "to": to, "from": start} | plain | fields


CASES = [
    (
        step("minutes", 26.4833, 20.0),
        "A search of 27 minutes instead of 20 would reach Clun Memorial Hall; nobody would lose theirs.",
    ),
    (
        step("minutes", 25.0001, 20.0, **{"with": [{"resource": "r1", "kind": "volunteer"}]}),
        "A search of about 30 minutes instead of 20 would reach Clun Memorial Hall; "
        "nobody would lose theirs.",
    ),
    (
        step("slot", "2026-12-03T14:00/2026-12-03T16:30", displaces=["n2"]),
        "Thursday 3 December 2026, 14:00 to 16:30, Clun Memorial Hall could serve it; "
        "“Lunch club” would lose what it has.",
    ),
    (
        step("attribute", {"role": "hall", "name": "seats_theatre", "value": 60.0}, 80.0, proved=False),
        "With 60 instead of 80 seats in rows, Clun Memorial Hall would do; nobody need lose theirs for it.",
    ),
    (
        step("attribute", {"role": "hall", "name": "stage", "value": None}, None),
        "Without asking for “stage”, Clun Memorial Hall would do; nobody would lose theirs.",
    ),
    (
        step("substitute", {"role": "hall", "subkind": "youth_centre"}, "village_hall"),
        "With youth centre instead of village hall, Clun Memorial Hall would do; nobody would lose theirs.",
    ),
    (
        step("quantity", {"role": "helper", "minimum": 2}, 3, displaces=["n2", "n3"]),
        "With 2 instead of 3 as helper, Clun Memorial Hall could serve it; "
        "“Lunch club” and “Yoga” would lose what they have.",
    ),
    (
        step("quantity", {"role": "projector", "minimum": 0}, 1),
        "Without the projector, Clun Memorial Hall could serve it; nobody would lose theirs.",
    ),
    (
        step("budget", {"resource": "r1", "minutes": 16.2}, 15.0),
        "Clun Memorial Hall could serve it by going 17 minutes instead of 15; nobody would lose theirs.",
    ),
    (
        step("freshness", {"resource": "r1"}, "2026-01-01"),
        "Clun Memorial Hall could serve it once somebody confirms that what is offered still stands; "
        "nobody would lose theirs.",
    ),
]


@pytest.mark.parametrize(("each", "sentence"), CASES)
def test_a_change_is_told_in_a_sentence(each: dict[str, Any], sentence: str) -> None:
    assert ladder.told([each], NAMES) == [sentence]


def test_every_kind_of_change_has_its_words() -> None:
    assert {each["change"] for each, _ in CASES} == set(KINDS)


def test_no_more_than_five_are_told_and_only_those_are_looked_up() -> None:
    steps = [step("minutes", 21.0 + at, 20.0, displaces=[f"n{at}"]) for at in range(7)]
    assert len(ladder.told(steps, NAMES)) == 5
    assert ladder.mentioned(steps)["needs"] == ["n0", "n1", "n2", "n3", "n4"]
