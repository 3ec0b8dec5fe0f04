"""Other people's engines, for comparison only; each is an optional extra and nothing else needs it."""

from collections.abc import Callable
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from geomatch import crs
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
