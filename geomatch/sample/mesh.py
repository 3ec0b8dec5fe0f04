"""A fine mesh of possible road pieces, close-knit in towns and open in the country.

Roads are later chosen among its edges, so that they meet in junctions and never cross by chance. No edge
passes the Severn or the Long Mynd but at the crossings the facts name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, KDTree

from geomatch.model import Point
from geomatch.sample.facts import Facts
from geomatch.sample.noise import Field, Floats, roughened
from geomatch.sample.settlements import Place, land, scattered

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

COUNTRY, TOWN = 330.0, 76.0
"""Metres between neighbouring points outside and inside settlements."""

_LONGEST = 1400.0
_APPROACH = 45.0
"""How far from the middle of a crossing its two ends lie, metres."""


@dataclass(frozen=True, slots=True)
class Barriers:
    """Lines no road passes: name to line, as drawn in full detail."""

    lines: dict[str, shapely.LineString]

    def crossed(self, starts: Floats, ends: Floats) -> Bools:
        """Which of the pieces from ``starts`` to ``ends``, shape ``(n, 2)``, pass a barrier."""
        pieces = shapely.linestrings(np.stack([starts, ends], axis=1))
        hit: Bools = np.zeros(len(starts), dtype=np.bool_)
        for line in self.lines.values():
            shapely.prepare(line)
            hit |= shapely.intersects(line, pieces)
        return hit


@dataclass(frozen=True, slots=True)
class Mesh:
    """``points`` (n, 2) whole metres; ``edges`` (m, 2); ``cost`` (m,) of building a road there.

    ``home`` is the number of the settlement a point lies in, or -1; ``turn`` how far each settlement's
    streets are turned from the grid, radians. ``named`` finds the point of a place,
    junction or crossing (``@`` before it). ``gates`` are the edges that pass a barrier, by name.
    """

    points: Floats
    edges: Ints
    cost: Floats
    home: Ints
    turn: Floats
    named: dict[str, int]
    gates: dict[str, int]
    barriers: Barriers


def build(facts: Facts, places: Sequence[Place], rng: np.random.Generator) -> Mesh:
    """The mesh over the county and its rim."""
    barriers = _barriers(facts, rng)
    anchors = _anchors(facts, places)
    gates = {name: _gate(barriers.lines[over], point) for name, (over, point) in facts.crossings.items()}
    spots = {point: number for number, point in enumerate(dict.fromkeys(anchors.values()))}
    fixed = np.array([*spots, *(end for gate in gates.values() for end in gate)])
    turn = rng.uniform(0, np.pi / 2, len(places))
    points, home = _points(facts, places, turn, fixed, rng)
    points, home = _off_barriers(points, home, barriers, len(fixed))
    edges = _edges(points, barriers)
    first_gate = len(spots)
    pairs = [(first_gate + 2 * k, first_gate + 2 * k + 1) for k in range(len(gates))]
    passing = np.isin(edges[:, 0], [a for a, _ in pairs]) & (edges[:, 1] == edges[:, 0] + 1)
    edges = np.vstack([edges[~passing], np.array(pairs)])
    named = {name: spots[point] for name, point in anchors.items()}
    named |= {f"@{name}": pair[0] for name, pair in zip(gates, pairs, strict=True)}
    gate_edges = {name: len(edges) - len(gates) + k for k, name in enumerate(gates)}
    cost = _cost(points, edges, facts, rng)
    return Mesh(points, edges, cost, home, turn, named, gate_edges, barriers)


def _barriers(facts: Facts, rng: np.random.Generator) -> Barriers:
    river = shapely.LineString(roughened(shapely.get_coordinates(facts.river), rng, rounds=2, share=0.12))
    return Barriers({"River Severn": river, "Long Mynd": facts.ridges["Long Mynd"]})


def _anchors(facts: Facts, places: Sequence[Place]) -> dict[str, Point]:
    """Points that must be in the mesh: settlements' centres and road junctions, by name."""
    anchors = {place.name: place.point for place in places}
    anchors |= {seat.name: seat.point for seat in facts.seats}
    anchors |= {s.name: s.point for s in facts.settlements}
    return {name: (round(e), round(n)) for name, (e, n) in anchors.items()}


def _gate(line: shapely.LineString, point: Point) -> tuple[Point, Point]:
    """The two ends of a crossing, square to the line."""
    at = line.project(shapely.Point(point))
    before, middle, after = (line.interpolate(at + step) for step in (-30, 0, 30))
    along = np.array([after.x - before.x, after.y - before.y])
    across = np.array([-along[1], along[0]]) / np.hypot(*along) * _APPROACH
    e, n = np.round([middle.x, middle.y])
    (over_e, over_n) = np.round(across)
    return (e + over_e, n + over_n), (e - over_e, n - over_n)


def _points(
    facts: Facts, places: Sequence[Place], turn: Floats, fixed: Floats, rng: np.random.Generator
) -> tuple[Floats, Ints]:
    """Fixed points first, then settlements' lattices, then open country; and each point's settlement."""
    country = scattered(land(facts).bounds, COUNTRY, rng)
    shapely.prepare(ground := land(facts))
    country = country[shapely.contains_xy(ground, country[:, 0], country[:, 1])]
    lattices = [_lattice(place, angle, rng) for place, angle in zip(places, turn, strict=True)]
    points = np.vstack([fixed, *lattices, country])
    home = _home(points, places)
    crowded = np.r_[
        np.zeros(len(points) - len(country), dtype=bool), _within(country, places, margin=COUNTRY / 2)
    ]
    owner = np.r_[home[: len(fixed)], np.repeat(np.arange(len(places)), [len(x) for x in lattices])]
    foreign = np.r_[owner != home[: len(owner)], np.zeros(len(country), dtype=bool)]
    foreign[: len(fixed)] = False
    near_fixed = KDTree(fixed).query(points)[0] < TOWN * 0.6
    near_fixed[: len(fixed)] = False
    kept = ~(crowded | foreign | near_fixed)
    points, first = np.unique(points[kept], axis=0, return_index=True)
    order = np.argsort(first, kind="stable")
    return points[order], home[kept][first[order]]


def _lattice(place: Place, turn: float, rng: np.random.Generator) -> Floats:
    """A settlement's street corners: a turned and shaken square grid within a ragged edge."""
    ragged = Field.drawn(rng, max(place.radius, 1) * 0.7)
    if place.radius < TOWN:
        return np.empty((0, 2))
    steps = np.arange(-np.ceil(place.radius * 1.4 / TOWN), np.ceil(place.radius * 1.4 / TOWN) + 1) * TOWN
    grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
    grid = grid + rng.uniform(-0.17, 0.17, grid.shape) * TOWN
    edge = place.radius * (0.65 + 0.7 * ragged(grid[:, 0] + 9e5, grid[:, 1] + 9e5))
    grid = grid[np.hypot(*grid.T) < edge]
    turned = grid @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed: Floats = np.round(turned + place.point)
    return placed


def _home(points: Floats, places: Sequence[Place]) -> Ints:
    """The settlement each point is deepest in, or -1."""
    tree = KDTree(points)
    home, depth = np.full(len(points), -1), np.full(len(points), 1.35)
    for number, place in enumerate(places):
        if place.radius >= TOWN:
            near = np.array(tree.query_ball_point(place.point, place.radius * 1.35), dtype=np.int64)
            share = np.hypot(*(points[near] - place.point).T) / place.radius
            deeper = near[share < depth[near]]
            home[deeper] = number
            depth[deeper] = share[share < depth[near]]
    return home


def _within(points: Floats, places: Sequence[Place], *, margin: float) -> Bools:
    inside: Bools = np.zeros(len(points), dtype=bool)
    tree = KDTree(points)
    for place in places:
        if place.radius >= TOWN:
            inside[tree.query_ball_point(place.point, place.radius * 0.9 + margin)] = True
    return inside


def _off_barriers(points: Floats, home: Ints, barriers: Barriers, fixed: int) -> tuple[Floats, Ints]:
    """Without the points that lie in the water or on the crest; the first ``fixed`` stay."""
    near = np.zeros(len(points), dtype=bool)
    for line in barriers.lines.values():
        band = line.buffer(_APPROACH - 5)
        shapely.prepare(band)
        near |= shapely.contains_xy(band, points[:, 0], points[:, 1])
    near[:fixed] = False
    return points[~near], home[~near]


def _edges(points: Floats, barriers: Barriers) -> Ints:
    corners = Delaunay(points).simplices.astype(np.int64)
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
    edges = np.unique(pairs, axis=0)
    start, end = points[edges[:, 0]], points[edges[:, 1]]
    short = np.hypot(*(end - start).T) < _LONGEST
    return np.asarray(edges[short & ~barriers.crossed(start, end)])


def _cost(points: Floats, edges: Ints, facts: Facts, rng: np.random.Generator) -> Floats:
    """Metres, made dearer by rough ground and much dearer over ridges; whole numbers."""
    start, end = points[edges[:, 0]], points[edges[:, 1]]
    middle = (start + end) / 2
    rough = 0.65 + 0.7 * Field.drawn(rng, 2600)(*middle.T) + 0.5 * Field.drawn(rng, 700)(*middle.T)
    pieces = shapely.linestrings(np.stack([start, end], axis=1))
    for _, ridge in sorted(facts.ridges.items()):
        slope = ridge.buffer(500)
        shapely.prepare(slope)
        rough = rough + 1.2 * shapely.contains_xy(slope, middle[:, 0], middle[:, 1])
        shapely.prepare(ridge)
        rough = rough + 5.0 * shapely.intersects(ridge, pieces)
    whole: Floats = np.ceil(np.hypot(*(end - start).T) * rough)
    return whole
