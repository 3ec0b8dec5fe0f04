"""The bench of matching on small made-up counties: what its rows say, and when a promise does not hold."""

import numpy as np
import pytest

from geomatch.services import matchbench, matchworlds

SMALL = matchworlds.Size(120, 50, nearest=10)


@pytest.fixture
def worlds():
    events = matchworlds.EventsSize(30, 20, 8, 25, 4)
    return {
        "travel-first-5000": lambda: matchworlds.single(SMALL, 1, "travel-first"),
        "no-need-lost-5000": lambda: matchworlds.single(SMALL, 1, "no-need-lost"),
        "events-400": lambda: matchworlds.events(events, 1),
    }


def test_every_row_states_its_ratio_and_its_answers_stand(worlds) -> None:
    pytest.importorskip("ortools")
    said = matchbench.run(worlds)
    rows = {row["name"]: row for row in said["rows"]}
    assert len(rows) == 3 + 2 + 4
    assert said["held"]
    for row in rows.values():
        assert row["answers_equal"], row
        assert row["low"] <= row["ratio"] <= row["high"]
    assert rows["shortest-first-served"]["ratio"] >= 1
    assert "GB" in rows["events-400-seconds"]["note"]


def test_without_ortools_its_rows_say_so(worlds, monkeypatch) -> None:
    monkeypatch.setattr(matchbench, "find_spec", lambda _: None)
    only = {"travel-first-5000": worlds["travel-first-5000"]}
    rows = {row["name"]: row for row in matchbench.run(only)["rows"]}
    absent = rows["travel-first-5000-ortools"]
    assert (absent["ratio"], absent["note"]) == (None, "ortools is not installed")


@pytest.mark.parametrize(
    ("ratio", "equal", "held"), [(1.0, True, True), (0.9, True, False), (2.0, False, False)]
)
def test_a_promise_holds_at_its_floor_and_with_equal_answers_only(ratio, equal, held) -> None:
    assert matchbench.Row("any", ratio, ratio, ratio, 1.0, equal, "").held == held


def test_a_made_up_county_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    one, same, other = (matchworlds.single(SMALL, seed).candidates for seed in (1, 1, 2))
    assert np.array_equal(one.minutes, same.minutes)
    assert not np.array_equal(one.minutes[:50], other.minutes[:50])
    assert len(np.unique(np.stack(one.key_columns()), axis=1)[0]) == len(one)
