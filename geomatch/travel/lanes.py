"""What compiled searches need to know of places, networks and hierarchies, as plain arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomatch.roads import NOT_ALLOWED
from geomatch.travel import compacting, forms, sweeping
from geomatch.travel.arcs import Arcs
from geomatch.travel.snapping import Snapped, marks

Kind = type[np.unsignedinteger[Any]]

NARROW: Kind = np.uint16
WIDE: Kind = np.uint32

_METRES_PER_STEP = 25.0


def most(kind: Kind) -> int:
    """The number that stands for "this much or more" in lanes of this kind."""
    return int(np.iinfo(kind).max)


def rows_of(arcs: Arcs) -> forms.Rows:
    """Arcs as compiled loops take them."""
    return forms.Rows(arcs.starts, arcs.heads, arcs.deciseconds)


def ends_of(places: Snapped, times: NDArray[np.int32], *, needed: bool = True) -> forms.Ends:
    """Both ends of each place's piece of road, with the times given and the walk; all NONE where refused.

    With ``needed`` only ends that some shortest journey to another piece goes by: not the far end for a
    place at a node, nor the end of a dead end.
    """
    nodes = np.ascontiguousarray(places.network.edge_ends[places.edge])
    total = np.where(times == NOT_ALLOWED, sweeping.NONE, times + places.walk[:, None]).astype(np.int32)
    if needed:
        total[_idle(places, nodes)] = sweeping.NONE
    return forms.Ends(nodes, total)


def _idle(places: Snapped, nodes: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(k, 2) which ends may be left out. Between places on one piece it may take both; see ``shorten``."""
    network = places.network
    blind = network.blind[nodes]
    blind[blind.all(axis=1)] = False
    at = np.column_stack([places.fraction == 0.0, places.fraction == 1.0])
    return np.asarray(blind | (at & ~blind)[:, ::-1])


def nearby_together(places: Snapped, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of places so ordered that neighbours on the ground mostly follow one another (Morton's order)."""
    network = places.network
    at = network.graph.node_xy[network.nodes[network.edge_ends[places.edge[rows], 0]]]
    west, south = at.min(axis=0, initial=np.inf)
    step = ((at - (west, south)) / _METRES_PER_STEP).astype(np.uint64)
    code = _spread(step[:, 0]) | (_spread(step[:, 1]) << np.uint64(1))
    return np.asarray(rows[np.argsort(code, kind="stable")])


def _spread(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A zero between any two of the lower 32 bits."""
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        number = (number | (number << np.uint64(shift))) & np.uint64(mask)
    return number


def beside(places: Snapped) -> compacting.Beside:
    """Places along their pieces of road. Of refused places only the edge means anything."""
    on = np.where(places.accepted, places.edge, 0)
    forward, backward = (
        np.where(np.isnan(mark), compacting.NONE, mark).astype(np.int64)
        for mark in marks(places.network, on, places.fraction)
    )
    return compacting.Beside(places.edge, places.fraction, forward, backward, places.walk.astype(np.int64))


def room_of(n: int, r: int, kind: Kind) -> forms.Lanes:
    """Lanes for batches of origins on n nodes, with r rows to go down to."""
    fallen, lowest = np.empty((r + 1, sweeping.LANES), kind), np.zeros(r + 1, np.int32)
    fallen[r], lowest[r] = most(kind), sweeping.FAR
    return forms.Lanes(
        climbed=np.empty((n, sweeping.LANES), kind),
        position=np.full(n, sweeping.NONE, np.int32),
        lists=np.empty((3, n), np.int32),
        fallen=fallen,
        seeded=np.full(r, sweeping.NONE, np.int32),
        least=np.zeros(n, np.int32),
        lowest=lowest,
    )
