"""Sets up a contraction, sees it through and brings home the hierarchy."""

import numpy as np
from numpy.typing import NDArray

from geomatch.progress import Progress
from geomatch.travel import contracting
from geomatch.travel.arcs import Arcs

_NODES_BETWEEN_REPORTS = 2000


def attempt(arcs: Arcs, room: int, progress: Progress) -> tuple[NDArray[np.int32], Arcs, Arcs] | None:
    """Rank of each node, arcs up and arcs down; None when there is no room for that many arcs."""
    work = _work(arcs, room)
    step = "ordering the roads by importance"
    for first in range(0, arcs.nodes, _NODES_BETWEEN_REPORTS):
        progress(step, first, 2 * arcs.nodes)
        contracting.weigh(work, first, min(first + _NODES_BETWEEN_REPORTS, arcs.nodes))
    while (done := int(work.done[0])) < arcs.nodes:
        progress(step, arcs.nodes + done, 2 * arcs.nodes)
        if not contracting.contract(work, _NODES_BETWEEN_REPORTS):
            return None
    progress(step, 2 * arcs.nodes, 2 * arcs.nodes)
    up = Arcs(*contracting.gather(work.roads, contracting.OUT))
    down = Arcs(*contracting.gather(work.roads, contracting.IN))
    return work.rank, up, down


def _work(arcs: Arcs, room: int) -> contracting.Work:
    n = arcs.nodes
    return contracting.Work(
        roads=_linked(arcs, room),
        waiting=_queue(n),
        frontier=_queue(n),
        reached=np.zeros(n, dtype=np.int32),
        wanted=np.zeros(n, dtype=np.int32),
        allowed=np.zeros(n, dtype=np.int64),
        search=np.zeros(1, dtype=np.int32),
        level=np.zeros(n, dtype=np.int64),
        rank=np.full(n, contracting.NONE, dtype=np.int32),
        done=np.zeros(1, dtype=np.int64),
    )


def _queue(n: int) -> contracting.Queue:
    return contracting.Queue(
        keys=np.zeros(n, dtype=np.int64),
        heap=np.zeros(n, dtype=np.int32),
        place=np.full(n, contracting.NONE, dtype=np.int32),
        size=np.zeros(1, dtype=np.int64),
    )


def _linked(arcs: Arcs, room: int) -> contracting.Roads:
    m = len(arcs.heads)
    end = np.zeros((2, room), dtype=np.int32)
    end[:, :m] = arcs.heads, arcs.tails()
    time, hops = np.zeros(room, dtype=np.int64), np.ones(room, dtype=np.int64)
    time[:m] = arcs.deciseconds
    first = np.full((2, arcs.nodes), contracting.NONE, dtype=np.int32)
    following = np.full((2, room), contracting.NONE, dtype=np.int32)
    for way, nodes in enumerate((arcs.tails(), arcs.heads)):
        order = np.argsort(nodes, kind="stable").astype(np.int32)
        same = np.flatnonzero(nodes[order][1:] == nodes[order][:-1])
        following[way, order[same]] = order[same + 1]
        leads = np.concatenate([np.ones(min(m, 1), np.bool_), nodes[order][1:] != nodes[order][:-1]])
        first[way, nodes[order[leads]]] = order[leads]
    return contracting.Roads(first, following, end, time, hops, np.full(1, m, dtype=np.int64))
