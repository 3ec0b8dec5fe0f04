"""A problem as plain columns, worked out once: weights, areas, what is left to give, what each aim counts."""

from dataclasses import dataclass

import numpy as np

from geomatch.matching.problem import TIMELESS, Bools, Floats, Ints, Problem
from geomatch.matching.rows import numbered


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """Columns by need, by role (``role_start[need]`` is its first), by resource and by place.

    A *place* is one resource in one slot; ``place`` numbers it for every candidate and ``place_capacity``
    is its own limit, the resource's total included. ``parish`` is the number of the need's own area, -1
    without one; ``needed`` counts the needs of each.
    """

    weight: Floats
    parish: Ints
    parishes: tuple[str, ...]
    needed: Ints
    role_start: Ints
    role_need: Ints
    quantity: Ints
    minimum: Ints
    units: Ints
    capacity: Ints
    role: Ints
    given_role: Ints
    cost: Floats
    place: Ints
    place_resource: Ints
    place_capacity: Ints
    fixed: Ints

    def served_by_parish(self, served: Bools) -> Ints:
        """Number of served needs in each parish; ``served`` has one entry per need."""
        inside = served & (self.parish >= 0)
        return np.bincount(self.parish[inside], minlength=len(self.parishes))


def frame(problem: Problem) -> Frame:
    """The columns of a problem."""
    needs, table = problem.needs, problem.candidates
    parishes = tuple(sorted({need.area for need in needs if need.area is not None}))
    number = {name: at for at, name in enumerate(parishes)}
    parish = _ints(-1 if need.area is None else number[need.area] for need in needs)
    counts = _ints(len(need.roles) for need in needs)
    role_start = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    quantity = _ints(role.quantity for need in needs for role in need.roles)
    capacity = _ints(one.capacity for one in problem.resources)
    place, place_resource, place_capacity = _places(problem, capacity)
    fixed = np.zeros(len(table), dtype=np.int64)
    for row, units in problem.fixed:
        fixed[row] = units
    return Frame(
        weight=np.array([need.weight for need in needs], dtype=np.float64),
        parish=parish,
        parishes=parishes,
        needed=np.bincount(parish[parish >= 0], minlength=len(parishes)),
        role_start=role_start,
        role_need=np.repeat(np.arange(len(needs)), counts),
        quantity=quantity,
        minimum=_ints(role.minimum for need in needs for role in need.roles),
        units=np.add.reduceat(quantity, role_start[:-1]) if len(needs) else quantity,
        capacity=capacity,
        role=role_start[table.need] + table.role,
        given_role=np.where(table.given_role < 0, -1, role_start[table.need] + table.given_role),
        cost=table.minutes + table.penalty,
        place=place,
        place_resource=place_resource,
        place_capacity=place_capacity,
        fixed=fixed,
    )


def _places(problem: Problem, capacity: Ints) -> tuple[Ints, Ints, Ints]:
    """For each candidate its place, for each place its resource and its capacity."""
    table, width = problem.candidates, len(problem.slots) + 1
    codes, place = numbered(table.resource * width + (table.slot - TIMELESS), len(capacity) * width)
    resource, slot = codes // width, codes % width + TIMELESS
    limits = capacity[resource].copy()
    for at in np.flatnonzero(slot != TIMELESS):
        offered = problem.resources[resource[at]]
        own = offered.slot_capacity.get(problem.slots[slot[at]])
        if own is not None:
            limits[at] = min(own, limits[at])
    return place, resource, limits


def _ints(values: object) -> Ints:
    return np.fromiter(values, dtype=np.int64)  # type: ignore[call-overload, no-any-return]
