"""Minutes between one place and everything a county offers: by hub labels, else by a search over the roads.

Whoever travels is the origin: people go to a hall and fetch a projector by the mode asked for, a volunteer
comes by their own. To a volunteer minutes are counted from the mask that the map shows, never from home.
"""

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from threading import RLock

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db.routing import Stamp
from geomatch.errors import InputError
from geomatch.matching.problem import Floats, Ints
from geomatch.model import Mode, Point, Travels
from geomatch.services.holding import Holder, key
from geomatch.services.routing import HELD
from geomatch.services.shelf import Shelf
from geomatch.travel import Hubs, Network, Snapped, compiled
from geomatch.travel.straight import guess


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """(n,) minutes one way by row of a shelf, ``inf`` beyond the limit, 0 where nobody travels.

    ``guess`` says they are no journeys but straight lines, and why.
    """

    minutes: Floats
    guess: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A point (EPSG:27700 metres) of a county with its roads, and how people there travel."""

    connection: sa.Connection
    county: int
    roads: Stamp | None
    point: Point
    mode: Mode = Mode.CAR
    held: Holder = HELD


def minutes(place: Place, shelf: Shelf, rows: Ints, *, most: float, back: bool = False) -> Reached:
    """Minutes within ``most`` between the place and some rows, in the direction of whoever travels.

    ``back`` asks for the way home instead. Where the county has no roads, or none near the place, minutes
    are guessed from straight lines, and said to be.
    """
    found = np.full(len(shelf.rows), np.inf)
    found[~shelf.journey] = 0.0
    if place.roads is None:
        return _guessed(place, shelf, rows, found, most, "no roads are loaded")
    try:
        for (travels, mode), some in shelf.ways(rows, place.mode).items():
            towards = (travels is Travels.RESOURCE) is not back
            found[some] = _journeys(place, shelf, some, mode, towards)
    except _OffRoadError as off:
        return _guessed(place, shelf, rows, found, most, str(off))
    found[found > travel.whole_deciseconds(most) / 600] = np.inf
    return Reached(found)


def warm(place: Place, shelf: Shelf) -> None:
    """Put the shelf on the place's roads by its mode, for whoever asks next."""
    _THERE.of(place, shelf, place.mode)


class _OffRoadError(Exception):
    """The place is on no road."""


_FAR = f"no road within {travel.MAX_SNAP_METRES:,.0f} m of the place"


@dataclass(frozen=True, slots=True, eq=False)
class _There:
    """A shelf put on the road by one mode: labelled both ways where that is possible, else only snapped."""

    network: Network
    places: Snapped
    out: Hubs | None
    into: Hubs | None


def _journeys(place: Place, shelf: Shelf, rows: Ints, mode: Mode, towards: bool) -> Floats:
    there = _THERE.of(place, shelf, mode)
    if there is None:
        return np.full(len(rows), np.inf)
    here = travel.snap(there.network, np.array([place.point], dtype=np.float64))
    if not here.accepted[0]:
        raise _OffRoadError(_FAR)
    hubs = there.out if towards else there.into
    if hubs is None:
        return _matrix(there, here, rows, towards)
    times = hubs.deciseconds(travel.label(there.network, here, towards=towards))[rows]
    return np.where(times == travel.NEVER, np.inf, times / 600)


def _matrix(there: _There, here: Snapped, rows: Ints, towards: bool) -> Floats:
    ends = there.places.take(rows), here
    costs = travel.matrix(there.network, *(ends if towards else ends[::-1]), max_minutes=None)
    return np.asarray(costs.dense()).reshape(-1)


class _Memory:
    """Shelves on the road, the last few, by roads, mode and points."""

    def __init__(self, most: int = 12) -> None:
        self._most = most
        self._kept: OrderedDict[object, _There | None] = OrderedDict()
        self._lock = RLock()

    def of(self, place: Place, shelf: Shelf, mode: Mode) -> _There | None:
        """``None`` where the roads lead nowhere by a mode by which only others travel."""
        roads = place.roads
        assert roads is not None  # noqa: S101 - without roads nobody asks
        kept_for = roads.weights.get(mode)
        name = key(place.connection, place.county), roads.road_set_id, roads.graph, mode, kept_for
        with self._lock:
            found = self._recall((*name, shelf.footing), partial(_there, place, shelf, mode))
        if found is None and mode is place.mode:
            raise _OffRoadError(f"the roads lead nowhere by {mode}")
        return found

    def _recall(self, name: object, make: "partial[_There | None]") -> _There | None:
        if name not in self._kept:
            self._kept[name] = make()
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(name)
        return self._kept[name]


_THERE = _Memory()


def _there(place: Place, shelf: Shelf, mode: Mode) -> _There | None:
    try:
        network = place.held.network(place.connection, place.county, mode).network
    except InputError:
        return None
    places = travel.snap(network, travel.onto_road(network, shelf.points, shelf.person))
    if network.hierarchy is None or not compiled.available():
        return _There(network, places, None, None)
    out, into = (Hubs.of(travel.label(network, places, towards=towards)) for towards in (False, True))
    return _There(network, places, out, into)


def _guessed(place: Place, shelf: Shelf, rows: Ints, found: Floats, most: float, why: str) -> Reached:
    here: NDArray[np.float64] = np.array([place.point], dtype=np.float64)
    for (_, mode), some in shelf.ways(rows, place.mode).items():
        costs = guess(here, shelf.points[some], mode, max_minutes=most).tocoo()
        found[some] = np.inf
        found[some[costs.coords[1]]] = costs.data
    return Reached(found, why)
