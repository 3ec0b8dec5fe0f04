"""Matching again with few changes: against trying everything."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching import document, reclear, solve

_spec = importlib.util.spec_from_file_location("everything", Path(__file__).with_name("test_exhaustive.py"))
everything = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(everything)

POLICIES = ["no-need-lost", "travel-first", "fairness-first"]


def earlier_of(problem: dict[str, Any], newcomers: int) -> np.ndarray:
    """Units by candidate of a matching made before the last needs came; as the problem orders them."""
    made = document.from_document(problem)
    old = np.flatnonzero(made.candidates.need < len(made.needs) - newcomers)
    before = [row for row in problem["candidates"] if row["need"] < f"n{len(made.needs) - newcomers}"]
    past = document.from_document(problem | {"candidates": before, "fixed": [], "quotas": []})
    units = np.zeros(len(made.candidates), dtype=np.int64)
    units[old] = solve.solve(past).units
    return units


def changes_of(problem: dict[str, Any], earlier: dict[int, int], units: tuple[int, ...]) -> int:
    """How many needs lose a unit that was proposed to them."""
    broken = {problem["candidates"][row]["need"] for row, had in earlier.items() if units[row] < had}
    return len(broken)


def compare(problem: dict[str, Any], limit: int) -> None:
    problem["candidates"].sort(key=lambda row: (row["need"], row["role"], row["resource"], row["slot"] or ""))
    made = document.from_document(problem)
    earlier = earlier_of(problem, 1)
    place = {
        (made.needs[need].id, made.needs[need].roles[role].id, made.resources[resource].id,
         made.slot_name(slot), str(document.given_name(made, at))): at
        for at, (need, role, resource, slot) in enumerate(
            zip(made.candidates.need.tolist(), made.candidates.role.tolist(),
                made.candidates.resource.tolist(), made.candidates.slot.tolist(), strict=True))
    }  # fmt: skip
    names = ("need", "role", "resource", "slot")
    row_of = [place[(*(row[n] for n in names), str(row["given"]))] for row in problem["candidates"]]
    had = {at: int(earlier[row]) for at, row in enumerate(row_of) if earlier[row]}
    cleared = reclear.clear(made, earlier, limit)
    every = list(everything.all_matchings(problem))
    few = [units for units in every if changes_of(problem, had, units) <= limit]
    least = min((changes_of(problem, had, units) for units in every), default=0)
    if not few:
        assert cleared.least == least or not every
        few = [units for units in every if changes_of(problem, had, units) <= least]
    if not every:
        assert cleared.outcome.status == "infeasible"
        return
    order = everything.ORDER[problem["policy"]["name"]]
    best = min(
        (everything.aims_of(problem, units) for units in few), key=lambda one: [one[aim] for aim in order]
    )
    wanted = [everything.natural(best[aim], aim) for aim in order]
    assert cleared.outcome.status == "optimal"
    assert everything.agree(cleared.outcome.objective, wanted), (cleared.outcome.objective, wanted)
    found = tuple(int(cleared.outcome.units[row]) for row in row_of)
    assert cleared.changes == changes_of(problem, had, found) <= max(limit, cleared.least)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("limit", [0, 1, 2])
def test_the_best_with_so_few_changes_is_as_good_as_trying_everything(policy: str, limit: int) -> None:
    @settings(max_examples=12, deadline=None, derandomize=True)
    @given(st.one_of(everything.single_worlds(policy), everything.bundle_worlds(policy)))
    def holds(problem: dict[str, Any]) -> None:
        problem["policy"] = {"name": policy}
        problem.setdefault("fixed", [])
        problem["quotas"] = []
        slots = {slot for one in problem["resources"] for slot in one["slot_capacity"]}
        for one in problem["resources"]:
            if slots and one["slot_capacity"]:
                one["slot_capacity"] = {"s1": 1, "s2": 1} | one["slot_capacity"]
        compare(problem, limit)

    holds()


def chain() -> dict[str, Any]:
    """Two halls; n0 has the near one, and n1, who comes later, can have only that."""
    rows = [("n0", "r0", 2.0), ("n0", "r1", 9.0), ("n1", "r0", 1.0)]
    return {
        "format": "geomatch-problem/1",
        "needs": [{"id": "n0"}, {"id": "n1"}],
        "resources": [{"id": "r0", "capacity": 1}, {"id": "r1", "capacity": 1}],
        "candidates": [{"need": need, "resource": hall, "minutes": minutes} for need, hall, minutes in rows],
    }


def test_without_a_change_allowed_the_newcomer_waits_and_with_one_the_first_moves() -> None:
    problem = document.from_document(chain())
    earlier = np.array([1, 0, 0])
    none, one = (reclear.clear(problem, earlier, limit) for limit in (0, 1))
    assert (none.kept.tolist(), none.moved.tolist(), none.added.tolist()) == ([0], [], [])
    assert (one.kept.tolist(), one.moved.tolist(), one.added.tolist()) == ([], [0], [1])
    assert none.outcome.tally.score == 1
    assert one.outcome.tally.score == 2


def test_any_number_of_changes_is_a_plain_matching() -> None:
    problem = document.from_document(chain())
    free = reclear.clear(problem, np.array([1, 0, 0]), None)
    assert free.outcome.objective == solve.solve(problem).objective
    assert reclear.clear(problem, np.array([1, 0, 0]), 5).outcome.objective == free.outcome.objective


def test_a_proposal_that_cannot_stand_any_more_is_given_up_and_counted_apart() -> None:
    asked = chain() | {"resources": [{"id": "r0", "capacity": 0}, {"id": "r1", "capacity": 1}]}
    cleared = reclear.clear(document.from_document(asked), np.array([1, 0, 0]), 0)
    assert (cleared.least, cleared.changes, cleared.moved.tolist()) == (1, 1, [0])


def test_a_confirmed_match_stays_whatever_may_change() -> None:
    asked = chain() | {"fixed": [{"need": "n0", "resource": "r0"}]}
    cleared = reclear.clear(document.from_document(asked), np.array([1, 0, 0]), None)
    assert cleared.outcome.units.tolist() == [1, 0, 0]


def test_needs_for_which_there_is_nobody_at_all_are_a_problem_like_any_other() -> None:
    asked = {
        "format": "geomatch-problem/1",
        "needs": [{"id": "n0", "roles": [{"id": "car", "quantity": 2}, {"id": "hall"}]}],
        "resources": [],
        "candidates": [],
    }
    assert solve.solve(document.from_document(asked)).status == "optimal"
