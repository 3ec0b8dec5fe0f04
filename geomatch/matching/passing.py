"""Compiled: needs left out are passed on from parish to parish, by the exchange that costs least.

Beginning with an optimum in which nobody minds where needs are left out, the places of those left out are
given away again in order of rank: the lowest first, to whoever can come by it with the least cost. That is
the method of successive shortest paths (Ahuja, Magnanti and Orlin, "Network Flows", 1993, chapter 9), which
keeps the potentials right at every step, one level of aims above the other.
"""

from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.matching.compiled import compiled

NONE = -1
FAR = 1 << 62
"""Distance of a node that no search has come to."""
SETTLED = -FAR
"""Distance of a node that no search need come to any more."""
NEVER = 1 << 60
"""Rank of a node by way of which no need can be left out."""

Ints = NDArray[np.int64]


class Ways(NamedTuple):
    """By node the arcs that lead into it, one after the other from ``starts[node]`` on.

    Nodes are counted from the first that is no need. An arc comes from the need ``~tail``, or from the node
    ``tail``, with room for ``capacity`` units. ``above`` is by node the node to which its own arc leads, and
    ``own`` the place of that arc, where that is not the root, else NONE.
    """

    starts: Ints
    tail: Ints
    cost: Ints
    capacity: Ints
    above: Ints
    own: Ints


class Hands(NamedTuple):
    """What changes: ``flow`` by arc; by need the arc it uses, where to, and its cost; by node the rest.

    ``supply`` counts the needs left out that have no place yet. ``rank`` is the lowest at which a need may
    yet be left out by way of a settled node, ``base`` what its potential is counted from.
    """

    flow: Ints
    uses: Ints
    at: Ints
    paid: Ints
    supply: Ints
    potential: Ints
    rank: Ints
    base: Ints
    distance: Ints
    via: Ints
    onward: Ints


@compiled
def _nearest(ways: Ways, hands: Hands, heap: list[tuple[int, int]], seen: list[int]) -> int:
    """The nearest node with something to give, looking backwards from those in the heap; or NONE.

    ``seen`` are the nodes looked at, whose distance is right.
    """
    starts, tails, costs, capacity, above, own = ways
    flow, uses, at, paid, supply, potential, _, _, distance, via, onward = hands
    near = FAR
    while heap:
        far, node = heappop(heap)
        if far > distance[node]:
            continue
        seen.append(node)
        if supply[node] > 0:
            return node
        here = far - potential[node]
        for arc in range(starts[node], starts[node + 1]):
            tail = tails[arc]
            if tail < 0:
                other = at[~tail]
                way = here + costs[arc] - paid[~tail] + potential[other]
            else:
                other = tail
                way = here + costs[arc] + potential[other]
            if way >= distance[other] or way >= near:
                continue
            if (uses[~tail] == arc) if tail < 0 else (flow[arc] >= capacity[arc]):
                continue
            distance[other], via[other], onward[other] = way, arc, node
            if supply[other] > 0:
                near = way
            heappush(heap, (way, other))
        other, arc = above[node], own[node]
        if other != NONE and flow[arc] > 0:
            way = here - costs[arc] + potential[other]
            if way < distance[other]:
                distance[other], via[other], onward[other] = way, arc, node
                heappush(heap, (way, other))
    return NONE


@compiled
def _pass_on(ways: Ways, hands: Hands, node: int) -> int:
    """Move one unit from a node along the way found; the node it comes to."""
    hands.supply[node] -= 1
    while hands.via[node] != NONE:
        arc, onward = hands.via[node], hands.onward[node]
        need = ~ways.tail[arc]
        if need >= 0:
            hands.uses[need], hands.at[need], hands.paid[need] = arc, onward, ways.cost[arc]
        elif ways.tail[arc] == node:
            hands.flow[arc] += 1
        else:
            hands.flow[arc] -= 1
        node = onward
    return node


@compiled
def _begin(hands: Hands, places: tuple[Ints, Ints], base: int) -> list[tuple[int, int]]:
    """Where a search begins: at all nodes of this rank with a place."""
    heap: list[tuple[int, int]] = [(0, 0) for _ in range(0)]
    nodes, rooms = places
    for at in range(len(nodes)):
        node = nodes[at]
        far = hands.potential[node] - base
        if rooms[at] > 0 and hands.distance[node] != SETTLED:
            hands.distance[node], hands.via[node] = far, NONE
            heappush(heap, (far, node))
    return heap


@compiled
def _settle(ways: Ways, hands: Hands, places: tuple[Ints, Ints], rank: int) -> None:
    """Fill all places of one rank that can be, and settle what leads to the others."""
    nodes, rooms = places
    base = NEVER
    for node in nodes:
        if hands.distance[node] != SETTLED:
            base = min(base, hands.potential[node])
    while True:
        heap = _begin(hands, places, base)
        seen: list[int] = [0 for _ in range(0)]
        giver = _nearest(ways, hands, heap, seen)
        if giver == NONE:
            for node in seen:
                hands.rank[node], hands.base[node], hands.distance[node] = rank, base, SETTLED
            return
        far = hands.distance[giver]
        for node in seen:
            hands.potential[node] += far - hands.distance[node]
            hands.distance[node] = FAR
        for _, node in heap:
            hands.distance[node] = FAR
        base += far
        taker = _pass_on(ways, hands, giver)
        for at in range(len(nodes)):
            rooms[at] -= nodes[at] == taker


@compiled
def settle(ways: Ways, hands: Hands, places: tuple[Ints, Ints, Ints], begin: int, most: int) -> int:
    """Give away the places from ``begin`` on, and where to go on from after ``most`` of them.

    ``places`` are, in order of rank, the node, the rank and the room of each; the rooms come down.
    """
    node, rank, room = places
    end = begin
    while end < len(rank) and end < begin + most:
        first = end
        while end < len(rank) and rank[end] == rank[first]:
            end += 1
        _settle(ways, hands, (node[first:end], room[first:end]), rank[first])
    return end
