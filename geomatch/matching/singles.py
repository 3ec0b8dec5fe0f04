"""Needs that ask for one unit of one thing each: the exact optimum as a flow, ties settled by ids.

The network simplex method finds it (see ``pivoting``), compiled where numba is installed. Without numba
scipy's LAPJVsp finds a start to it that is nearly always the optimum itself, and the same method, slow now,
proves it. Either way potentials prove every level, and the rule for ties makes the two the same.
"""

import numpy as np

from geomatch.matching import compiled, levels, network, proof, ties
from geomatch.matching.flow import Flow, of_problem
from geomatch.matching.frame import Frame
from geomatch.matching.problem import Ints, Problem
from geomatch.progress import Progress, silent

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
    units = _optimum(problem, columns, flow, (order, costs), progress)
    if flow.has_quotas and int((flow.quota * units).sum()) != flow.owed:
        return None
    return np.sort(np.concatenate((kept, flow.candidate[units[: len(flow.candidate)] > 0])))


def _optimum(
    problem: Problem, columns: Frame, flow: Flow, wanted: tuple[str, tuple[Ints, ...]], progress: Progress
) -> Ints:
    from geomatch.matching import pivoting  # only now: compiled loops take a while to read

    order, costs = wanted
    found = pivoting.optimum(flow, costs, _start(problem, columns, flow, order), progress=progress)
    if not proof.is_optimal(flow, costs, found.units, found.potentials):
        raise RuntimeError("the network simplex method stopped before the optimum")
    return ties.first_by_ids(flow, found.units, proof.tight(flow, costs, found.potentials))


def _start(problem: Problem, columns: Frame, flow: Flow, order: str) -> Ints:
    """Candidate arcs in an order in which taking each that still can be is a good start."""
    plain = not problem.quotas and network.pairs(problem, columns) <= MOST_PAIRS
    if compiled.available() or not plain:
        return np.argsort(columns.cost[flow.candidate], kind="stable")
    chosen = network.solve(problem, columns, order)
    return np.flatnonzero(np.isin(flow.candidate, chosen))
