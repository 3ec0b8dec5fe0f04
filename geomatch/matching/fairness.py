"""How evenly parishes are served: the measures, and their prices per need left out.

``needed`` and ``served`` are whole numbers of needs by area, shape ``(n_areas,)``.

With every need counting one, the numbers of served needs that a network can reach form an M-convex set,
and a separable convex function is least on such a set exactly where the greedy rule puts it. So only the
*order* of the marginal prices matters, never their size (Frank & Murota, "Decreasing Minimization on
M-convex Sets", arXiv 2007.09616), and a price may be replaced by its rank: whole numbers, exact.
"""

from math import fsum

import numpy as np

from geomatch.matching.problem import Floats, Ints


def phi(needed: Ints, served: Ints) -> float:
    """Sum over areas of (needed - served)^2 / needed; areas without a need count nothing."""
    some = needed > 0
    left = (needed - served)[some].astype(np.float64)
    return fsum((left * left / needed[some]).tolist())


def leximin(needed: Ints, served: Ints) -> list[float]:
    """Served shares of the areas with a need, the worst first."""
    some = needed > 0
    return sorted((served[some] / needed[some]).tolist())


def phi_prices(needed: Ints, left_out: Ints) -> Floats:
    """What Phi grows by when an area's ``left_out``-th need (counted from 1) is left out."""
    return (2.0 * left_out - 1.0) / needed


def phi_ranks(needed: Ints, left_out: Ints) -> Ints:
    """``phi_prices`` by rank, equal prices sharing one, from 1."""
    return _ranks(phi_prices(needed, left_out))


def leximin_ranks(needed: Ints, left_out: Ints) -> Ints:
    """Rank of the harm done to the leximin vector by an area's ``left_out``-th need left out, from 1.

    Losing the k-th served need takes the share from k/needed to (k - 1)/needed: the lower the share it
    falls to the worse, and of two that fall to the same, the deeper fall is the worse.
    """
    kept = needed - left_out
    # double division rounds equal fractions to equal numbers, and unequal ones of such size apart
    falls_to, falls_from = kept / needed, (kept + 1) / needed
    order = np.lexsort((falls_from, -falls_to))
    keys = np.column_stack((falls_to, falls_from))[order]
    steps = np.ones(len(order), dtype=np.int64)
    steps[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.cumsum(steps)
    return ranks


def weight_ranks(weights: Floats) -> Ints:
    """Weights by rank from 1: the best set of needs in a network depends on their order alone (a matroid)."""
    return _ranks(weights)


def gini(shares: Floats) -> float:
    """Gini coefficient of the served shares: 0 where all are equal, towards 1 where one has all."""
    ordered = np.sort(shares)
    total = float(ordered.sum())
    if not total:
        return 0.0
    places = np.arange(1, len(ordered) + 1)
    return float(((2 * places - len(ordered) - 1) * ordered).sum() / (len(ordered) * total))


def tenth_percentile(shares: Floats) -> float:
    """The share that nine areas in ten reach, between neighbours linearly; 0 without areas."""
    return float(np.percentile(shares, 10)) if len(shares) else 0.0


def _ranks(values: Floats) -> Ints:
    return np.unique(values, return_inverse=True)[1].astype(np.int64).reshape(-1) + 1
