"""Minutes between one place and everything of some kinds: by label where there are labels, else by search.

Whoever travels is the origin: people go to a hall and fetch a projector by the mode asked for, a volunteer
comes by their own. To a volunteer minutes are counted from the mask that the map shows, never from home.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db import routing as stored
from geomatch.db import search
from geomatch.db.labels import Label
from geomatch.db.search import Among
from geomatch.errors import InputError
from geomatch.model import Mode, Point, Travels
from geomatch.services import routing
from geomatch.services.holding import Holder
from geomatch.services.routing import HELD
from geomatch.travel import Network, Snapped, compiled
from geomatch.travel.straight import guess


@dataclass(frozen=True, slots=True)
class Reached:
    """Minutes one way by resource id; ``guess`` says they are no journeys but straight lines, and why."""

    minutes: dict[int, float]
    guess: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A point (EPSG:27700 metres) of a county, and how people there travel."""

    connection: sa.Connection
    county: int
    point: Point
    mode: Mode = Mode.CAR
    held: Holder = HELD


def minutes(place: Place, among: Among, *, most: float, back: bool = False) -> Reached:
    """Minutes within ``most`` between the place and resources, in the direction of whoever travels.

    ``back`` asks for the way home instead. Where the county has no roads, or none near the place, minutes
    are guessed from straight lines, and said to be.
    """
    stamp = stored.stamp(place.connection, place.county)
    if stamp is None:
        return _guessed(place, among, most, "no roads are loaded")
    labelled = tuple(mode for mode in Mode if mode in stamp.weights and compiled.available())
    ways = search.ways(place.connection, among, mode=place.mode, labelled=labelled)
    try:
        found = _by_label(place, among, ways, most, back)
        if any(way["searches"] for way in ways):
            rows = search.unlabelled(place.connection, among, mode=place.mode, labelled=labelled)
            found |= _searched(place, rows, most, back)
    except _OffRoadError as off:
        return _guessed(place, among, most, str(off))
    return Reached(found)


class _OffRoadError(Exception):
    """The place is on no road."""


def _by_label(
    place: Place, among: Among, ways: Sequence[sa.RowMapping], most: float, back: bool
) -> dict[int, float]:
    found: dict[int, float] = {}
    for way in ways:
        if way["labels"]:
            travels, mode = Travels(way["travels"]), Mode(way["mode"])
            towards = (travels is Travels.RESOURCE) is not back
            here = _label(place, mode, towards), towards
            found |= search.journeys(place.connection, among, (travels, mode), here, most=most)
    return found


def _label(place: Place, mode: Mode, towards: bool) -> Label:
    made = routing.here(place.connection, place.county, place.point, mode, towards=towards, held=place.held)
    if made.label is None:
        raise _OffRoadError(_FAR)
    return made.label


_FAR = f"no road within {travel.MAX_SNAP_METRES:,.0f} m of the place"


def _searched(place: Place, rows: Sequence[sa.RowMapping], most: float, back: bool) -> dict[int, float]:
    """By a search over the roads, for whoever has no labels."""
    found: dict[int, float] = {}

    def way(row: sa.RowMapping) -> tuple[str, bool]:
        return row["mode"], (row["travels"] == Travels.RESOURCE) is not back

    for (mode, coming), group in groupby(sorted(rows, key=way), key=way):
        some = list(group)
        network = _network(place, Mode(mode))
        if network is not None:
            found |= _matrix(place, network, some, coming, most)
    return found


def _network(place: Place, mode: Mode) -> Network | None:
    """The roads by a mode; ``None`` where they lead nowhere by it and only others travel that way."""
    try:
        return place.held.network(place.connection, place.county, mode).network
    except InputError as error:
        if mode is place.mode:
            raise _OffRoadError(f"the roads lead nowhere by {mode}") from error
        return None


def _matrix(
    place: Place, network: Network, some: Sequence[sa.RowMapping], coming: bool, most: float
) -> dict[int, float]:
    here = travel.snap(network, np.array([place.point], dtype=np.float64))
    if not here.accepted[0]:
        raise _OffRoadError(_FAR)
    there = _snapped(network, np.array([(row["x"], row["y"]) for row in some], dtype=np.float64).tobytes())
    costs = travel.matrix(network, *((there, here) if coming else (here, there)), max_minutes=most)
    at = costs.row if coming else costs.column
    return {some[number]["id"]: value for number, value in zip(at, costs.minutes.tolist(), strict=True)}


@lru_cache(maxsize=16)
def _snapped(network: Network, points: bytes) -> Snapped:
    """Points on the road: the same ones are asked about again and again."""
    return travel.snap(network, np.frombuffer(points, dtype=np.float64).reshape(-1, 2))


def _guessed(place: Place, among: Among, most: float, why: str) -> Reached:
    rows = search.unlabelled(place.connection, among, mode=place.mode, labelled=())
    found: dict[int, float] = {}
    here: NDArray[np.float64] = np.array([place.point], dtype=np.float64)
    for mode in Mode:
        some = [row for row in rows if row["mode"] == mode]
        there = np.array([(row["x"], row["y"]) for row in some], dtype=np.float64).reshape(-1, 2)
        costs = guess(here, there, mode, max_minutes=most).tocoo()
        found |= {some[at]["id"]: float(value) for at, value in zip(costs.coords[1], costs.data, strict=True)}
    return Reached(found, why)
