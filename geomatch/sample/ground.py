"""What lies where: settlements with the parish they are in, and points scattered about them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geomatch.model import Area, AreaKind, Point
from geomatch.sample.noise import Floats
from geomatch.sample.settlements import Place


@dataclass(frozen=True, slots=True)
class Spot:
    """A settlement and the codes of the parish and division it lies in; ``None`` beyond the border."""

    place: Place
    parish: str | None
    division: str | None


def located(places: Sequence[Place], areas: Sequence[Area]) -> list[Spot]:
    """The settlements in their order, each with its areas."""
    parishes = codes_at(AreaKind.PARISH, areas, [place.point for place in places])
    divisions = codes_at(AreaKind.DIVISION, areas, [place.point for place in places])
    return [Spot(*found) for found in zip(places, parishes, divisions, strict=True)]


def codes_at(kind: AreaKind, areas: Sequence[Area], points: Sequence[Point] | Floats) -> list[str | None]:
    """The code of the area of a kind each point lies in; of two at a shared edge the first by code."""
    chosen = sorted((area for area in areas if area.kind is kind), key=lambda area: area.code)
    tree = shapely.STRtree([area.geometry for area in chosen])
    at, inside = tree.query(shapely.points(np.asarray(points, dtype=float)), predicate="intersects")
    codes: list[str | None] = [None] * len(points)
    for point, area in sorted(zip(at.tolist(), inside.tolist(), strict=True), reverse=True):
        codes[point] = chosen[area].code
    return codes


def about(place: Place, count: int, rng: np.random.Generator) -> Floats:
    """Points in and just around a settlement, denser towards its middle, whole metres, shape ``(n, 2)``."""
    away = (place.radius * 0.75 + 40) * np.sqrt(rng.random(count)) * (0.6 + 0.5 * rng.random(count))
    bearing = rng.uniform(0, 2 * np.pi, count)
    spread: Floats = np.round(
        place.point + np.column_stack([np.cos(bearing), np.sin(bearing)]) * away[:, None]
    )
    return spread


def point_about(place: Place, rng: np.random.Generator) -> Point:
    """One such point."""
    easting, northing = about(place, 1, rng)[0]
    return float(easting), float(northing)


def shares(weights: Floats, total: int) -> list[int]:
    """``total`` whole things shared out by weight, by largest remainder; of equals the first."""
    exact = np.asarray(weights, dtype=float) / np.sum(weights) * total
    whole = np.floor(exact + 1e-9).astype(int)
    most = np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]
    whole[most] += 1
    return [int(count) for count in whole]
