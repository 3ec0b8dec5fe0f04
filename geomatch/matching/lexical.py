"""Every aim of a programme in its order, brought to a proven optimum by HiGHS.

All at once by branching over relaxations (``branching``), which is all that most programmes want. Where that
gives up, one aim after the other by HiGHS's own branch and bound, each then held by a row.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from geomatch.matching import branching
from geomatch.matching.aims import Aim
from geomatch.matching.problem import Bools, Floats
from geomatch.matching.program import Programme

SLACK = 1e-9
"""Relative room left when an aim is held: what adding in another order may lose."""
NEAR = 1e-6
"""Relative difference between value and bound that is no difference."""
WHOLE = 1e-6
STOPPED = 1
"""scipy's word for a search that a limit ended."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """``variables`` of the best solution (``None``: no solution), and each aim's ``value`` and ``bound``.

    ``proved`` counts the aims brought to a proven optimum; ``feasible`` says whether a solution may exist.
    """

    variables: Floats | None
    values: list[float]
    bounds: list[float]
    proved: int
    feasible: bool


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An aim kept at or below a value."""

    prices: Floats
    value: float


def minimise(
    programme: Programme, aims: list[Aim], *, held: tuple[Held, ...] = (), seconds: float | None = None
) -> Found:
    """Lexicographic optimum of the aims; ``seconds`` limits each search for one of them."""
    searched = branching.search(programme, aims, _rows(programme, held), seconds)
    if not searched.done:
        return _one_by_one(programme, aims, held, (searched, seconds))
    if searched.x is None:
        return Found(None, [], [], 0, False)
    values = [float(aim.prices @ searched.x) for aim in aims]
    return Found(searched.x, values, list(values), len(aims), True)


def _one_by_one(
    programme: Programme,
    aims: list[Aim],
    held: tuple[Held, ...],
    begun: tuple[branching.Searched, float | None],
) -> Found:
    """One aim after the other, from what is known already."""
    searched, seconds = begun
    best, values, bounds = searched.x, [], []  # type: ignore[var-annotated]
    for at, aim in enumerate(aims):
        bound = _cannot_be_less(aim, programme)
        if not at and searched.bounds:
            bound = max(bound, searched.bounds[0])
        if best is None or float(aim.prices @ best) > bound + NEAR * max(1.0, abs(bound)):
            result = _branch_and_bound(programme, aim, _rows(programme, held), seconds)
            best, bound = _better(aim, best, result.x, programme), max(bound, result.bound)
            if best is None:
                return Found(None, values, bounds, len(values), result.status == STOPPED)
        values.append(float(aim.prices @ best))
        if aim.step:
            bound = np.ceil((bound - NEAR) / aim.step) * aim.step
        if bound < values[-1] - NEAR * max(1.0, abs(values[-1])):
            return Found(best, values, [*bounds, bound], len(bounds), True)
        bounds.append(values[-1])
        held = (*held, Held(aim.prices, values[-1]))
    return Found(best, values, bounds, len(aims), True)


def _better(aim: Aim, best: Floats | None, found: Floats | None, programme: Programme) -> Floats | None:
    """The solution found, or the one known already where that is better or nothing was found."""
    if found is None:
        return best
    rounded = np.where(programme.whole, np.round(found), found)
    if best is None or float(aim.prices @ rounded) <= float(aim.prices @ best):
        return rounded
    return best


def _rows(programme: Programme, held: tuple[Held, ...]) -> tuple[sp.csr_array, Floats]:
    """A row for every aim held, and what it is at most."""
    if not held:
        return sp.csr_array((0, programme.variables)), np.zeros(0)
    limits = np.array([one.value + SLACK * max(1.0, abs(one.value)) for one in held])
    return sp.csr_array(np.stack([one.prices for one in held])), limits


@dataclass(frozen=True, slots=True, eq=False)
class _Result:
    """The best solution found (``None``: none), a bound on every solution, and how the search ended."""

    x: Floats | None
    bound: float
    status: int


def _branch_and_bound(
    programme: Programme, aim: Aim, rows: tuple[sp.csr_array, Floats], seconds: float | None
) -> _Result:
    """The optimum of one aim by HiGHS. What does not come out whole is declared so."""
    result = _milp(programme, aim, rows, (programme.decides, seconds))
    x = result.x
    if x is not None and (np.abs(x - np.round(x)) > WHOLE)[programme.whole].any():
        result = _milp(programme, aim, rows, (programme.whole, seconds))
    bound = getattr(result, "mip_dual_bound", None)
    if result.x is None:
        return _Result(None, -np.inf if bound is None else float(bound), int(result.status))
    return _Result(result.x, float(result.fun if bound is None else bound), int(result.status))


def _milp(
    programme: Programme,
    aim: Aim,
    rows: tuple[sp.csr_array, Floats],
    how: tuple[Bools, float | None],
) -> Any:
    held, limits = rows
    whole, seconds = how
    constraints = [LinearConstraint(programme.matrix, programme.row_lower, programme.row_upper)]
    if len(limits):
        constraints.append(LinearConstraint(held, -np.inf, limits))
    return milp(
        aim.prices,
        integrality=whole.astype(np.uint8),
        bounds=Bounds(programme.lower, np.maximum(programme.upper, programme.lower)),
        constraints=constraints,
        options={"mip_rel_gap": 0.0} | ({} if seconds is None else {"time_limit": seconds}),
    )


def _cannot_be_less(aim: Aim, programme: Programme) -> float:
    """The aim's value with every variable at its better end, rows forgotten."""
    low, high = programme.lower, np.maximum(programme.upper, programme.lower)
    return float(np.minimum(aim.prices * low, aim.prices * high).sum())
