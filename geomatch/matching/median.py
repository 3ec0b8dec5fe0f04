"""The p-median: so many sites that the weighted sum of costs from the nearest is least.

By Benders' cuts in closed form, one for each demand (Cornuejols, Fisher and Nemhauser 1977; Duran-Mateluna,
Ales and Elloumi 2023): the cost of a demand is at least that of its k-th nearest site, less what each nearer
site would save. The programme has one variable a site and one a demand, however many pairs there are.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.wholes import Cheapest, Rows, cheapest
from geomatch.progress import Progress, silent

VIOLATED = 1e-7
"""How far below its cut a cost must be, as a share of the greatest, before the cut is added."""
SAME = 1e-9
"""Relative distance of value and bound at which the search is over."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """``cost`` (n, m) of the candidate sites, ``inf`` out of reach; ``kept`` (n,) what each demand costs as
    things are (``inf``: not served); ``weight`` (n,). Some ``count`` sites reach every demand.
    """

    cost: Floats
    kept: Floats
    weight: Floats
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The columns chosen, and a bound below which no sum of weight times cost can be."""

    chosen: Ints
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Sites by cost for every demand, costs as shares of the greatest; those no nearer than ``kept`` last."""

    order: Ints
    cost: Floats
    kept: Floats
    weight: Floats
    unit: float


def solve(case: Case, *, progress: Progress = silent) -> Found:
    """The best sites, proved."""
    ranked = _ranked(case)
    cuts = [_reach(case)]
    progress("Placing so that the mean is least", 0, None)
    relaxed = np.zeros(case.cost.shape[1], dtype=bool)
    while _tighten(case, ranked, cuts, _master(case, ranked, cuts, relaxed).x):
        progress("Placing so that the mean is least", len(cuts), None)
    return _with_whole_sites(case, ranked, cuts, progress)


def _with_whole_sites(case: Case, ranked: _Ranked, cuts: list[Rows], progress: Progress) -> Found:
    best, least, bound = np.zeros(0, dtype=np.int64), np.inf, 0.0
    whole = np.ones(case.cost.shape[1], dtype=bool)
    while True:
        found = _master(case, ranked, cuts, whole)
        bound = max(bound, found.bound)
        chosen = np.flatnonzero(found.x[: len(whole)] > 0.5)
        value = float(ranked.weight @ _nearest(ranked, chosen))
        if value < least:
            best, least = chosen, value
        exactly = found.x.copy()
        exactly[: len(whole)] = np.isin(np.arange(len(whole)), chosen)
        if least - bound <= SAME * max(least, 1e-300) or not _tighten(case, ranked, cuts, exactly):
            return Found(best, min(bound, least) * ranked.unit)
        progress("Placing so that the mean is least", len(cuts), None)


def _ranked(case: Case) -> _Ranked:
    useful = np.where(case.cost < case.kept[:, None], case.cost, np.inf)
    order = np.argsort(useful, axis=1, kind="stable")
    finite = np.concatenate((useful[np.isfinite(useful)], case.kept[np.isfinite(case.kept)]))
    dearest, heaviest = float(finite.max(initial=0.0)) or 1.0, float(case.weight.max(initial=0.0)) or 1.0
    return _Ranked(
        order=order,
        cost=np.take_along_axis(useful, order, axis=1) / dearest,
        kept=case.kept / dearest,
        weight=case.weight / heaviest,
        unit=dearest * heaviest,
    )


def _reach(case: Case) -> Rows:
    """So many sites at most; and one within reach of every demand that is not served as things are."""
    demands, sites = case.cost.shape
    reach = np.isfinite(case.cost[~np.isfinite(case.kept)])
    choice = sp.csr_array(np.vstack((np.ones((1, sites)), reach)))
    nothing = sp.csr_array((len(reach) + 1, demands))
    return Rows(
        sp.csr_array(sp.hstack((choice, nothing))),
        np.concatenate(([-np.inf], np.ones(len(reach)))),
        np.concatenate(([float(case.count)], np.full(len(reach), np.inf))),
    )


def _master(case: Case, ranked: _Ranked, cuts: list[Rows], whole: Bools) -> Cheapest:
    demands, sites = case.cost.shape
    return cheapest(
        np.concatenate((np.zeros(sites), ranked.weight)),
        cuts,
        whole=np.concatenate((whole, np.zeros(demands, dtype=bool))),
    )


def _tighten(case: Case, ranked: _Ranked, cuts: list[Rows], at: Floats) -> bool:
    """Add the cut of every demand whose cost is too low there; whether there was any."""
    demands, sites = case.cost.shape
    taken, claimed = at[:sites], at[sites:]
    filled = np.cumsum(taken[ranked.order], axis=1) >= 1 - 1e-9
    served = np.where(filled.any(axis=1), filled.argmax(axis=1), sites)
    beyond = np.column_stack((ranked.cost, ranked.kept))
    turn = np.minimum(beyond[np.arange(demands), served], ranked.kept)
    saved = np.maximum(turn[:, None] - ranked.cost, 0.0)
    saved[~np.isfinite(ranked.cost)] = 0.0
    real = turn - (saved * taken[ranked.order]).sum(axis=1)
    short = np.flatnonzero(real > claimed + VIOLATED)
    if not len(short):
        return False
    row, place = np.nonzero(saved[short])
    entries = (
        np.concatenate((saved[short][row, place], np.ones(len(short)))),
        (
            np.concatenate((row, np.arange(len(short)))),
            np.concatenate((ranked.order[short][row, place], sites + short)),
        ),
    )
    matrix = sp.csr_array(sp.coo_array(entries, shape=(len(short), sites + demands)))
    cuts.append(Rows(matrix, turn[short], np.full(len(short), np.inf)))
    return True


def _nearest(ranked: _Ranked, chosen: Ints) -> Floats:
    taken = np.isin(ranked.order, chosen)
    least: Floats = np.minimum(np.where(taken, ranked.cost, np.inf).min(axis=1, initial=np.inf), ranked.kept)
    return least
