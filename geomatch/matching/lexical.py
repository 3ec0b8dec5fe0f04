"""One aim after the other: each is brought to its optimum by HiGHS, then held there by a row."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from geomatch.matching.aims import Aim
from geomatch.matching.problem import Floats
from geomatch.matching.program import Programme

SLACK = 1e-9
"""Relative room left when an aim is held: what adding in another order may lose."""
STOPPED, INFEASIBLE = 1, 2
"""scipy's status when a limit was reached, and when there is no solution."""


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
    """Lexicographic optimum of the aims; ``seconds`` limits each of them."""
    best: Floats | None = None
    values: list[float] = []
    bounds: list[float] = []
    for aim in aims:
        bound = _cannot_be_less(aim, programme)
        if best is None or float(aim.prices @ best) > bound + 1e-9:
            result = _solve(programme, aim, held, seconds)
            if result.x is None:
                stopped = best is not None or result.status == STOPPED
                return Found(best, values, bounds, len(values), stopped)
            best, bound = _rounded(result.x, programme), _bound(result)
        values.append(float(aim.prices @ best))
        if bound < values[-1] - 1e-6 * max(1.0, abs(values[-1])):
            return Found(best, values, [*bounds, bound], len(bounds), True)
        bounds.append(values[-1])
        held = (*held, Held(aim.prices, values[-1]))
    return Found(best, values, bounds, len(aims), True)


def _solve(programme: Programme, aim: Aim, held: tuple[Held, ...], seconds: float | None) -> Any:
    rows = [LinearConstraint(programme.matrix, programme.row_lower, programme.row_upper)]
    if held:
        limits = np.array([one.value + SLACK * max(1.0, abs(one.value)) for one in held])
        rows.append(LinearConstraint(sp.csr_array(np.stack([one.prices for one in held])), -np.inf, limits))
    options: dict[str, float] = {"mip_rel_gap": 0.0}
    if seconds is not None:
        options["time_limit"] = seconds
    return milp(
        aim.prices,
        integrality=programme.whole.astype(np.uint8),
        bounds=Bounds(programme.lower, np.maximum(programme.upper, programme.lower)),
        constraints=rows,
        options=options,
    )


def _cannot_be_less(aim: Aim, programme: Programme) -> float:
    """The aim's value with every variable at its better end, rows forgotten."""
    low, high = programme.lower, np.maximum(programme.upper, programme.lower)
    return float(np.minimum(aim.prices * low, aim.prices * high).sum())


def _rounded(variables: Floats, programme: Programme) -> Floats:
    return np.where(programme.whole, np.round(variables), variables)


def _bound(result: Any) -> float:
    bound = getattr(result, "mip_dual_bound", None)
    return float(result.fun) if bound is None else float(bound)
