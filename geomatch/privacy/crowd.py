"""Those among whom a home is hidden: addresses, or residents where no addresses are known.

A lonely farm is not hidden by the town it can see: everybody knows that a house in the town would have been
masked nearer by. So at every width of mask only those count who are not well hidden by a narrower one.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from scipy.spatial import KDTree
from shapely.geometry.base import BaseGeometry

from geomatch.errors import InputError

Floats = npt.NDArray[np.float64]

ENOUGH = 20
"""Addresses, or residents, of whom a masked home may be any."""

NARROWEST = 500.0
"""Metres of the narrowest mask."""

WIDTHS = tuple(float(round(NARROWEST * 2 ** (step / 2))) for step in range(12))
"""Metres that a mask may be wide, the narrowest first: 500 m to some 22 km."""


@dataclass(frozen=True)
class Crowd:
    """(n, 2) points, EPSG:27700 metres, and how many addresses or residents are at each.

    Raises InputError when the two do not go together.
    """

    points: Floats
    counts: Floats
    enough: int = ENOUGH
    _left: list[Floats] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.points.shape != (len(self.counts), 2) or (self.counts < 0).any():
            raise InputError(
                f"{self.points.shape} points, {self.counts.shape} counts; expected (n, 2) and (n,), none < 0"
            )

    @property
    def known(self) -> bool:
        """Whether anything at all is known of who lives where."""
        return bool(self.counts.sum() >= self.enough)

    def between(self, middle: tuple[float, float], near: float, far: float, *, step: int) -> Floats:
        """The points within [near, far] metres of a place, of those whom the step's width hides: (k, 3)."""
        left = self._counts(step)
        rows = self._tree.query_ball_point(middle, far)
        found = np.column_stack([self.points[rows], left[rows]])
        metres = np.hypot(*(found[:, :2] - middle).T)
        return np.asarray(found[(metres >= near) & (found[:, 2] > 0)])

    def within(self, area: BaseGeometry) -> "Crowd":
        """Those who live in an area."""
        west, south, east, north = area.bounds
        x, y = self.points.T
        near = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        shapely.prepare(area)
        rows = near[shapely.intersects_xy(area, x[near], y[near])]
        return Crowd(self.points[rows], self.counts[rows], self.enough)

    @cached_property
    def _tree(self) -> KDTree:
        return KDTree(self.points)

    def _counts(self, step: int) -> Floats:
        """Who is left at a step: those whom no narrower mask hides well."""
        while len(self._left) <= step:
            self._left.append(self._after(len(self._left)))
        return self._left[step]

    def _after(self, step: int) -> Floats:
        if step == 0:
            return self.counts
        before = self._counts(step - 1)
        about = _sums_about(self.points, before, WIDTHS[step - 1] / 4)
        return np.where(about >= self.enough, 0.0, before)


def _sums_about(points: Floats, counts: Floats, side: float) -> Floats:
    """For every point what is counted in its own square of a grid and the eight round it."""
    if not len(points):
        return counts
    square = np.floor((points - points.min(axis=0)) / side).astype(np.intp) + 1
    grid = np.zeros(square.max(axis=0) + 2)
    np.add.at(grid, tuple(square.T), counts)
    moves = [(east, north) for east in (-1, 0, 1) for north in (-1, 0, 1)]
    return np.asarray(sum(grid[tuple((square + move).T)] for move in moves), dtype=np.float64)
