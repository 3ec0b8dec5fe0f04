"""Those among whom a home is hidden: addresses, or residents where no addresses are known.

A lonely farm is not hidden by the town it can see: everybody knows that a house in the town would have been
masked nearer by. So at every width of mask only those count who are not well hidden by a narrower one.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.spatial import KDTree

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
        rows = np.flatnonzero(before)
        if not len(rows):
            return before
        tree = KDTree(self.points[rows])
        near = tree.query_ball_point(self.points[rows], WIDTHS[step - 1] / 2, return_sorted=False)
        hidden = np.fromiter((before[rows[them]].sum() >= self.enough for them in near), bool, len(rows))
        left = before.copy()
        left[rows[hidden]] = 0.0
        return left
