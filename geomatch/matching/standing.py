"""A solved problem as it stands: what is left to give, who holds it, and whom a need could push."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from geomatch.matching.frame import Frame, frame
from geomatch.matching.problem import Bools, Ints, Problem, Resource
from geomatch.matching.tally import tally

Place = tuple[int, int]
"""(resource, slot)."""
Wanted = tuple[int, int, int]
"""(resource, slot, units)."""


class Standing:
    """A problem with units by candidate; everything else about it is worked out once.

    ``used`` is units by resource, ``used_at`` by place, ``holders`` and ``holders_at`` the needs that hold
    them. ``left_out`` counts the unserved needs of each parish.
    """

    def __init__(self, problem: Problem, units: Ints) -> None:
        self.problem, self.units = problem, units
        self.columns: Frame = frame(problem)
        self.served: Bools = tally(problem, self.columns, units).served
        table = problem.candidates
        self.begins: Ints = np.searchsorted(table.need, np.arange(len(problem.needs) + 1))
        self.left_out: Ints = self.columns.needed - self.columns.served_by_parish(self.served)
        self.used: list[int] = [0] * len(problem.resources)
        self.used_at: dict[Place, int] = defaultdict(int)
        self.holders: dict[int, set[int]] = defaultdict(set)
        self.holders_at: dict[Place, set[int]] = defaultdict(set)
        for row in np.flatnonzero(units).tolist():
            self._hold(row)
        self._pushed: dict[int, frozenset[int]] = {}
        self.rivals: list[int] = [
            need
            for need in np.flatnonzero(~self.served).tolist()
            if self.begins[need] < self.begins[need + 1]
        ]

    def _hold(self, row: int) -> None:
        table = self.problem.candidates
        need, place = int(table.need[row]), (int(table.resource[row]), int(table.slot[row]))
        self.used[place[0]] += int(self.units[row] * table.use[row])
        self.used_at[place] += int(self.units[row] * table.use[row])
        self.holders[place[0]].add(need)
        self.holders_at[place].add(need)

    def rows_of(self, need: int) -> Ints:
        """Row numbers of a need's candidates."""
        return np.arange(self.begins[need], self.begins[need + 1])

    def slot_limit(self, place: Place) -> int:
        """Units that a resource offers in a slot, its total included."""
        resource = self.problem.resources[place[0]]
        name = self.problem.slot_name(place[1]) if place[1] < len(self.problem.slots) else None
        own = None if name is None else resource.slot_capacity.get(name)
        return resource.capacity if own is None else min(own, resource.capacity)

    def pushed_by(self, wanted: Iterable[Wanted], offered: Mapping[int, Resource] | None = None) -> set[int]:
        """Needs that hold what somebody wants and cannot have beside them; ``offered`` is offered anew."""
        pushed: set[int] = set()
        for resource, slot, units in wanted:
            own = (offered or {}).get(resource, self.problem.resources[resource])
            if self.used[resource] + units > own.capacity:
                pushed |= self.holders[resource]
            if self.used_at[resource, slot] + units > self.slot_limit((resource, slot)):
                pushed |= self.holders_at[resource, slot]
        return pushed

    def around(self, starts: Iterable[int]) -> set[int]:
        """The needs that may have to move or go when these are served: themselves, whoever they push, on."""
        reached: set[int] = set()
        waiting = list(starts)
        while waiting:
            need = waiting.pop()
            if need in reached:
                continue
            reached.add(need)
            if need not in self._pushed:
                self._pushed[need] = frozenset(self.pushed_by(self.wanted_by(need)))
            waiting += self._pushed[need] - reached
        return reached

    def wanted_by(self, need: int) -> list[Wanted]:
        """What a need's candidates ask of each place, at the most."""
        table, columns = self.problem.candidates, self.columns
        rows = self.rows_of(need)
        most = np.minimum(columns.quantity[columns.role[rows]], columns.capacity[table.resource[rows]])
        each = (table.resource[rows], table.slot[rows], most * table.use[rows])
        return list(zip(*(one.tolist() for one in each), strict=True))
