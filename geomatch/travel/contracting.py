"""Compiled: take nodes off a road network one by one, keeping all shortest times between those left.

The method is Geisberger, Sanders, Schultes and Delling, "Contraction Hierarchies" (WEA 2008). A node is taken
off sooner the fewer arcs it leaves behind for those it takes away and the lower its neighbours still are; the
weighing of the two follows Dibbelt, Strasser and Wagner's RoutingKit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

OUT, IN = 0, 1
NONE = -1

WITNESS_NODES = 25
"""A search for a way round gives up after so many nodes. Giving up costs an arc, never a wrong time."""

WEIGHING_NODES = 10
"""The same where a node is only weighed: a rougher guess makes 3 % more hubs and takes a third less time."""


class Roads(NamedTuple):
    """Arcs between the nodes still there, in linked lists; room for shortcuts at the end."""

    first: NDArray[np.int32]
    """(2, n) first arc leaving and entering each node, or NONE."""
    following: NDArray[np.int32]
    """(2, room) next arc leaving the same node, entering the same node."""
    end: NDArray[np.int32]
    """(2, room) the node an arc arrives at, and the one it leaves."""
    time: NDArray[np.int64]
    hops: NDArray[np.int64]
    """(room,) how many pieces of road an arc stands for."""
    used: NDArray[np.int64]
    """(1,) how many arcs there are."""


class Queue(NamedTuple):
    """A heap of nodes by key, of equals the lower node first."""

    keys: NDArray[np.int64]
    """(n,) by node."""
    heap: NDArray[np.int32]
    place: NDArray[np.int32]
    """(n,) where a node stands in the heap, or NONE."""
    size: NDArray[np.int64]
    """(1,)"""


class Work(NamedTuple):
    """All that a contraction remembers."""

    roads: Roads
    waiting: Queue
    """Nodes still there, by importance."""
    frontier: Queue
    """Of a search for a way round: times, and the nodes to look at."""
    reached: NDArray[np.int32]
    """(n,) which nodes the search has times for, by its number."""
    wanted: NDArray[np.int32]
    """(n,) which nodes the search is for and has found no way to yet, by its number."""
    allowed: NDArray[np.int64]
    """(n,) the longest a way round may be to a node that the search is for."""
    search: NDArray[np.int32]
    """(1,) number of the search."""
    level: NDArray[np.int64]
    rank: NDArray[np.int32]
    """(n,) when a node was taken off, NONE while it is there."""
    done: NDArray[np.int64]
    """(1,) how many nodes are taken off."""


@compiled
def _before(queue: Queue, a: int, b: int) -> bool:
    return queue.keys[a] < queue.keys[b] or (queue.keys[a] == queue.keys[b] and a < b)


@compiled
def _rise(queue: Queue, at: int) -> None:
    heap, place = queue.heap, queue.place
    node = heap[at]
    while at > 0 and _before(queue, node, heap[(at - 1) // 2]):
        heap[at] = heap[(at - 1) // 2]
        place[heap[at]] = at
        at = (at - 1) // 2
    heap[at] = node
    place[node] = at


@compiled
def _sink(queue: Queue, at: int) -> None:
    heap, place, size = queue.heap, queue.place, queue.size[0]
    node = heap[at]
    while 2 * at + 1 < size:
        child = 2 * at + 1
        if child + 1 < size and _before(queue, heap[child + 1], heap[child]):
            child += 1
        if not _before(queue, heap[child], node):
            break
        heap[at] = heap[child]
        place[heap[at]] = at
        at = child
    heap[at] = node
    place[node] = at


@compiled
def _put(queue: Queue, node: int, key: int) -> None:
    """Add a node, or give it another key."""
    queue.keys[node] = key
    if queue.place[node] == NONE:
        queue.heap[queue.size[0]] = node
        queue.place[node] = queue.size[0]
        queue.size[0] += 1
    _rise(queue, queue.place[node])
    _sink(queue, queue.place[node])


@compiled
def _take(queue: Queue) -> int:
    node = queue.heap[0]
    queue.place[node] = NONE
    queue.size[0] -= 1
    if queue.size[0] > 0:
        queue.heap[0] = queue.heap[queue.size[0]]
        queue.place[queue.heap[0]] = 0
        _sink(queue, 0)
    return int(node)


@compiled
def _clear(queue: Queue) -> None:
    for at in range(queue.size[0]):
        queue.place[queue.heap[at]] = NONE
    queue.size[0] = 0


@compiled
def _want(work: Work, origin: int, without: int, before: int) -> tuple[int, int]:
    """Mark the nodes after ``without``; how many, and the longest time there."""
    roads, count, longest = work.roads, 0, 0
    arc = roads.first[OUT, without]
    while arc != NONE:
        node = roads.end[OUT, arc]
        if node != origin:
            work.wanted[node] = work.search[0]
            work.allowed[node] = before + roads.time[arc]
            count += 1
            longest = max(longest, before + roads.time[arc])
        arc = roads.following[OUT, arc]
    return count, longest


@compiled
def _look_round(work: Work, origin: int, without: int, before: int, most: int) -> int:
    """Times from origin to the nodes after ``without`` by another way, from ``most`` nodes at most."""
    roads, frontier = work.roads, work.frontier
    work.search[0] += 1
    search = work.search[0]
    left, longest = _want(work, origin, without, before)
    if left == 0:
        return 0
    wanted = left
    _clear(frontier)
    _put(frontier, origin, 0)
    work.reached[origin] = search
    settled = 0
    while frontier.size[0] > 0 and left > 0 and settled < most:
        node = _take(frontier)
        time = frontier.keys[node]
        settled += 1
        if work.wanted[node] == search:  # no way so short as to matter
            work.wanted[node] = NONE
            left -= 1
        arc = roads.first[OUT, node]
        while arc != NONE:
            head, then = roads.end[OUT, arc], time + roads.time[arc]
            sooner = work.reached[head] != search or then < frontier.keys[head]
            if then <= longest and head != without and sooner:
                work.reached[head] = search
                _put(frontier, head, then)
                if work.wanted[head] == search and then <= work.allowed[head]:
                    work.wanted[head] = NONE
                    left -= 1
            arc = roads.following[OUT, arc]
    return wanted


@compiled
def _join(roads: Roads, tail: int, head: int, time: int, hops: int) -> None:
    """An arc of this time from tail to head, or a quicker one that is there."""
    arc = roads.first[OUT, tail]
    while arc != NONE and roads.end[OUT, arc] != head:
        arc = roads.following[OUT, arc]
    if arc == NONE:
        arc = roads.used[0]
        roads.used[0] += 1
        roads.end[OUT, arc], roads.end[IN, arc] = head, tail
        roads.following[OUT, arc], roads.first[OUT, tail] = roads.first[OUT, tail], arc
        roads.following[IN, arc], roads.first[IN, head] = roads.first[IN, head], arc
    elif roads.time[arc] <= time:
        return
    roads.time[arc], roads.hops[arc] = time, hops


@compiled
def _shortcuts(work: Work, node: int, keep: bool) -> tuple[int, int]:
    """How many arcs would take the node's place, and their hops. With ``keep``, put them in."""
    roads, count, hops = work.roads, 0, 0
    most = WITNESS_NODES if keep else WEIGHING_NODES
    into = roads.first[IN, node]
    while into != NONE:
        origin, time = roads.end[IN, into], roads.time[into]
        arc = roads.first[OUT, node] if _look_round(work, origin, node, time, most) > 0 else NONE
        while arc != NONE:
            head, via = roads.end[OUT, arc], time + roads.time[arc]
            round_about = work.reached[head] == work.search[0] and work.frontier.keys[head] <= via
            if head != origin and not round_about:
                count += 1
                hops += roads.hops[into] + roads.hops[arc]
                if keep:
                    _join(roads, origin, head, via, roads.hops[into] + roads.hops[arc])
            arc = roads.following[OUT, arc]
        into = roads.following[IN, into]
    return count, hops


@compiled
def _importance(work: Work, node: int) -> int:
    roads = work.roads
    arcs, hops = 0, 0
    for way in range(2):
        arc = roads.first[way, node]
        while arc != NONE:
            arcs += 1
            hops += roads.hops[arc]
            arc = roads.following[way, arc]
    if arcs == 0:
        return int(1000 * work.level[node])
    added, added_hops = _shortcuts(work, node, False)
    return int(1000 * work.level[node] + 1000 * added // arcs + 1000 * added_hops // hops)


@compiled
def _unhook(roads: Roads, way: int, node: int, arc: int) -> None:
    """Take an arc out of the list of a node that stays."""
    at = roads.first[way, node]
    if at == arc:
        roads.first[way, node] = roads.following[way, arc]
        return
    while roads.following[way, at] != arc:
        at = roads.following[way, at]
    roads.following[way, at] = roads.following[way, arc]


@compiled
def _take_off(work: Work, node: int) -> None:
    """Take a node off: its arcs stay with it, its neighbours forget it."""
    roads = work.roads
    _shortcuts(work, node, True)
    work.rank[node] = work.done[0]
    work.done[0] += 1
    for way in range(2):
        arc = roads.first[way, node]
        while arc != NONE:
            other = roads.end[way, arc]
            _unhook(roads, 1 - way, other, arc)
            work.level[other] = max(work.level[other], work.level[node] + 1)
            arc = roads.following[way, arc]


@compiled
def _degrees(roads: Roads, node: int) -> int:
    ways = np.zeros(2, dtype=np.int64)
    for way in range(2):
        arc = roads.first[way, node]
        while arc != NONE:
            ways[way] += 1
            arc = roads.following[way, arc]
    return int(ways[OUT] * ways[IN])


@compiled
def weigh(work: Work, first: int, last: int) -> None:
    """Give nodes first to last - 1 their importance."""
    for node in range(first, last):
        _put(work.waiting, node, _importance(work, node))


@compiled
def contract(work: Work, most: int) -> bool:
    """Take off at most so many nodes; False when there is no more room for arcs.

    A node is weighed again when its turn comes, and waits on if another is now before it.
    """
    roads, stop = work.roads, work.done[0] + most
    while work.waiting.size[0] > 0 and work.done[0] < stop:
        node = work.waiting.heap[0]
        if roads.used[0] + _degrees(roads, node) > len(roads.time):
            return False
        _take(work.waiting)
        importance = _importance(work, node)
        if work.waiting.size[0] > 0 and importance > work.waiting.keys[work.waiting.heap[0]]:
            _put(work.waiting, node, importance)
        else:
            _take_off(work, node)
    return True


@compiled
def gather(roads: Roads, way: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """The arcs that stayed with each node: row starts, the other ends, times."""
    n = roads.first.shape[1]
    starts = np.zeros(n + 1, dtype=np.int32)
    others = np.empty(roads.used[0], dtype=np.int32)
    times = np.empty(roads.used[0], dtype=np.int32)
    count = 0
    for node in range(n):
        arc = roads.first[way, node]
        while arc != NONE:
            others[count], times[count] = roads.end[way, arc], roads.time[arc]
            count += 1
            arc = roads.following[way, arc]
        starts[node + 1] = count
    return starts, others[:count].copy(), times[:count].copy()
