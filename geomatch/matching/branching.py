"""All aims of a programme at once, by branch and bound over relaxations that keep the order of the aims.

A relaxation is brought to the optimum of the first aim, held among its best corners, brought to the optimum
of the second there, and so on: what comes out bounds every whole solution in that order. Where the programme
is tight, as ours are, few branches are left; where it is not, ``search`` gives up and says what it knows.
"""

from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np
import scipy.sparse as sp

from geomatch.matching.aims import Aim
from geomatch.matching.problem import Floats
from geomatch.matching.program import Programme
from geomatch.matching.relaxation import INFEASIBLE, Corner, Limits, Relaxation
from geomatch.matching.walking import Stage, Walk

MOST_NODES = 200
"""Branches looked at before it is given up."""
WHOLE = 1e-6
"""What may be missing to a whole number."""
EQUAL = 1e-8
"""Relative difference up to which two values are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """``x`` is the best solution found (``None``: none), ``done`` whether it is proved the best of all.

    ``bounds`` holds for the first aims, as far as the relaxation of the whole was solved. Done without a
    solution: there is none.
    """

    x: Floats | None
    done: bool
    bounds: list[float]


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A branch: its limits, and where the one before it stood at its stages, with the same cut made."""

    limits: Limits
    stages: list[Stage]


@dataclass(eq=False)
class _Search:
    programme: Programme
    aims: list[Aim]
    relaxation: Relaxation
    until: float | None
    best: Floats | None = None
    values: list[float] = field(default_factory=list)

    def minimise(self, prices: Floats, limits: Limits, near: object) -> Corner:
        """The best corner for these prices, in what time is left."""
        left = None if self.until is None else self.until - monotonic()
        return self.relaxation.minimise(prices, limits, near, left)

    def walk(self, node: _Node) -> Walk:
        """From aim to aim, as far as anything better than the best known may still come of it.

        A branch that has a corner where the one before it stood need not walk there again.
        """
        for at in range(len(node.stages) - 1, 0, -1):
            stage = node.stages[at]
            walk = Walk(self.aims, self.minimise, stage.limits, [*stage.bounds], near=node.stages)
            walk.stages = node.stages[:at]
            if not stage.is_empty and (walk.step() or walk.stopped):
                return self._on(walk)
        return self._on(Walk(self.aims, self.minimise, node.limits, [], near=node.stages))

    def _on(self, walk: Walk) -> Walk:
        while len(walk.bounds) < len(self.aims) and not walk.between and not self.is_no_better(walk.bounds):
            if not walk.leap() and not walk.step():
                break
        return walk

    def is_no_better(self, bounds: list[float]) -> bool:
        """Whether the best known is at least as good as anything within these bounds."""
        if self.best is None:
            return False
        for known, bound in zip(self.values, bounds, strict=False):
            if abs(known - bound) > EQUAL * max(1.0, abs(known)):
                return known < bound
        return len(bounds) == len(self.aims)

    def take(self, x: Floats) -> None:
        """A whole solution: kept when it is the best."""
        made = np.where(self.programme.whole, np.round(x), x)
        values = [float(aim.prices @ made) for aim in self.aims]
        if not self.is_no_better(values):
            self.best, self.values = made, values


def search(
    programme: Programme, aims: list[Aim], held: tuple[sp.csr_array, Floats], seconds: float | None
) -> Searched:
    """The lexicographic optimum of the aims; ``held`` are further rows and what they are at most."""
    matrix, start = _all_rows(programme, held)
    until = None if seconds is None else monotonic() + seconds
    case = _Search(programme, aims, Relaxation(matrix, start), until)
    known: list[float] | None = None
    waiting, nodes = [_Node(start, [])], 0
    while waiting:
        nodes += 1
        node = waiting.pop()
        walk = case.walk(node)
        known = walk.bounds if known is None else known
        if walk.stopped or nodes > MOST_NODES:
            return Searched(case.best, False, known)
        if walk.corner is None or walk.corner.status == INFEASIBLE or case.is_no_better(walk.bounds):
            continue
        at = _undecided(programme, walk.corner.x)
        if at is not None:
            waiting += _branches(node, walk, at)
        elif _is_whole(programme, walk.corner.x):
            case.take(walk.corner.x)
        else:
            return Searched(case.best, False, known)
    return Searched(case.best, True, known or [])


def _all_rows(programme: Programme, held: tuple[sp.csr_array, Floats]) -> tuple[sp.csr_array, Limits]:
    rows, most = held
    matrix = sp.csr_array(sp.vstack((programme.matrix, rows))) if len(most) else programme.matrix
    return matrix, Limits(
        programme.lower,
        programme.upper,
        np.concatenate((programme.row_lower, np.full(len(most), -np.inf))),
        np.concatenate((programme.row_upper, most)),
    )


def _is_whole(programme: Programme, x: Floats) -> bool:
    return not (np.abs(x - np.round(x)) > WHOLE)[programme.whole].any()


def _undecided(programme: Programme, x: Floats) -> int | None:
    """What to decide next: slots and roles before choices, the most open of them first."""
    open_by = np.where(programme.decides, np.abs(x - np.round(x)), 0.0)
    for begin, end in ((programme.units, len(x)), (0, programme.units)):
        if end > begin:
            at = begin + int(np.argmax(open_by[begin:end]))
            if open_by[at] > WHOLE:
                return at
    return None


def _branches(node: _Node, walk: Walk, at: int) -> list[_Node]:
    """Down and up; the nearer is looked at first, so it stands last."""
    assert walk.corner is not None  # noqa: S101 - there is something to branch on
    value = float(walk.corner.x[at])
    low, high = float(np.floor(value)), float(np.ceil(value))
    down = _Node(_cut(node.limits, at, upper=low), [_cut_stage(one, at, upper=low) for one in walk.stages])
    up = _Node(_cut(node.limits, at, lower=high), [_cut_stage(one, at, lower=high) for one in walk.stages])
    return [down, up] if value - low >= 0.5 else [up, down]


def _cut(limits: Limits, at: int, *, lower: float = -np.inf, upper: float = np.inf) -> Limits:
    least, most = limits.lower.copy(), limits.upper.copy()
    least[at], most[at] = max(least[at], lower), min(most[at], upper)
    return replace(limits, lower=least, upper=most)


def _cut_stage(stage: Stage, at: int, *, lower: float = -np.inf, upper: float = np.inf) -> Stage:
    return replace(stage, limits=_cut(stage.limits, at, lower=lower, upper=upper))
