"""The relax ladder: every rung holds when it is really climbed, and says whom it displaces."""

from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching import changes, document, ladder, solve
from geomatch.matching.problem import Problem
from geomatch.matching.standing import Standing

POLICIES = ["no-need-lost", "travel-first", "fairness-first"]


@st.composite
def worlds(draw, policy: str, *, bundles: bool) -> dict[str, Any]:
    """Needs of a few parishes after too few things; no two journeys alike, so that no tie decides."""
    count, halls = draw(st.integers(4, 6 if bundles else 10)), draw(st.integers(2, 4))
    slots = ["s1", "s2", "s3"]
    minutes = iter(draw(st.permutations([1.37 * 1.31**at for at in range(40)])))
    needs, rows = [], []
    for at in range(count):
        names = draw(st.sampled_from([["any"], ["car", "hall"]])) if bundles else ["any"]
        most = 2 if bundles else 1
        roles = [{"id": name, "quantity": draw(st.integers(1, most)), "minimum": 1} for name in names]
        for role in roles:
            role["minimum"] = draw(st.integers(1, role["quantity"]))
        whole = draw(st.booleans()) if bundles else True
        area = draw(st.sampled_from(["p1", "p2", "p3", None]))
        needs.append({"id": f"n{at}", "area": area, "all_or_nothing": whole, "roles": roles})
        for role in roles:
            chosen = draw(st.lists(st.integers(0, halls - 1), min_size=1, max_size=2, unique=True))
            slot = draw(st.sampled_from(["s1", "s1", "s2"]))
            rows += [
                {
                    "need": f"n{at}",
                    "role": role["id"],
                    "resource": f"r{hall}",
                    "slot": slot,
                    "minutes": next(minutes),
                }
                for hall in chosen
            ]
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": policy},
        "areas": [{"id": "p1"}, {"id": "p2"}, {"id": "p3"}],
        "needs": needs,
        "resources": [
            {
                "id": f"r{at}",
                "capacity": draw(st.integers(1, 2 if bundles else 3)),
                "slot_capacity": dict.fromkeys(slots, draw(st.integers(1, 2))),
            }
            for at in range(halls)
        ],
        "candidates": rows,
    }


def standing_of(problem: Problem) -> Standing:
    return Standing(problem, solve.solve(problem).units)


def further_and_further(problem: Problem, need: int) -> changes.Family:
    """Journeys to everything else there is, one more with every change, as of a need that looks further."""
    own = problem.candidates.take(np.flatnonzero(problem.candidates.need == need))
    others = sorted(set(range(len(problem.resources))) - set(own.resource.tolist()))
    last = own.take(np.array([len(own) - 1]))
    made = []
    for more in range(1, len(others) + 1):
        new = [
            replace(last, resource=np.array([other]), minutes=np.array([50 + 1.7 * at]))
            for at, other in enumerate(others[:more])
        ]
        table = reduce(changes.joined, new, own)
        made.append(changes.Change("minutes", 50 + 1.7 * (more - 1), float(more), start=20.0, rows=table))
    return changes.ready(made, nested=True)


def families(problem: Problem, need: int) -> list[changes.Family]:
    further = further_and_further(problem, need)
    return [*changes.of_problem(problem, need), *([further] if further.options else [])]


def served_by_solving_again(problem: Problem, need: int, change: changes.Change) -> set[int]:
    """The needs served once the changed problem is written out, read in and solved like any other."""
    changed = changes.with_change(problem, need, change)
    again = document.from_document(document.to_document(changed))
    outcome = solve.solve(again)
    return set(outcome.tally.served.nonzero()[0].tolist())


def holds_when_climbed(problem: Problem, *, small: int) -> int:
    """Check every rung of every unserved need; gives how many there were."""
    standing, rungs = standing_of(problem), 0
    before = set(standing.served.nonzero()[0].tolist())
    for need in sorted(set(range(len(problem.needs))) - before):
        climbed = ladder.climb(standing, need, families(problem, need), small=small)
        assert [rung.order for rung in climbed] == sorted(rung.order for rung in climbed)
        for rung in climbed:
            now = served_by_solving_again(problem, need, rung.change)
            assert need in now
            assert set(rung.displaces) == before - now
        rungs += len(climbed)
    return rungs


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("bundles", [False, True], ids=["single", "bundles"])
@pytest.mark.parametrize("small", [0, 3_000], ids=["around", "whole"])
def test_a_change_on_the_ladder_serves_the_need_and_displaces_whom_it_says(
    policy: str, bundles: bool, small: int
) -> None:
    found = []
    examples = (2 if policy == "fairness-first" else 4) if bundles else 25

    @settings(max_examples=examples, deadline=None, derandomize=True)
    @given(worlds(policy, bundles=bundles))
    def holds(world: dict[str, Any]) -> None:
        found.append(holds_when_climbed(document.from_document(world), small=small))

    holds()
    assert sum(found) > 5
