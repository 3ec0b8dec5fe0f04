"""The ground between the roads: a raster of points, each put on the road once, ready for isochrones."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.travel import compiled
from geomatch.travel.network import Network
from geomatch.travel.snapping import MAX_SNAP_METRES, WALK_DECISECONDS_PER_METRE, Snapped, beside, snap

RASTER_METRES = 100.0
"""How far apart the points are at which the ground is timed. A shape is true to about this width."""

_ROWS_AT_ONCE = 64

_SQUARE_METRES = 250.0
"""Width of the squares in which roads are looked for: a few times the raster's."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Points in a square raster over a network, each put on the road once. EPSG:27700 metres."""

    network: Network
    raster_metres: float
    eastings: NDArray[np.float64]
    """(w,) ascending multiples of the raster width."""
    northings: NDArray[np.float64]
    """(h,) ascending multiples of the raster width."""
    points: Snapped
    """(h * w,) row by row. A walk of up to half the way between two points across is not counted."""
    edge_bounds: NDArray[np.float64]
    """(e, 4) west, south, east, north of each piece of road."""


def ground(network: Network, *, raster_metres: float = RASTER_METRES, progress: Progress = silent) -> Ground:
    """Make the ground ready for isochrones: some seconds for a whole county, once.

    Raises InputError when the raster is not wider than 0.
    """
    if not 0 < raster_metres < np.inf:
        raise InputError(f"raster_metres {raster_metres}; expected more than 0")
    bounds = shapely.bounds(network.edge_lines)
    low = np.floor((bounds[:, :2].min(axis=0) - MAX_SNAP_METRES) / raster_metres)
    high = np.ceil((bounds[:, 2:].max(axis=0) + MAX_SNAP_METRES) / raster_metres)
    eastings, northings = (np.arange(low[axis], high[axis] + 1) * raster_metres for axis in (0, 1))
    points = _together(list(_on_the_road(network, eastings, northings, progress)))
    free = np.rint(raster_metres * np.sqrt(0.5) * WALK_DECISECONDS_PER_METRE)
    walk = np.maximum(points.walk - free, 0).astype(np.int32)
    return Ground(network, raster_metres, eastings, northings, replace(points, walk=walk), bounds)


def _on_the_road(
    network: Network, eastings: NDArray[np.float64], northings: NDArray[np.float64], progress: Progress
) -> Iterator[Snapped]:
    """The raster's points on the road, some rows at a time."""
    on_the_road = _quickly(network) if compiled.available() else partial(snap, network)
    for first in range(0, len(northings), _ROWS_AT_ONCE):
        progress("timing the ground between the roads", first, len(northings))
        some = northings[first : first + _ROWS_AT_ONCE]
        yield on_the_road(np.stack(np.meshgrid(eastings, some), axis=-1).reshape(-1, 2))


def _quickly(network: Network) -> Callable[[NDArray[np.float64]], Snapped]:
    """What ``snap`` does, for points of which nobody asks why they were refused."""
    from geomatch.travel import nearby  # it needs numba

    coords, owner = shapely.get_coordinates(network.edge_lines, return_index=True)
    within = np.flatnonzero(owner[1:] == owner[:-1])
    lengths = np.hypot(*(coords[within + 1] - coords[within]).T)
    edge = owner[within].astype(np.int64)
    whole = np.cumsum(lengths) - lengths
    begins = whole[np.searchsorted(edge, np.arange(len(network.edge_lines)))]
    ends = np.hstack([coords[within], coords[within + 1]])
    segments = nearby.Segments(ends, edge, whole - begins[edge])
    grid = nearby.grid_of(segments, _SQUARE_METRES)

    def on_the_road(points: NDArray[np.float64]) -> Snapped:
        found = nearby.nearest(grid, segments, points, MAX_SNAP_METRES)
        return beside(network, found.edge, found.along, found.metres)

    return on_the_road


def _together(parts: list[Snapped]) -> Snapped:
    names = ("edge", "fraction", "metres", "walk", "leave", "arrive", "refusal")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Snapped(network=parts[0].network, **columns)
