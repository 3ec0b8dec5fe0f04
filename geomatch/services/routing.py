"""Journeys in a county: roads replaced while others ask, labels made, any point put on the road."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db import labels, roads, routing
from geomatch.db.labels import Label, Record
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import MODES, RoadGraph, SpeedTable, timed_again
from geomatch.services import holding
from geomatch.services.holding import Holder, Ready
from geomatch.travel import Network, Reason, compiled

HELD = Holder()
"""The networks of this process, for whoever has no holder of their own."""


def replace(
    connection: sa.Connection,
    county_id: int,
    graph: RoadGraph,
    *,
    import_id: int | None,
    held: Holder,
    progress: Progress = silent,
) -> None:
    """Make this the county's road graph from the end of the caller's transaction on.

    It is built beside the old one with its hierarchies, while it is being stored; the two are exchanged last.
    Until the transaction ends everybody else asks the old one; labels go with it and are made by ``label``.
    """
    if compiled.available():
        travel.warm_up(progress=progress)
    with ThreadPoolExecutor(max_workers=len(Mode)) as beside:
        making = beside.map(partial(_contracted, graph), reversed(MODES))  # what takes longest comes first
        set_id = roads.save(connection, county_id, graph, import_id=import_id)
        progress(holding.STEP, 0, None)
        networks = [network for network in making if network is not None]
    for network in networks:
        holding.keep(connection, set_id, network)
    roads.switch(connection, county_id, set_id)
    held.put(connection, county_id, graph, *networks)


def _contracted(graph: RoadGraph, mode: Mode) -> Network | None:
    """The network by one mode with its hierarchy; ``None`` where the roads lead nowhere by it."""
    try:
        return travel.contract(travel.prepare(graph, mode))
    except InputError:
        return None


def retime(
    connection: sa.Connection,
    county_id: int,
    speeds: SpeedTable,
    *,
    held: Holder,
    progress: Progress = silent,
) -> bool:
    """Have the county's roads at these speeds from the end of the transaction on; whether they change."""
    if not roads.loaded(connection, county_id):
        return False
    graph = roads.load(connection, county_id)
    fresh = timed_again(graph, speeds)
    if np.array_equal(fresh.deciseconds, graph.deciseconds):
        return False
    import_id = roads.import_of(connection, county_id)
    replace(connection, county_id, fresh, import_id=import_id, held=held, progress=progress)
    return True


def label(
    connection: sa.Connection,
    county_id: int,
    mode: Mode = Mode.CAR,
    *,
    held: Holder = HELD,
    progress: Progress = silent,
) -> int:
    """Label every need and resource that has no labels by the mode yet, and say how many these were.

    The mode's hierarchy is made where there is none, so from then on new records are labelled by it too.

    Nothing is done without numba, without roads, or where the roads lead nowhere by this mode.
    """
    ready = compiled.available() and roads.loaded(connection, county_id)
    if not ready or not labels.missing(connection, county_id, mode):
        return 0
    try:
        by_road = held.network(connection, county_id, mode, contract=True, progress=progress)
    except InputError:
        return 0
    progress(f"Labelling every place by {mode}", 0, None)
    routing.hold(connection, county_id)
    rows = labels.missing(connection, county_id, mode)
    points = np.array([(row["x"], row["y"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    _save(connection, by_road, [(row["what"], row["id"]) for row in rows], points)
    return len(rows)


def label_one(
    connection: sa.Connection, county_id: int, record: Record, *, held: Holder = HELD
) -> tuple[Mode, ...]:
    """Label a need or resource just saved or moved, inside the same transaction: some milliseconds.

    Done by every mode that the county has a hierarchy for; says which. What it had before is forgotten. A
    volunteer, or a record without a point, has none. Where somebody is just replacing the roads this waits
    until they are there.
    """
    if not compiled.available() or routing.hold(connection, county_id) is None:
        return ()
    done = []
    for mode in routing_modes(connection, county_id):
        labels.forget(connection, record, mode)
        point = labels.point_of(connection, record)
        if point is not None:
            by_road = held.network(connection, county_id, mode)
            _save(connection, by_road, [record], np.array([point], dtype=np.float64))
            done.append(mode)
    return tuple(done)


def routing_modes(connection: sa.Connection, county_id: int) -> tuple[Mode, ...]:
    """The modes that labels of this county are made by: those that have a hierarchy."""
    stamp = routing.stamp(connection, county_id)
    return () if stamp is None else tuple(mode for mode in Mode if mode in stamp.weights)


def _save(
    connection: sa.Connection, ready: Ready, records: list[Record], points: NDArray[np.float64]
) -> None:
    places = travel.snap(ready.network, points)
    both = (travel.label(ready.network, places, towards=towards) for towards in (False, True))
    labels.save(connection, _roads(ready), records, *both)


def _roads(ready: Ready) -> labels.Roads:
    return labels.Roads(ready.stamp.county_id, ready.stamp.road_set_id, ready.network.mode)


@dataclass(frozen=True, slots=True)
class Here:
    """A point put on the road and labelled, to be asked about in SQL."""

    label: Label | None
    """For ``cast(:label as hub_label)``; ``None`` where the point was refused."""
    reason: Reason | None
    """Why it was refused."""
    metres: float
    """From the point to the road."""


def here(
    connection: sa.Connection,
    county_id: int,
    point: tuple[float, float],
    mode: Mode = Mode.CAR,
    *,
    towards: bool = False,
    held: Holder = HELD,
) -> Here:
    """Put any point (easting, northing in metres) on the county's roads and label it, stored nowhere.

    ``towards`` makes the label of a place to travel to. Ask with it in the same transaction, in REPEATABLE
    READ, or be ready for BusyError: labels of roads replaced meanwhile are refused, never mixed.
    Raises UnavailableError without roads or numba, InputError where the roads lead nowhere by this mode.
    """
    ready = held.network(connection, county_id, mode, contract=True)
    places = travel.snap(ready.network, np.array([point], dtype=np.float64))
    made = travel.label(ready.network, places, towards=towards)
    return Here(labels.values(_roads(ready), made), places.reason(0), float(places.metres[0]))
