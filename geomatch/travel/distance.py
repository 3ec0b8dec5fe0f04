"""How far the quickest way is, for what is paid by the mile."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geomatch.roads import NOT_ALLOWED
from geomatch.travel.network import Network
from geomatch.travel.snapping import Snapped, snap


def metres(network: Network, here: NDArray[np.float64], there: NDArray[np.float64]) -> float:
    """Metres along the quickest way from one point (2,) to another, EPSG:27700; ``inf`` where there is none.

    The walk between a place and its road is left out, as a mileometer leaves it out. Of equally quick ways
    any may be measured.
    """
    places = snap(network, np.stack([here, there]))
    if not places.accepted.all():
        return float("inf")
    return min(_along(places), _by_nodes(places))[1]


def _along(places: Snapped) -> tuple[float, float]:
    """(deciseconds, metres) within the one piece of road where both places lie, if they do."""
    network, (first, second) = places.network, places.edge
    if first != second:
        return float("inf"), float("inf")
    share = float(places.fraction[1] - places.fraction[0])
    time = network.edge_times[first, 0 if share >= 0 else 1]
    if time == NOT_ALLOWED:
        return float("inf"), float("inf")
    return abs(share) * float(time), abs(share) * _length(network, int(first))


def _by_nodes(places: Snapped) -> tuple[float, float]:
    """(deciseconds, metres) of the quickest way by the ends of the two pieces."""
    network = places.network
    arcs, count = network.arcs, len(network.nodes)
    weights = np.maximum(arcs.deciseconds, 1e-6).astype(np.float64)
    matrix = csr_array((weights, arcs.heads, arcs.starts), shape=(count, count))
    begins, ends = (network.edge_ends[edge] for edge in places.edge)
    times, before = dijkstra(matrix, indices=begins, return_predecessors=True)
    best = (float("inf"), float("inf"), 0, 0)
    for at, begin in enumerate(begins.tolist()):
        for to, end in enumerate(ends.tolist()):
            leave, arrive = places.leave[0, at], places.arrive[1, to]
            if NOT_ALLOWED in (leave, arrive) or not np.isfinite(times[at, end]):
                continue
            total = float(leave + times[at, end] + arrive)
            if total < best[0]:
                way = _ends(places, at, to) + _way(network, before[at], begin, end)
                best = (total, way, at, to)
    return best[:2]


def _ends(places: Snapped, at: int, to: int) -> float:
    """Metres from the first place to its end ``at``, and from the end ``to`` to the second."""
    first, second = (_length(places.network, int(edge)) for edge in places.edge)
    left, right = (float(share) for share in places.fraction)
    return first * (left if at == 0 else 1 - left) + second * (right if to == 0 else 1 - right)


def _way(network: Network, before: NDArray[np.int32], begin: int, end: int) -> float:
    """Metres of the way that the search took from node to node."""
    nodes = [end]
    while nodes[-1] != begin:
        nodes.append(int(before[nodes[-1]]))
    tails, heads = np.array(nodes[:0:-1]), np.array(nodes[-2::-1])
    return float(sum(_piece(network, tail, head) for tail, head in zip(tails, heads, strict=True)))


def _piece(network: Network, tail: int, head: int) -> float:
    """Metres of the quickest piece from one node to the next, the shortest of equals."""
    forward = np.flatnonzero((network.edge_ends[:, 0] == tail) & (network.edge_ends[:, 1] == head))
    backward = np.flatnonzero((network.edge_ends[:, 1] == tail) & (network.edge_ends[:, 0] == head))
    found = [(network.edge_times[edge, 0], edge) for edge in forward.tolist()]
    found += [(network.edge_times[edge, 1], edge) for edge in backward.tolist()]
    return min((int(time), _length(network, edge)) for time, edge in found if time != NOT_ALLOWED)[1]


def _length(network: Network, edge: int) -> float:
    return float(network.graph.metres[network.edges[edge]])
