"""A flow brought to the optimum of one level after the other by the network simplex method.

A level's optimum is kept while the next is sought: arcs whose reduced cost is not 0 are frozen, and what
the others can still carry is all of the level's optimal flows and nothing else.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import simplex
from geomatch.matching.flow import Flow
from geomatch.matching.problem import Ints
from geomatch.progress import Progress, silent

PIVOTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Units over every arc, and by level the potentials that prove it; ``potentials[i]`` is by node."""

    units: Ints
    potentials: tuple[Ints, ...]


def optimum(flow: Flow, levels: tuple[Ints, ...], order: Ints, *, progress: Progress = silent) -> Optimum:
    """The optimal flow of the levels (whole costs by arc), one after the other.

    ``order`` is an order of candidate arcs, the one to begin with: each is taken if it still can be.
    """
    arcs, tree = _start(flow, order)
    simplex.hang(tree, flow.root)
    potentials = []
    for number, cost in enumerate(levels):
        arcs.cost[:] = cost
        simplex.price(arcs, tree, flow.root)
        made, begin = PIVOTS_AT_ONCE, 0
        while made == PIVOTS_AT_ONCE:
            progress("matching", number, len(levels))
            made, begin = simplex.pivot(arcs, tree, begin, PIVOTS_AT_ONCE)
        potentials.append(tree.potential.copy())
        reduced = cost + tree.potential[flow.tail] - tree.potential[flow.head]
        arcs.state[reduced != 0] = simplex.IN_TREE
    return Optimum(arcs.flow, tuple(potentials))


def _start(flow: Flow, order: Ints) -> tuple[simplex.Arcs, simplex.Tree]:
    """The candidates of ``order`` taken while there is room, and a strongly feasible tree for them."""
    taken = simplex.greedy(flow.tail[order], flow.head[order], _rooms(flow))
    chosen = order[taken]
    units = np.zeros(len(flow.tail), dtype=np.int64)
    units[chosen] = 1
    served = np.zeros(len(flow.need), dtype=bool)
    served[flow.tail[chosen]] = True
    out = len(flow.candidate) + np.arange(len(flow.need))
    units[out[~served]] = 1
    parent_arc = np.full(flow.nodes, simplex.NONE)
    upward = np.ones(flow.nodes, dtype=np.int8)
    parent_arc[: len(flow.need)] = out
    parent_arc[flow.tail[chosen]] = chosen
    _fill_bundles(flow, units, parent_arc)
    _lean(flow, units, parent_arc, (upward, chosen))
    parent = np.where(upward == 1, flow.head[parent_arc], flow.tail[parent_arc])
    parent[flow.root] = simplex.NONE
    state = np.where(units == 0, simplex.EMPTY, simplex.FULL).astype(np.int8)
    state[parent_arc[: flow.root]] = simplex.IN_TREE
    arcs = simplex.Arcs(
        flow.tail.astype(np.int32),
        flow.head.astype(np.int32),
        flow.capacity,
        np.zeros(len(units), dtype=np.int64),
        units,
        state,
    )
    return arcs, _tree(parent, parent_arc, upward)


def _rooms(flow: Flow) -> tuple[Ints, Ints]:
    """Room of every node on the way of a candidate, endless where it has no limit, and the node above."""
    room, up = np.full(flow.nodes, 1 << 60), np.full(flow.nodes, flow.root)
    single = flow.bundles.first < flow.step
    node = flow.bundles.node[single]
    room[node] = flow.capacity[flow.bundles.first[single]]
    up[node] = flow.bundles.up[single]
    return room, up


def _fill_bundles(flow: Flow, units: Ints, parent_arc: Ints) -> None:
    """Units over the parallel arcs, the first ones first; the tree goes over the first that has room."""
    bundles = flow.bundles
    through = np.bincount(flow.head, weights=units, minlength=flow.nodes).astype(np.int64)
    for at, node in enumerate(bundles.node.tolist()):
        left, arc = int(through[node]), int(bundles.first[at])
        through[bundles.up[at]] += left
        last = arc + int(bundles.count[at]) - 1
        while arc < last and left >= flow.capacity[arc]:
            units[arc] = flow.capacity[arc]
            left -= int(flow.capacity[arc])
            arc += 1
        units[arc] = left
        parent_arc[node] = arc


def _lean(flow: Flow, units: Ints, parent_arc: Ints, by: tuple[np.ndarray, Ints]) -> None:
    """Hang full groups and resources by a need they serve, which itself hangs by its way out."""
    upward, chosen = by
    serves = np.full(flow.nodes, simplex.NONE)
    serves[flow.head[chosen]] = chosen
    is_full = np.zeros(flow.nodes, dtype=bool)
    for at in np.flatnonzero(flow.bundles.first < flow.step).tolist():
        node, arc = int(flow.bundles.node[at]), int(flow.bundles.first[at])
        is_full[node] = units[arc] == flow.capacity[arc]
    lean = [node for node in flow.bundles.node.tolist() if is_full[node] and serves[node] >= 0]
    for at, node in enumerate(flow.bundles.node.tolist()):
        owner, arc = int(flow.bundles.up[at]), int(flow.bundles.first[at])
        if is_full[owner] and units[arc] and upward[owner] == 1:
            parent_arc[owner], upward[owner] = arc, -1
            if not is_full[node]:
                lean.append(node)
    for node in lean:
        arc = int(serves[node])
        parent_arc[node], upward[node] = arc, -1
        need = int(flow.tail[arc])
        parent_arc[need] = len(flow.candidate) + need


def _tree(parent: Ints, arc: Ints, up: np.ndarray) -> simplex.Tree:
    nodes = len(parent)

    def blank() -> np.ndarray:
        return np.full(nodes, simplex.NONE, dtype=np.int32)

    return simplex.Tree(
        parent.astype(np.int32),
        arc.astype(np.int32),
        up,
        np.zeros(nodes, dtype=np.int32),
        blank(),
        blank(),
        blank(),
        np.zeros(nodes, dtype=np.int32),
        np.zeros(nodes, dtype=np.int64),
    )
