"""Single changes to what a need asks for, each as what it adds to the problem.

How much a change asks of people is its *burden*, in minutes' worth; the written rule of prices is
``BURDEN`` and the function beside each kind. The figures are ours: they only put changes in order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from geomatch.matching.problem import NOTHING_GIVEN, TIMELESS, Candidates, Ints, Need, Problem, Resource

KINDS = ("minutes", "freshness", "substitute", "slot", "attribute", "quantity", "budget")
"""Every kind of change: a longer journey, somebody confirms what they offer, something else that will do,
another time, less of an attribute, less of the quantity, whoever offers it goes further."""
BURDEN = {
    "minutes": 1.0,
    "freshness": 2.0,
    "substitute": 10.0,
    "slot": 10.0,
    "slot-day": 2.0,
    "attribute": 20.0,
    "quantity": 30.0,
    "budget": 3.0,
}
"""A minute more on the road costs 1. Asking whether an offer still stands costs 2. Something else 10. Another
time 10 and 2 more for each day it is moved. An attribute 20 times the share of it that is given up, part of
the quantity 30 times; both stand for an hour's use of something that only half suits. A minute that somebody
else is asked to drive beyond what they offered costs 3, as it is theirs."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One change of one need. ``to`` is its new value, ready for JSON; ``start`` is what it was.

    ``rows`` are the candidates it adds, by the problem's own row numbers; ``minimum`` holds new least
    units by role number within the need; ``offered`` replaces resources by number (a slot they also have
    free); ``slots`` are new slots, numbered on from the problem's last.
    """

    kind: str
    to: Any
    burden: float
    rows: Candidates
    start: Any = None
    minimum: Mapping[int, int] = field(default_factory=dict)
    offered: Mapping[int, Resource] = field(default_factory=dict)
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Changes of one kind, the least burden first; ``nested`` when each adds to what the one before did."""

    changes: tuple[Change, ...]
    nested: bool


def rows(need: int, role: Ints, resource: Ints, slot: Ints, **figures: Any) -> Candidates:
    """Candidates of one need that use one unit each and are tied to nothing; ``minutes`` and ``penalty``."""
    nothing = np.full(len(role), NOTHING_GIVEN, dtype=np.int64)
    table = Candidates(
        need=np.full(len(role), need, dtype=np.int64),
        role=role.astype(np.int64),
        resource=resource.astype(np.int64),
        slot=slot.astype(np.int64),
        minutes=figures["minutes"].astype(np.float64),
        penalty=figures["penalty"].astype(np.float64),
        use=np.ones(len(role), dtype=np.int64),
        given_role=nothing,
        given_resource=nothing,
    )
    return table.take(table.in_order())


def joined(first: Candidates, second: Candidates) -> Candidates:
    """Both tables, the second after the first."""
    names = first.__dataclass_fields__
    return Candidates(*(np.concatenate((getattr(first, name), getattr(second, name))) for name in names))


def none_of(problem: Problem) -> Candidates:
    """No rows at all."""
    return problem.candidates.take(np.zeros(0, dtype=np.int64))


def with_change(problem: Problem, need: int, change: Change) -> Problem:
    """The problem with a change of one need made, in the order that every problem has."""
    table = joined(problem.candidates, change.rows)
    order = table.in_order()
    moved = np.empty(len(order), dtype=np.int64)
    moved[order] = np.arange(len(order))
    needs, resources = list(problem.needs), list(problem.resources)
    needs[need] = asking_less(needs[need], change)
    for number, resource in change.offered.items():
        resources[number] = resource
    return replace(
        problem,
        needs=tuple(needs),
        resources=tuple(resources),
        slots=problem.slots + change.slots,
        candidates=table.take(order),
        fixed=tuple(sorted((int(moved[row]), units) for row, units in problem.fixed)),
    )


def asking_less(need: Need, change: Change) -> Need:
    """The need with the least units that the change leaves each role."""
    roles = list(need.roles)
    for role, least in change.minimum.items():
        roles[role] = replace(roles[role], minimum=least)
    return replace(need, roles=tuple(roles))


def without(problem: Problem, resource: int) -> Problem:
    """The problem after somebody dropped out: the resource gives nothing, and fixed matches with it fall."""
    table = problem.candidates
    resources = list(problem.resources)
    resources[resource] = Resource(resources[resource].id, 0)
    kept = tuple((row, units) for row, units in problem.fixed if table.resource[row] != resource)
    return replace(problem, resources=tuple(resources), fixed=kept)


def of_problem(problem: Problem, need: int) -> list[Family]:
    """The changes that a problem without a county behind it knows: another slot, part of the quantity."""
    return [*quantities(problem, need), *_other_slots(problem, need)]


def quantities(problem: Problem, need: int) -> list[Family]:
    """Fewer units of a role, the most first; none of it where other roles are left that ask for one."""
    asked = problem.needs[need].roles
    families = []
    for number, role in enumerate(asked):
        others = sum(one.minimum > 0 for one in asked) - 1
        fewest = 0 if others else 1
        changes = [
            Change(
                "quantity",
                {"role": role.id, "minimum": least},
                BURDEN["quantity"] * (role.minimum - least) / role.minimum,
                none_of(problem),
                start=role.minimum,
                minimum={number: least},
            )
            for least in range(role.minimum - 1, fewest - 1, -1)
        ]
        if changes:
            families.append(Family(tuple(changes), nested=True))
    return families


def _other_slots(problem: Problem, need: int) -> list[Family]:
    """Every slot the need has no candidate in: whoever serves it now, where they also offer that slot."""
    table = problem.candidates
    mine = np.flatnonzero((table.need == need) & (table.slot != TIMELESS))
    has = set(table.slot[mine].tolist())
    changes = []
    for number, name in enumerate(problem.slots):
        offers = [row for row in mine.tolist() if _offers(problem.resources[table.resource[row]], name)]
        if number in has or not offers:
            continue
        moved = replace(table.take(np.array(offers)), slot=np.full(len(offers), number, dtype=np.int64))
        changes.append(Change("slot", name, BURDEN["slot"], _once(moved)))
    return [Family(tuple(changes), nested=False)] if changes else []


def _offers(resource: Resource, slot: str) -> bool:
    return slot in resource.slot_capacity


def _once(table: Candidates) -> Candidates:
    """Of rows with one key the one of least minutes and penalty."""
    order = np.lexsort((table.minutes + table.penalty, *table.key_columns()[::-1]))
    keys = np.column_stack(table.key_columns())[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    return table.take(order[first])
