"""Whether a solution is one: every rule counted again from the two documents, without the solver's code.

It reads plain JSON values, so a solution of any other engine can be checked against any problem.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import fsum, isclose
from typing import Any

Document = Mapping[str, Any]
Key = tuple[Any, ...]
Place = tuple[str, str | None]
"""A resource and a slot."""
TOLERANCE = 1e-6
"""Relative, for sums of minutes and scores."""


def check(problem: Document, solution: Document) -> list[str]:
    """Every violation in words, in the order found; an empty list says the solution is valid."""
    if solution.get("status") == "infeasible":
        return ["an infeasible solution assigns something"] if solution.get("assignments") else []
    case = _Case(problem, solution)
    return [
        *case.assignments_are_candidates(),
        *case.needs_are_whole(),
        *case.capacities_hold(),
        *case.ties_hold(),
        *case.fixed_stand(),
        *case.quotas_hold(),
        *case.sums_are_right(),
        *case.unmatched_are_named(),
        *case.certificates_hold(),
    ]


class _Case:
    def __init__(self, problem: Document, solution: Document) -> None:
        self.problem, self.solution = problem, solution
        self.needs = {need["id"]: need for need in problem["needs"]}
        self.resources = {one["id"]: one for one in problem["resources"]}
        self.candidates = {_key(row): row for row in problem["candidates"]}
        self.assigned = [row for row in solution.get("assignments", ()) if row["quantity"] != 0]
        self.parents = {one["id"]: one.get("parent") for one in problem.get("areas", ())}
        self.by_role: Counter[tuple[str, str]] = Counter()
        for row in self.assigned:
            self.by_role[row["need"], row["role"]] += row["quantity"]
        self.served = {name for name in self.needs if self._is_served(name)}
        self.needed_in, self.served_in = self._by_area(self.needs), self._by_area(self.served)

    def assignments_are_candidates(self) -> list[str]:
        wrong, seen = [], Counter(_key(row) for row in self.assigned)
        for row in self.assigned:
            candidate = self.candidates.get(_key(row))
            if candidate is None:
                wrong.append(f"{_say(row)} is no candidate")
                continue
            if seen[_key(row)] > 1:
                wrong.append(f"{_say(row)} stands in the assignments {seen[_key(row)]} times")
            if row["quantity"] < 1 or row["quantity"] != int(row["quantity"]):
                wrong.append(f"{_say(row)}: quantity {row['quantity']} is not a whole number above 0")
            if not isclose(row["minutes"], candidate["minutes"], rel_tol=TOLERANCE, abs_tol=TOLERANCE):
                wrong.append(
                    f"{_say(row)}: {row['minutes']} minutes, but the candidate has {candidate['minutes']}"
                )
            most = min(
                _role(self.needs[row["need"]], row["role"])[0], self.resources[row["resource"]]["capacity"]
            )
            if row["quantity"] > most:
                wrong.append(f"{_say(row)}: {row['quantity']} units, at most {most} go over it")
        return wrong

    def needs_are_whole(self) -> list[str]:
        wrong, slots = [], defaultdict(set)
        for row in self.assigned:
            slots[row["need"]].add(row.get("slot"))
        for name, need in self.needs.items():
            if len(slots[name]) > 1:
                wrong.append(f"need {name} lies in {len(slots[name])} slots")
            for role, (quantity, minimum) in _roles(need).items():
                units = self.by_role[name, role]
                if units > quantity:
                    wrong.append(f"need {name}, role {role}: {units} units of {quantity} asked for")
                if 0 < units < minimum:
                    wrong.append(f"need {name}, role {role}: {units} units, below its minimum {minimum}")
            if need.get("all_or_nothing", True) and slots[name] and name not in self.served:
                wrong.append(f"need {name} is all or nothing and has only a part")
        return wrong

    def capacities_hold(self) -> list[str]:
        total: Counter[str] = Counter()
        by_slot: Counter[tuple[str, str | None]] = Counter()
        for row in self.assigned:
            used = row["quantity"] * self.candidates.get(_key(row), {}).get("use", 1)
            total[row["resource"]] += used
            by_slot[row["resource"], row.get("slot")] += used
        wrong = []
        for name, used in sorted(total.items()):
            capacity = self.resources.get(name, {"capacity": 0})["capacity"]
            if used > capacity:
                wrong.append(f"resource {name}: {used} used of {capacity}")
        for (name, slot), used in by_slot.items():
            limits = self.resources.get(name, {}).get("slot_capacity") or {}
            if slot in limits and used > limits[slot]:
                wrong.append(f"resource {name}, slot {slot}: {used} used of {limits[slot]}")
        return wrong

    def ties_hold(self) -> list[str]:
        wrong, sources = [], defaultdict(set)
        for row in self.assigned:
            sources[row["need"], row["role"]].add(row["resource"])
        for row in self.assigned:
            given = row.get("given")
            if given and sources[row["need"], given["role"]] - {given["resource"]}:
                wrong.append(f"{_say(row)}: not all of role {given['role']} comes from {given['resource']}")
        return wrong

    def fixed_stand(self) -> list[str]:
        units = {_key(row): row["quantity"] for row in self.assigned}
        return [
            f"{_say(row)} is fixed with {row.get('quantity', 1)} units and has {units.get(_key(row), 0)}"
            for row in self.problem.get("fixed", ())
            if units.get(_key(row), 0) < row.get("quantity", 1)
        ]

    def quotas_hold(self) -> list[str]:
        wrong = []
        for quota in self.problem.get("quotas", ()):
            needed, served = self.needed_in[quota["area"]], self.served_in[quota["area"]]
            least, most = quota.get("minimum_share"), quota.get("maximum_share")
            if least is not None and served < Fraction(str(least)) * needed:
                wrong.append(
                    f"quota of {quota['area']}: {served} of {needed} served, at least {least} wanted"
                )
            if most is not None and served > Fraction(str(most)) * needed:
                wrong.append(f"quota of {quota['area']}: {served} of {needed} served, at most {most} allowed")
        return wrong

    def sums_are_right(self) -> list[str]:
        minutes = fsum(row["quantity"] * row["minutes"] for row in self.assigned)
        units = sum(row["quantity"] for row in self.assigned)
        score = fsum(self._score(name) for name in self.needs)
        stated = {
            "served": len(self.served),
            "score": score,
            "total_minutes": minutes,
            "mean_minutes": minutes / units if units else 0.0,
        }
        wrong = [
            f"{name} is {self.solution.get(name)}, counted again {value}"
            for name, value in stated.items()
            if not _same(self.solution.get(name), value)
        ]
        for area in self.solution.get("areas", ()):
            counted = (self.needed_in[area["id"]], self.served_in[area["id"]])
            if (area["needed"], area["served"]) != counted:
                wrong.append(
                    f"area {area['id']}: {area['needed']} needed, {area['served']} served; counted {counted}"
                )
        return wrong

    def unmatched_are_named(self) -> list[str]:
        named = Counter(row["need"] for row in self.solution.get("unmatched", ()))
        left = self.needs.keys() - self.served
        wrong = [
            f"need {name} is not served and not among the unmatched" for name in sorted(left - named.keys())
        ]
        wrong += [f"need {name} is among the unmatched and served" for name in sorted(named.keys() - left)]
        return wrong + [
            f"need {name} is unmatched {count} times" for name, count in named.items() if count > 1
        ]

    def certificates_hold(self) -> list[str]:
        by_role: dict[tuple[str, str], set[Place]] = defaultdict(set)
        for row in self.problem["candidates"]:
            by_role[row["need"], row.get("role", "any")].add((row["resource"], row.get("slot")))
        wrong = []
        for row in self.solution.get("unmatched", ()):
            if row["reason"] == "competition":
                wrong += [f"certificate of {row['need']}: {words}" for words in self._proves(row, by_role)]
            if row["reason"] == "no-candidate" and self._has_every_role(row["need"]):
                wrong.append(f"need {row['need']} has candidates, but is said to have none")
        return wrong

    def _proves(self, row: Document, by_role: Mapping[tuple[str, str], set[Place]]) -> list[str]:
        counted = {need: row.get("roles", {}).get(need, _roles(self.needs[need])) for need in row["needs"]}
        named = {one["resource"]: one["slots"] for one in row["supply"]}
        wrong = [] if row["need"] in row["needs"] else ["it does not list the need itself"]
        for need in row["needs"]:
            for resource, slot in set().union(*(by_role.get((need, role), set()) for role in counted[need])):
                if resource not in named or (named[resource] is not None and slot not in named[resource]):
                    wrong.append(f"candidate {resource} in slot {slot} of {need} lies outside its supply")
        capacity = sum(self._offers(resource, slots) for resource, slots in named.items())
        demands = [
            sum(least for role, (_, least) in _roles(self.needs[need]).items() if role in counted[need])
            for need in row["needs"]
        ]
        if (row["demand"], row["capacity"]) != (sum(demands), capacity):
            wrong.append(
                f"it states {row['demand']} over {row['capacity']}, counted {sum(demands)} over {capacity}"
            )
        if sum(demands) <= capacity:
            return [*wrong, "demand is not more than capacity"]
        asked = {
            need: set().union(*(by_role.get((need, role), set()) for role in counted[need]))
            for need in row["needs"]
        }
        whole = self._holds(set().union(*asked.values()))
        needless = [
            need
            for need, demand, freed in zip(row["needs"], demands, self._freed(asked), strict=True)
            if sum(demands) - demand > whole - freed
        ]
        return wrong + [f"it is not minimal: {need} may be dropped" for need in needless]

    def _freed(self, asked: Mapping[str, set[Place]]) -> list[int]:
        """By need, how much less the supply of the others holds than that of all."""
        users = Counter(place for places in asked.values() for place in places)
        by_resource: dict[str, set[Place]] = defaultdict(set)
        for place in users:
            by_resource[place[0]].add(place)
        freed = []
        for places in asked.values():
            own = {place for place in places if users[place] == 1}
            of = {place[0] for place in own}
            freed.append(
                sum(self._holds(by_resource[one]) - self._holds(by_resource[one] - own) for one in of)
            )
        return freed

    def _holds(self, places: Iterable[Place]) -> int:
        """What resources offer in just these slots."""
        slots: dict[str, list[str | None]] = defaultdict(list)
        for resource, slot in places:
            slots[resource].append(slot)
        return sum(self._offers(resource, named) for resource, named in slots.items())

    def _offers(self, resource: str, slots: list[str | None] | None) -> int:
        one = self.resources[resource]
        if slots is None:
            return int(one["capacity"])
        limits = one.get("slot_capacity") or {}
        return int(min(one["capacity"], sum(limits.get(slot, one["capacity"]) for slot in slots)))

    def _has_every_role(self, name: str) -> bool:
        offered = {row.get("role", "any") for row in self.problem["candidates"] if row["need"] == name}
        return all(role in offered for role, (_, minimum) in _roles(self.needs[name]).items() if minimum)

    def _is_served(self, name: str) -> bool:
        return all(self.by_role[name, role] >= least for role, (_, least) in _roles(self.needs[name]).items())

    def _score(self, name: str) -> float:
        asked = sum(quantity for quantity, _ in _roles(self.needs[name]).values())
        got = sum(self.by_role[name, role] for role in _roles(self.needs[name]))
        return float(self.needs[name].get("weight", 1.0)) * got / asked if asked else 0.0

    def _by_area(self, names: Iterable[str]) -> Counter[str]:
        """How many of the needs named lie in each area or anywhere below it."""
        counts: Counter[str] = Counter()
        for name in names:
            area = self.needs[name].get("area")
            while area is not None:
                counts[area] += 1
                area = self.parents.get(area)
        return counts


def _roles(need: Document) -> dict[str, tuple[int, int]]:
    """Each role's quantity and minimum."""
    rows = need.get("roles", [{}])
    return {row.get("id", "any"): (row.get("quantity", 1), row.get("minimum", 1)) for row in rows}


def _role(need: Document, role: str) -> tuple[int, int]:
    return _roles(need)[role]


def _key(row: Document) -> Key:
    given = row.get("given")
    tie = (given["role"], given["resource"]) if given else None
    return (row["need"], row.get("role", "any"), row["resource"], row.get("slot"), tie)


def _say(row: Document) -> str:
    return f"{row['need']}/{row.get('role', 'any')} from {row['resource']} in slot {row.get('slot')}"


def _same(stated: object, counted: float) -> bool:
    return isinstance(stated, int | float) and isclose(stated, counted, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
