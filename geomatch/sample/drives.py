"""Dead ends of the country: drives, farm tracks, and the few stated oddities that join nothing."""

import numpy as np
import shapely
from numpy.typing import NDArray

from geomatch.sample.drawing import DRIVE, ISLAND, PRIVATE, Drawing, joined
from geomatch.sample.mesh import Barriers, Bools, Ints
from geomatch.sample.noise import Floats
from geomatch.sample.routes import LANE, NONE, TERTIARY, TRACK

SHARE = 0.2
"""Share of the bends of country lanes that a drive leaves from."""

ODDITIES = {
    "Shawbury airfield perimeter track": (354_900.0, 322_300.0),
    "Clee Hill quarry road": (359_300.0, 276_500.0),
    "Weald Moors drainage track": (366_500.0, 316_500.0),
}
"""Tracks that no public road joins, near these points (EPSG:27700). All else is one component."""


def with_drives(drawing: Drawing, barriers: Barriers, rng: np.random.Generator) -> Drawing:
    """Drives and tracks leaving country lanes at bends, never over another road, river or drive."""
    roots = _roots(drawing, rng)
    bend, tip = _spurs(drawing, roots, rng)
    clear = _clear(drawing, barriers, roots, bend, tip)
    roots, bend, tip = roots[clear], bend[clear], tip[clear]
    first = len(drawing.points) + np.arange(len(roots)) * 2
    pieces = np.stack([np.column_stack([roots, first]), np.column_stack([first, first + 1])], axis=1)
    mark = np.where(rng.random(len(roots)) < 0.04, PRIVATE, DRIVE)
    far = np.hypot(*(tip - drawing.points[roots]).T) > 230
    mark = np.where(far & (mark == DRIVE), 0, mark)
    return joined(
        drawing,
        Drawing(
            np.stack([bend, tip], axis=1).reshape(-1, 2),
            pieces.reshape(-1, 2),
            np.full(len(roots) * 2, TRACK),
            np.full(len(roots) * 2, NONE),
            np.repeat(mark, 2),
            np.full(len(roots) * 2, NONE),
        ),
    )


def _roots(drawing: Drawing, rng: np.random.Generator) -> Ints:
    start, end = drawing.pieces.T
    lane = (drawing.rank == LANE) | (drawing.rank == TERTIARY)
    on_lane = np.bincount(np.r_[start[lane], end[lane]], minlength=len(drawing.points)) == 2
    able = on_lane & (drawing.degree() == 2) & (drawing.home == NONE)
    return np.flatnonzero(able & (rng.random(len(able)) < SHARE))


def _spurs(drawing: Drawing, roots: Ints, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """A bend and a tip for each drive, leaving its lane about square on."""
    start, end = drawing.pieces.T
    along = np.zeros_like(drawing.points)
    way = drawing.points[end] - drawing.points[start]
    np.add.at(along, start, way)
    np.add.at(along, end, way)
    bearing = np.arctan2(along[roots, 1], along[roots, 0]) + np.where(rng.random(len(roots)) < 0.5, 1, -1) * (
        np.pi / 2 + rng.normal(0, 0.3, len(roots))
    )
    length = np.clip(rng.lognormal(5.0, 0.6, len(roots)), 45, 520)
    turn = bearing + rng.normal(0, 0.45, len(roots))
    bend = drawing.points[roots] + _towards(bearing, length / 2)
    tip = bend + _towards(turn, length / 2)
    return np.round(bend), np.round(tip)


def _towards(bearing: Floats, length: Floats) -> Floats:
    return np.asarray(np.column_stack([np.cos(bearing), np.sin(bearing)]) * length[:, None])


def _lines(corners: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(corners), dtype=object)


def _clear(drawing: Drawing, barriers: Barriers, roots: Ints, bend: Floats, tip: Floats) -> Bools:
    """Drives that meet nothing: the road they leave is not looked at within 15 m of it."""
    root = drawing.points[roots]
    gap = root + (bend - root) * (15 / np.maximum(np.hypot(*(bend - root).T), 16))[:, None]
    drives = _lines(np.stack([gap, bend, tip], axis=1))
    roads = _lines(drawing.points[drawing.pieces])
    hit = shapely.STRtree(roads).query(drives, predicate="intersects")[0]
    clear = np.ones(len(roots), dtype=bool)
    clear[hit] = False
    first, second = shapely.STRtree(drives).query(drives, predicate="intersects")
    clear[np.maximum(first, second)[first != second]] = False
    return clear & ~barriers.crossed(root, bend) & ~barriers.crossed(bend, tip)


def with_oddities(drawing: Drawing) -> Drawing:
    """The three tracks that no road joins, each a loop where there is most room near its place."""
    tree = shapely.STRtree(_lines(drawing.points[drawing.pieces]))
    for spot in ODDITIES.values():
        steps = np.arange(-1500, 1501, 60.0)
        around = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + spot
        room = tree.query_nearest(shapely.points(around), all_matches=False, return_distance=True)[1]
        best = int(np.argmax(room))
        drawing = joined(drawing, _loop(len(drawing.points), around[best], min(room[best] * 0.7, 260.0)))
    return drawing


def _loop(first: int, centre: Floats, radius: float) -> Drawing:
    angle = np.arange(12) * np.pi / 6
    points = np.round(centre + radius * np.column_stack([np.cos(angle), 0.7 * np.sin(angle)]))
    here = first + np.arange(12)
    every = np.ones(12, dtype=np.int64)
    ring = np.column_stack([here, np.roll(here, -1)])
    return Drawing(points, ring, every * TRACK, every * NONE, every * ISLAND, every * NONE)
