"""One unit for one need at county size: our network against other solvers, its proof, its rule for ties."""

import os
import random
import subprocess
import sys
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from geomatch.matching import (
    aims,
    document,
    fairest,
    levels,
    lexical,
    network,
    pivoting,
    proof,
    singles,
    solve,
)
from geomatch.matching.flow import of_problem
from geomatch.matching.frame import frame
from geomatch.matching.prices import TRAVEL_THEN_FAIR
from geomatch.matching.problem import Problem
from geomatch.matching.program import programme
from geomatch.matching.tally import tally
from geomatch.services import matchworlds

POLICIES = ["no-need-lost", "travel-first", "fairness-first"]
SIZE = matchworlds.Size(300, 120, nearest=15)


def small_world(seed: int, policy: str) -> dict[str, Any]:
    """Up to six needs and four resources with slots, zero capacity, islands and many equal minutes."""
    rng = random.Random(seed)  # noqa: S311
    slots = rng.choice([[None], [None, "s1", "s2"]])
    rows = [
        {"need": f"n{at}", "resource": f"r{one}", "slot": slot, "minutes": rng.choice([1, 2, 2.5])}
        for at, one, slot in product(range(6), range(4), slots)
        if rng.random() < 0.8 / len(slots)
    ]
    shares = [None, 0, 0.3, 0.5, 0.8, 1]
    quotas = [
        {"area": area, "minimum_share": min(two), "maximum_share": max(two)}
        for area in rng.sample(["L", "p0", "p1"], rng.randint(0, 2))
        for two in [[rng.choice(shares[1:]) for _ in range(2)]]
    ]
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": policy, "fairness": rng.choice([1, 1, 0])},
        "areas": [{"id": "L"}, *({"id": f"p{at}", "parent": "L"} for at in range(3))],
        "quotas": [] if policy == "fairness-first" else quotas,
        "needs": [
            {"id": f"n{at}", "area": rng.choice(["p0", "p1", "p2", None]), "weight": rng.choice([1, 1, 2])}
            for at in range(6)
        ],
        "resources": [
            {
                "id": f"r{at}",
                "capacity": rng.randint(0, 3),
                "slot_capacity": rng.choice([{}, {"s1": 1, "s2": 1}, {"s1": 0, "s2": 2}]),
            }
            for at in range(4)
        ],
        "candidates": rows[:12],
    }


def as_good_by_ids(problem: Problem) -> tuple[int, ...] | None:
    """Of all matchings the best, and of those as good the first by the rule; tried one by one."""
    columns, table = frame(problem), problem.candidates
    options = [[*np.flatnonzero(table.need == need).tolist(), None] for need in range(len(problem.needs))]
    best, chosen = None, None
    for choice in product(*options):  # the order of the rule itself: the first found of equals is kept
        units = np.zeros(len(table), dtype=np.int64)
        units[[row for row in choice if row is not None]] = 1
        if (np.bincount(table.resource, units, len(columns.capacity)) > columns.capacity).any():
            continue
        if (np.bincount(columns.place, units, len(columns.place_capacity)) > columns.place_capacity).any():
            continue
        total = tally(problem, columns, units)
        if not all(b.least <= (total.served & b.inside).sum() <= b.most for b in quota_bounds(problem)):
            continue
        value = worth(problem, total)
        if best is None or value < best:
            best, chosen = value, tuple(np.flatnonzero(units).tolist())
    return chosen


def quota_bounds(problem: Problem) -> list[Any]:
    from geomatch.matching import quotas

    return quotas.bounds(problem)


def worth(problem: Problem, total: Any) -> tuple[Any, ...]:
    most, fair, travel = round(-total.score, 9), round(total.phi, 9), round(total.cost, 9)
    if problem.policy.name == "fairness-first":
        return (tuple(-round(one, 9) for one in total.leximin), most, travel)
    if problem.policy.name == "travel-first":
        return (most, travel)
    return (most, travel, fair) if problem.policy.fairness == 0 else (most, fair, travel)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_very_solution_is_the_one_that_trying_everything_and_the_rule_for_ties_choose(policy) -> None:
    impossible = 0
    for seed in range(40):
        made = document.from_document(small_world(seed, policy))
        found, wanted = solve.solve(made), as_good_by_ids(made)
        assert (found.status == "infeasible") == (wanted is None), seed
        impossible += wanted is None
        if wanted is not None:
            assert tuple(np.flatnonzero(found.units).tolist()) == wanted, seed
    assert (impossible > 0) == (policy != "fairness-first")


@pytest.mark.parametrize("policy", POLICIES)
def test_the_network_lapjv_and_the_programme_agree(policy: str) -> None:
    problem = matchworlds.single(matchworlds.Size(120, 50, nearest=10), 3, policy)
    columns = frame(problem)
    ours = solve.solve(problem)
    jonker = np.zeros(len(problem.candidates), dtype=np.int64)
    jonker[network.solve(problem, columns, policy)] = 1
    model = programme(problem, columns, fair=policy != "travel-first")
    found = lexical.minimise(model, aims.of_policy(problem, columns, model))
    milp = found.variables[: len(problem.candidates)].round().astype(np.int64)
    for units in (jonker, milp):
        told = tally(problem, columns, units).objective(policy)
        assert [pytest.approx(one, rel=1e-9) for one in told] == ours.objective


def least_by_linear_programme(problem: Problem, policy: str) -> list[float]:
    """The aims' values by HiGHS's simplex alone, aim after aim on the face of those before, nothing whole.

    Who is one more of a parish's served has a column of its own, priced by what that one takes from Phi.
    """
    columns, table = frame(problem), problem.candidates
    rows, needed = len(table), columns.needed
    parish = np.repeat(np.arange(len(needed)), needed)
    nth = np.concatenate([np.arange(1, many + 1) for many in needed])
    width = rows + len(nth)
    at = np.arange(rows)
    groups = [table.need, table.resource, columns.place]
    most = [np.ones(len(problem.needs)), columns.capacity, columns.place_capacity]
    upper = [
        sparse.csr_array((np.ones(rows), (group, at)), (len(limit), width))
        for group, limit in zip(groups, most, strict=True)
    ]
    inside = columns.parish[table.need]
    same = sparse.csr_array(
        (np.r_[np.ones(rows), -np.ones(len(nth))], (np.r_[inside, parish], np.arange(width))),
        (len(needed), width),
    )
    score = np.r_[-columns.weight[table.need], np.zeros(len(nth))]
    phi = np.r_[np.zeros(rows), -(2.0 * (needed[parish] - nth) + 1) / needed[parish]]
    travel = np.r_[columns.cost, np.zeros(len(nth))]
    order = [score, phi, travel] if policy == "no-need-lost" else [score, travel]
    held, values = [], []
    for aim in order:
        found = optimize.linprog(
            aim,
            A_ub=sparse.vstack([*upper, *(sparse.csr_array(one[None, :]) for one, _ in held)]),
            b_ub=np.concatenate([*most, [value + 1e-9 * max(1, abs(value)) for _, value in held]]),
            A_eq=same,
            b_eq=np.zeros(len(needed)),
            bounds=(0, 1),
        )
        assert found.status == 0
        held.append((aim, found.fun))
        values.append(found.fun + (needed.sum() if aim is phi else 0))
    values[0] = -values[0]
    return values


@pytest.mark.parametrize("policy", ["no-need-lost", "travel-first"])
@pytest.mark.parametrize("seed", [5, 6])
def test_the_network_and_the_linear_programme_agree(policy: str, seed: int) -> None:
    problem = matchworlds.single(matchworlds.Size(400, 150, nearest=12), seed, policy)
    assert solve.solve(problem).objective == pytest.approx(
        least_by_linear_programme(problem, policy), rel=1e-6
    )


@pytest.mark.parametrize("policy", POLICIES)
def test_the_potentials_prove_the_optimum_and_nothing_less(policy: str) -> None:
    problem = matchworlds.single(SIZE, 4, policy)
    columns = frame(problem)
    flow = of_problem(problem, columns, fair=policy != "travel-first")
    costs = levels.of_order(flow, columns, policy)
    found = pivoting.optimum(flow, costs, np.arange(len(flow.candidate)))
    assert proof.is_flow(flow, found.units)
    assert proof.is_optimal(flow, costs, found.units, found.potentials)
    nobody = np.zeros_like(found.units)
    assert not proof.is_flow(flow, nobody)
    dearer = (*costs[:-1], costs[-1] + (found.units > 0) * 1000)
    assert not proof.is_optimal(flow, dearer, found.units, found.potentials)
    start = pivoting.optimum(flow, costs[:1], np.arange(len(flow.candidate)))
    assert not proof.is_optimal(flow, costs, start.units, found.potentials)


def test_without_numba_the_answers_are_the_same(tmp_path) -> None:
    script = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'numba' else find(name, *rest)\n"
        "from geomatch.matching import solve; from geomatch.services import matchworlds as w\n"
        "for policy in sys.argv[1:]:\n"
        "    made = w.single(w.Size(120, 50, nearest=10), 5, policy)\n"
        "    print(solve.solve(made).units.nonzero()[0].tolist())\n"
        "assert 'numba' not in sys.modules\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, *POLICIES], capture_output=True, text=True, check=True, env=os.environ
    ).stdout.splitlines()
    for policy, line in zip(POLICIES, said, strict=True):
        units = solve.solve(matchworlds.single(matchworlds.Size(120, 50, nearest=10), 5, policy)).units
        assert line == str(np.flatnonzero(units).tolist())


@pytest.mark.parametrize("policy", ["no-need-lost", "fairness-first", TRAVEL_THEN_FAIR])
def test_passing_needs_on_comes_to_the_same_as_looking_for_the_fairest_from_the_start(policy: str) -> None:
    """Weights, slots that bind, zero capacity and needs of no parish; proved on every level."""

    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.integers(0, 10**6))
    def holds(seed: int) -> None:
        world = small_world(seed, "travel-first") | {"quotas": []}
        if policy == "fairness-first":
            world["needs"] = [need | {"weight": 1} for need in world["needs"]]
        made = document.from_document(world)
        columns = frame(made)
        flow, bare = (of_problem(made, columns, fair=fair) for fair in (True, False))
        if not len(flow.need):
            return
        order = np.argsort(columns.cost[flow.candidate], kind="stable")
        costs, names = levels.of_order(flow, columns, policy), levels.names(columns, policy)
        plain = pivoting.optimum(flow, costs, order)
        at = 2 if names[1] == "travel" else 1
        near = pivoting.optimum(bare, levels.of_order(bare, columns, "travel-first"), order)
        found = fairest.fairest(flow, fairest.Aims(costs[:at], costs[at], costs[at + 1 :]), near)
        assert proof.is_optimal(flow, costs, found.units, found.potentials)
        assert [one @ found.units for one in costs] == [one @ plain.units for one in costs]

    holds()


@pytest.mark.parametrize("policy", POLICIES)
def test_renaming_the_ids_changes_no_value(policy: str) -> None:
    @settings(max_examples=5, deadline=None, derandomize=True)
    @given(st.integers(0, 1000))
    def holds(seed: int) -> None:
        problem = document.to_document(matchworlds.single(matchworlds.Size(80, 40, 8), seed, policy))
        names = [f"x{at}" for at in np.random.default_rng(seed).permutation(200)]
        need = {row["id"]: names[at] for at, row in enumerate(problem["needs"])}
        offer = {row["id"]: names[-1 - at] for at, row in enumerate(problem["resources"])}
        renamed = problem | {
            "needs": [row | {"id": need[row["id"]]} for row in problem["needs"]],
            "resources": [row | {"id": offer[row["id"]]} for row in problem["resources"]],
            "candidates": [
                row | {"need": need[row["need"]], "resource": offer[row["resource"]]}
                for row in problem["candidates"]
            ],
        }
        one, other = (solve.solve(document.from_document(each)) for each in (problem, renamed))
        assert [pytest.approx(each) for each in one.objective] == other.objective

    holds()


def test_a_larger_budget_never_worsens_the_first_aim() -> None:
    whole = matchworlds.single(SIZE, 6, "travel-first")
    served = []
    for limit in (2.0, 5.0, 10.0, 40.0):
        near = np.flatnonzero(whole.candidates.minutes <= limit)
        made = Problem(whole.needs, whole.resources, (), whole.candidates.take(near), whole.policy)
        served.append(solve.solve(made).objective[0])
    assert served == sorted(served)
    assert served[0] < served[-1]


def test_nested_quotas_are_kept_at_county_size_by_network_and_programme_alike() -> None:
    small = matchworlds.Size(150, 60, nearest=10)
    problem = document.to_document(matchworlds.single(small, 7, "no-need-lost"))
    area = {one["id"]: one for one in solve_areas(problem)}
    parent = next(one["parent"] for one in problem["areas"] if one["parent"])
    children = [one["id"] for one in problem["areas"] if one["parent"] == parent and one["id"] in area]
    problem["quotas"] = [
        {"area": parent, "maximum_share": 0.5},
        {"area": children[0], "minimum_share": 0.4},
        {"area": children[-1], "maximum_share": 0.2},
    ]
    made = document.from_document(problem)
    columns = frame(made)
    assert singles.takes(made, columns)
    ours = solve.solve(made)
    model = programme(made, columns, fair=True)
    every = aims.of_policy(made, columns, model)
    found = lexical.minimise(model, every)
    milp = tally(made, columns, found.variables[: len(made.candidates)].round().astype(np.int64))
    assert [pytest.approx(one) for one in milp.objective("no-need-lost")] == ours.objective


def solve_areas(problem: dict[str, Any]) -> list[dict[str, Any]]:
    from geomatch.matching import solution

    made = document.from_document(problem)
    return [one for one in solution.areas(made, solve.solve(made).tally) if one["needed"]]
