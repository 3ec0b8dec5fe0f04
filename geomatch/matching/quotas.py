"""Least and most needs to serve in an area and all below it, compared exactly."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import numpy as np

from geomatch.matching.problem import Bools, Problem, Quota


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """One quota in whole needs: ``inside`` marks the needs it counts, shape ``(n_needs,)``."""

    quota: Quota
    inside: Bools
    least: int
    most: int


def bounds(problem: Problem) -> list[Bounds]:
    """Every quota in whole needs. Shares are taken as the decimals they were written as: 0.1 of 30 is 3."""
    above = problem.areas_above()
    made = []
    for quota in problem.quotas:
        inside = np.array(
            [need.area is not None and quota.area in above.get(need.area, ()) for need in problem.needs],
            dtype=bool,
        )
        needed = int(inside.sum())
        least = 0 if quota.minimum_share is None else ceil(_share(quota.minimum_share) * needed)
        most = needed if quota.maximum_share is None else floor(_share(quota.maximum_share) * needed)
        made.append(Bounds(quota, inside, least, most))
    return made


def _share(number: float) -> Fraction:
    return Fraction(str(number))
