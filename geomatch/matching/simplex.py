"""Compiled: the primal network simplex method, in whole numbers.

The tree of arcs in use is kept strongly feasible, so that it never goes round in circles (Cunningham,
"A network simplex method", Mathematical Programming 11, 1976); arcs to bring in are looked for in blocks, as
in Kiraly and Kovacs, "Efficient implementations of minimum-cost flow algorithms" (2012). Without numba the
same loops run as plain Python.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.matching.compiled import compiled

NONE = -1
EMPTY, IN_TREE, FULL = 1, 0, -1
"""State of an arc: at its lower end, in the tree (or frozen), at its upper end."""

Ints = NDArray[np.int64]


class Arcs(NamedTuple):
    """By arc, each of shape ``(n_arcs,)``; ``cost`` and ``flow`` and ``state`` change."""

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    capacity: Ints
    cost: Ints
    flow: Ints
    state: NDArray[np.int8]


class Tree(NamedTuple):
    """By node: its parent, the arc to it, whether that arc goes up; children as linked lists; potential."""

    parent: NDArray[np.int32]
    arc: NDArray[np.int32]
    up: NDArray[np.int8]
    """1: the arc goes from the node to its parent; -1: from the parent to the node."""
    depth: NDArray[np.int32]
    child: NDArray[np.int32]
    after: NDArray[np.int32]
    before: NDArray[np.int32]
    stack: NDArray[np.int32]
    potential: Ints
    """cost + potential[tail] - potential[head] is 0 on every arc of the tree."""


@compiled
def _attach(tree: Tree, node: int, parent: int) -> None:
    tree.parent[node] = parent
    first = tree.child[parent]
    tree.after[node] = first
    tree.before[node] = NONE
    if first != NONE:
        tree.before[first] = node
    tree.child[parent] = node


@compiled
def _detach(tree: Tree, node: int) -> None:
    before, after = tree.before[node], tree.after[node]
    if before != NONE:
        tree.after[before] = after
    else:
        tree.child[tree.parent[node]] = after
    if after != NONE:
        tree.before[after] = before


@compiled
def hang(tree: Tree, root: int) -> None:
    """Children from ``parent``, which is NONE for the root alone; the lists were NONE before."""
    for node in range(len(tree.parent) - 1, -1, -1):
        if node != root:
            _attach(tree, node, tree.parent[node])


@compiled
def price(arcs: Arcs, tree: Tree, root: int) -> None:
    """Depths and potentials of the whole tree anew, for the costs as they are now."""
    tree.potential[root] = 0
    tree.depth[root] = 0
    tree.stack[0] = root
    count = 1
    while count:
        count -= 1
        node = tree.stack[count]
        other = tree.child[node]
        while other != NONE:
            tree.depth[other] = tree.depth[node] + 1
            tree.potential[other] = tree.potential[node] - tree.up[other] * arcs.cost[tree.arc[other]]
            tree.stack[count] = other
            count += 1
            other = tree.after[other]


@compiled
def _entering(arcs: Arcs, potential: Ints, begin: int, block: int) -> int:
    """The arc that gains most in the first block of arcs, from ``begin`` on, in which any does; or NONE."""
    count = len(arcs.cost)
    best, found, at, left = 0, NONE, begin, block
    for _ in range(count):
        state = arcs.state[at]
        if state != 0:
            gain = state * (arcs.cost[at] + potential[arcs.tail[at]] - potential[arcs.head[at]])
            if gain < best:
                best, found = gain, at
        left -= 1
        if left == 0:
            if found != NONE:
                return found
            left = block
        at += 1
        if at == count:
            at = 0
    return found


@compiled
def _apex(tree: Tree, one: int, other: int) -> int:
    while one != other:
        if tree.depth[one] >= tree.depth[other]:
            one = tree.parent[one]
        else:
            other = tree.parent[other]
    return one


@compiled
def _leaving(arcs: Arcs, tree: Tree, entering: int, apex: int) -> tuple[int, int, bool]:
    """How much can go round, the node whose arc gives way (or NONE), and whether on the first side.

    Of several arcs that stop the flow the last one is taken, going round from the apex with the flow.
    """
    forward = arcs.state[entering] == EMPTY
    first = arcs.tail[entering] if forward else arcs.head[entering]
    second = arcs.head[entering] if forward else arcs.tail[entering]
    most, out, on_first = arcs.capacity[entering], NONE, False
    node = first
    while node != apex:
        arc = tree.arc[node]
        room = arcs.flow[arc] if tree.up[node] == 1 else arcs.capacity[arc] - arcs.flow[arc]
        if room < most:
            most, out, on_first = room, node, True
        node = tree.parent[node]
    node = second
    while node != apex:
        arc = tree.arc[node]
        room = arcs.capacity[arc] - arcs.flow[arc] if tree.up[node] == 1 else arcs.flow[arc]
        if room <= most:
            most, out, on_first = room, node, False
        node = tree.parent[node]
    return most, out, on_first


@compiled
def _push(arcs: Arcs, tree: Tree, entering: int, apex: int, amount: int) -> None:
    change = arcs.state[entering] * amount
    arcs.flow[entering] += change
    node = arcs.tail[entering]
    while node != apex:
        arcs.flow[tree.arc[node]] -= tree.up[node] * change
        node = tree.parent[node]
    node = arcs.head[entering]
    while node != apex:
        arcs.flow[tree.arc[node]] += tree.up[node] * change
        node = tree.parent[node]


@compiled
def _swap(arcs: Arcs, tree: Tree, entering: int, out: int, inner: int) -> None:
    """Hang the part below ``out`` by the entering arc instead, whose end ``inner`` lies in it."""
    outgoing = tree.arc[out]
    arcs.state[outgoing] = EMPTY if arcs.flow[outgoing] == 0 else FULL
    arcs.state[entering] = IN_TREE
    tail = arcs.tail[entering] == inner
    parent = arcs.head[entering] if tail else arcs.tail[entering]
    gap = arcs.cost[entering] + tree.potential[arcs.tail[entering]] - tree.potential[arcs.head[entering]]
    arc, up, node = entering, 1 if tail else -1, inner
    while True:
        old_parent, old_arc, old_up = tree.parent[node], tree.arc[node], tree.up[node]
        _detach(tree, node)
        _attach(tree, node, parent)
        tree.arc[node], tree.up[node] = arc, up
        if node == out:
            break
        parent, arc, up, node = node, old_arc, -old_up, old_parent
    _shift(tree, inner, -gap if tail else gap)


@compiled
def _shift(tree: Tree, top: int, by: int) -> None:
    """Add to the potentials of a node and all below it, and count their depths anew."""
    tree.stack[0] = top
    count = 1
    while count:
        count -= 1
        node = tree.stack[count]
        tree.potential[node] += by
        tree.depth[node] = tree.depth[tree.parent[node]] + 1
        other = tree.child[node]
        while other != NONE:
            tree.stack[count] = other
            count += 1
            other = tree.after[other]


@compiled
def pivot(arcs: Arcs, tree: Tree, begin: int, most: int) -> tuple[int, int]:
    """Up to ``most`` exchanges: how many were made, and the arc to go on from; fewer is the optimum."""
    block = max(int(np.sqrt(len(arcs.cost))), 10)
    for done in range(most):
        entering = _entering(arcs, tree.potential, begin, block)
        if entering == NONE:
            return done, begin
        begin = entering + 1 if entering + 1 < len(arcs.cost) else 0
        apex = _apex(tree, arcs.tail[entering], arcs.head[entering])
        amount, out, on_first = _leaving(arcs, tree, entering, apex)
        forward = arcs.state[entering] == EMPTY
        if amount:
            _push(arcs, tree, entering, apex, amount)
        if out == NONE:
            arcs.state[entering] = -arcs.state[entering]
        else:
            inner = arcs.tail[entering] if forward == on_first else arcs.head[entering]
            _swap(arcs, tree, entering, out, inner)
    return most, begin


@compiled
def greedy(tail: Ints, head: Ints, rooms: tuple[Ints, Ints]) -> NDArray[np.bool_]:
    """Which arcs are taken when each is, in this order, if its tail has none and its head and the node
    above have room; room is by node and comes down."""
    room, up = rooms
    taken = np.zeros(len(tail), np.bool_)
    busy = np.zeros(len(room), np.bool_)
    for at in range(len(tail)):
        node, over = head[at], up[head[at]]
        if not busy[tail[at]] and room[node] > 0 and room[over] > 0:
            busy[tail[at]] = taken[at] = True
            room[node] -= 1
            room[over] -= 1
    return taken
