"""A network made quick: its hierarchy worked out, the compiled loops made ready while a person watches."""

from dataclasses import replace

import numpy as np

from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import MODES, RoadClass, RoadGraph
from geomatch.travel import compiled
from geomatch.travel.costs import matrix
from geomatch.travel.hierarchy import Hierarchy, contracted
from geomatch.travel.isochrone import isochrone
from geomatch.travel.labels import label
from geomatch.travel.network import Network, prepare
from geomatch.travel.raster import ground

_STEP = "making the travel engine ready (a minute at most, once on this machine)"


def contract(network: Network, *, hierarchy: Hierarchy | None = None, progress: Progress = silent) -> Network:
    """The same network with its hierarchy, worked out unless given: ``matrix`` is many times faster on it.

    Places already snapped to the network are good on this one too. Without numba the network comes back as
    it is, and scipy answers.

    Raises InputError when the hierarchy is of another network, or all times of the network together are
    2**30 deciseconds or more.
    """
    if not compiled.available():
        return network
    if hierarchy is not None and len(hierarchy.rank) != network.arcs.nodes:
        raise InputError(
            f"hierarchy of {len(hierarchy.rank)} nodes; expected {network.arcs.nodes}, as the network has"
        )
    warm_up(progress=progress)
    return replace(network, hierarchy=hierarchy or contracted(network.arcs, progress=progress))


def warm_up(*, progress: Progress = silent) -> None:
    """Have every compiled loop ready: a minute at most the first time, a second from then on."""
    network = prepare(_crossroads(), Mode.CAR)
    progress(_STEP, 0, 4)
    quick = replace(network, hierarchy=contracted(network.arcs))
    places = network.graph.node_xy
    for done, (limit, nearest) in enumerate(((5.0, 2), (None, None)), start=1):
        progress(_STEP, done, 4)
        matrix(quick, places, places, max_minutes=limit, k_nearest=nearest)
    progress(_STEP, 3, 4)
    label(quick, places)
    isochrone(ground(quick), places[:1], minutes=1.0)
    progress(_STEP, 4, 4)


def _crossroads() -> RoadGraph:
    """Three lanes meeting, so long that neighbours need wide lanes: every loop has something to do."""
    xy = np.array([(0, 0), (100, 0), (0, 100), (-100, 0)], dtype=np.float64)
    ends = np.array([(0, 1), (0, 2), (0, 3)], dtype=np.int32)
    return RoadGraph(
        node_ids=np.arange(4, dtype=np.int64),
        node_xy=xy,
        source=np.ascontiguousarray(ends[:, 0]),
        target=np.ascontiguousarray(ends[:, 1]),
        metres=np.full(3, 100.0),
        road_class=np.full(3, RoadClass.LOCAL, dtype=np.int8),
        flags=np.zeros(3, dtype=np.int32),
        limit_kmh=np.zeros(3, dtype=np.int16),
        deciseconds=np.full((3, len(MODES), 2), 60_000, dtype=np.int32),
        names=("",) * 3,
        refs=("",) * 3,
        coords=xy[ends.reshape(-1)],
        offsets=np.arange(0, 7, 2, dtype=np.int64),
    )
