"""Why a need is not served: nobody at all, more needs than supply, a quota, or no short proof.

More needs than supply is shown by a Hall certificate: needs whose every candidate lies in a supply that
holds less than they demand, and not one need too many. Where each need asks for one unit, the needs
reachable by exchanges from the one left over are such a set; elsewhere the largest shortfall is looked
for as a minimum cut (``hall``), over whole needs first and then over single roles of needs.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from geomatch.matching import quotas
from geomatch.matching.frame import Frame
from geomatch.matching.hall import Parties, Supply, places_of
from geomatch.matching.network import is_single
from geomatch.matching.problem import TIMELESS, Bools, Ints, Problem, Quota


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
    roles: tuple[tuple[int, ...], ...] = ()
    """For each of ``needs`` the roles that are counted; nothing where all are."""


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
        self.places = places_of(table.need, columns.place, len(self.problem.needs))
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
        self.parties = Parties(
            columns, self.places, self.demand.astype(np.int64), self._served(), self.slot_of_place
        )

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
        """The needs whose demand exceeds their supply the most, this one among them; else roles of needs."""
        chosen = self.parties.short(need)
        if chosen is not None:
            return self._certificate(need, chosen)
        first = int(self.columns.role_start[need])
        for role in range(first, first + len(self.problem.needs[need].roles)):
            found = self.roles.short(role) if self.roles.demand[role] else None
            if found is not None:
                return self._certificate_of_roles(need, found)
        return self._not_competition(need)

    @cached_property
    def roles(self) -> Parties:
        """Every role for itself, with the units it cannot do without."""
        table, columns = self.problem.candidates, self.columns
        demand = columns.minimum.copy()
        demand[columns.role[table.use == 0]] = 0
        places = places_of(columns.role, columns.place, len(columns.minimum))
        got = np.bincount(columns.role, weights=self.units, minlength=len(demand))
        return Parties(columns, places, demand, got >= columns.minimum, self.slot_of_place)

    def _certificate(self, need: int, chosen: set[int]) -> Reason:
        supply, capacity = self.parties.supply(chosen)
        demand = self.parties.demanded(chosen)
        if demand <= capacity:
            return self._not_competition(need)
        return Reason(need, "competition", tuple(sorted(chosen)), supply, demand, capacity)

    def _certificate_of_roles(self, need: int, chosen: set[int]) -> Reason:
        """Needs of which only these roles are counted, fewer of them where one can be done without."""
        owner, start = self.columns.role_need, self.columns.role_start
        for other in sorted({int(owner[role]) for role in chosen} - {need}, reverse=True):
            rest = {role for role in chosen if owner[role] != other}
            if self.roles.shortfall(rest) > 0:
                chosen = rest
        supply, capacity = self.roles.supply(chosen)
        needs = tuple(sorted({int(owner[role]) for role in chosen}))
        roles = tuple(
            tuple(sorted(role - int(start[one]) for role in chosen if owner[role] == one)) for one in needs
        )
        demand = self.roles.demanded(chosen)
        return Reason(need, "competition", needs, supply, demand, capacity, roles=roles)

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
