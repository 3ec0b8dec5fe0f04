"""A home's place in public: moved once, by a chance only the secret knows, to among enough others.

A donut (Allshouse 2010, Hampton 2010): never so near that it shows the house, never so far that it says
nothing; uniform by area between the two. The ring round the *masked* point, which is all that anybody sees,
must hold enough addresses.
"""

import math
from dataclasses import dataclass
from itertools import product

import shapely
from shapely.geometry.base import BaseGeometry

from geomatch.privacy import keyed
from geomatch.privacy.crowd import NARROWEST, WIDTHS, Crowd

Point = tuple[float, float]

INNER = 0.3
"""The hole of the donut, as a share of its width."""

TURNS = 24
"""Draws at one width before it is widened."""

UNKNOWN_METRES = 4000.0
"""Width where nobody knows who lives where."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A point, EPSG:27700 metres, and within how many metres of it the home lies."""

    point: Point
    metres: float


def mask(
    home: Point, about: str, secret: bytes, *, crowd: Crowd, within: BaseGeometry | None = None
) -> Masked:
    """The public place of the home of ``about``, an id that never changes.

    ``within`` is the area that is told with the point, and ``crowd`` are then those who live in it. Where no
    donut fits into so small an area, any place in it will do: the home is one of all in it.
    """
    draws = _Draws(about, secret)
    if not crowd.known:
        return _unknown(home, draws, within)
    if within is not None:
        shapely.prepare(within)
    farthest = math.inf if within is None else _reach(home, within)
    for step, width in enumerate(WIDTHS):
        if INNER * width > farthest:
            break
        for turn in range(TURNS):
            point = draws.around(home, width, turn)
            if _inside(point, within) and _hidden(point, width, step, crowd):
                return Masked(point, width)
    return _somewhere(home, draws, within)


def fits(masked: Masked, home: Point, *, crowd: Crowd, within: BaseGeometry | None = None) -> bool:
    """Whether a mask drawn earlier is still good for a home: none is drawn anew without need."""
    metres = math.dist(masked.point, home)
    if not INNER * masked.metres <= metres <= masked.metres or not _inside(masked.point, within):
        return False
    step = next((at for at, width in enumerate(WIDTHS) if width == masked.metres), None)
    if not crowd.known or step is None:
        return not crowd.known
    return _hidden(masked.point, masked.metres, step, crowd)


@dataclass(frozen=True, slots=True)
class _Draws:
    about: str
    secret: bytes

    def around(self, home: Point, width: float, turn: int) -> Point:
        """Uniform by area between the hole and the width."""
        chance = keyed.digest(self.secret, f"mask {turn}", self.about)
        angle, share = 2 * math.pi * keyed.fraction(chance), keyed.fraction(chance, 1)
        radius = width * math.sqrt(INNER**2 + share * (1 - INNER**2))
        return float(home[0] + radius * math.cos(angle)), float(home[1] + radius * math.sin(angle))

    def inside(self, area: BaseGeometry, turn: int) -> Point:
        """Uniform in the box round an area."""
        chance = keyed.digest(self.secret, f"box {turn}", self.about)
        west, south, east, north = area.bounds
        return (
            west + keyed.fraction(chance) * (east - west),
            south + keyed.fraction(chance, 1) * (north - south),
        )


def _inside(point: Point, within: BaseGeometry | None) -> bool:
    return within is None or bool(shapely.intersects_xy(within, *point))


def _hidden(point: Point, width: float, step: int, crowd: Crowd) -> bool:
    ring = crowd.between(point, INNER * width, width, step=step)
    return bool(ring[:, 2].sum() >= crowd.enough)


def _unknown(home: Point, draws: _Draws, within: BaseGeometry | None) -> Masked:
    for turn in range(TURNS):
        point = draws.around(home, UNKNOWN_METRES, turn)
        if _inside(point, within):
            return Masked(point, UNKNOWN_METRES)
    return _somewhere(home, draws, within)


def _somewhere(home: Point, draws: _Draws, within: BaseGeometry | None) -> Masked:
    """Of some places in the area the farthest from the home; without an area, as far as masks go."""
    if within is None:
        return Masked(draws.around(home, WIDTHS[-1], 0), WIDTHS[-1])
    drawn = [draws.inside(within, turn) for turn in range(16 * TURNS)]
    middle = shapely.point_on_surface(within)
    places = [point for point in drawn if _inside(point, within)][:TURNS] or [(middle.x, middle.y)]
    point = max(places, key=lambda place: math.dist(place, home))
    return Masked(point, max(NARROWEST, math.ceil(_reach(point, within))))


def _reach(point: Point, within: BaseGeometry) -> float:
    """Metres from a point to the farthest corner of the box round an area."""
    west, south, east, north = within.bounds
    return max(math.dist(point, corner) for corner in product((west, east), (south, north)))
