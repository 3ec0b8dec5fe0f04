"""Small worlds of roads, and journeys worked out by trying everything."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from geomatch.roads import NOT_ALLOWED, RoadClass, RoadFlag, RoadGraph

Piece = tuple[int, int, int, int]
"""Source, target, deciseconds forward, deciseconds backward (or NOT_ALLOWED)."""


def _draw(places: Sequence[tuple[float, float]], pieces: Sequence[Piece]) -> RoadGraph:
    ends = np.array([piece[:2] for piece in pieces], dtype=np.int32).reshape(-1, 2)
    times = np.array([piece[2:] for piece in pieces], dtype=np.int32).reshape(-1, 1, 2)
    xy = np.array(places, dtype=np.float64)
    m = len(pieces)
    return RoadGraph(
        node_ids=np.arange(len(places), dtype=np.int64),
        node_xy=xy,
        source=np.ascontiguousarray(ends[:, 0]),
        target=np.ascontiguousarray(ends[:, 1]),
        metres=np.linalg.norm(xy[ends[:, 0]] - xy[ends[:, 1]], axis=1),
        road_class=np.full(m, RoadClass.LOCAL, dtype=np.int8),
        flags=np.full(m, RoadFlag.CAR_FORWARD, dtype=np.int32),
        limit_kmh=np.zeros(m, dtype=np.int16),
        deciseconds=np.repeat(times, 3, axis=1),
        names=("",) * m,
        refs=("",) * m,
        coords=xy[ends.reshape(-1)],
        offsets=np.arange(0, 2 * m + 1, 2, dtype=np.int64),
    )


@pytest.fixture(scope="session")
def draw() -> Callable[..., RoadGraph]:
    """A road graph of straight pieces with the same times for every mode."""
    return _draw


@pytest.fixture(scope="session")
def cross(draw) -> RoadGraph:
    """A crossroads at (1000, 1000): lanes west, east and north, and a one-way street south, away from it.

    West-centre 600 ds (1 minute), centre-east 1200 ds, centre-north 600 ds; south comes back to the east end.
    Far off lies a lane of its own, an island.
    """
    places = [(0, 1000), (1000, 1000), (3000, 1000), (1000, 2000), (1000, 0), (50_000, 0), (51_000, 0)]
    pieces = [
        (0, 1, 600, 600),
        (1, 2, 1200, 1200),
        (1, 3, 600, 600),
        (1, 4, 600, NOT_ALLOWED),
        (4, 2, 3000, NOT_ALLOWED),
        (5, 6, 600, 600),
    ]
    return _draw(places, pieces)
