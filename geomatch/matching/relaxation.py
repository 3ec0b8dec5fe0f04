"""A programme with nothing declared whole, brought to its optimum again and again from where it was.

HiGHS keeps its basis between one search and the next, so that another price or a tighter bound costs little.
scipy ships HiGHS but offers no such way to it; we go in by its inner module, as ``constraints.txt`` pins it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize._highspy import _core as highs

from geomatch.matching.problem import Floats

TIGHT = 1e-6
"""Least price of a bound or row that counts as one; HiGHS's own tolerance is a tenth of it."""
FEW, MANY = "few", "many"
"""Prices that searches so far had, at most."""
OPTIMAL, INFEASIBLE, STOPPED = "optimal", "infeasible", "stopped"
_DUAL, _PRIMAL = 1, 4


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """Bounds of variables and of rows."""

    lower: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Corner:
    """How a search ended, and the best corner: its variables, rows, value, and the prices there of both.

    ``basis`` is where a search for something near may begin.
    """

    status: str
    x: Floats
    rows: Floats
    value: float
    reduced: Floats
    row_prices: Floats
    basis: Any


class Relaxation:
    """Minimise prices over ``limits.row_lower <= matrix @ variables <= limits.row_upper``, many times."""

    def __init__(self, matrix: sp.csr_array, limits: Limits) -> None:
        self.limits = limits
        self.prices = np.zeros(matrix.shape[1])
        self.solver = highs._Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.passModel(_model(matrix, limits))
        self.began: str | None = None

    def minimise(
        self, prices: Floats, limits: Limits, near: Any = None, seconds: float | None = None
    ) -> Corner:
        """The optimum within other limits. ``near`` is the basis of a corner for the same prices, where one
        is known; without it the search goes on from the last corner. ``seconds`` limits it.
        """
        self._within(limits)
        few = 10 * np.count_nonzero(prices) < len(prices)
        self._at(prices)
        if near is not None:
            self.solver.setBasis(near)
        elif self.began == FEW and not few:
            # from a corner that only a few prices led to, many take ten times as long as from none
            self.solver.clearSolver()
        # a few other prices are followed the primal way; many of them, or other limits, the dual way
        primal = near is None and self.began is not None and few
        self.solver.setOptionValue("simplex_strategy", _PRIMAL if primal else _DUAL)
        left = np.inf if seconds is None else self.solver.getRunTime() + max(seconds, 0.0)
        self.solver.setOptionValue("time_limit", left)
        self.solver.run()
        self.began = FEW if few and self.began != MANY else MANY
        return self._corner()

    def _at(self, prices: Floats) -> None:
        other = np.flatnonzero(self.prices != prices).astype(np.int32)
        self.solver.changeColsCost(len(other), other, prices[other])
        self.prices = prices

    def _within(self, limits: Limits) -> None:
        before, self.limits = self.limits, limits
        columns = np.flatnonzero((before.lower != limits.lower) | (before.upper != limits.upper))
        rows = np.flatnonzero((before.row_lower != limits.row_lower) | (before.row_upper != limits.row_upper))
        if len(columns):
            self.solver.changeColsBounds(
                len(columns), columns.astype(np.int32), limits.lower[columns], limits.upper[columns]
            )
        for row in rows.tolist():
            self.solver.changeRowBounds(row, limits.row_lower[row], limits.row_upper[row])

    def _corner(self) -> Corner:
        ended = self.solver.getModelStatus()
        found = self.solver.getSolution()
        told = {
            highs.HighsModelStatus.kOptimal: OPTIMAL,
            highs.HighsModelStatus.kInfeasible: INFEASIBLE,
        }
        return Corner(
            told.get(ended, STOPPED),
            np.array(found.col_value),
            np.array(found.row_value),
            float(self.solver.getInfo().objective_function_value),
            np.array(found.col_dual),
            np.array(found.row_dual),
            self.solver.getBasis(),
        )


def best_corners(limits: Limits, corner: Corner) -> Limits:
    """The limits within which everything is as good as this corner: whatever costs stays where it is."""
    lower, upper = _held((limits.lower, limits.upper), corner.x, corner.reduced)
    row_lower, row_upper = _held((limits.row_lower, limits.row_upper), corner.rows, corner.row_prices)
    return Limits(lower, upper, row_lower, row_upper)


def _held(bounds: tuple[Floats, Floats], value: Floats, price: Floats) -> tuple[Floats, Floats]:
    lower, upper = bounds
    nearer = np.where(value - lower <= upper - value, lower, upper)
    held = np.abs(price) > TIGHT
    return np.where(held, nearer, lower), np.where(held, nearer, upper)


def _model(matrix: sp.csr_array, limits: Limits) -> "highs.HighsLp":
    by_column = sp.csc_array(matrix)
    model = highs.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_, model.col_upper_ = limits.lower, limits.upper
    model.row_lower_, model.row_upper_ = limits.row_lower, limits.row_upper
    model.a_matrix_.format_ = highs.MatrixFormat.kColwise
    model.a_matrix_.num_row_, model.a_matrix_.num_col_ = matrix.shape
    model.a_matrix_.start_ = by_column.indptr.astype(np.int32)
    model.a_matrix_.index_ = by_column.indices.astype(np.int32)
    model.a_matrix_.value_ = by_column.data
    return model
