"""From aim to aim within one branch: each at its best among the corners that are best for those before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geomatch.matching.aims import Aim
from geomatch.matching.problem import Floats
from geomatch.matching.relaxation import OPTIMAL, STOPPED, Corner, Limits, best_corners

EXACTLY = 1e-9
"""How near a variable is to its end when it is there."""
WHOLE = 1e-6

Minimise = Callable[[Floats, Limits, object], Corner]
"""Of (prices, limits, basis to begin at or ``None``): the best corner."""


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Where a walk stood before the first aim of a name: its limits, the bounds so far, and the basis at
    which that aim then was at its best.
    """

    limits: Limits
    bounds: tuple[float, ...]
    basis: object

    @property
    def is_empty(self) -> bool:
        """Whether no corner can be there."""
        return bool((self.limits.lower > self.limits.upper).any())


@dataclass(eq=False)
class Walk:
    """A walk over ``aims`` from ``limits``, the aims that ``bounds`` tells being behind it.

    ``corner`` is the last one; ``stages`` is where it stood meanwhile; ``near`` where one like it did.
    ``stride`` is how many aims to try to have at their very best at once: most levels of leximin are had by
    everybody. ``between`` is whether the last bound lies beyond its corner, at the next value that a whole
    solution can have: such a one need not be among the best corners, so of later aims nothing is known.
    """

    aims: list[Aim]
    minimise: Minimise
    limits: Limits
    bounds: list[float]
    near: Sequence[Stage] = ()
    corner: Corner | None = None
    stages: list[Stage] = field(default_factory=list)
    stride: int = 1
    between: bool = False

    @property
    def stopped(self) -> bool:
        """Whether it ended for want of time, or of a sound corner."""
        return self.corner is not None and self.corner.status == STOPPED

    def step(self) -> bool:
        """Bring the next aim to its best and stay there; false where that is not possible."""
        at = len(self.bounds)
        aim = self.aims[at]
        before = next((one for one in self.near if len(one.bounds) == at), None)
        corner = self.corner = self.minimise(aim.prices, self.limits, before and before.basis)
        if corner.status != OPTIMAL:
            return False
        if not at or self.aims[at - 1].name != aim.name:
            self.stages.append(Stage(self.limits, tuple(self.bounds), corner.basis))
        self.stride = 1 if _at_its_best(aim.prices, self.limits, corner) is None else 2
        self.bounds.append(_rounded(aim, corner.value))
        self.between = self.bounds[-1] - corner.value > 2 * WHOLE
        self.limits = best_corners(self.limits, corner)
        return True

    def leap(self) -> bool:
        """Take several aims that can all be as good as can be, at once; false where they cannot."""
        corner = self.corner
        aims = self.aims[len(self.bounds) : len(self.bounds) + self.stride]
        before = self.aims[len(self.bounds) - 1].name if self.bounds else None
        if corner is None or any(aim.name != before for aim in aims):
            return False
        prices = aims[0].prices if len(aims) == 1 else np.sum([aim.prices for aim in aims], axis=0)
        held = _at_its_best(prices, self.limits, corner)
        if held is None and self.stride > 1:
            corner = self.minimise(prices, self.limits, None)
            held = _at_its_best(prices, self.limits, corner) if corner.status == OPTIMAL else None
        if held is None:
            self.stride = 1
            return False
        self.corner, self.limits, self.stride = corner, held, 2 * self.stride
        self.bounds += [float(aim.prices @ corner.x) for aim in aims]
        return True


def _at_its_best(prices: Floats, limits: Limits, corner: Corner) -> Limits | None:
    """Where a corner has every variable that counts at its better end: the limits with those held there."""
    counts = np.flatnonzero(prices)
    better = np.where(prices[counts] < 0, limits.upper[counts], limits.lower[counts])
    if (np.abs(corner.x[counts] - better) > EXACTLY).any():
        return None
    lower, upper = limits.lower.copy(), limits.upper.copy()
    lower[counts] = upper[counts] = better
    return replace(limits, lower=lower, upper=upper)


def _rounded(aim: Aim, bound: float) -> float:
    return float(np.ceil((bound - WHOLE) / aim.step) * aim.step) if aim.step else bound
