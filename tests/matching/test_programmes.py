"""Bundles at the size of a season of events: leaving candidates aside costs nothing, limits are told."""

from dataclasses import replace

import numpy as np
import pytest

from geomatch.matching import aims, branching, check, document, lexical, solution, solve
from geomatch.matching.frame import frame
from geomatch.matching.problem import POLICIES, Problem
from geomatch.matching.program import programme
from geomatch.services import matchworlds

ENOUGH = matchworlds.EventsSize(60, 40, 14, 50, 6)
SCARCE = matchworlds.EventsSize(60, 40, 5, 50, 6)
TIED = matchworlds.TiedSize(24, 30, 8, 16, 6)
WORLDS = [
    *(matchworlds.events(size, 2, policy) for size in (ENOUGH, SCARCE) for policy in POLICIES[:2]),
    *(matchworlds.tied(TIED, seed, policy) for seed, policy in enumerate(POLICIES)),
]


def plain(problem: Problem) -> list[float]:
    """The aims' values by HiGHS's own branch and bound, aim by aim, everything declared whole."""
    columns = frame(problem)
    model = programme(problem, columns, fair=problem.policy.name != "travel-first")
    model = replace(model, decides=model.whole)
    nothing = branching.Searched(None, False, [])
    found = lexical._one_by_one(model, aims.of_policy(problem, columns, model), (), (nothing, None))
    assert found.proved == len(found.values)
    return found.values


@pytest.mark.parametrize("problem", WORLDS)
def test_branching_over_all_aims_finds_what_one_aim_after_the_other_finds(problem: Problem) -> None:
    columns = frame(problem)
    model = programme(problem, columns, fair=problem.policy.name != "travel-first")
    every = aims.of_policy(problem, columns, model)
    found = branching.search(model, every, lexical._rows(model, ()), None)
    assert found.done
    assert found.x is not None
    assert [float(aim.prices @ found.x) for aim in every] == pytest.approx(plain(problem), abs=1e-6)


@pytest.mark.parametrize("problem", WORLDS[::2])
def test_where_branching_gives_up_one_aim_after_the_other_is_proved(problem: Problem, monkeypatch) -> None:
    wanted = solve.solve(problem)
    monkeypatch.setattr(branching, "MOST_NODES", 0)
    found = solve.solve(problem)
    assert found.status == wanted.status == "optimal"
    assert found.objective == [pytest.approx(one, abs=1e-6) for one in wanted.objective]
    assert check.check(document.to_document(problem), solution.to_document(problem, found)) == []


@pytest.mark.parametrize("seconds", [0.001])
def test_a_time_limit_gives_a_whole_solution_that_says_how_far_it_may_be_off(seconds: float) -> None:
    problem = matchworlds.events(matchworlds.EventsSize(100, 60, 10, 70, 8), 4, "no-need-lost")
    outcome = solve.solve(problem, seconds=seconds)
    written = solution.to_document(problem, outcome)
    assert check.check(document.to_document(problem), written) == []
    assert outcome.status == "feasible"
    assert outcome.gap > 0
    assert np.isfinite(outcome.gap)
    assert outcome.bound[0] >= outcome.objective[0]
    best = solve.solve(problem)
    assert best.status == "optimal"
    assert outcome.bound[0] + 1e-6 >= best.objective[0] >= outcome.objective[0] - 1e-6


def test_an_impossible_quota_is_named_with_its_needs_among_nested_ones() -> None:
    problem = {
        "format": "geomatch-problem/1",
        "areas": [{"id": "L", "kind": "ljc"}, *({"id": f"p{at}", "parent": "L"} for at in range(2))],
        "quotas": [
            {"area": "L", "maximum_share": 0.5},
            {"area": "p0", "minimum_share": 0.75},
            {"area": "p1", "minimum_share": 0.5},
        ],
        "needs": [{"id": f"n{at}", "area": f"p{at // 4}"} for at in range(8)],
        "resources": [{"id": "r", "capacity": 8}],
        "candidates": [{"need": f"n{at}", "resource": "r", "minutes": at} for at in range(8)],
    }
    made = document.from_document(problem)
    written = solution.to_document(made, solve.solve(made))
    assert (written["status"], written["assignments"]) == ("infeasible", [])
    named = {one["quota"]["area"]: one["needs"] for one in written["conflicts"]}
    every = [f"n{at}" for at in range(8)]
    assert named == {"L": every, "p0": every[:4], "p1": every[4:]}
    assert check.check(problem, written) == []
