"""Isochrones: the shape of everywhere a place can reach, or can be reached from, within some minutes."""

from itertools import pairwise

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.travel import compiled
from geomatch.travel.raster import Ground
from geomatch.travel.reaching import Reach, reach
from geomatch.travel.search import DECISECONDS_PER_MINUTE, check_limit
from geomatch.travel.snapping import MAX_SNAP_METRES, Places, Snapped, as_snapped

_BEYOND_MINUTES = 2.0
"""Times are worked out this far past the limit, so that the line is drawn between two true times."""


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
    rows, columns = window = _window(ground, known)
    times = _times(ground, reached, known, window)
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
    ground: Ground,
    reached: Reach,
    known: NDArray[np.bool_],
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.float64]:
    """Minutes of the raster's points in some rows and columns, as far as they were worked out."""
    rows, columns = window
    inside = rows[:, None] * len(ground.eastings) + columns
    most = check_limit(reached.max_minutes)
    edge = ground.points.edge[inside]
    if not compiled.available():
        near = (edge >= 0) & known[edge]
        times = np.full(inside.shape, most)
        times[near] = np.minimum(reached.at(ground.points.take(inside[near]))[0], most)
        return times
    from geomatch.travel import nearby  # it needs numba

    points = ground.points
    offsets = points.leave if reached.towards else points.arrive
    raster = nearby.Raster(points.edge, offsets, points.walk, len(ground.eastings))
    ends = ground.network.edge_ends
    times = nearby.timed(raster, window, reached.deciseconds[0], ends, most * DECISECONDS_PER_MINUTE)
    times = np.minimum(times / DECISECONDS_PER_MINUTE, most)
    beside = edge == reached.origins.edge[0]
    times[beside] = np.minimum(reached.at(points.take(inside[beside]))[0], most)
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
