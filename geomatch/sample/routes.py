"""Chooses which edges of the mesh are roads: main roads first, then lanes, tracks and town streets.

Every route is the cheapest one over the mesh, and following a road that is already there is cheaper than
building beside it, so that lanes run together and meet main roads as lanes do.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, KDTree

from geomatch.progress import Progress
from geomatch.sample.facts import Facts
from geomatch.sample.mesh import TOWN, Ints, Mesh
from geomatch.sample.noise import Floats
from geomatch.sample.settlements import Place

CLASSES = ("track", "residential", "unclassified", "tertiary", "secondary", "primary", "trunk", "motorway")
"""OSM ``highway`` values from least to greatest; a number in here is a road's rank."""

TRACK, STREET, LANE, TERTIARY, SECONDARY = range(5)
NONE = -1

_REUSE = 0.55
_AT_ONCE = 128
_REACH = 2.6
"""How many times its straight length a route may cost at first; one that finds no way then may cost any."""


class Network:
    """What each mesh edge has become: its rank (or NONE) and the number of its main road (or NONE)."""

    def __init__(self, mesh: Mesh) -> None:
        """Nothing is built yet."""
        self.mesh = mesh
        self.rank = np.full(len(mesh.edges), NONE)
        self.road = np.full(len(mesh.edges), NONE)
        start, end = mesh.edges.T
        self.length = np.hypot(*(mesh.points[start] - mesh.points[end]).T)
        self._straightest = np.sqrt(mesh.cost * self.length)
        self._size = len(mesh.points)
        keys = mesh.edges[:, 0] * self._size + mesh.edges[:, 1]
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]
        both = np.r_[np.arange(len(start)), np.arange(len(start))]
        shape = (self._size, self._size)
        self._pattern = coo_array((both + 1.0, (np.r_[start, end], np.r_[end, start])), shape=shape).tocsr()
        self._edge = self._pattern.data.astype(np.int64) - 1

    def build(self, edges: Ints, rank: int, road: int = NONE) -> None:
        """Make the edges roads of at least this rank."""
        better = edges[self.rank[edges] < rank]
        self.rank[better] = rank
        self.road[better] = road

    def graph(self, costs: Floats) -> csr_array:
        """The mesh as a matrix of what each edge costs, both ways."""
        return csr_array(
            (costs[self._edge], self._pattern.indices, self._pattern.indptr), self._pattern.shape
        )

    def straight_costs(self) -> Floats:
        """What each edge costs a main road: ground counts for less, and sharing the way is liked."""
        return np.asarray(np.ceil(self._straightest * np.where(self.rank >= SECONDARY, 0.7, 1.0)))

    def between(self, pairs: Ints) -> Ints:
        """Numbers of the mesh edges that join the given pairs of points, shape ``(n, 2)``."""
        wanted = np.unique(pairs.min(axis=1) * self._size + pairs.max(axis=1)) if len(pairs) else pairs[:, 0]
        return np.asarray(self._order[np.searchsorted(self._keys, wanted)], dtype=np.int64)


def chosen(
    facts: Facts, places: Sequence[Place], mesh: Mesh, rng: np.random.Generator, *, progress: Progress
) -> Network:
    """The whole net of the county and its rim."""
    network = Network(mesh)
    for number, road in enumerate(facts.roads):
        _main_road(network, number, road.through, CLASSES.index(road.highway))
    progress("laying roads", 1, 4)
    stops = _stops(mesh, places)
    villages = [stop for stop, place in zip(stops, places, strict=True) if place.residents >= 120]
    _lanes(network, _neighbours(mesh, villages, rng, loops=0.25), LANE)
    progress("laying roads", 2, 4)
    pairs = _neighbours(mesh, stops, rng, loops=0.12)
    _lanes(network, pairs, LANE)
    _lanes(network, _neighbours(mesh, stops, rng, loops=0.55, least=False), TRACK)
    progress("laying roads", 3, 4)
    _streets(network, rng)
    progress("laying roads", 4, 4)
    return network


def _main_road(network: Network, number: int, through: Sequence[str], rank: int) -> None:
    """One road through its places in order, straighter than a lane and glad of any road on its way."""
    mesh = network.mesh
    stops = [mesh.named[name] for name in through]
    graph = network.graph(network.straight_costs())
    for start, end in pairwise(stops):
        network.build(network.between(_route(mesh, graph, start, end)), rank, number)


def _route(mesh: Mesh, graph: csr_array, start: int, end: int) -> Ints:
    straight = _straight(mesh, start, end)
    for limit in (straight * 2 + 500, straight * 6 + 4000, np.inf):
        _, back = dijkstra(graph, indices=start, return_predecessors=True, limit=limit)
        if back[end] >= 0:
            break
    return _steps(back, end)


def _straight(mesh: Mesh, start: int, end: int) -> float:
    return float(np.hypot(*(mesh.points[start] - mesh.points[end])))


def _stops(mesh: Mesh, places: Sequence[Place]) -> list[int]:
    return [int(stop) for stop in KDTree(mesh.points).query([place.point for place in places])[1]]


def _neighbours(
    mesh: Mesh, stops: Sequence[int], rng: np.random.Generator, *, loops: float, least: bool = True
) -> list[tuple[int, int]]:
    """Pairs of stops that deserve a road: relative neighbours, and a share of the Gabriel pairs beside them.

    With ``least`` false only that share, without the relative neighbours.
    """
    stops = sorted(set(stops))
    at = mesh.points[stops]
    corners = Delaunay(at).simplices
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    tree = KDTree(at)
    lucky = rng.random(len(pairs))
    found = []
    for (a, b), luck in zip(pairs, lucky, strict=True):
        length = float(np.hypot(*(at[a] - at[b])))
        middle = (at[a] + at[b]) / 2
        if len(tree.query_ball_point(middle, length / 2 - 1)) > 0:
            continue
        lens = set(tree.query_ball_point(at[a], length - 1)) & set(tree.query_ball_point(at[b], length - 1))
        relative = not lens
        if (relative and least) or (not relative and luck < loops):
            found.append((stops[a], stops[b]))
    return found


def _lanes(network: Network, pairs: Iterable[tuple[int, int]], rank: int) -> None:
    """Cheapest routes for all pairs, found together over the roads as they are now."""
    mesh = network.mesh
    by_start: dict[int, list[int]] = {}
    for start, end in sorted(pairs):
        by_start.setdefault(start, []).append(end)
    farthest = {a: max(_straight(mesh, a, b) for b in ends) for a, ends in by_start.items()}
    starts = sorted(by_start, key=lambda start: (farthest[start], start))
    built = np.where(network.rank >= LANE, 2.0 if rank == TRACK else _REUSE, 1.0)
    graph = network.graph(np.ceil(mesh.cost * built))
    for first in range(0, len(starts), _AT_ONCE):
        some = starts[first : first + _AT_ONCE]
        _, back = dijkstra(graph, indices=some, return_predecessors=True, limit=farthest[some[-1]] * _REACH)
        wanted = [(row, start, end) for row, start in enumerate(some) for end in by_start[start]]
        routes = [_steps(back[row], end) for row, _, end in wanted]
        missed = [
            _route(mesh, graph, *pair) for (_, *pair), way in zip(wanted, routes, strict=True) if not len(way)
        ]
        network.build(network.between(np.vstack(routes + missed)), rank)


def _streets(network: Network, rng: np.random.Generator) -> None:
    """Streets inside settlements: a tree of long straight ones that holds on to the roads, and short cuts."""
    mesh = network.mesh
    square, line_luck = _street_lines(mesh, rng)
    built = network.rank >= LANE
    usable = square | built
    luck = np.floor(line_luck * 800 + rng.random(len(square)) * 400)
    start, end = mesh.edges[usable].T
    weight = np.where(built, 1.0, 10 + luck)[usable]
    size = len(mesh.points)
    tree = minimum_spanning_tree(csr_array((weight, (start, end)), shape=(size, size))).tocoo()
    network.build(network.between(np.column_stack([tree.row, tree.col]).astype(np.int64)), STREET)
    network.build(np.flatnonzero(square & (luck < 470)), STREET)


def _street_lines(mesh: Mesh, rng: np.random.Generator) -> tuple[NDArray[np.bool_], Floats]:
    """Which edges lie along their settlement's grid, and a number 0 to 1 for the grid line each is on."""
    start, end = mesh.edges.T
    home = mesh.home[start]
    ahead = mesh.points[end] - mesh.points[start]
    turn = mesh.turn[home]
    off_grid = np.arctan2(ahead[:, 1], ahead[:, 0]) - turn
    axis = np.round(off_grid / (np.pi / 2)).astype(np.int64)
    askew = np.abs(off_grid - axis * np.pi / 2)
    square = (home >= 0) & (home == mesh.home[end]) & (askew < 0.42) & (np.hypot(*ahead.T) < TOWN * 1.5)
    middle = (mesh.points[start] + mesh.points[end]) / 2
    side = turn + (axis % 2 + 1) * np.pi / 2
    line = np.round((middle[:, 0] * np.cos(side) + middle[:, 1] * np.sin(side)) / TOWN).astype(np.int64)
    luck = rng.random(4099)
    return square, luck[(line * 31 + (axis % 2) * 1009 + home * 17) % 4099]


def _steps(back: NDArray[np.int32], end: int) -> Ints:
    """The pairs of points of the route to ``end``, from predecessors; none when it cannot be reached."""
    steps = []
    while (before := int(back[end])) >= 0:
        steps.append((before, end))
        end = before
    return np.array(steps, dtype=np.int64).reshape(-1, 2)
