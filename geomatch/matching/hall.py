"""Hall certificates: parties whose every candidate lies in a supply that holds less than they demand.

A party is a need with all it asks for, or one role of a need: where a hall is plentiful and drivers are few,
only the drivers' part of a bundle is in anybody's way.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order, connected_components, maximum_flow

from geomatch.matching.frame import Frame
from geomatch.matching.problem import Bools, Ints

Supply = tuple[tuple[int, tuple[int, ...] | None], ...]
"""(resource, slots) pairs; ``None`` is all of the resource."""


@dataclass(frozen=True, eq=False)
class Parties:
    """``places`` by party are those of its candidates, ``demand`` is units it cannot do without.

    ``served`` says who has them. ``slot_of_place`` is the slot of every place.
    """

    columns: Frame
    places: list[list[int]]
    demand: Ints
    served: Bools
    slot_of_place: list[int]

    def short(self, party: int) -> set[int] | None:
        """Parties, this one among them, who demand more than their supply; without any one they do not.

        They are looked for among those served first: where these have all they need, whatever is short is
        short for this one's sake.
        """
        near = self._component == self._component[party]
        for among in (near & self.served, near):
            among[party] = True
            chosen = self._without_the_needless(party, self._largest_shortfall(party, np.flatnonzero(among)))
            if self.shortfall(chosen) > 0 and self.shortfall(chosen - {party}) <= 0:
                return chosen
        return None

    def shortfall(self, chosen: set[int]) -> int:
        """How many units more they demand than their supply holds."""
        return self.demanded(chosen) - self.supply(chosen)[1]

    def demanded(self, chosen: set[int]) -> int:
        """Units they cannot do without."""
        return int(sum(self.demand[party] for party in chosen))

    def supply(self, chosen: set[int]) -> tuple[Supply, int]:
        """Where the parties' candidates lie, by resource, and how much that holds."""
        owner = self.columns.place_resource
        by_resource: dict[int, set[int]] = defaultdict(set)
        for party in chosen:
            for place in self.places[party]:
                by_resource[int(owner[place])].add(place)
        supply, capacity = [], 0
        for resource in sorted(by_resource):
            places = by_resource[resource]
            slots = sum(int(self.columns.place_capacity[place]) for place in places)
            total = int(self.columns.capacity[resource])
            named = None if total <= slots else tuple(sorted(self.slot_of_place[place] for place in places))
            supply.append((resource, named))
            capacity += min(total, slots)
        return tuple(supply), capacity

    @cached_property
    def _component(self) -> Ints:
        """Number of the component of each party; parties of two share no resource."""
        parties, resources = len(self.places), len(self.columns.capacity)
        party = np.repeat(np.arange(parties), [len(one) for one in self.places])
        place = np.array([place for one in self.places for place in one], dtype=np.int64)
        ends = (party, parties + self.columns.place_resource[place])
        size = parties + resources
        links = sp.coo_array((np.ones(len(party), dtype=np.int8), ends), shape=(size, size))
        label: Ints = connected_components(links, directed=False)[1][:parties]
        return label

    def _largest_shortfall(self, party: int, near: Ints) -> set[int]:
        """Those of ``near`` whose demand exceeds their supply the most, as a minimum cut."""
        places = [self.places[one] for one in near.tolist()]
        place, at = np.unique(np.array([one for some in places for one in some]), return_inverse=True)
        resource, owner = np.unique(self.columns.place_resource[place], return_inverse=True)
        endless = int(self.demand.sum() + 1)
        demand = np.where(near == party, endless, self.demand[near])
        source = len(near) + len(place) + len(resource)
        blocks = (
            (np.full(len(near), source), np.arange(len(near)), demand),
            (
                np.repeat(np.arange(len(near)), [len(one) for one in places]),
                len(near) + at.reshape(-1),
                np.full(len(at), 2 * endless),
            ),
            (
                len(near) + np.arange(len(place)),
                len(near) + len(place) + owner.reshape(-1),
                np.minimum(self.columns.place_capacity[place], endless - 1),
            ),
            (
                len(near) + len(place) + np.arange(len(resource)),
                np.full(len(resource), source + 1),
                np.minimum(self.columns.capacity[resource], endless - 1),
            ),
        )
        reached = _reached(blocks, source)
        return {int(near[one]) for one in reached if one < len(near)} | {party}

    def _without_the_needless(self, party: int, chosen: set[int]) -> set[int]:
        """Drop parties, the last first, while what remains still demands more than it can get."""
        dropped = True
        while dropped and self.shortfall(chosen) > 0:
            dropped = False
            for other in sorted(chosen - {party}, reverse=True):
                if self.shortfall(chosen - {other}) > 0:
                    chosen = chosen - {other}
                    dropped = True
        return chosen


def _reached(blocks: tuple[tuple[Ints, Ints, Ints], ...], source: int) -> Ints:
    """The source's side of a minimum cut between it and the node after it; arcs as (tail, head, size)."""
    tail, head, size = (np.concatenate(column) for column in zip(*blocks, strict=True))
    entries = sp.coo_array((size.astype(np.int32), (tail, head)), shape=(source + 2, source + 2))
    graph = sp.csr_array(entries)
    left = sp.csr_array(graph - maximum_flow(graph, source, source + 1).flow)
    left.data[left.data < 0] = 0
    left.eliminate_zeros()
    reached: Ints = breadth_first_order(left, source, return_predecessors=False)
    return reached


def places_of(party: Ints, place: Ints, parties: int) -> list[list[int]]:
    """The distinct places of each party's candidates; ``party`` and ``place`` by candidate."""
    pairs = np.unique(np.stack((party, place)), axis=1)
    begins = np.searchsorted(pairs[0], np.arange(parties + 1))
    places: list[int] = pairs[1].tolist()
    return [places[begins[at] : begins[at + 1]] for at in range(parties)]
