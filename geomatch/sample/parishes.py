"""Draws the parishes and divisions: cells grown from their seats over a field of small hexagons.

Every hexagon of 100 m belongs to the seat it is cheapest to reach; rivers and ridges are dear to cross, so
boundaries like to follow them. Hexagons meet three at a corner, so the cells are a valid coverage
and stay one when their edges are simplified together.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geomatch.model import Area, AreaKind, Point
from geomatch.sample.facts import Facts, Piece, Seat
from geomatch.sample.noise import Field, roughened, roughened_ring

SEED = 2010
"""Boundaries are drawn once and committed; they do not follow the county's seed."""

Ints = NDArray[np.int64]

_ACROSS, _UP = 100, 86
_CORNERS = np.array([[0, 57], [50, 29], [50, -29], [0, -57], [-50, -29], [-50, 29]])
_RIVER, _RIDGE = 1600, 700
_TOLERANCE = 115.0


def draw(facts: Facts) -> list[Area]:
    """Parishes and divisions in EPSG:27700 metres, each kind a gap-free coverage, sorted by code."""
    rng = np.random.default_rng(SEED)
    outline = roughened_ring(facts.outline, rng, rounds=3, share=0.14)
    centres = _hexagons(outline)
    costs = _costs(centres, facts, rng)
    labels = _pieces(facts, centres, costs)
    cells = shapely.coverage_simplify(
        [_union(centres[labels == k]) for k in range(len(facts.pieces))], _TOLERANCE
    )
    return _dissolved(facts, cells)


def _hexagons(outline: shapely.Polygon) -> Ints:
    west, south, east, north = outline.bounds
    columns = np.arange(west // _ACROSS, east // _ACROSS + 1)
    rows = np.arange(south // _UP, north // _UP + 1)
    column, row = (grid.ravel() for grid in np.meshgrid(columns, rows))
    centres = np.column_stack([column * _ACROSS + (row % 2) * 50, row * _UP]).astype(np.int64)
    inside: Ints = centres[shapely.contains_xy(outline, centres[:, 0], centres[:, 1])]
    return inside


def _costs(centres: Ints, facts: Facts, rng: np.random.Generator) -> "coo_array":
    """What each step between neighbouring hexagons costs, symmetric, whole numbers."""
    index = {(int(e), int(n)): k for k, (e, n) in enumerate(centres)}
    steps = [
        (k, other)
        for (e, n), k in index.items()
        for shift in ((_ACROSS, 0), (50, _UP), (-50, _UP))
        if (other := index.get((e + shift[0], n + shift[1]))) is not None
    ]
    start, end = np.array(steps).T
    middle = (centres[start] + centres[end]) / 2.0
    cost = 40 + 160 * Field.drawn(rng, 900)(*middle.T) + 120 * Field.drawn(rng, 250)(*middle.T)
    segments = shapely.linestrings(np.stack([centres[start], centres[end]], axis=1).astype(float))
    river = shapely.LineString(roughened(shapely.get_coordinates(facts.river), rng, rounds=2, share=0.15))
    for line, extra in [(river, _RIVER), *((ridge, _RIDGE) for _, ridge in sorted(facts.ridges.items()))]:
        shapely.prepare(line)
        cost = cost + extra * shapely.intersects(line, segments)
    whole = np.round(cost)
    size = len(centres)
    return coo_array((np.r_[whole, whole], (np.r_[start, end], np.r_[end, start])), shape=(size, size))


def _pieces(facts: Facts, centres: Ints, costs: "coo_array") -> Ints:
    """The number of the piece each hexagon belongs to: parishes first, then the split ones within."""
    by_parish: dict[str, list[tuple[int, Piece]]] = defaultdict(list)
    for number, piece in enumerate(facts.pieces):
        by_parish[piece.parish].append((number, piece))
    graph = costs.tocsr()
    discs = [_discs(seat, by_parish[seat.code], facts.seats) for seat in facts.seats]
    parish = _nearest(graph, centres, discs)
    labels = np.full(len(centres), -1)
    for place, seat in enumerate(facts.seats):
        here = np.flatnonzero(parish == place)
        numbers = [number for number, _ in by_parish[seat.code]]
        if len(numbers) == 1:
            labels[here] = numbers[0]
        else:
            spots = [[(piece.point, 0.0)] for _, piece in by_parish[seat.code] if piece.point]
            within = _nearest(graph[here][:, here], centres[here], spots)
            labels[here] = np.array(numbers)[within]
    return labels


def _discs(
    seat: Seat, pieces: Sequence[tuple[int, Piece]], seats: Sequence[Seat]
) -> list[tuple[Point, float]]:
    """The ground a parish holds from the start: a disc by its residents, clear of the next seat."""
    spots = [piece.point for _, piece in pieces if piece.point] or []
    clear = min(np.hypot(*np.subtract(seat.point, other.point)) for other in seats if other is not seat)
    radius = min(260 * np.sqrt(max(seat.residents, 120) / 1000), 0.45 * clear)
    return [(seat.point, radius), *((spot, 350.0) for spot in spots if len(spots) > 4)]


def _nearest(graph: object, centres: Ints, sources: Sequence[Iterable[tuple[Point, float]]]) -> Ints:
    """Which of the sources each hexagon is cheapest to reach from."""
    owner: dict[int, int] = {}
    for number, discs in enumerate(sources):
        for point, radius in discs:
            away = np.hypot(*(centres - np.array(point)).T)
            for hexagon in np.flatnonzero(away <= max(radius, away.min())):
                owner.setdefault(int(hexagon), number)
    starts = sorted(owner)
    _, _, origin = dijkstra(graph, indices=starts, min_only=True, return_predecessors=True)
    return np.array([owner[int(start)] for start in origin])


def _union(centres: Ints) -> shapely.Geometry:
    hexagons = shapely.polygons((centres[:, None, :] + _CORNERS[None, :, :]).astype(float))
    return shapely.coverage_union_all(hexagons)


def _dissolved(facts: Facts, cells: NDArray[np.object_]) -> list[Area]:
    names = {(AreaKind.PARISH, seat.code): seat.name for seat in facts.seats}
    parts: dict[tuple[AreaKind, str], list[shapely.Geometry]] = defaultdict(list)
    for piece, cell in zip(facts.pieces, cells, strict=True):
        names[AreaKind.DIVISION, piece.division] = piece.division_name
        parts[AreaKind.PARISH, piece.parish].append(cell)
        parts[AreaKind.DIVISION, piece.division].append(cell)
    return [
        Area(kind, code, names[kind, code], shapely.coverage_union_all(cells))
        for (kind, code), cells in sorted(parts.items())
    ]
