"""Whole-number prices that put the aims of a policy in their order, for one unit per need.

The aims are kept apart by factors larger than any exchange can gain. In a network an improvement is a
simple cycle, which passes every need once and the parishes' common end once, so the factors stay small
enough for double precision to hold every sum as a whole number.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import fairness
from geomatch.matching.frame import Frame
from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.scaling import whole_numbers

MOST_EXACT = 2.0**51
"""Prices stay below this, so that sums of a few of them are exact in double precision."""
TRAVEL_THEN_FAIR = "travel-then-fair"
"""The order of aims that finds the fairest of the ``travel-first`` optima."""


@dataclass(frozen=True, slots=True, eq=False)
class LeftOut:
    """Every (need, column) by which a need may be left out, and the rank of what that costs its parish."""

    need: Ints
    column: Ints
    rank: Ints
    columns: int


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Price of every candidate (by row) and of every entry of ``LeftOut``."""

    candidate: Floats
    left: Floats


def left_out(columns: Frame, order: str, needs: Ints, served: Bools) -> LeftOut:
    """How each of ``needs`` may be left out: alone, or as the k-th of its parish where parishes count.

    ``served`` marks the needs already agreed; those neither there nor in ``needs`` are left out for good.
    """
    alone = needs if order == "travel-first" else needs[columns.parish[needs] < 0]
    shared = needs[:0] if order == "travel-first" else needs[columns.parish[needs] >= 0]
    parish = columns.parish[shared]
    open_needs = np.bincount(parish, minlength=len(columns.parishes))
    lost = columns.needed - open_needs - columns.served_by_parish(served)
    first = np.cumsum(open_needs) - open_needs
    of_parish = np.repeat(np.arange(len(open_needs)), open_needs)
    place = lost[of_parish] + runs(open_needs) + 1
    measure = fairness.leximin_ranks if order == "fairness-first" else fairness.phi_ranks
    rank = measure(columns.needed[of_parish], place) if len(place) else place
    repeat = open_needs[parish]
    column = np.repeat(first[parish], repeat) + runs(repeat)
    return LeftOut(
        need=np.concatenate((alone, np.repeat(shared, repeat))),
        column=np.concatenate((len(place) + np.arange(len(alone)), column)),
        rank=np.concatenate((np.zeros(len(alone), dtype=np.int64), rank[column])),
        columns=len(place) + len(alone),
    )


def prices(columns: Frame, order: str, left: LeftOut, farthest: float) -> Prices:
    """The prices; ``farthest`` is more minutes than any exchange can move (each need's dearest, summed)."""
    own = _whole_weights(columns.weight, order)[left.need]
    ranks = float(left.rank.max(initial=0)) + 1
    several = order == "fairness-first" and len(set(own.tolist())) > 1
    heavy = float(_whole_weights(columns.weight, order).sum() if several else own.max(initial=0)) + 1
    room = MOST_EXACT / (heavy * ranks)
    minutes, longest = whole_numbers(columns.cost, farthest, room)
    if order == TRAVEL_THEN_FAIR:
        return Prices(minutes * ranks, own * longest * ranks + left.rank)
    if order == "fairness-first":
        return Prices(minutes, (left.rank * heavy + own) * longest)
    return Prices(minutes, (own * ranks + left.rank) * longest)


def _whole_weights(weight: Floats, order: str) -> Floats:
    """Ranks where the order of weights is all that matters; after leximin their size does."""
    if order != "fairness-first":
        return fairness.weight_ranks(weight).astype(np.float64)
    if len(np.unique(weight)) == 1:
        return np.ones(len(weight))
    return whole_numbers(weight, float(weight.sum()), 1e6)[0]


def runs(repeat: Ints) -> Ints:
    """0, 1, … within each run of the given lengths."""
    return np.arange(int(repeat.sum())) - np.repeat(np.cumsum(repeat) - repeat, repeat)
