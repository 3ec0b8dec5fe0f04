"""What a set of assignments comes to, counted from its units alone."""

from dataclasses import dataclass
from math import fsum

import numpy as np

from geomatch.matching import fairness
from geomatch.matching.frame import Frame
from geomatch.matching.problem import Bools, Ints, Problem

AIMS = {
    "no-need-lost": ("most", "fairest", "travel"),
    "travel-first": ("most", "travel"),
    "fairness-first": ("leximin", "most", "travel"),
}
"""The aims of every policy in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """``served`` by need, shape ``(n_needs,)``; minutes and cost (minutes and penalty) summed over units."""

    served: Bools
    score: float
    units: int
    minutes: float
    cost: float
    phi: float
    leximin: list[float]

    @property
    def mean_minutes(self) -> float:
        """Minutes per unit assigned; 0 where there is none."""
        return self.minutes / self.units if self.units else 0.0

    def objective(self, policy: str) -> list[float | list[float]]:
        """The natural values of the policy's aims in order."""
        values: dict[str, float | list[float]] = {
            "most": self.score,
            "fairest": self.phi,
            "leximin": self.leximin,
            "travel": self.cost,
        }
        return [values[aim] for aim in AIMS[policy]]


def tally(problem: Problem, columns: Frame, units: Ints) -> Tally:
    """Count ``units`` (by candidate)."""
    used = np.flatnonzero(units)
    amount = units[used]
    by_role = np.bincount(columns.role[used], weights=amount, minlength=len(columns.quantity))
    short = columns.role_need[by_role < columns.minimum]
    served = np.ones(len(problem.needs), dtype=bool)
    served[short] = False
    counts = columns.served_by_parish(served)
    need = problem.candidates.need[used]
    return Tally(
        served=served,
        score=fsum((columns.weight[need] * amount / columns.units[need]).tolist()),
        units=int(amount.sum()),
        minutes=fsum((problem.candidates.minutes[used] * amount).tolist()),
        cost=fsum((columns.cost[used] * amount).tolist()),
        phi=fairness.phi(columns.needed, counts),
        leximin=fairness.leximin(columns.needed, counts),
    )
