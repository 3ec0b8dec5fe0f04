"""Why a need is not served: nobody at all, more needs than supply, a quota, or no short proof.

More needs than supply is shown by a Hall certificate: needs whose every candidate lies in a supply that
holds less than they demand, and not one need too many. Where each need asks for one unit, the needs
reachable by exchanges from the one left over are such a set; elsewhere the largest shortfall is looked
for as a minimum cut.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from geomatch.matching import quotas
from geomatch.matching.frame import Frame
from geomatch.matching.network import is_single
from geomatch.matching.problem import TIMELESS, Bools, Ints, Problem, Quota

Supply = tuple[tuple[int, tuple[int, ...] | None], ...]
"""(resource, slots) pairs; ``None`` is all of the resource."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One unmatched need and why. Needs and resources are row numbers of the problem."""

    need: int
    reason: str
    needs: tuple[int, ...] = ()
    supply: Supply = ()
    demand: int = 0
    capacity: int = 0
    quota: Quota | None = None
    role: str | None = None


def explain(problem: Problem, columns: Frame, units: Ints, served: Bools) -> list[Reason]:
    """The reason of every need not served, in order of ids. ``units`` are by candidate."""
    unserved = np.flatnonzero(~served)
    if not len(unserved):
        return []
    missing = _lacks_a_role(columns, len(problem.needs))
    case = _Case(problem, columns, units)
    prove = case.by_exchange if is_single(problem, columns) else case.by_cut
    return [Reason(int(need), "no-candidate") if missing[need] else prove(int(need)) for need in unserved]


def _lacks_a_role(columns: Frame, needs: int) -> Bools:
    """Needs with a required role that has no candidate."""
    offered = np.zeros(len(columns.quantity), dtype=bool)
    offered[columns.role] = True
    lacks = np.zeros(needs, dtype=bool)
    lacks[columns.role_need[~offered & (columns.minimum > 0)]] = True
    return lacks


@dataclass(eq=False)
class _Case:
    problem: Problem
    columns: Frame
    units: Ints
    quota_bounds: list[quotas.Bounds] = field(init=False)

    def __post_init__(self) -> None:
        table, columns = self.problem.candidates, self.columns
        spent = self.units * table.use
        self.used = np.bincount(table.resource, weights=spent, minlength=len(columns.capacity))
        self.place_used = np.bincount(columns.place, weights=spent, minlength=len(columns.place_capacity))
        pairs = np.unique(np.stack((table.need, columns.place)), axis=1)
        begins = np.searchsorted(pairs[0], np.arange(len(self.problem.needs) + 1))
        places = pairs[1].tolist()
        self.places = [places[begins[at] : begins[at + 1]] for at in range(len(self.problem.needs))]
        self.owner: list[int] = columns.place_resource.tolist()
        self.narrow = (columns.place_capacity < columns.capacity[columns.place_resource]).tolist()
        self.place_full = (self.place_used >= columns.place_capacity).tolist()
        self.full = (self.used >= columns.capacity).tolist()
        self.slot_of_place = self._slots()
        self.quota_bounds = quotas.bounds(self.problem)
        self._holders()
        self.demand = np.bincount(columns.role_need, weights=columns.minimum, minlength=len(self.places))
        # a candidate that uses nothing proves nothing: its need cannot stand in a certificate
        self.demand[table.need[table.use == 0]] = 0
        self.demand = self.demand.astype(np.int64)

    def _slots(self) -> list[int]:
        slots = np.full(len(self.columns.place_capacity), TIMELESS)
        slots[self.columns.place] = self.problem.candidates.slot
        return [int(slot) for slot in slots]

    def _holders(self) -> None:
        self.at_place: dict[int, list[int]] = defaultdict(list)
        self.at_resource: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(self.units).tolist():
            need = int(self.problem.candidates.need[row])
            self.at_place[int(self.columns.place[row])].append(need)
            self.at_resource[int(self.problem.candidates.resource[row])].append(need)

    def by_exchange(self, need: int) -> Reason:
        """Everybody who would have to move if this need were served, until nobody new comes up."""
        reached, whole, narrow = {need}, set(), set()
        waiting = [need]
        while waiting:
            for place in self.places[waiting.pop()]:
                owner = self.owner[place]
                if owner in whole or place in narrow:
                    continue
                if self.narrow[place] and self.place_full[place]:
                    narrow.add(place)
                    holders = self.at_place[place]
                elif self.full[owner]:
                    whole.add(owner)
                    holders = self.at_resource[owner]
                else:
                    return self._not_competition(need)
                new = [other for other in holders if other not in reached]
                reached.update(new)
                waiting += new
        return self._certificate(need, reached)

    def by_cut(self, need: int) -> Reason:
        """The needs whose demand exceeds their supply the most, this one among them."""
        chosen = self._largest_shortfall(need)
        chosen = self._without_the_needless(need, chosen)
        if self._shortfall(chosen) > 0 and self._shortfall(chosen - {need}) <= 0:
            return self._certificate(need, chosen)
        return self._not_competition(need)

    def _largest_shortfall(self, need: int) -> set[int]:
        columns = self.columns
        needs, places, resources = len(self.places), len(self.owner), len(columns.capacity)
        source, sink = needs + places + resources, needs + places + resources + 1
        endless = int(self.demand.sum() + 1)
        demand = self.demand.copy()
        demand[need] = endless
        pair_need = np.repeat(np.arange(needs), [len(one) for one in self.places])
        pair_place = np.array([place for one in self.places for place in one], dtype=np.int64)
        tails = (
            np.full(needs, source),
            pair_need,
            needs + np.arange(places),
            needs + places + np.arange(resources),
        )
        heads = (
            np.arange(needs),
            needs + pair_place,
            needs + places + columns.place_resource,
            np.full(resources, sink),
        )
        sizes = (
            demand,
            np.full(len(pair_need), 2 * endless),
            np.minimum(columns.place_capacity, endless - 1),
            np.minimum(columns.capacity, endless - 1),
        )
        entries = (np.concatenate(sizes).astype(np.int32), (np.concatenate(tails), np.concatenate(heads)))
        graph = sp.csr_array(sp.coo_array(entries, shape=(sink + 1, sink + 1)))
        left = sp.csr_array(graph - maximum_flow(graph, source, sink).flow)
        left.data[left.data < 0] = 0
        left.eliminate_zeros()
        reached = breadth_first_order(left, source, return_predecessors=False)
        return {int(one) for one in reached if one < needs} | {need}

    def _without_the_needless(self, need: int, chosen: set[int]) -> set[int]:
        """Drop needs, the last id first, while what remains still demands more than it can get."""
        dropped = True
        while dropped and self._shortfall(chosen) > 0:
            dropped = False
            for other in sorted(chosen - {need}, reverse=True):
                if self._shortfall(chosen - {other}) > 0:
                    chosen = chosen - {other}
                    dropped = True
        return chosen

    def _shortfall(self, chosen: set[int]) -> int:
        return int(sum(self.demand[need] for need in chosen)) - self._supply(chosen)[1]

    def _supply(self, chosen: set[int]) -> tuple[Supply, int]:
        """Where the needs' candidates lie, by resource, and how much that holds."""
        by_resource: dict[int, set[int]] = defaultdict(set)
        for need in chosen:
            for place in self.places[need]:
                by_resource[self.owner[place]].add(place)
        supply, capacity = [], 0
        for resource in sorted(by_resource):
            places = by_resource[resource]
            slots = sum(int(self.columns.place_capacity[place]) for place in places)
            total = int(self.columns.capacity[resource])
            named = None if total <= slots else tuple(sorted(self.slot_of_place[place] for place in places))
            supply.append((resource, named))
            capacity += min(total, slots)
        return tuple(supply), capacity

    def _certificate(self, need: int, chosen: set[int]) -> Reason:
        supply, capacity = self._supply(chosen)
        demand = int(sum(self.demand[one] for one in chosen))
        if demand <= capacity:
            return self._not_competition(need)
        return Reason(need, "competition", tuple(sorted(chosen)), supply, demand, capacity)

    def _not_competition(self, need: int) -> Reason:
        quota = self._quota(need)
        if quota is not None:
            return Reason(need, "quota", quota=quota)
        return Reason(need, "no-short-proof", role=self._scarcest(need))

    def _quota(self, need: int) -> Quota | None:
        """The quota that allows no more here, else one that holds supply elsewhere, else any."""
        served = self._served()
        counts = [(bound, int((served & bound.inside).sum())) for bound in self.quota_bounds]
        closed = [bound.quota for bound, count in counts if bound.inside[need] and count >= bound.most]
        claiming = [bound.quota for bound, count in counts if not bound.inside[need] and count <= bound.least]
        return next(iter([*closed, *claiming, *(bound.quota for bound in self.quota_bounds)]), None)

    def _served(self) -> Bools:
        by_role = np.bincount(self.columns.role, weights=self.units, minlength=len(self.columns.quantity))
        served = np.ones(len(self.places), dtype=bool)
        served[self.columns.role_need[by_role < self.columns.minimum]] = False
        return served

    def _scarcest(self, need: int) -> str:
        """The required role with the least capacity still free among its candidates, the first of equals."""
        table, columns = self.problem.candidates, self.columns
        free = {}
        for at, role in enumerate(self.problem.needs[need].roles):
            if role.minimum:
                number = columns.role_start[need] + at
                resources = np.unique(table.resource[columns.role == number])
                free[role.id] = (
                    float((columns.capacity[resources] - self.used[resources]).sum()) - role.minimum
                )
        return min(free, key=lambda name: (free[name], name))
