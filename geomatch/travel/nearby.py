"""Compiled: the nearest piece of road of each point of a raster, many times faster than one by one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

NONE = -1


class Segments(NamedTuple):
    """Straight parts of pieces of road, EPSG:27700 metres."""

    ends: NDArray[np.float64]
    """(s, 4) from easting and northing to easting and northing."""
    edge: NDArray[np.int64]
    """(s,) the piece each is part of."""
    before: NDArray[np.float64]
    """(s,) metres along the piece to where each begins."""


class Grid(NamedTuple):
    """Which segments may touch each square of a grid over them."""

    west: float
    south: float
    metres: float
    """Width of a square."""
    across: int
    up: int
    starts: NDArray[np.int64]
    """(across * up + 1,) segments of square i are listed[starts[i]:starts[i + 1]]."""
    listed: NDArray[np.int64]


class Found(NamedTuple):
    """The nearest piece of each point; of pieces equally near the first."""

    edge: NDArray[np.int64]
    """NONE where none is within the limit."""
    along: NDArray[np.float64]
    """Metres along the piece to the point nearest."""
    metres: NDArray[np.float64]


@compiled
def _square(value: float, low: float, metres: float, count: int) -> int:
    return int(min(max(np.floor((value - low) / metres), 0), count - 1))


@compiled
def _fill(grid: Grid, segments: Segments, counting: bool) -> None:
    """List every segment in all squares that its own box touches, or only count it there."""
    for row in range(len(segments.edge)):
        x0, y0, x1, y1 = segments.ends[row]
        west = _square(min(x0, x1), grid.west, grid.metres, grid.across)
        east = _square(max(x0, x1), grid.west, grid.metres, grid.across)
        south = _square(min(y0, y1), grid.south, grid.metres, grid.up)
        north = _square(max(y0, y1), grid.south, grid.metres, grid.up)
        for y in range(south, north + 1):
            for x in range(west, east + 1):
                square = y * grid.across + x
                if counting:
                    grid.starts[square + 1] += 1
                else:
                    grid.listed[grid.starts[square]] = row
                    grid.starts[square] += 1


def grid_of(segments: Segments, metres: float) -> Grid:
    """The grid over some segments, of squares so many metres wide."""
    ends = segments.ends.reshape(-1, 2)
    west, south = ends.min(axis=0)
    across, up = (int(span // metres) + 1 for span in ends.max(axis=0) - (west, south))
    shape = (float(west), float(south), metres, across, up)
    counted = Grid(*shape, np.zeros(across * up + 1, np.int64), np.empty(0, np.int64))
    _fill(counted, segments, True)
    starts = np.cumsum(counted.starts)
    filled = Grid(*shape, starts.copy(), np.empty(starts[-1], np.int64))
    _fill(filled, segments, False)
    return Grid(*shape, starts, filled.listed)


@compiled
def _foot(segments: Segments, row: int, x: float, y: float) -> tuple[float, float]:
    """Metres from a point to a segment, and along the segment to there."""
    x0, y0, x1, y1 = segments.ends[row]
    dx, dy = x1 - x0, y1 - y0
    length = np.sqrt(dx * dx + dy * dy)
    share = 0.0
    if length > 0:
        share = min(max(((x - x0) * dx + (y - y0) * dy) / (length * length), 0.0), 1.0)
    return np.hypot(x0 + share * dx - x, y0 + share * dy - y), share * length


@compiled
def nearest(grid: Grid, segments: Segments, points: NDArray[np.float64], most: float) -> Found:
    """The nearest piece within ``most`` metres of each of (k, 2) points: ring by ring of squares about it."""
    k = len(points)
    edge, along, metres = np.full(k, NONE, np.int64), np.zeros(k), np.full(k, np.inf)
    for point in range(k):
        x, y = points[point]
        column = int(np.floor((x - grid.west) / grid.metres))
        line = int(np.floor((y - grid.south) / grid.metres))
        left, below = x - grid.west - column * grid.metres, y - grid.south - line * grid.metres
        margin = min(left, below, grid.metres - left, grid.metres - below)
        ring = 0
        # Whatever is not within this ring is farther away than the rings before and the margin.
        while (ring - 1) * grid.metres + margin <= min(most, metres[point]) or ring == 0:
            for square_y in range(max(line - ring, 0), min(line + ring, grid.up - 1) + 1):
                whole = abs(square_y - line) == ring
                step = 1 if whole or ring == 0 else 2 * ring
                for square_x in range(column - ring, column + ring + 1, step):
                    if 0 <= square_x < grid.across:
                        square = square_y * grid.across + square_x
                        for at in range(grid.starts[square], grid.starts[square + 1]):
                            row = grid.listed[at]
                            far, there = _foot(segments, row, x, y)
                            sooner = far == metres[point] and segments.edge[row] < edge[point]
                            if far <= most and (far < metres[point] or sooner):
                                metres[point], edge[point] = far, segments.edge[row]
                                along[point] = segments.before[row] + there
            ring += 1
    return Found(edge, along, metres)


class Raster(NamedTuple):
    """Points of a raster on the road, row by row."""

    edge: NDArray[np.int64]
    offsets: NDArray[np.int32]
    """(k, 2) deciseconds between each point and the two ends of its piece, NONE where not allowed."""
    walk: NDArray[np.int32]
    across: int


@compiled
def timed(
    raster: Raster,
    window: tuple[NDArray[np.int64], NDArray[np.int64]],
    node_times: NDArray[np.float64],
    edge_ends: NDArray[np.int32],
    most: float,
) -> NDArray[np.float64]:
    """Deciseconds of the points in some rows and columns by the ends of their pieces, ``most`` at most."""
    rows, columns = window
    times = np.full((len(rows), len(columns)), most)
    for i in range(len(rows)):
        for j in range(len(columns)):
            at = rows[i] * raster.across + columns[j]
            edge = raster.edge[at]
            if edge != NONE:
                for end in range(2):
                    if raster.offsets[at, end] != NONE:
                        way = node_times[edge_ends[edge, end]] + raster.offsets[at, end] + raster.walk[at]
                        times[i, j] = min(times[i, j], way)
    return times
