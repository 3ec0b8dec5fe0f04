"""Draws a county's ground on large sheets and cuts them into tiles."""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise

import aggdraw
import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry.base import BaseGeometry

from geomatch import crs
from geomatch.exporters.basemap import palette, style

TILE = 512
"""Pixels a side: twice the usual, so that a map asks for a quarter as many."""

SHEET = 4
"""Tiles along the side of a sheet: drawn at once, so that little is drawn twice."""

_EQUATOR_METRES = 2 * crs.MERCATOR_HALF_METRES
_MARGIN_PIXELS = 24.0
_TOWN_METRES, _TOWN_STREETS = 500.0, 12
"""So many pieces of street in a square of that side are more than a hamlet."""

_CURVE_PIXELS = 0.4
_PACKERS = 2
"""Threads that shrink tiles while the next sheet is drawn; Pillow lets go of Python's lock meanwhile."""

Tile = tuple[int, int, int, bytes]
"""Zoom, column, row, and a PNG."""


@dataclass(frozen=True, slots=True, eq=False)
class Land:
    """A county on the square of web maps: roads with class and sort, outlines by kind, and its whole."""

    lines: NDArray[np.object_]
    road_class: NDArray[np.int8]
    built_up: NDArray[np.bool_]
    town: NDArray[np.bool_]
    """Built-up, and among so many others that it is more than a hamlet."""
    outlines: Mapping[str, NDArray[np.object_]]
    whole: BaseGeometry


def land(
    lines: NDArray[np.object_],
    road_class: NDArray[np.int8],
    built_up: NDArray[np.bool_],
    areas: Mapping[str, NDArray[np.object_]],
) -> Land:
    """A county's roads and areas (EPSG:27700 metres) made ready to be drawn."""
    moved = {kind: crs.geometries_to_square(shapes) for kind, shapes in areas.items()}
    first = next(iter(moved.values()))
    whole = shapely.union_all(shapely.make_valid(first))
    town = built_up & _crowded(lines, built_up)
    return Land(crs.geometries_to_square(lines), road_class, built_up, town, moved, whole)


def _crowded(lines: NDArray[np.object_], built_up: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines (EPSG:27700 metres) lie in a square with enough built-up ones."""
    middles = shapely.get_coordinates(shapely.centroid(lines))
    squares, at = np.unique((middles // _TOWN_METRES).astype(np.int64), axis=0, return_inverse=True)
    counts = np.bincount(at.ravel()[built_up], minlength=len(squares))
    return np.asarray(counts[at.ravel()] >= _TOWN_STREETS)


def sheets(drawn: Land, zoom: int) -> list[tuple[int, int]]:
    """Columns and rows of the sheets that hold some of the county at one zoom level."""
    west, north, east, south = (int(edge * 2**zoom) // SHEET for edge in drawn.whole.bounds)
    side = SHEET / 2**zoom
    found = [(column, row) for column in range(west, east + 1) for row in range(north, south + 1)]
    boxes = [shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side) for x, y in found]
    near = shapely.dwithin(drawn.whole, np.array(boxes, dtype=object), side / SHEET)
    return [sheet for sheet, kept in zip(found, near, strict=True) if kept]


def tiles(drawn: Land, zoom: int) -> Iterator[list[Tile]]:
    """The tiles of one zoom level, sheet by sheet; those with nothing on them are left out."""
    level = Level(drawn, zoom)
    with ThreadPoolExecutor(_PACKERS) as packers:
        waiting: list[Future[list[Tile]]] = []
        for column, row in sheets(drawn, zoom):
            waiting.append(packers.submit(_cut, level.sheet(column, row), zoom, column, row))
            if len(waiting) > _PACKERS:
                yield waiting.pop(0).result()
        yield from (each.result() for each in waiting)


class Level:
    """One zoom level: the lines that are drawn there, no finer than can be seen."""

    def __init__(self, drawn: Land, zoom: int) -> None:
        self._tiles, self._pixels = 2.0**zoom, TILE * 2.0**zoom
        self._zoom = zoom + 1  # as a map of the usual tiles counts
        shown = {number for each in style.STROKES if self._zoom in each.widths for number in each.classes}
        built_up = drawn.built_up if self._zoom >= style.HAMLETS_FROM else drawn.town
        kept = np.isin(drawn.road_class, list(shown)) | built_up
        self._lines = shapely.simplify(drawn.lines[kept], _CURVE_PIXELS / self._pixels)
        self._class, self._built_up = drawn.road_class[kept], built_up[kept]
        self._tree = shapely.STRtree(self._lines)
        self._whole = shapely.simplify(drawn.whole, _CURVE_PIXELS / self._pixels)
        self._outlines = {
            kind: shapely.simplify(shapely.boundary(shapes), _CURVE_PIXELS / self._pixels)
            for kind, shapes in drawn.outlines.items()
        }

    def sheet(self, column: int, row: int) -> Image.Image:
        """One sheet, ``SHEET`` tiles a side."""
        side = SHEET / self._tiles
        box = shapely.box(column * side, row * side, (column + 1) * side, (row + 1) * side)
        box = shapely.box(*box.buffer(_MARGIN_PIXELS / self._pixels).bounds)
        corner = np.array([column, row], dtype=np.float64) * SHEET * TILE
        paper = Paper(self._pixels, corner)
        paper.fill(shapely.clip_by_rect(self._whole, *box.bounds))
        found = np.sort(self._tree.query(box))
        lines = paper.placed(self._lines[found])
        self._streets(paper, lines, self._built_up[found])
        for kind, colour, widths in style.OUTLINES:
            if kind in self._outlines and self._zoom in widths:
                paper.outline(self._outlines[kind], box, colour, widths[self._zoom])
        if self._zoom in style.COUNTY_WIDTHS:
            edge = np.array([shapely.boundary(self._whole)], dtype=object)
            paper.outline(edge, box, style.COUNTY, style.COUNTY_WIDTHS[self._zoom])
        for stroke in style.STROKES:
            if self._zoom in stroke.widths:
                here = np.isin(self._class[found], list(stroke.classes))
                paper.lines(lines, here, stroke.colour, stroke.widths[self._zoom])
        return paper.finished()

    def _streets(self, paper: "Paper", lines: list[list[float]], built_up: NDArray[np.bool_]) -> None:
        """Streets so wide that they become the patch of a town."""
        middle = self._whole.centroid.y
        shrunk = 1 / np.cosh(np.pi * (1 - 2 * middle))  # Mercator's scale at that latitude
        width = style.BUILT_UP_METRES / (_EQUATOR_METRES * shrunk) * self._pixels
        paper.lines(lines, built_up, style.BUILT_UP, max(style.BUILT_UP_LEAST, width))


class Paper:
    """A picture in the making."""

    def __init__(self, pixels: float, corner: NDArray[np.float64]) -> None:
        self._image = Image.new("RGB", (SHEET * TILE, SHEET * TILE), style.BEYOND)
        self._pen = aggdraw.Draw(self._image)
        self._pixels, self._corner = pixels, corner

    def fill(self, shape: BaseGeometry) -> None:
        """Land, with its holes."""
        for polygon in shapely.get_parts(shape):
            if isinstance(polygon, shapely.Polygon) and not polygon.is_empty:
                for number, ring in enumerate(self.placed(shapely.get_rings(polygon))):
                    self._pen.polygon(ring, None, aggdraw.Brush(style.BEYOND if number else style.LAND))

    def placed(self, lines: NDArray[np.object_]) -> list[list[float]]:
        """Lines as numbers of pixels, x and y in turn."""
        points, owner = shapely.get_coordinates(lines, return_index=True)
        flat = (points * self._pixels - self._corner).round(2)
        ends = np.searchsorted(owner, np.arange(len(lines) + 1))
        return [flat[first:last].ravel().tolist() for first, last in pairwise(ends)]

    def lines(self, lines: list[list[float]], wanted: NDArray[np.bool_], colour: str, width: float) -> None:
        """Some of the lines in one colour and width."""
        pen = aggdraw.Pen(colour, width)
        for number in np.flatnonzero(wanted):
            self._pen.line(lines[number], pen)

    def outline(self, edges: NDArray[np.object_], box: BaseGeometry, colour: str, width: float) -> None:
        """The edges of areas, as far as they lie in the box."""
        near = shapely.clip_by_rect(edges[shapely.intersects(edges, box)], *box.bounds)
        parts = np.asarray(shapely.get_parts(shapely.line_merge(near)), dtype=object)
        drawn = self.placed(parts)
        self.lines(drawn, np.ones(len(drawn), dtype=np.bool_), colour, width)

    def finished(self) -> Image.Image:
        """The picture."""
        self._pen.flush()
        return self._image


def _cut(sheet: Image.Image, zoom: int, column: int, row: int) -> list[Tile]:
    """A sheet's tiles in the map's own colours; without those that lie beyond the county and hold nothing."""
    few = palette.in_few_colours(sheet)
    cut = []
    for x in range(SHEET):
        for y in range(SHEET):
            tile = few.crop((x * TILE, y * TILE, (x + 1) * TILE, (y + 1) * TILE))
            if tile.getextrema() != (palette.NOTHING, palette.NOTHING):
                cut.append((zoom, column * SHEET + x, row * SHEET + y, _png(tile)))
    return cut


def _png(tile: Image.Image) -> bytes:
    kept = BytesIO()
    tile.save(kept, "PNG", compress_level=9)
    return kept.getvalue()
