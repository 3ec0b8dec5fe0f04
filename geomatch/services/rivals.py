"""Other people's engines, for comparison only; each is an optional extra and nothing else needs it."""

from collections.abc import Callable
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from geomatch import crs
from geomatch.matching import levels
from geomatch.matching.flow import of_problem
from geomatch.matching.frame import frame
from geomatch.matching.problem import Problem
from geomatch.travel import Network

Table = Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.float64]]
"""Deciseconds from some nodes of a network to others."""


def pyroutingkit_table(network: Network) -> Table:
    """RoutingKit's customizable contraction hierarchies, as the package pyroutingkit offers them."""
    engine = import_module("pyroutingkit").CCH()
    arcs = network.arcs
    lon, lat = crs.to_lonlat(*network.graph.node_xy[network.nodes].T)
    tails, heads = arcs.tails().astype(np.uint32), arcs.heads.astype(np.uint32)
    engine.build_topology(tails, heads, lat.astype(np.float32), lon.astype(np.float32), node_count=arcs.nodes)
    engine.customize_weights(arcs.deciseconds.astype(np.uint32))

    def table(origins: NDArray[np.integer], destinations: NDArray[np.integer]) -> NDArray[np.float64]:
        found = engine.distances_many_to_many(origins.astype(np.uint32), destinations.astype(np.uint32))
        return np.asarray(found, dtype=np.float64).reshape(len(origins), len(destinations))

    return table


def ortools_flow(problem: Problem) -> Callable[[], NDArray[np.int64]]:
    """OR-Tools' minimum-cost flow over the network of a single problem: units by candidate.

    It takes one cost an arc, so the aims are put into one number, far enough apart for any exchange.
    """
    solver = import_module("ortools.graph.python.min_cost_flow")
    columns, policy = frame(problem), problem.policy.name
    flow = of_problem(problem, columns, fair=policy != "travel-first")
    *above, travel = levels.of_order(flow, columns, policy)
    cost = np.zeros(len(travel), dtype=np.int64)
    for aim in above:
        cost = cost * (int(aim.max(initial=0)) + 1) + aim
    dearest = np.zeros(len(flow.need), dtype=np.int64)
    np.maximum.at(dearest, flow.tail[: len(flow.candidate)], travel[: len(flow.candidate)])
    cost = cost * (int(dearest.sum()) + 1) + travel
    capacity = np.minimum(flow.capacity, len(flow.need))

    def solve() -> NDArray[np.int64]:
        network = solver.SimpleMinCostFlow()
        arcs = network.add_arcs_with_capacity_and_unit_cost(flow.tail, flow.head, capacity, cost)
        network.set_nodes_supplies(
            np.append(np.arange(len(flow.need)), flow.root),
            np.append(np.ones(len(flow.need), dtype=np.int64), -len(flow.need)),
        )
        if network.solve() != network.OPTIMAL:
            raise RuntimeError("OR-Tools found no optimum")
        units = np.zeros(len(problem.candidates), dtype=np.int64)
        units[flow.candidate] = network.flows(arcs[: len(flow.candidate)])
        return units

    return solve
