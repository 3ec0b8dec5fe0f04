"""The aims of a policy as rows to minimise, one after the other, over the variables of a programme."""

from dataclasses import dataclass
from math import lcm

import numpy as np

from geomatch.matching.frame import Frame
from geomatch.matching.problem import Floats, Ints, Problem
from geomatch.matching.program import Programme

MOST_COMMON = 10_000
"""Largest common denominator by which Phi is made whole; beyond it, it stays a decimal number."""


@dataclass(frozen=True, slots=True, eq=False)
class Aim:
    """Minimise ``prices @ variables``; ``name`` is most, fairest, leximin or travel.

    One of ``prices @ variables`` is worth ``unit`` of the aim's natural value. Values are whole multiples
    of ``step`` where it is not 0.
    """

    name: str
    prices: Floats
    unit: float = 1.0
    step: float = 0.0


def of_policy(problem: Problem, columns: Frame, programme: Programme) -> list[Aim]:
    """The policy's aims in their order."""
    first, last = most(problem, columns, programme), travel(problem, columns, programme)
    if problem.policy.name == "travel-first":
        return [first, last]
    if problem.policy.name == "fairness-first":
        return [*leximin(columns, programme), first, last]
    return [first, fairest(columns, programme), last]


def most(problem: Problem, columns: Frame, programme: Programme) -> Aim:
    """The sum of scores: weight x units assigned / units asked."""
    prices = np.zeros(programme.variables)
    if _all_whole(problem, columns):
        prices[programme.served : programme.step] = -columns.weight
    else:
        each = columns.weight / np.maximum(columns.units, 1)
        prices[: len(problem.candidates)] = -each[problem.candidates.need]
    unit = float(np.abs(prices).max(initial=1e-300))
    return Aim("most", prices / unit, unit, _step(problem, columns))


def _all_whole(problem: Problem, columns: Frame) -> bool:
    """Whether every need has all it asks for or nothing: then its score is its weight, or 0."""
    return all(need.all_or_nothing for need in problem.needs) and bool(
        (columns.minimum == columns.quantity).all()
    )


def _step(problem: Problem, columns: Frame) -> float:
    return float(_all_whole(problem, columns) and len(np.unique(columns.weight)) == 1)


def travel(problem: Problem, columns: Frame, programme: Programme) -> Aim:
    """Units times minutes and penalty."""
    prices = np.zeros(programme.variables)
    prices[: len(problem.candidates)] = columns.cost
    return Aim("travel", prices)


def fairest(columns: Frame, programme: Programme) -> Aim:
    """Phi but for a constant: the k-th need served of a parish takes (2 (needed - k) + 1) / needed away."""
    needed = columns.needed[programme.step_parish]
    whole = phi_unit(columns)
    prices = np.zeros(programme.variables)
    steps = programme.step + np.arange(len(needed))
    prices[steps] = -(2 * (needed - programme.step_place) + 1) * (whole / needed)
    return Aim("fairest", prices, 1 / whole)


def phi_unit(columns: Frame) -> int:
    """What Phi is multiplied by in ``fairest``: the parishes' common denominator where it is small."""
    common = lcm(*(int(count) for count in columns.needed if count))
    return common if common <= MOST_COMMON else 1


def leximin(columns: Frame, programme: Programme) -> list[Aim]:
    """For every share that may occur, rising: how many parishes get beyond it."""
    levels = [
        (place - 1) / columns.needed[parish]
        for parish, place in zip(programme.step_parish, programme.step_place, strict=True)
    ]
    return [_beyond(level, columns, programme) for level in sorted(set(map(float, levels)))]


def _beyond(level: float, columns: Frame, programme: Programme) -> Aim:
    needed = columns.needed[programme.step_parish]
    # the first step of a parish that takes it beyond the level: (k - 1)/needed <= level < k/needed
    first: Ints = np.flatnonzero(
        ((programme.step_place - 1) / needed <= level) & (programme.step_place / needed > level)
    )
    prices = np.zeros(programme.variables)
    prices[programme.step + first] = -1.0
    return Aim("leximin", prices)
