"""Single changes to what a need asks for, each as what it adds to the problem.

How much a change asks of people is its *burden*, in minutes' worth; the written rule of prices is
``BURDEN`` and the function beside each kind. The figures are ours: they only put changes in order.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from geomatch.matching.problem import TIMELESS, Candidates, Ints, Need, Problem, Resource

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

    ``rows`` are all candidates the need has then, by the problem's own numbers (``None``: as they are);
    ``minimum`` holds new least units by role number within the need; ``offered`` replaces resources by
    number (a slot they also have free); ``slots`` are new slots, numbered on from the problem's last.
    """

    kind: str
    to: Any
    burden: float
    start: Any = None
    rows: Candidates | None = None
    minimum: Mapping[int, int] = field(default_factory=dict)
    offered: Mapping[int, Resource] = field(default_factory=dict)
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """A change that is worked out when it is wanted."""

    make: Callable[[], Change]


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Changes of one kind, the least burden first; ``nested`` when each adds to what the one before did."""

    options: tuple[Option, ...]
    nested: bool


def ready(changes: Iterable[Change], *, nested: bool) -> Family:
    """A family of changes that are there already."""
    return Family(tuple(Option(lambda change=change: change) for change in changes), nested)  # type: ignore[misc]


def joined(first: Candidates, second: Candidates) -> Candidates:
    """Both tables, the second after the first."""
    names = first.__dataclass_fields__
    return Candidates(*(np.concatenate((getattr(first, name), getattr(second, name))) for name in names))


def with_change(problem: Problem, need: int, change: Change) -> Problem:
    """The problem with a change of one need made, in the order that every problem has."""
    needs, resources = list(problem.needs), list(problem.resources)
    needs[need] = asking_less(needs[need], change)
    for number, resource in change.offered.items():
        resources[number] = resource
    table, units = problem.candidates, np.zeros(len(problem.candidates), dtype=np.int64)
    for row, count in problem.fixed:
        units[row] = count
    if change.rows is not None:
        others = np.flatnonzero(table.need != need)
        table, units = with_units(table.take(others), units[others], change.rows)
    order = table.in_order()
    return replace(
        problem,
        needs=tuple(needs),
        resources=tuple(resources),
        slots=problem.slots + change.slots,
        candidates=table.take(order),
        fixed=tuple((at, int(units[row])) for at, row in enumerate(order.tolist()) if units[row]),
    )


def with_units(table: Candidates, units: Ints, more: Candidates) -> tuple[Candidates, Ints]:
    """More rows, without units on them."""
    return joined(table, more), np.concatenate((units, np.zeros(len(more), dtype=np.int64)))


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
                start=role.minimum,
                minimum={number: least},
            )
            for least in range(role.minimum - 1, fewest - 1, -1)
        ]
        if changes:
            families.append(ready(changes, nested=True))
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
        own = table.take(np.flatnonzero(table.need == need))
        changes.append(Change("slot", name, BURDEN["slot"], rows=joined(own, _once(moved))))
    return [ready(changes, nested=False)] if changes else []


def _offers(resource: Resource, slot: str) -> bool:
    return slot in resource.slot_capacity


def _once(table: Candidates) -> Candidates:
    """Of rows with one key the one of least minutes and penalty."""
    order = np.lexsort((table.minutes + table.penalty, *table.key_columns()[::-1]))
    keys = np.column_stack(table.key_columns())[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    return table.take(order[first])
