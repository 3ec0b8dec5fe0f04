"""Minutes out of metres: one speed table, applied to every piece alike."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geomatch.model import Mode
from geomatch.roads.classes import MODES, RoadFlag, permission
from geomatch.roads.graph import NOT_ALLOWED, RoadGraph
from geomatch.roads.speeds import LIMIT_SHARE, SPEEDS, SpeedTable

_DECISECONDS_PER_METRE_AT_1_KMH = 36.0


def deciseconds(
    metres: NDArray[np.float64],
    road_class: NDArray[np.int8],
    flags: NDArray[np.int32],
    limit_kmh: NDArray[np.int16],
    speeds: SpeedTable = SPEEDS,
) -> NDArray[np.int32]:
    """Time of each of m pieces, shape (m, 3 modes, 2: forward and backward), to the nearest decisecond.

    NOT_ALLOWED where the flags do not permit the mode or the table does not offer it.
    """
    kmh = _kmh(road_class, flags, limit_kmh, speeds)
    time = np.rint(metres[:, None] * _DECISECONDS_PER_METRE_AT_1_KMH / kmh)
    known = np.where(np.isnan(time), NOT_ALLOWED, time).astype(np.int32)
    return np.where(_permitted(flags), known[:, :, None], np.int32(NOT_ALLOWED))


def timed_again(graph: RoadGraph, speeds: SpeedTable) -> RoadGraph:
    """The same roads at other speeds. Ferries keep their times: those come from the timetable."""
    fresh = deciseconds(graph.metres, graph.road_class, graph.flags, graph.limit_kmh, speeds)
    ferry = (graph.flags & RoadFlag.FERRY) != 0
    return replace(graph, deciseconds=np.where(ferry[:, None, None], graph.deciseconds, fresh))


def _kmh(
    road_class: NDArray[np.int8],
    flags: NDArray[np.int32],
    limit_kmh: NDArray[np.int16],
    speeds: SpeedTable,
) -> NDArray[np.float64]:
    table = speeds.kmh()
    built_up = ((flags & RoadFlag.BUILT_UP) != 0).astype(np.intp)
    kmh = table[road_class, built_up, :]
    pavement = (flags & RoadFlag.PAVEMENT) != 0
    on_foot = MODES.index(Mode.FOOT)
    kmh[:, on_foot] = np.where(pavement, table[road_class, 1, on_foot], kmh[:, on_foot])
    most = np.where(limit_kmh > 0, limit_kmh * LIMIT_SHARE, np.inf)
    by_car = MODES.index(Mode.CAR)
    kmh[:, by_car] = np.minimum(kmh[:, by_car], most)
    return kmh


def _permitted(flags: NDArray[np.int32]) -> NDArray[np.bool_]:
    allowed = [[(flags & permission(mode, forward=way)) != 0 for way in (True, False)] for mode in MODES]
    return np.moveaxis(np.array(allowed, dtype=np.bool_), 2, 0)
