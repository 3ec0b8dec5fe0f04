"""Worlds of up to eight needs and eight resources: as good as trying everything, under every policy.

The twin of the solver shares nothing with it. What a need may have is written out in full, need after need;
of two ways to the same use of everything and the same number served by area only the better goes on, as
nothing later can tell them apart; and a resource is forgotten once no later need wants it.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.matching import check, document, solution, solve

Document = dict[str, Any]
Use = tuple[tuple[tuple[str, str | None], int], ...]
"""Units used by (resource, slot), in order; of resources without such a slot too."""
ORDER = {
    "no-need-lost": ("most", "fairest", "travel"),
    "travel-first": ("most", "travel"),
    "fairness-first": ("leximin", "most", "travel"),
}


class Option(NamedTuple):
    """What one need may have: whether that serves it, its score and its minutes with penalties."""

    use: Use
    served: bool
    score: Fraction
    travel: Fraction


class End(NamedTuple):
    """One way for it all to come out: served by area, and the best score and travel that go with it."""

    served: dict[str | None, int]
    score: Fraction
    travel: Fraction


def ends(problem: Document) -> list[End]:
    """Every outcome that keeps all rules but the quotas, the best for every count of served by area."""
    needs = sorted(problem["needs"], key=lambda need: need["id"])
    choices = [list(_options(problem, need)) for need in needs]
    later: list[set[str]] = [set() for _ in needs]
    for at in range(len(needs) - 2, -1, -1):
        later[at] = later[at + 1] | {key[0] for one in choices[at + 1] for key, _ in one.use}
    areas = sorted({need.get("area") or "" for need in needs})
    unit = lcm(*(one.score.denominator * one.travel.denominator for some in choices for one in some))
    states: dict[Any, tuple[int, int]] = {((), (0,) * len(areas)): (0, 0)}
    for need, options, wanted in zip(needs, choices, later, strict=True):
        place = areas.index(need.get("area") or "")
        plain = [(one.use, one.served, int(one.score * unit), int(one.travel * unit)) for one in options]
        states = _onward(problem, states, (plain, place), wanted)
    return [
        End(
            dict(zip((one or None for one in areas), counts, strict=True)),
            Fraction(s, unit),
            Fraction(-t, unit),
        )
        for (_, counts), (s, t) in states.items()
    ]


def _onward(problem: Document, states: dict[Any, Any], step: Any, wanted: set[str]) -> dict[Any, Any]:
    (options, place), made = step, {}
    fits = _Fits(problem)
    for (used, counts), (score, travel) in states.items():
        for use, served, more, minutes in options:
            then = fits.together(used, use)
            if then is None:
                continue
            key = (
                tuple(one for one in then if one[0][0] in wanted),
                (*counts[:place], counts[place] + served, *counts[place + 1 :]),
            )
            value = (score + more, travel - minutes)
            if key not in made or made[key] < value:
                made[key] = value
    return made


class _Fits:
    def __init__(self, problem: Document) -> None:
        self.total = {one["id"]: one["capacity"] for one in problem["resources"]}
        self.slots = {one["id"]: one.get("slot_capacity") or {} for one in problem["resources"]}
        self.known: dict[Any, Use | None] = {}

    def together(self, used: Use, more: Use) -> Use | None:
        """Both uses as one, or None where they are too much for somebody."""
        if (used, more) not in self.known:
            self.known[used, more] = self._added(used, more)
        return self.known[used, more]

    def _added(self, used: Use, more: Use) -> Use | None:
        both: dict[tuple[str, str | None], int] = defaultdict(int)
        for key, units in (*used, *more):
            both[key] += units
        by_resource: dict[str, int] = defaultdict(int)
        for (name, slot), units in both.items():
            by_resource[name] += units
            if slot in self.slots[name] and units > self.slots[name][slot]:
                return None
        if any(units > self.total[name] for name, units in by_resource.items()):
            return None
        return tuple(sorted(both.items(), key=str))


def _options(problem: Document, need: Document) -> Iterator[Option]:
    """Everything the need may have, by use and being served the best."""
    rows = [row for row in problem["candidates"] if row["need"] == need["id"]]
    firm = [row for row in problem.get("fixed", ()) if row["need"] == need["id"]]
    best: dict[Any, Option] = {}
    for slot in {row["slot"] for row in rows} | {None}:
        here = [row for row in rows if row["slot"] == slot]
        for units in _spreads(problem, need, here):
            taken = [(row, count) for row, count in zip(here, units, strict=True) if count]
            if not _ties_hold(taken) or not all(_has(taken, row) for row in firm):
                continue
            one = _option(need, taken)
            known = best.get((one.use, one.served))
            if one.score is not None and (
                known is None or (known.score, -known.travel) < (one.score, -one.travel)
            ):
                best[one.use, one.served] = one
    yield from best.values()


def _spreads(problem: Document, need: Document, here: list[Document]) -> Iterator[tuple[int, ...]]:
    """Units over the candidates of one slot that give every role all it must have or nothing."""
    capacity = {one["id"]: one["capacity"] for one in problem["resources"]}
    by_role = {
        role["id"]: [at for at, row in enumerate(here) if row["role"] == role["id"]] for role in need["roles"]
    }
    ways = []
    for role in need["roles"]:
        most = [min(role["quantity"], capacity[here[at]["resource"]]) for at in by_role[role["id"]]]
        spreads = product(*(range(one + 1) for one in most))
        ways.append(
            [one for one in spreads if not sum(one) or role["minimum"] <= sum(one) <= role["quantity"]]
        )
    for chosen in product(*ways):
        short = any(sum(one) < role["minimum"] for role, one in zip(need["roles"], chosen, strict=True))
        if need["all_or_nothing"] and short and any(map(sum, chosen)):
            continue
        units = [0] * len(here)
        for role, spread in zip(need["roles"], chosen, strict=True):
            for at, count in zip(by_role[role["id"]], spread, strict=True):
                units[at] = count
        yield tuple(units)


def _ties_hold(taken: list[tuple[Document, int]]) -> bool:
    return all(
        other["resource"] == row["given"]["resource"]
        for row, _ in taken
        if row["given"]
        for other, _ in taken
        if other["role"] == row["given"]["role"]
    )


def _has(taken: list[tuple[Document, int]], fixed: Document) -> bool:
    names = ("need", "role", "resource", "slot", "given")
    return any(all(row[n] == fixed[n] for n in names) and count >= fixed["quantity"] for row, count in taken)


def _option(need: Document, taken: list[tuple[Document, int]]) -> Option:
    use: dict[tuple[str, str | None], int] = defaultdict(int)
    got: dict[str, int] = defaultdict(int)
    travel = Fraction(0)
    for row, count in taken:
        if row["use"]:
            use[row["resource"], row["slot"]] += count * row["use"]
        got[row["role"]] += count
        travel += count * (Fraction(str(row["minutes"])) + Fraction(str(row["penalty"])))
    asked = sum(role["quantity"] for role in need["roles"])
    score = Fraction(str(need["weight"])) * sum(got.values()) / asked
    served = all(got[role["id"]] >= role["minimum"] for role in need["roles"])
    return Option(tuple(sorted(use.items(), key=str)), served, score, travel)


def keeps(problem: Document, quotas: list[Document], end: End) -> bool:
    """Whether an outcome keeps these quotas."""
    parents = {area["id"]: area.get("parent") for area in problem["areas"]}

    def inside(area: str | None, top: str) -> bool:
        return area is not None and (area == top or inside(parents.get(area), top))

    for quota in quotas:
        needed = sum(inside(need["area"], quota["area"]) for need in problem["needs"])
        served = sum(count for area, count in end.served.items() if inside(area, quota["area"]))
        least, most = quota["minimum_share"], quota["maximum_share"]
        if least is not None and served < Fraction(str(least)) * needed:
            return False
        if most is not None and served > Fraction(str(most)) * needed:
            return False
    return True


def optimum(problem: Document, outcomes: list[End]) -> list[Any] | None:
    """Natural values of the aims at the optimum, ``None`` for a Phi between two; ``None`` if impossible."""
    aims = [_aims(problem, end) for end in outcomes if keeps(problem, problem["quotas"], end)]
    if not aims:
        return None
    name, dial = problem["policy"]["name"], Fraction(str(problem["policy"].get("fairness", 1)))
    if name == "no-need-lost" and dial < 1:
        top = min(one["most"] for one in aims)
        aims = [one for one in aims if one["most"] == top]
        fair, near = min(one["fairest"] for one in aims), min(one["travel"] for one in aims)
        loose = min(one["fairest"] for one in aims if one["travel"] == near)
        aims = [one for one in aims if one["fairest"] <= fair + (1 - dial) * (loose - fair)]
        return [-top, None, min(one["travel"] for one in aims)]
    first = min(aims, key=lambda one: [one[aim] for aim in ORDER[name]])
    return [_natural(first[aim], aim) for aim in ORDER[name]]


def _aims(problem: Document, end: End) -> dict[str, Any]:
    needed: dict[str, int] = defaultdict(int)
    for need in problem["needs"]:
        if need["area"] is not None:
            needed[need["area"]] += 1
    phi = sum(Fraction((count - end.served[area]) ** 2, count) for area, count in needed.items())
    shares = sorted(Fraction(end.served[area], count) for area, count in needed.items())
    return {"most": -end.score, "fairest": phi, "leximin": [-one for one in shares], "travel": end.travel}


def _natural(value: Any, aim: str) -> Any:
    return -value if aim == "most" else [-one for one in value] if aim == "leximin" else value


POLICIES = [
    {"name": "no-need-lost"},
    {"name": "no-need-lost", "fairness": 0},
    {"name": "no-need-lost", "fairness": 0.5},
    {"name": "travel-first"},
    {"name": "fairness-first"},
]
AREAS = [{"id": "L"}, *({"id": f"p{at}", "parent": "L"} for at in range(3))]
MINUTES = [1.0, 2.0, 2.5, 3.0, 7.25, 10.0]
SIZES = [8, 8, 8, 6, 3, 1]
world = st.tuples(st.sampled_from(SIZES), st.sampled_from(SIZES), st.integers(0, 10**6))


def candidate(need: int, resource: int, rng: random.Random, **more: Any) -> dict[str, Any]:
    row = {
        "need": f"n{need}",
        "role": "any",
        "resource": f"r{resource}",
        "slot": None,
        "use": 1,
        "given": None,
    }
    return row | {"minutes": rng.choice(MINUTES), "penalty": 0.0} | more


def common(size: tuple[int, int, int], rng: random.Random) -> dict[str, Any]:
    """Areas, quotas of which some cannot be met, resources of which some have nothing."""
    quotas = [
        {
            "area": area,
            "minimum_share": rng.choice([None, 0.1, 0.5, 0.75]),
            "maximum_share": rng.choice([None, 0.75]),
        }
        for area in rng.sample(["L", "p0", "p1"], rng.choice([0, 0, 1, 2]))
    ]
    slots = rng.choice([{}, {"s1": 1, "s2": 1}, {"s1": 0, "s2": 2}])
    resources = [
        {"id": f"r{at}", "capacity": rng.choice([0, 1, 1, 2, 3]), "slot_capacity": rng.choice([{}, slots])}
        for at in range(size[1])
    ]
    return {
        "format": "geomatch-problem/1",
        "areas": AREAS,
        "quotas": quotas,
        "resources": resources,
        "fixed": [],
    }


def islands(size: tuple[int, int, int], rng: random.Random) -> list[tuple[int, int]]:
    """Pairs of needs and resources within reach: near enough in number, on one, two or three islands."""
    apart, dense = rng.choice([1, 1, 2, 3]), rng.choice([0.3, 0.5, 0.9])
    every = product(range(size[0]), range(size[1]))
    return [(n, r) for n, r in every if n % apart == r % apart and rng.random() < dense]


def single_world(size: tuple[int, int, int]) -> dict[str, Any]:
    """Needs that ask one unit of one thing, with weights, slots and ties."""
    rng = random.Random(size[2])  # noqa: S311
    made, weights = common(size, rng), rng.choice([[1], [1], [1, 2], [0.5, 1.5, 3]])
    offered = {one["id"]: [None, *one["slot_capacity"]] for one in made["resources"]}
    role = {"id": "any", "quantity": 1, "minimum": 1}
    return made | {
        "needs": [
            {
                "id": f"n{at}",
                "area": rng.choice(["p0", "p1", "p2", "L", None]),
                "weight": rng.choice(weights),
                "all_or_nothing": True,
                "roles": [role],
            }
            for at in range(size[0])
        ],
        "candidates": [
            candidate(n, r, rng, slot=rng.choice(offered[f"r{r}"])) for n, r in islands(size, rng)
        ],
    }


def bundle_world(size: tuple[int, int, int]) -> dict[str, Any]:
    """Bundles and ties, quantities, graded needs, uses, something agreed."""
    rng = random.Random(size[2])  # noqa: S311
    made = common(size, rng)
    offered = {one["id"]: [None, *one["slot_capacity"]] for one in made["resources"]}
    needs, rows = [], []
    for at in range(size[0]):
        quantity = rng.choice([1, 1, 2])
        roles = [
            {"id": name, "quantity": quantity, "minimum": rng.randint(0, quantity)}
            for name in rng.choice([["any"], ["car", "hall"], ["car", "hall"]])
        ]
        area, weight = rng.choice(["p0", "p1", "p2", None]), rng.choice([1, 1, 2])
        whole = rng.random() < 0.6
        needs.append(
            {"id": f"n{at}", "area": area, "weight": weight, "all_or_nothing": whole, "roles": roles}
        )
    near = islands(size, rng)
    for need, one in enumerate(needs):
        mine = rng.sample([r for n, r in near if n == need], k=min(4, sum(n == need for n, _ in near)))
        for role, r in product(one["roles"], mine):
            tie = rng.choice([None, None, {"role": "hall", "resource": f"r{rng.choice(mine)}"}])
            more = {"penalty": rng.choice([0.0, 1.5]), "use": rng.choice([1, 1, 1, 2, 0])}
            more |= {"slot": rng.choice(offered[f"r{r}"]), "given": tie if role["id"] == "car" else None}
            if rng.random() < 0.7:
                rows.append(candidate(need, r, rng, role=role["id"], **more))
    if rows and rng.random() < 0.3:
        row = rng.choice(rows)
        names = ("need", "role", "resource", "slot", "given")
        made["fixed"] = [{name: row[name] for name in names} | {"quantity": 1}]
    return made | {"needs": needs, "candidates": rows}


def compare(problem: dict[str, Any]) -> None:
    """Every policy against the twin; an impossible world against what is named as impossible."""
    outcomes = ends(problem)
    for policy in POLICIES:
        asked = problem | {"policy": policy}
        made = document.from_document(asked)
        outcome = solve.solve(made)
        written = solution.to_document(made, outcome)
        assert check.check(asked, written) == []
        wanted = optimum(asked, outcomes)
        assert outcome.status == ("infeasible" if wanted is None else "optimal")
        if wanted is None:
            impossible(asked, written["conflicts"])
            continue
        for found, best in zip(outcome.objective, wanted, strict=True):
            if isinstance(best, list):
                assert found == pytest.approx([float(one) for one in best])
            elif best is not None:
                assert found == pytest.approx(float(best), abs=1e-6)


def impossible(problem: dict[str, Any], conflicts: list[dict[str, Any]]) -> None:
    """The quotas and fixed matches named cannot stand together, and without any one of them they could."""
    assert conflicts

    def possible(left: list[dict[str, Any]]) -> bool:
        fixed = [one["fixed"] for one in left if "fixed" in one]
        names = [one["quota"]["area"] for one in left if "quota" in one]
        quotas = [quota for quota in problem["quotas"] if quota["area"] in names]
        some = ends(problem | {"fixed": fixed})
        return any(keeps(problem, quotas, end) for end in some)

    assert not possible(conflicts)
    for at in range(len(conflicts)):
        assert possible(conflicts[:at] + conflicts[at + 1 :])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(world)
def test_single_needs_eight_by_eight_are_matched_as_well_as_by_trying_everything(size: Any) -> None:
    compare(single_world(size))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(world)
def test_bundles_eight_by_eight_are_matched_as_well_as_by_trying_everything(size: Any) -> None:
    compare(bundle_world(size))
