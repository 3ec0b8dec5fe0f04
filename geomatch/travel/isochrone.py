"""Isochrones: the shape of everywhere a place can reach, or can be reached from, within some minutes."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.travel.network import Network
from geomatch.travel.reaching import Reach, reach
from geomatch.travel.snapping import (
    MAX_SNAP_METRES,
    WALK_DECISECONDS_PER_METRE,
    Places,
    Snapped,
    as_snapped,
    snap,
)

RASTER_METRES = 100.0
"""How far apart the points are at which the ground is timed. A shape is true to about this width."""

_BEYOND_MINUTES = 2.0
"""Times are worked out this far past the limit, so that the line is drawn between two true times."""

_ROWS_AT_ONCE = 64


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
    parts = []
    for first in range(0, len(northings), _ROWS_AT_ONCE):
        progress("timing the ground between the roads", first, len(northings))
        some = northings[first : first + _ROWS_AT_ONCE]
        parts.append(snap(network, np.stack(np.meshgrid(eastings, some), axis=-1).reshape(-1, 2)))
    points = _together(parts)
    free = np.rint(raster_metres * np.sqrt(0.5) * WALK_DECISECONDS_PER_METRE)
    walk = np.maximum(points.walk - free, 0).astype(np.int32)
    return Ground(network, raster_metres, eastings, northings, replace(points, walk=walk), bounds)


def _together(parts: list[Snapped]) -> Snapped:
    names = ("edge", "fraction", "metres", "walk", "leave", "arrive", "refusal")
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Snapped(network=parts[0].network, **columns)


def isochrone(
    ground: Ground, place: Places, *, minutes: float, towards: bool = False
) -> shapely.MultiPolygon:
    """Everywhere one place can reach within so many minutes; ``towards``, everywhere it is reached from.

    EPSG:27700, valid. Walking between the road and the point is counted. Whatever is reached lies inside or
    no farther outside than about the raster's width; whatever lies inside is reached, or would be by walking
    the raster's width more.

    Raises InputError for more or less than one place, one that is refused, or minutes below 0.
    """
    if not 0 <= minutes < np.inf:
        raise InputError(f"isochrone of minutes {minutes}; expected 0 or more")
    here = as_snapped(ground.network, place)
    if len(here) != 1:
        raise InputError(f"isochrone of {len(here)} places; expected one")
    if not here.accepted[0]:
        raise InputError(f"isochrone: the place is refused, {here.reason(0)}; expected one beside a road")
    reached = reach(ground.network, here, max_minutes=minutes + _BEYOND_MINUTES, towards=towards)
    known = np.isfinite(reached.deciseconds[0])[ground.network.edge_ends].any(axis=1)
    known[here.edge[0]] = True
    rows, columns = _window(ground, known)
    times = _times(ground, reached, known, rows[:, None] * len(ground.eastings) + columns)
    times = np.minimum(times, minutes + _BEYOND_MINUTES)
    shape = _drawn(ground.eastings[columns], ground.northings[rows], times, minutes)
    return _spot(ground, here) if shape.is_empty else shape


def _window(ground: Ground, known: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the raster that any of these pieces of road may be near to."""
    bounds = ground.edge_bounds[known]
    west, south = bounds[:, :2].min(axis=0) - MAX_SNAP_METRES
    east, north = bounds[:, 2:].max(axis=0) + MAX_SNAP_METRES
    return (
        np.flatnonzero((ground.northings >= south) & (ground.northings <= north)),
        np.flatnonzero((ground.eastings >= west) & (ground.eastings <= east)),
    )


def _times(
    ground: Ground, reached: Reach, known: NDArray[np.bool_], inside: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Minutes of some points of the raster, ``inf`` beside pieces of road that are not reached."""
    edge = ground.points.edge[inside]
    near = (edge >= 0) & known[edge]
    times = np.full(inside.shape, np.inf)
    times[near] = reached.at(ground.points.take(inside[near]))[0]
    return times


def _drawn(
    eastings: NDArray[np.float64], northings: NDArray[np.float64], times: NDArray[np.float64], limit: float
) -> shapely.MultiPolygon:
    """The shape within which times, straight between raster points, are within the limit."""
    if times.shape[0] < 2 or times.shape[1] < 2:
        return shapely.MultiPolygon()
    contours = contour_generator(eastings, northings, times, fill_type=FillType.OuterOffset)
    # Up to a hair past the limit, so that a point exactly at it is not a shape without width.
    points, offsets = contours.filled(-1.0, limit + 1e-6)[:2]
    polygons = [_polygon(*one) for one in zip(points, offsets, strict=True)]  # type: ignore[arg-type]
    shape = shapely.MultiPolygon(polygons)
    return shape if shape.is_valid else _mended(shape)


def _polygon(points: NDArray[np.float64], offsets: NDArray[np.integer]) -> shapely.Polygon:
    rings = [points[first:last] for first, last in pairwise(offsets)]
    return shapely.Polygon(rings[0], rings[1:])


def _mended(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """The same ground, where rings touch."""
    parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _spot(ground: Ground, here: Snapped) -> shapely.MultiPolygon:
    """A square as wide as the raster, where less than that is reached."""
    line = ground.network.edge_lines[here.edge[0]]
    point = shapely.line_interpolate_point(line, here.fraction[0], normalized=True)
    half = ground.raster_metres / 2
    return shapely.MultiPolygon([shapely.box(point.x - half, point.y - half, point.x + half, point.y + half)])
