"""A large programme brought to a proven optimum while most candidates are left aside.

The relaxation is solved over the most promising candidates; those that its prices say would gain are
added until there are none, and its value bounds the whole programme. A candidate whose reduced cost is more
than the distance from that bound to a solution known is in no better solution, so the search for whole
numbers goes on without it and its proof is of the whole programme (reduced-cost fixing).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.program import Programme

FIRST = 5
"""Candidates to begin with for each role in each slot, the cheapest."""
GAIN = 1e-7
"""Least reduced cost below 0 that counts: HiGHS's own tolerance."""
WHOLE = 1e-6
OPTIMAL, STOPPED, INFEASIBLE = 0, 1, 2
"""scipy's words for how a search ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Minimise ``prices @ variables`` over a programme and further rows ``held @ variables <= limits``."""

    programme: Programme
    prices: Floats
    held: sp.csr_array
    limits: Floats
    seconds: float | None = None
    step: float = 0.0
    """Values of whole solutions are multiples of it, where it is not 0."""

    def beyond(self, bound: float) -> float:
        """The least value a whole solution may have, for a bound on all."""
        return bound if not self.step else float(np.ceil((bound - WHOLE) / self.step)) * self.step

    def options(self, **more: float) -> dict[str, float]:
        """Options for HiGHS."""
        return more if self.seconds is None else more | {"time_limit": self.seconds}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The best solution found (``None``: none), a bound on every solution, and how the search ended."""

    x: Floats | None
    bound: float
    status: int


def solve(task: Task, best: Floats | None) -> Result:
    """The optimum. ``best`` is any solution, where one is known."""
    relaxed = _relaxed(task, best)
    if relaxed is None:
        return whole(task, np.arange(task.programme.variables))
    x, bound, reduced = relaxed
    if (np.abs(x - np.round(x))[task.programme.whole] <= WHOLE).all():
        return Result(x, bound, OPTIMAL)
    if best is not None and float(task.prices @ best) <= task.beyond(bound) + WHOLE:
        return Result(best, task.beyond(bound), OPTIMAL)
    return _fixed(task, bound, reduced, _reach(task, bound, reduced, best))


def whole(task: Task, columns: Ints) -> Result:
    """The optimum over these variables, the others being 0, by branch and bound."""
    model = task.programme
    rows = [LinearConstraint(model.matrix[:, columns], model.row_lower, model.row_upper)]
    if len(task.limits):
        rows.append(LinearConstraint(task.held[:, columns], -np.inf, task.limits))
    result = milp(
        task.prices[columns],
        integrality=model.whole[columns].astype(np.uint8),
        bounds=Bounds(model.lower[columns], np.maximum(model.upper, model.lower)[columns]),
        constraints=rows,
        options=task.options(mip_rel_gap=0.0),
    )
    bound = getattr(result, "mip_dual_bound", None)
    if result.x is None:
        return Result(None, -np.inf if bound is None else float(bound), int(result.status))
    x = np.zeros(model.variables)
    x[columns] = result.x
    return Result(x, float(result.fun if bound is None else bound), int(result.status))


def _fixed(task: Task, bound: float, reduced: Floats, reach: float) -> Result:
    """Branch and bound over what lies within ``reach`` of the bound, and further until that is proof."""
    free = np.arange(len(reduced)) >= task.programme.units
    while True:
        columns = np.flatnonzero(free | (reduced <= reach) | (task.programme.lower > 0))
        found = whole(task, columns)
        everything = len(columns) == len(reduced)
        if found.status == INFEASIBLE and not everything:
            reach = max(10 * reach, 1.0)
            continue
        # whoever uses a variable left aside comes to more than bound + reach
        proved = found.bound if everything else max(bound, min(found.bound, bound + reach))
        if found.x is None or everything or found.status == STOPPED:
            return Result(found.x, proved, found.status)
        value = float(task.prices @ found.x)
        if value - bound <= reach:
            return Result(found.x, proved, found.status)
        reach = value - bound + WHOLE * max(1.0, abs(value))


def _reach(task: Task, bound: float, reduced: Floats, best: Floats | None) -> float:
    """How far from the bound to look first: to the solution known, else three candidates for every unit."""
    units = reduced[: task.programme.units]
    rows = min(len(units) - 1, 3 * len(np.unique(task.programme.pair)))
    near = max(float(np.partition(units, rows)[rows]), WHOLE)
    if best is None:
        return near
    return min(near, max(float(task.prices @ best) - bound, 0.0) + WHOLE * max(1.0, abs(bound)))


def _relaxed(task: Task, best: Floats | None) -> tuple[Floats, float, Floats] | None:
    """Variables, value and reduced costs of the relaxation of the whole; ``None`` if it was not found."""
    model, rows = task.programme, _Rows.of(task)
    inside = _promising(task)
    if best is not None:
        inside |= best > 0
    while True:
        columns = np.flatnonzero(inside)
        found = rows.minimise(task, columns)
        if found.x is None or found.status != OPTIMAL:
            return None
        reduced = rows.reduced(task, found)
        gaining = (reduced < -GAIN) & ~inside
        if not gaining.any():
            x = np.zeros(model.variables)
            x[columns] = found.x
            return x, float(found.fun), reduced
        inside |= gaining


def _promising(task: Task) -> Bools:
    """All that is no candidate or must be used, and the cheapest candidates of each role in each slot."""
    model, count = task.programme, task.programme.units
    inside: Bools = (np.arange(model.variables) >= count) | (model.lower > 0)
    order = np.lexsort((task.prices[:count], model.pair))
    begins = np.flatnonzero(np.diff(model.pair[order], prepend=-1))
    sizes = np.diff(np.append(begins, count))
    inside[order] |= np.arange(count) - np.repeat(begins, sizes) < FIRST
    return inside


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """The task's rows as scipy's ``linprog`` wants them: no more than, and equal."""

    least: sp.csc_array
    limits: Floats
    equal: sp.csc_array
    values: Floats

    @classmethod
    def of(cls, task: Task) -> "_Rows":
        model = task.programme
        same = model.row_lower == model.row_upper
        above, below = np.isfinite(model.row_upper) & ~same, np.isfinite(model.row_lower) & ~same
        parts = [model.matrix[above], -model.matrix[below], task.held]
        return cls(
            sp.csc_array(sp.vstack(parts)),
            np.concatenate((model.row_upper[above], -model.row_lower[below], task.limits)),
            sp.csc_array(model.matrix[same]),
            model.row_upper[same],
        )

    def minimise(self, task: Task, columns: Ints) -> Any:
        model = task.programme
        return linprog(
            task.prices[columns],
            self.least[:, columns],
            self.limits,
            self.equal[:, columns],
            self.values,
            np.stack((model.lower, np.maximum(model.upper, model.lower)), axis=1)[columns],
            method="highs",
            options=task.options(),
        )

    def reduced(self, task: Task, found: Any) -> Floats:
        priced = self.least.T @ found.ineqlin.marginals + self.equal.T @ found.eqlin.marginals
        reduced: Floats = task.prices - priced
        return reduced
