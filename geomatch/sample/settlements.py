"""Where people live: the parishes' seats, the towns and villages we name, and hamlets drawn between them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from scipy.spatial import KDTree

from geomatch.model import Point
from geomatch.sample.facts import Facts, Seat
from geomatch.sample.noise import Floats

BEYOND = 7000.0
"""How far past the border roads and places go on, metres."""

_PATTERNS = (
    "{} Heath",
    "Upper {}",
    "{} Common",
    "Lower {}",
    "{} Green",
    "Little {}",
    "{} Bank",
    "{} Wood",
    "{} Moor",
    "{} Mill",
    "{} Marsh",
    "Old {}",
    "{} Hill",
    "{} Lodge",
    "{} Park",
    "{} Fields",
    "{} Ford",
)
_HAMLET_SPACING = 1150.0


@dataclass(frozen=True, slots=True)
class Place:
    """A settlement with its built-up radius in metres. ``parish`` is set for a parish's own seat."""

    name: str
    kind: str
    point: Point
    residents: int
    radius: float
    parish: str | None = None


def land(facts: Facts) -> shapely.Polygon:
    """The county and a rim of its neighbours, with tongues along the roads out of it, EPSG:27700 metres."""
    spots = {seat.name: seat.point for seat in facts.seats} | {s.name: s.point for s in facts.settlements}
    spots |= {f"@{name}": point for name, (_, point) in facts.crossings.items()}
    roads = [shapely.LineString([spots[name] for name in road.through]).buffer(1500) for road in facts.roads]
    towns = [shapely.Point(s.point).buffer(1500 + _radius(s.residents)) for s in facts.settlements]
    whole = shapely.union_all([shapely.Polygon(facts.outline).buffer(BEYOND), *roads, *towns])
    return shapely.Polygon(max(shapely.get_parts(whole), key=shapely.area).exterior)


def settled(facts: Facts, rng: np.random.Generator) -> list[Place]:
    """All places, in a fixed order: seats, named settlements, hamlets."""
    seats = [_seat(seat, rng) for seat in facts.seats]
    named = [
        Place(s.name, s.kind, s.point, s.residents, _radius(s.residents))
        for s in facts.settlements
        if s.kind != "junction"
    ]
    return [*seats, *named, *_hamlets(facts, seats + named, rng)]


def _seat(seat: Seat, rng: np.random.Generator) -> Place:
    residents = seat.residents or int(rng.integers(130, 620))
    share = 0.95 if residents >= 4000 else 0.6
    kind = "town" if residents >= 2400 else "village" if residents >= 250 else "hamlet"
    return Place(seat.settlement, kind, seat.point, residents, _radius(residents * share), seat.code)


def _radius(residents: float) -> float:
    """Built-up radius in metres, at 2,600 residents a square kilometre in towns and 1,300 in villages."""
    if residents < 30:
        return 0.0
    density = 2600 if residents >= 2400 else 1300
    return float(np.round(1000 * np.sqrt(residents / density / np.pi)))


def _hamlets(facts: Facts, places: Sequence[Place], rng: np.random.Generator) -> list[Place]:
    points = _clear(facts, scattered(land(facts).bounds, _HAMLET_SPACING, rng), places)
    rim = shapely.distance(land(facts).exterior, shapely.points(points)) < 1500
    points = points[rng.random(len(points)) < np.where(rim, 0.25, 0.88)]
    tree = KDTree([place.point for place in places])
    used: Counter[str] = Counter()
    hamlets = []
    for point, nearest in zip(points, tree.query(points)[1], strict=True):
        base = places[nearest].name
        pattern = _PATTERNS[used[base] % len(_PATTERNS)]
        used[base] += 1
        residents = int(rng.integers(8, 70))
        hamlets.append(
            Place(pattern.format(base), "hamlet", (point[0], point[1]), residents, _radius(residents))
        )
    return hamlets


def scattered(bounds: tuple[float, ...], spacing: float, rng: np.random.Generator) -> Floats:
    """A shaken hexagonal grid over the bounds, whole metres, shape ``(n, 2)``."""
    west, south, east, north = bounds
    column, row = (
        grid.ravel()
        for grid in np.meshgrid(np.arange(west, east, spacing), np.arange(south, north, spacing * 0.866))
    )
    shift = np.round((row - south) / (spacing * 0.866)) % 2 * spacing / 2
    grid = np.column_stack([column + shift, row])
    shaken: Floats = np.round(grid + rng.uniform(-0.36, 0.36, grid.shape) * spacing)
    return shaken


def _clear(facts: Facts, points: Floats, places: Sequence[Place]) -> Floats:
    """The points on the land that crowd no settlement, river or ridge."""
    there = shapely.points(points)
    lines = shapely.union_all(
        [facts.river.buffer(250), *(line.buffer(500) for line in facts.ridges.values())]
    )
    ground = shapely.difference(land(facts), lines)
    shapely.prepare(ground)
    away = np.full(len(points), np.inf)
    for place in places:
        away = np.minimum(away, np.hypot(*(points - place.point).T) - place.radius)
    kept: Floats = points[shapely.contains(ground, there) & (away > 650)]
    return kept
