"""As good as trying everything: every policy against a search of all matchings of small worlds."""

from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching import check, document, solution, solve

POLICIES = ["no-need-lost", "travel-first", "fairness-first"]


def all_matchings(problem: dict[str, Any]):
    """Every assignment of units to candidates that keeps all the rules, as tuples of units."""
    rows, needs = problem["candidates"], {need["id"]: need for need in problem["needs"]}
    caps = {one["id"]: one for one in problem["resources"]}
    ranges = []
    for row in rows:
        roles = {role["id"]: role for role in needs[row["need"]]["roles"]}
        most = min(roles[row["role"]]["quantity"], caps[row["resource"]]["capacity"])
        ranges.append(range(most + 1))
    for units in product(*ranges):
        if keeps_the_rules(problem, units):
            yield units


def keeps_the_rules(problem: dict[str, Any], units: tuple[int, ...]) -> bool:
    rows = problem["candidates"]
    taken = [(row, count) for row, count in zip(rows, units, strict=True) if count]
    for one in problem["resources"]:
        mine = [(row, count * row["use"]) for row, count in taken if row["resource"] == one["id"]]
        if sum(count for _, count in mine) > one["capacity"]:
            return False
        for slot, limit in one["slot_capacity"].items():
            if sum(count for row, count in mine if row["slot"] == slot) > limit:
                return False
    for need in problem["needs"]:
        mine = [(row, count) for row, count in taken if row["need"] == need["id"]]
        if len({row["slot"] for row, _ in mine}) > 1 or not roles_hold(need, mine):
            return False
    for fixed in problem.get("fixed", []):
        names = ("need", "role", "resource", "slot", "given")
        at = next(i for i, row in enumerate(rows) if all(row[n] == fixed[n] for n in names))
        if units[at] < fixed["quantity"]:
            return False
    return quotas_hold(problem, units)


def roles_hold(need: dict[str, Any], mine: list[Any]) -> bool:
    got = {role["id"]: sum(n for row, n in mine if row["role"] == role["id"]) for role in need["roles"]}
    for role in need["roles"]:
        if got[role["id"]] > role["quantity"] or 0 < got[role["id"]] < role["minimum"]:
            return False
    if need["all_or_nothing"] and mine and any(got[role["id"]] < role["minimum"] for role in need["roles"]):
        return False
    for row, _ in mine:
        tie = row["given"]
        if tie and any(o["role"] == tie["role"] and o["resource"] != tie["resource"] for o, _ in mine):
            return False
    return True


def served_of(problem: dict[str, Any], units: tuple[int, ...]) -> dict[str, bool]:
    served = {}
    for need in problem["needs"]:
        got = {role["id"]: 0 for role in need["roles"]}
        for row, count in zip(problem["candidates"], units, strict=True):
            if row["need"] == need["id"]:
                got[row["role"]] += count
        served[need["id"]] = all(got[role["id"]] >= role["minimum"] for role in need["roles"])
    return served


def quotas_hold(problem: dict[str, Any], units: tuple[int, ...]) -> bool:
    parents = {area["id"]: area.get("parent") for area in problem["areas"]}
    served = served_of(problem, units)
    for quota in problem["quotas"]:
        inside = [n["id"] for n in problem["needs"] if quota["area"] in (n["area"], parents.get(n["area"]))]
        count = sum(served[name] for name in inside)
        if quota["minimum_share"] is not None and count < Fraction(str(quota["minimum_share"])) * len(inside):
            return False
        if quota["maximum_share"] is not None and count > Fraction(str(quota["maximum_share"])) * len(inside):
            return False
    return True


def aims_of(problem: dict[str, Any], units: tuple[int, ...]) -> dict[str, Any]:
    needs = {need["id"]: need for need in problem["needs"]}
    score = Fraction(0)
    cost = Fraction(0)
    for row, count in zip(problem["candidates"], units, strict=True):
        asked = sum(role["quantity"] for role in needs[row["need"]]["roles"])
        if count:
            score += Fraction(str(needs[row["need"]]["weight"])) * count / asked
        cost += count * (Fraction(str(row["minutes"])) + Fraction(str(row["penalty"])))
    served, phi, shares = served_of(problem, units), Fraction(0), []
    for area in sorted({need["area"] for need in problem["needs"] if need["area"]}):
        inside = [need["id"] for need in problem["needs"] if need["area"] == area]
        got = sum(served[name] for name in inside)
        phi += Fraction((len(inside) - got) ** 2, len(inside))
        shares.append(Fraction(got, len(inside)))
    return {"most": -score, "fairest": phi, "leximin": [-share for share in sorted(shares)], "travel": cost}


ORDER = {
    "no-need-lost": ("most", "fairest", "travel"),
    "travel-first": ("most", "travel"),
    "fairness-first": ("leximin", "most", "travel"),
}


def best_objective(problem: dict[str, Any]) -> list[Any] | None:
    """Natural values of the policy's aims at the optimum; ``None`` where nothing keeps the rules."""
    every = [aims_of(problem, units) for units in all_matchings(problem)]
    if not every:
        return None
    name, dial = problem["policy"]["name"], Fraction(str(problem["policy"].get("fairness", 1)))
    if name == "no-need-lost" and dial < 1:
        top = min(one["most"] for one in every)
        every = [one for one in every if one["most"] == top]
        fair = min(one["fairest"] for one in every)
        near = min(one["travel"] for one in every)
        loose = min(one["fairest"] for one in every if one["travel"] == near)
        limit = fair + (1 - dial) * (loose - fair)
        every = [one for one in every if one["fairest"] <= limit]
        best = min(every, key=lambda one: one["travel"])
        return [-best["most"], None, best["travel"]]
    best = min(every, key=lambda one: [one[aim] for aim in ORDER[name]])
    return [natural(best[aim], aim) for aim in ORDER[name]]


def natural(value: Any, aim: str) -> Any:
    return -value if aim == "most" else [-one for one in value] if aim == "leximin" else value


def agree(found: list[Any], wanted: list[Any]) -> bool:
    for mine, theirs in zip(found, wanted, strict=True):
        if theirs is None:
            continue
        if isinstance(theirs, list):
            if mine != pytest.approx([float(one) for one in theirs]):
                return False
        elif mine != pytest.approx(float(theirs), abs=1e-6):
            return False
    return True


def compare(problem: dict[str, Any]) -> None:
    made = document.from_document(problem)
    outcome = solve.solve(made)
    written = solution.to_document(made, outcome)
    assert check.check(problem, written) == []
    wanted = best_objective(problem)
    if wanted is None:
        assert outcome.status == "infeasible"
        assert outcome.conflicts
        return
    assert outcome.status == "optimal"
    assert agree(outcome.objective, wanted), (outcome.objective, wanted)


MINUTES = st.sampled_from([1.0, 2.0, 2.5, 3.0, 7.25, 10.0])


@st.composite
def single_worlds(draw, policy: str) -> dict[str, Any]:
    """Needs that ask one unit of one thing: ties, slots, zero capacity, islands, weights."""
    needs, resources = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    weights = draw(st.sampled_from([[1.0], [1.0, 2.0], [0.5, 1.5, 3.0]]))
    slots = [None, "s1", "s2"] if draw(st.booleans()) else [None]
    rows = []
    for need in range(needs):
        for resource in range(resources):
            rows += [
                candidate(need, resource, slot=slot, minutes=draw(MINUTES))
                for slot in slots
                if draw(st.integers(0, 2 if len(slots) == 1 else 5)) < 2
            ]
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": policy},
        "areas": [],
        "quotas": [],
        "needs": [
            {
                "id": f"n{at}",
                "area": draw(st.sampled_from(["p1", "p2", "p3", None])),
                "weight": draw(st.sampled_from(weights)),
                "all_or_nothing": True,
                "roles": [{"id": "any", "quantity": 1, "minimum": 1}],
            }
            for at in range(needs)
        ],
        "resources": [
            {
                "id": f"r{at}",
                "capacity": draw(st.integers(0, 3)),
                "slot_capacity": draw(st.sampled_from([{}, {"s1": 1, "s2": 1}, {"s1": 0, "s2": 2}])),
            }
            for at in range(resources)
        ],
        "candidates": rows[:10],
    }


def candidate(need: int, resource: int, **fields: Any) -> dict[str, Any]:
    plain = {"role": "any", "slot": None, "minutes": 1.0, "penalty": 0.0, "use": 1, "given": None}
    return {"need": f"n{need}", "resource": f"r{resource}"} | plain | fields


@st.composite
def bundle_worlds(draw, policy: str) -> dict[str, Any]:
    """Roles, quantities, graded needs, uses, ties to another role, quotas, fixed matches."""
    needs = []
    for at in range(draw(st.integers(1, 3))):
        roles = []
        for role in draw(st.sampled_from([["any"], ["car", "hall"]])):
            quantity = draw(st.integers(1, 2))
            roles.append({"id": role, "quantity": quantity, "minimum": draw(st.integers(0, quantity))})
        needs.append(
            {
                "id": f"n{at}",
                "area": draw(st.sampled_from(["p1", "p2"])),
                "weight": draw(st.sampled_from([1.0, 2.0])),
                "all_or_nothing": draw(st.booleans()),
                "roles": roles,
            }
        )
    resources = [
        {"id": f"r{at}", "capacity": draw(st.integers(0, 3)), "slot_capacity": {}} for at in range(3)
    ]
    rows = {}
    for _ in range(draw(st.integers(1, 7))):
        at = draw(st.integers(0, len(needs) - 1))
        role = draw(st.sampled_from([role["id"] for role in needs[at]["roles"]]))
        tie = None
        if role == "car" and draw(st.booleans()):
            tie = {"role": "hall", "resource": f"r{draw(st.integers(0, 2))}"}
        row = candidate(
            at,
            draw(st.integers(0, 2)),
            role=role,
            slot=draw(st.sampled_from([None, "s1"])),
            minutes=draw(MINUTES),
            penalty=draw(st.sampled_from([0.0, 1.5])),
            use=draw(st.sampled_from([1, 1, 2, 0])),
            given=tie,
        )
        rows[row["need"], role, row["resource"], row["slot"], str(tie)] = row
    quotas = []
    if draw(st.booleans()):
        area = draw(st.sampled_from(["p1", "p2", "L"]))
        quotas.append(
            {
                "area": area,
                "minimum_share": draw(st.sampled_from([None, 0.5, 0.1])),
                "maximum_share": draw(st.sampled_from([None, 0.5, 1.0])),
            }
        )
    fixed = []
    chosen = draw(st.integers(0, 3 * len(rows)))
    if chosen < len(rows):
        row = list(rows.values())[chosen]
        fixed = [{key: row[key] for key in ("need", "role", "resource", "slot", "given")} | {"quantity": 1}]
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": policy, "fairness": draw(st.sampled_from([1.0, 1.0, 0.5, 0.0]))},
        "areas": [{"id": "L"}, {"id": "p1", "parent": "L"}, {"id": "p2", "parent": "L"}],
        "quotas": quotas,
        "needs": needs,
        "resources": resources,
        "candidates": list(rows.values()),
        "fixed": fixed,
    }


@pytest.mark.parametrize("policy", POLICIES)
def test_single_needs_are_matched_as_well_as_by_trying_everything(policy: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(single_worlds(policy))
    def holds(problem: dict[str, Any]) -> None:
        named = {slot for one in problem["resources"] for slot in one["slot_capacity"]}
        for one in problem["resources"]:
            if named and one["slot_capacity"]:
                one["slot_capacity"] = {"s1": 1, "s2": 1} | one["slot_capacity"]
        compare(problem)

    holds()


@pytest.mark.parametrize("policy", POLICIES)
def test_bundles_quantities_ties_and_quotas_are_matched_as_well_as_by_trying_everything(policy: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(bundle_worlds(policy))
    def holds(problem: dict[str, Any]) -> None:
        compare(problem)

    holds()


def two_parishes(
    policy: str, needs: list[dict[str, Any]], capacities: list[int], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """A problem of two parishes in one LJC, without quotas, slots or fixed matches."""
    return {
        "format": "geomatch-problem/1",
        "policy": {"name": policy, "fairness": 1.0},
        "areas": [{"id": "L"}, {"id": "p1", "parent": "L"}, {"id": "p2", "parent": "L"}],
        "quotas": [],
        "needs": needs,
        "resources": [
            {"id": f"r{at}", "capacity": capacity, "slot_capacity": {}}
            for at, capacity in enumerate(capacities)
        ],
        "candidates": rows,
        "fixed": [],
    }


@st.composite
def contested_worlds(draw, policy: str) -> dict[str, Any]:
    """Needs that each want two of a few things, in rings: halves of them serve more than whole ones can."""
    things = draw(st.integers(3, 4))
    needs, rows = [], {}
    for at in range(draw(st.integers(3, 4))):
        roles = [{"id": role, "quantity": 1, "minimum": 1} for role in ("a", "b")]
        area = draw(st.sampled_from(["p1", "p2"]))
        needs.append({"id": f"n{at}", "area": area, "weight": 1.0, "all_or_nothing": True, "roles": roles})
        for role, thing in (("a", at % things), ("b", (at + 1) % things)):
            rows[at, role, thing] = candidate(at, thing, role=role, minutes=draw(MINUTES))
        if draw(st.booleans()) and len(rows) < 10:
            role, thing = draw(st.sampled_from(["a", "b"])), draw(st.integers(0, things - 1))
            rows[at, role, thing] = candidate(at, thing, role=role, minutes=draw(MINUTES))
    return two_parishes(policy, needs, [1] * things, list(rows.values()))


@pytest.mark.parametrize("policy", POLICIES)
def test_needs_that_contest_the_same_few_things_are_matched_as_well_as_by_trying_everything(
    policy: str,
) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(contested_worlds(policy))
    def holds(problem: dict[str, Any]) -> None:
        compare(problem)

    holds()


@st.composite
def tied_worlds(draw, policy: str) -> dict[str, Any]:
    """Events at one of two halls, with helpers who would go to the one or to the other."""
    needs, rows = [], {}
    for at in range(2):
        asked = draw(st.integers(1, 2))
        roles = [
            {"id": "hall", "quantity": 1, "minimum": 1},
            {"id": "helper", "quantity": asked, "minimum": draw(st.integers(min(asked, 1), asked))},
        ]
        area, whole = draw(st.sampled_from(["p1", "p2"])), draw(st.integers(0, 3)) > 0
        needs.append({"id": f"n{at}", "area": area, "weight": 1.0, "all_or_nothing": whole, "roles": roles})
        for hall in range(2):
            if draw(st.integers(0, 4)):
                rows[at, "hall", hall, None] = candidate(at, hall, role="hall", minutes=draw(MINUTES))
        for _ in range(3):
            helper, hall = draw(st.integers(2, 4)), draw(st.integers(0, 1))
            tie = {"role": "hall", "resource": f"r{hall}"}
            rows[at, "helper", helper, hall] = candidate(
                at, helper, role="helper", minutes=draw(MINUTES), given=tie
            )
    capacities = [draw(st.integers(1, 2)) for _ in range(5)]
    return two_parishes(policy, needs, capacities, list(rows.values()))


@pytest.mark.parametrize("policy", POLICIES)
def test_whoever_goes_to_the_hall_chosen_is_matched_as_well_as_by_trying_everything(policy: str) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(tied_worlds(policy))
    def holds(problem: dict[str, Any]) -> None:
        compare(problem)

    holds()
