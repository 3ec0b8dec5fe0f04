"""Small programmes over nought-or-one choices, by HiGHS: the least price and a bound on it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from geomatch.matching.problem import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """``lower <= matrix @ variables <= upper``."""

    matrix: sp.csr_array
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """The variables, their price, and the price below which none can be."""

    x: Floats
    price: float
    bound: float


def cheapest(prices: Floats, rows: Sequence[Rows], *, whole: Bools, most: Floats | None = None) -> Cheapest:
    """The least ``prices @ variables``; variables are 0 to ``most`` (1 unless given), whole where marked.

    There must be a solution; without one it is a bug of ours, and an AssertionError says so.
    """
    result = milp(
        prices,
        integrality=whole.astype(np.uint8),
        bounds=Bounds(0.0, np.ones(len(prices)) if most is None else most),
        constraints=[LinearConstraint(one.matrix, one.lower, one.upper) for one in rows],
        options={"mip_rel_gap": 0.0},
    )
    assert result.x is not None, result.message  # noqa: S101 - callers see to it that one exists
    bound = getattr(result, "mip_dual_bound", None) if whole.any() else result.fun
    return Cheapest(result.x, float(result.fun), float(result.fun if bound is None else bound))
