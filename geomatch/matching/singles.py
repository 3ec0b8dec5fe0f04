"""Needs that ask for one unit of one thing each: the exact optimum as a flow, ties settled by ids.

The network simplex method finds it (see ``pivoting``), compiled where numba is installed; where parishes
count and no quota binds them it finds the least travel, and ``fairest`` goes on from there. Without numba
scipy's LAPJVsp finds a start to it that is nearly always the optimum itself, and the same method, slow now,
proves it. Either way potentials prove every level, and the rule for ties makes the two the same.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geomatch.matching import compiled, levels, network, proof, ties
from geomatch.matching.flow import Flow, of_problem
from geomatch.matching.frame import Frame
from geomatch.matching.problem import Ints, Problem
from geomatch.progress import Progress, silent

if TYPE_CHECKING:
    from geomatch.matching.pivoting import Optimum

MOST_PAIRS = 12_000_000
"""Entries by which LAPJVsp may leave needs out; beyond, a start is looked for in order of minutes."""


def takes(problem: Problem, columns: Frame) -> bool:
    """Whether a problem is one of these: single, and fixed matches go together.

    Not with quotas in ``fairness-first``, nor with fairness between 0 and 1: these two are no networks.
    """
    policy = problem.policy
    between = policy.name == "no-need-lost" and 0 < policy.fairness < 1
    first = policy.name == "fairness-first" and bool(problem.quotas)
    single = network.is_single(problem, columns) and network.fixed_fit(problem, columns)
    return single and not between and not first


def solve(problem: Problem, columns: Frame, order: str, *, progress: Progress = silent) -> Ints | None:
    """Rows of the candidates chosen, sorted; ``None`` when no matching meets the quotas.

    ``order`` is a policy's name or ``TRAVEL_THEN_FAIR``. The problem must be one that ``takes`` takes.
    """
    flow = of_problem(problem, columns, fair=order != "travel-first")
    if flow.owed is None:
        return None
    kept = np.flatnonzero(columns.fixed)
    if not len(flow.need):
        return kept
    costs = levels.of_order(flow, columns, order)
    units = _optimum(_Wanted(problem, columns, flow, order, costs), progress)
    if flow.has_quotas and int((flow.quota * units).sum()) != flow.owed:
        return None
    return np.sort(np.concatenate((kept, flow.candidate[units[: len(flow.candidate)] > 0])))


@dataclass(frozen=True, slots=True, eq=False)
class _Wanted:
    """A network and the costs by arc of its aims, in the order of ``levels.names``."""

    problem: Problem
    columns: Frame
    flow: Flow
    order: str
    costs: tuple[Ints, ...]


def _optimum(wanted: _Wanted, progress: Progress) -> Ints:
    from geomatch.matching import pivoting  # only now: compiled loops take a while to read

    flow, costs = wanted.flow, wanted.costs
    names = levels.names(wanted.columns, wanted.order)
    start = _start(wanted, costs[names.index("travel") - len(names)])
    if compiled.available() and not flow.has_quotas and names[0] == "most" and len(names) > 2:
        found = _fairest(wanted, names, start, progress)
    else:
        found = pivoting.optimum(flow, costs, start, progress=progress)
    if not proof.is_optimal(flow, costs, found.units, found.potentials):
        raise RuntimeError("the search for the best matching stopped before the optimum")
    return ties.first_by_ids(flow, found.units, proof.tight(flow, costs, found.potentials))


def _fairest(wanted: _Wanted, names: tuple[str, ...], start: Ints, progress: Progress) -> "Optimum":
    """By way of the least travel, as if nobody minded where needs are left out."""
    from geomatch.matching import fairest, pivoting

    bare = of_problem(wanted.problem, wanted.columns, fair=False)
    near = levels.of_order(bare, wanted.columns, "travel-first")
    found = pivoting.optimum(bare, near, start, progress=progress)
    at = 2 if names[1] == "travel" else 1
    aims = fairest.Aims(wanted.costs[:at], wanted.costs[at], wanted.costs[at + 1 :])
    return fairest.fairest(wanted.flow, aims, found, progress=progress)


def _start(wanted: _Wanted, travel: Ints) -> Ints:
    """Candidate arcs in an order in which taking each that still can be is a good start."""
    problem, columns, flow = wanted.problem, wanted.columns, wanted.flow
    plain = not problem.quotas and network.pairs(problem, columns) <= MOST_PAIRS
    if compiled.available() or not plain:
        cost = travel[: len(flow.candidate)]
        small = cost.max() <= np.iinfo(np.uint16).max
        return np.argsort(cost.astype(np.uint16) if small else cost, kind="stable")
    chosen = network.solve(problem, columns, wanted.order)
    return np.flatnonzero(np.isin(flow.candidate, chosen))
