"""One mode's view of the roads: arcs with times, components, and the pieces one may join it at."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import RoadGraph
from geomatch.travel.arcs import Arcs, arcs_of
from geomatch.travel.hierarchy import Hierarchy

NO_COMPONENT = -1


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """The largest strongly connected part of a road graph for one mode: c nodes, e pieces to join it at.

    Within it everybody can get everywhere and back. Nodes are numbered 0 to c - 1 in the graph's order.
    """

    graph: RoadGraph
    mode: Mode
    component: NDArray[np.int32]
    """(graph nodes,) strong component of each: 0 the largest, then by size; NO_COMPONENT on no road."""
    nodes: NDArray[np.int64]
    """(c,) row in the graph of each node of the network."""
    arcs: Arcs
    backwards: Arcs
    """The arcs turned round, to ask who can reach a place."""
    edges: NDArray[np.int64]
    """(e,) row in the graph of each piece one may join the network at, ascending."""
    edge_ends: NDArray[np.int32]
    """(e, 2) network nodes at the source and target of each piece."""
    edge_times: NDArray[np.int32]
    """(e, 2) deciseconds forward and backward, or NOT_ALLOWED."""
    edge_lines: NDArray[np.object_]
    blind: NDArray[np.bool_]
    """(c,) nodes at which one piece ends and none goes on."""
    tree: shapely.STRtree
    """Over ``edge_lines``."""
    stray_tree: shapely.STRtree
    """Over this mode's pieces in other components: only to say why a point was refused."""
    hierarchy: Hierarchy | None = None
    """Of ``arcs``; with it journeys are timed many times faster, and none differently."""


def prepare(graph: RoadGraph, mode: Mode) -> Network:
    """Make a road graph ready for journeys by one mode.

    Raises InputError when no piece of road leads anywhere and back by this mode.
    """
    times = graph.times(mode)
    component = _components(graph, times)
    usable = (times >= 0).any(axis=1)
    main = component == 0
    joined = usable & main[graph.source] & main[graph.target]
    if not joined.any():
        raise InputError(
            f"of {graph.pieces} pieces of road, {int(usable.sum())} may be used by {mode} and none of them "
            "leads anywhere and back; expected a connected road network"
        )
    return _network(graph, mode, component, np.flatnonzero(joined), np.flatnonzero(usable & ~joined))


def _network(
    graph: RoadGraph,
    mode: Mode,
    component: NDArray[np.int32],
    edges: NDArray[np.int64],
    strays: NDArray[np.int64],
) -> Network:
    nodes = np.flatnonzero(component == 0)
    number = np.full(graph.nodes, -1, dtype=np.int32)
    number[nodes] = np.arange(len(nodes), dtype=np.int32)
    ends = np.column_stack([number[graph.source[edges]], number[graph.target[edges]]])
    times = graph.times(mode)[edges]
    arcs = _both_ways(ends, times, nodes=len(nodes))
    lines = graph.lines(edges)
    return Network(
        graph=graph,
        mode=mode,
        component=component,
        nodes=nodes,
        arcs=arcs,
        backwards=arcs.reversed(),
        edges=edges,
        edge_ends=ends,
        edge_times=times,
        edge_lines=lines,
        blind=np.bincount(ends.ravel(), minlength=len(nodes)) == 1,
        tree=shapely.STRtree(lines),
        stray_tree=shapely.STRtree(graph.lines(strays)),
    )


def _both_ways(ends: NDArray[np.int32], times: NDArray[np.int32], *, nodes: int) -> Arcs:
    ahead, back = times[:, 0] >= 0, times[:, 1] >= 0
    return arcs_of(
        np.concatenate([ends[ahead, 0], ends[back, 1]]),
        np.concatenate([ends[ahead, 1], ends[back, 0]]),
        np.concatenate([times[ahead, 0], times[back, 1]]),
        nodes=nodes,
    )


def _components(graph: RoadGraph, times: NDArray[np.int32]) -> NDArray[np.int32]:
    """Strong components by size, ties by their first node; nodes on no road of this mode have none."""
    arcs = _both_ways(np.column_stack([graph.source, graph.target]), times, nodes=graph.nodes)
    weights = np.ones(len(arcs.heads), dtype=np.int8)
    matrix = csr_array((weights, arcs.heads, arcs.starts), shape=(graph.nodes, graph.nodes))
    _, labels = connected_components(matrix, directed=True, connection="strong")
    used = np.zeros(graph.nodes, dtype=np.bool_)
    usable = (times >= 0).any(axis=1)
    used[graph.source[usable]] = used[graph.target[usable]] = True
    component = np.full(graph.nodes, NO_COMPONENT, dtype=np.int32)
    found, first, inverse, sizes = np.unique(
        labels[used], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(found), dtype=np.int32)
    rank[np.lexsort((first, -sizes))] = np.arange(len(found), dtype=np.int32)
    component[used] = rank[inverse]
    return component
