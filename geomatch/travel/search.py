"""Shortest times from places on the road to all nodes, and from there to other places on the road."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geomatch.errors import InputError
from geomatch.roads import NOT_ALLOWED
from geomatch.travel.arcs import Arcs
from geomatch.travel.network import Network
from geomatch.travel.snapping import Snapped, marks

DECISECONDS_PER_MINUTE = 600.0


def check_limit(max_minutes: float | None) -> float:
    """The limit as a number, ``inf`` for none. Raises InputError below 0 or not a number."""
    if max_minutes is None:
        return np.inf
    if not max_minutes >= 0:
        raise InputError(f"max_minutes {max_minutes}; expected 0 or more, or none for no limit")
    return float(max_minutes)


_MOST_DECISECONDS = 2**32 - 2


def whole_deciseconds(minutes: float) -> int:
    """The most whole deciseconds within so many minutes, as minutes are compared; at most 2**32 - 2."""
    if minutes * DECISECONDS_PER_MINUTE >= _MOST_DECISECONDS:
        return _MOST_DECISECONDS
    about = int(minutes * DECISECONDS_PER_MINUTE)
    return max(ds for ds in (about - 1, about, about + 1) if ds / DECISECONDS_PER_MINUTE <= minutes)


def to_nodes(here: Snapped, *, max_minutes: float, towards: bool = False) -> NDArray[np.float64]:
    """Deciseconds from each of k accepted places to each of c nodes, shape (k, c), ``inf`` past the limit.

    With ``towards``, from each node to the place. The walk to the road is not in it.
    """
    network = here.network
    arcs, offsets = (network.backwards, here.arrive) if towards else (network.arcs, here.leave)
    ends = network.edge_ends[here.edge]
    # A decisecond more than the limit, so that no rounding of minutes can lose a place exactly at it.
    most = max_minutes * DECISECONDS_PER_MINUTE + 1.0
    matrix = _with_seeds(arcs, ends, offsets)
    seeds = np.arange(arcs.nodes, arcs.nodes + len(here))
    return np.asarray(dijkstra(matrix, directed=True, indices=seeds, limit=most)[:, : arcs.nodes])


def _with_seeds(arcs: Arcs, ends: NDArray[np.int32], offsets: NDArray[np.int32]) -> csr_array:
    """The arcs, and one more node for each place with arcs to the two ends of its piece of road."""
    allowed = offsets != NOT_ALLOWED
    counts = np.concatenate([np.diff(arcs.starts), allowed.sum(axis=1)])
    total = len(counts)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    heads = np.concatenate([arcs.heads, ends[allowed]])
    times = np.concatenate([arcs.deciseconds, offsets[allowed]]).astype(np.float64)
    return csr_array((times, heads, starts), shape=(total, total))


def between_nodes(
    network: Network, origins: NDArray[np.integer], destinations: NDArray[np.integer]
) -> NDArray[np.float64]:
    """Deciseconds between nodes of the network, shape (k, m), by scipy."""
    arcs = network.arcs
    matrix = csr_array(
        (arcs.deciseconds.astype(np.float64), arcs.heads, arcs.starts), shape=(arcs.nodes, arcs.nodes)
    )
    return np.asarray(dijkstra(matrix, directed=True, indices=origins)[:, destinations])


def to_places(
    node_times: NDArray[np.float64], here: Snapped, there: Snapped, *, towards: bool = False
) -> NDArray[np.float64]:
    """Deciseconds from k places to m others (or, with ``towards``, the other way), shape (k, m).

    ``node_times`` is what ``to_nodes`` gave for ``here``. No walk to or from the road is in it.
    """
    network = here.network
    ends = network.edge_ends[there.edge]
    offsets = (there.leave if towards else there.arrive).astype(np.float64)
    offsets[offsets == NOT_ALLOWED] = np.inf
    by_source = node_times[:, ends[:, 0]] + offsets[:, 0]
    times = np.minimum(by_source, node_times[:, ends[:, 1]] + offsets[:, 1], out=by_source)
    row, column = _on_same_piece(here.edge, there.edge)
    near, far = (there.take(column), here.take(row)) if towards else (here.take(row), there.take(column))
    direct = _along(network, near, far)
    times[row, column] = np.minimum(times[row, column], direct)
    return times


def _on_same_piece(
    here: NDArray[np.int64], there: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All pairs (row in here, row in there) of places on one piece of road."""
    order = np.argsort(there, kind="stable")
    first = np.searchsorted(there[order], here, side="left")
    count = np.searchsorted(there[order], here, side="right") - first
    row = np.repeat(np.arange(len(here)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    return row, order[np.repeat(first, count) + within]


def _along(network: Network, origin: Snapped, destination: Snapped) -> NDArray[np.float64]:
    """Deciseconds without leaving the piece of road, pair by pair; ``inf`` against a one-way street."""
    forward_from, backward_from = marks(network, origin.edge, origin.fraction)
    forward_to, backward_to = marks(network, destination.edge, destination.fraction)
    ahead = np.where(destination.fraction >= origin.fraction, forward_to - forward_from, np.inf)
    back = np.where(destination.fraction <= origin.fraction, backward_from - backward_to, np.inf)
    # nan where a direction is not allowed; every piece of a network may be used in one of the two.
    return np.asarray(np.fmin(ahead, back))
