"""A county's roads made ready for journeys: the network from its kept hierarchy, and the hub labels."""

import numpy as np
import sqlalchemy as sa

from geomatch import travel
from geomatch.db import labels, roads, routing
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import RoadGraph
from geomatch.travel import Hierarchy, Network, blob, compiled

STEP = "Preparing journeys (once)"


def network(
    connection: sa.Connection, county_id: int, graph: RoadGraph, mode: Mode, *, progress: Progress = silent
) -> Network:
    """The network of a county's current roads by one mode, with its hierarchy where numba is installed.

    The hierarchy is kept in the caller's transaction; one that is torn, or of other weights, is replaced.
    Raises InputError when no piece of road leads anywhere and back by this mode.
    """
    ready = at_hand(connection, county_id, graph, mode, progress=progress)
    set_id = routing.current_set(connection, county_id)
    if ready.hierarchy is not None or set_id is None or not compiled.available():
        return ready
    progress(STEP, 0, None)
    ready = travel.contract(ready, progress=progress)
    if ready.hierarchy is not None:
        made, weights = blob.to_bytes(ready.hierarchy, ready.arcs), blob.weights_hash(ready.arcs)
        routing.keep(connection, set_id, mode, made, version=blob.VERSION, weights=weights)
    return ready


def at_hand(
    connection: sa.Connection, county_id: int, graph: RoadGraph, mode: Mode, *, progress: Progress = silent
) -> Network:
    """The same, with its hierarchy only where a sound one is kept: for questions not worth making one."""
    bare = travel.prepare(graph, mode)
    set_id = routing.current_set(connection, county_id)
    if set_id is None or not compiled.available():
        return bare
    known = _known(routing.kept(connection, set_id, mode), bare)
    return bare if known is None else travel.contract(bare, hierarchy=known, progress=progress)


def _known(kept: bytes | None, bare: Network) -> Hierarchy | None:
    if kept is None:
        return None
    try:
        return blob.from_bytes(kept, bare.arcs)
    except InputError:
        return None


def label(
    connection: sa.Connection, county_id: int, mode: Mode = Mode.CAR, *, progress: Progress = silent
) -> int:
    """Label every need and resource that has no labels by the mode yet, and say how many these were.

    Nothing is done without numba, without roads, or where the roads lead nowhere by this mode.
    """
    ready = compiled.available() and roads.loaded(connection, county_id)
    if not ready or not labels.missing(connection, county_id, mode):
        return 0
    graph = roads.load(connection, county_id)
    try:
        by_road = network(connection, county_id, graph, mode, progress=progress)
    except InputError:
        return 0
    return label_on(connection, county_id, by_road)


def label_on(connection: sa.Connection, county_id: int, by_road: Network) -> int:
    """The same on a network at hand, made of the county's current roads: for one need, some milliseconds."""
    rows = labels.missing(connection, county_id, by_road.mode)
    set_id = routing.current_set(connection, county_id)
    if not rows or set_id is None:
        return 0
    points = np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64)
    places = travel.snap(by_road, points)
    labels.save(
        connection,
        labels.Roads(county_id, set_id, by_road.mode),
        [(row["what"], row["id"]) for row in rows],
        travel.label(by_road, places),
        travel.label(by_road, places, towards=True),
    )
    return len(rows)
