"""Our journeys beside journeys that somebody else routed over the same roads.

The other's file is GeoJSON, WGS 84: one LineString for each journey with its ``distance`` in metres and its
``duration`` in seconds. The roads are what these lines cover, all of one class and open both ways: neither
class nor one-way streets can be told from lines.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch import crs, travel
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import MODES, SPEEDS, RoadClass, RoadFlag, RoadGraph, deciseconds

ROAD_CLASS = RoadClass.MINOR
"""Of all roads. Another class scales all minutes alike and changes no way."""

_METRES_PER_MINUTE = 1000 / 60
"""At 1 km/h."""

_JOINED_METRES = 0.1
"""Ends nearer than this are one: the sixth decimal of a degree, to which such lines are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """k journeys as somebody else routed them."""

    lines: NDArray[np.object_]
    """(k,) LineStrings, EPSG:27700."""
    metres: NDArray[np.float64]
    minutes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Ours beside theirs. Shares are of theirs, such as 0.01 for 1 %."""

    journeys: int
    routed: int
    """How many of them lie on the main network, and are compared."""
    length_error: tuple[float, float, float]
    """Median, 90th percentile and greatest of how much our way differs in length from theirs."""
    their_kmh: tuple[float, float, float]
    """5th percentile, median, 95th percentile."""
    our_kmh: float
    """All our roads being of one class."""
    minutes_ratio: tuple[float, float, float]
    """Their minutes over ours: 5th percentile, median, 95th percentile."""


def read(paths: Sequence[Path]) -> Legs:
    """The journeys of some files. Raises InputError for a file that is no such GeoJSON."""
    features = [feature for path in paths for feature in _features(path)]
    lines = np.array([shapely.LineString(line) for line, _, _ in features], dtype=object)
    metres, seconds = (np.array([feature[at] for feature in features], dtype=np.float64) for at in (1, 2))
    return Legs(crs.geometries_to_grid(lines, "EPSG:4326"), metres, seconds / 60)


def _features(path: Path) -> list[tuple[Any, float, float]]:
    try:
        found = json.loads(path.read_text("utf-8"))["features"]
        legs = [
            (one["geometry"]["coordinates"], one["properties"]["distance"], one["properties"]["duration"])
            for one in found
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path}: cannot be read ({error!r}); expected GeoJSON lines with distance and duration"
        ) from error
    return [leg for leg in legs if len(leg[0]) > 1 and leg[1] > 0 and leg[2] > 0]


def roads(legs: Legs) -> RoadGraph:
    """What the journeys cover, cut wherever two lines meet or part. Raises InputError without journeys."""
    if not len(legs.lines):
        raise InputError("no journeys; expected at least one")
    pieces = shapely.get_parts(shapely.union_all(legs.lines))
    coords, owner = shapely.get_coordinates(pieces, return_index=True)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owner))]).astype(np.int64)
    ends = coords[np.column_stack([offsets[:-1], offsets[1:] - 1]).reshape(-1)]
    _, example, inverse = np.unique(
        np.rint(ends / _JOINED_METRES), axis=0, return_index=True, return_inverse=True
    )
    between = np.asarray(inverse, dtype=np.int32).reshape(-1, 2)
    m, metres = len(pieces), shapely.length(pieces)
    road_class = np.full(m, ROAD_CLASS, dtype=np.int8)
    flags = np.full(m, RoadFlag.CAR_FORWARD | RoadFlag.CAR_BACKWARD, dtype=np.int32)
    no_limit = np.zeros(m, dtype=np.int16)
    return RoadGraph(
        node_ids=np.arange(len(example), dtype=np.int64),
        node_xy=ends[example],
        source=between[:, 0].copy(),
        target=between[:, 1].copy(),
        metres=metres,
        road_class=road_class,
        flags=flags,
        limit_kmh=no_limit,
        deciseconds=deciseconds(metres, road_class, flags, no_limit),
        names=("",) * m,
        refs=("",) * m,
        coords=coords,
        offsets=offsets,
    )


def compare(legs: Legs) -> Comparison:
    """Route every journey from end to end of its line over all the roads together.

    Raises InputError without journeys, or when none lies on the main network.
    """
    graph = roads(legs)
    network = travel.contract(travel.prepare(graph, Mode.CAR))
    here, there = (travel.snap(network, _ends(legs, at)) for at in (0, -1))
    ours = np.diag(travel.matrix(network, here, there, max_minutes=None).dense())
    on = np.isfinite(ours) & (ours > 0)
    if not on.any():
        raise InputError(f"none of {len(ours)} journeys on the roads they cover; expected one")
    kmh = SPEEDS.kmh()[ROAD_CLASS, 0, MODES.index(Mode.CAR)]
    off = np.abs(ours[on] * kmh * _METRES_PER_MINUTE - legs.metres[on]) / legs.metres[on]
    return Comparison(
        journeys=len(ours),
        routed=int(on.sum()),
        length_error=_three(off, (50, 90, 100)),
        their_kmh=_three(legs.metres[on] / legs.minutes[on] / _METRES_PER_MINUTE, (5, 50, 95)),
        our_kmh=float(kmh),
        minutes_ratio=_three(legs.minutes[on] / ours[on], (5, 50, 95)),
    )


def _ends(legs: Legs, at: int) -> NDArray[np.float64]:
    return shapely.get_coordinates(shapely.get_point(legs.lines, at))


def _three(numbers: NDArray[np.float64], percentiles: tuple[int, int, int]) -> tuple[float, float, float]:
    low, middle, high = (round(float(number), 4) for number in np.percentile(numbers, percentiles))
    return low, middle, high
