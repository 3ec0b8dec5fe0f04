"""Bundles at the size of a season of events: leaving candidates aside costs nothing, limits are told."""

import numpy as np
import pytest

from geomatch.matching import aims, check, document, lexical, sifting, solution, solve
from geomatch.matching.frame import frame
from geomatch.matching.program import programme
from geomatch.services import matchworlds

ENOUGH = matchworlds.EventsSize(60, 40, 14, 50, 6)
SCARCE = matchworlds.EventsSize(60, 40, 5, 50, 6)


@pytest.mark.parametrize("size", [ENOUGH, SCARCE])
@pytest.mark.parametrize("policy", ["no-need-lost", "travel-first"])
def test_leaving_candidates_aside_finds_what_the_whole_programme_finds(size, policy, monkeypatch) -> None:
    problem = matchworlds.events(size, 2, policy)
    columns = frame(problem)
    model = programme(problem, columns, fair=policy != "travel-first")
    every = aims.of_policy(problem, columns, model)
    sifted = []
    plain = sifting.solve
    monkeypatch.setattr(sifting, "solve", lambda task, best: sifted.append(task) or plain(task, best))
    found = {}
    for small in (10**9, 0):
        monkeypatch.setattr(lexical, "SMALL", small)
        found[small] = lexical.minimise(model, every)
    assert found[0].values == [pytest.approx(one, abs=1e-6) for one in found[10**9].values]
    assert found[0].proved == found[10**9].proved == len(every)
    assert sifted


def test_a_reach_too_short_is_lengthened_until_it_proves(monkeypatch) -> None:
    problem = matchworlds.events(SCARCE, 3)
    monkeypatch.setattr(lexical, "SMALL", 0)
    wanted = solve.solve(problem).objective
    monkeypatch.setattr(sifting, "_reach", lambda *_: 1e-9)
    assert solve.solve(problem).objective == pytest.approx(wanted)


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
