"""The best matching there is under a policy, with the proof of how good it is.

A problem is split where nothing ties it together. A part in which every need asks for one unit of one
thing is solved as a network; anything else as a mixed-integer programme in a form that covers every
bundle. Rows are in order of their ids before any solver sees them and ties fall as the solver takes them
in that order, so the order of rows in the file cannot matter.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import aims, baselines, lexical, parts, singles
from geomatch.matching.conflicts import Conflict, find_conflicts
from geomatch.matching.frame import Frame, frame
from geomatch.matching.prices import TRAVEL_THEN_FAIR
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.program import Programme, programme
from geomatch.matching.tally import AIMS, Tally, tally
from geomatch.progress import Progress, silent

Values = list[float | list[float]]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """``units`` over every candidate; ``objective`` and ``bound`` hold the policy's aims in their order.

    ``status`` is optimal, feasible (a limit was reached) or infeasible (``conflicts`` says why). ``gap`` is
    the relative distance between value and bound of the first aim that is not proved; 0 where all are.
    """

    status: str
    units: Ints
    tally: Tally
    objective: Values
    bound: Values
    gap: float
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one part came to: units by its candidates (``None``: impossible), and what is not proved.

    ``open_aim`` names the first aim without proof, ``missing`` is how much better it might be.
    """

    units: Ints | None
    open_aim: str | None = None
    missing: float = 0.0


def solve(problem: Problem, *, seconds: float | None = None, progress: Progress = silent) -> Outcome:
    """The optimum of the problem's policy. ``seconds`` limits each aim of each part that is a programme."""
    columns = frame(problem)
    pieces = _pieces(problem, columns)
    units = columns.fixed.copy()
    answers = []
    for done, piece in enumerate(pieces):
        progress("matching", done, len(pieces))
        own = columns if piece.problem is problem else frame(piece.problem)
        answer = _solve_part(piece.problem, own, seconds, progress)
        if answer.units is None:
            return _infeasible(problem, columns)
        units[piece.rows] = answer.units
        answers.append(answer)
    progress("matching", len(pieces), len(pieces))
    return outcome_of(problem, columns, units, answers)


def _pieces(problem: Problem, columns: Frame) -> list[parts.Part]:
    policy = problem.policy
    between = policy.name == "no-need-lost" and 0 < policy.fairness < 1
    if problem.quotas or between or singles.takes(problem, columns):
        return [parts.Part(problem, np.arange(len(problem.candidates)))]
    return parts.split(problem, parts.labels(problem, columns, by_parish=policy.name != "travel-first"))


def _solve_part(problem: Problem, columns: Frame, seconds: float | None, progress: Progress) -> Answer:
    policy = problem.policy
    dial = policy.name == "no-need-lost" and policy.fairness < 1
    if singles.takes(problem, columns):
        order = TRAVEL_THEN_FAIR if dial else policy.name
        rows = singles.solve(problem, columns, order, progress=progress)
        return Answer(None if rows is None else _chosen(problem, rows))
    return by_programme(problem, columns, programme(problem, columns, fair=is_fair(problem)), seconds)


def is_fair(problem: Problem) -> bool:
    """Whether the policy counts parishes, so that its programme has their steps."""
    return problem.policy.name != "travel-first"


def by_programme(problem: Problem, columns: Frame, model: Programme, seconds: float | None) -> Answer:
    """The optimum of a problem over a programme, its own or one with more rows."""
    policy = problem.policy
    if (model.lower > model.upper).any():
        return Answer(None)
    if policy.name == "no-need-lost" and policy.fairness < 1:
        return _dialled(problem, columns, model, seconds)
    every = aims.of_policy(problem, columns, model)
    return _answer(problem, every, lexical.minimise(model, every, seconds=seconds))


def _chosen(problem: Problem, rows: Ints) -> Ints:
    units = np.zeros(len(problem.candidates), dtype=np.int64)
    units[rows] = 1
    return units


def _dialled(problem: Problem, columns: Frame, model: Programme, seconds: float | None) -> Answer:
    """Least travel while Phi stays within its part of the way from the fairest to the travel-first."""
    first, fair, last = aims.of_policy(problem, columns, model)
    fairest = lexical.minimise(model, [first, fair], seconds=seconds)
    if fairest.proved < 2:
        return _answer(problem, [first, fair], fairest)
    nearest = lexical.minimise(model, [first, last, fair], seconds=seconds)
    if nearest.proved < 3:
        return _answer(problem, [first, last, fair], nearest)
    best, loosest = fairest.values[1], nearest.values[2]
    limit = best + (1 - problem.policy.fairness) * (loosest - best)
    held = (lexical.Held(first.prices, fairest.values[0]), lexical.Held(fair.prices, limit))
    return _answer(problem, [last], lexical.minimise(model, [last], held=held, seconds=seconds))


def _answer(problem: Problem, every: list[aims.Aim], found: lexical.Found) -> Answer:
    if not found.feasible:
        return Answer(None)
    proved = found.proved == len(every)
    open_aim = None if proved else every[found.proved].name
    if found.variables is None:
        # a limit before the first solution: with quotas none may be known, and then none is claimed
        units = (
            np.zeros(len(problem.candidates), dtype=np.int64)
            if problem.quotas
            else baselines.first_come_nearest(problem)
        )
        return Answer(units, open_aim, np.inf)
    units = found.variables[: len(problem.candidates)].astype(np.int64)
    if proved:
        return Answer(units)
    known = len(found.values) > found.proved
    missing = (found.values[-1] - found.bounds[-1]) * every[found.proved].unit if known else np.inf
    return Answer(units, open_aim, missing)


def outcome_of(problem: Problem, columns: Frame, units: Ints, answers: list[Answer]) -> Outcome:
    """What units by candidate come to, and what the answers of all parts leave unproved."""
    total = tally(problem, columns, units)
    names = AIMS[problem.policy.name]
    objective = total.objective(problem.policy.name)
    opened = [names.index(answer.open_aim) for answer in answers if answer.open_aim is not None]
    if not opened:
        return Outcome("optimal", units, total, objective, list(objective), 0.0)
    first = min(opened)
    missing = sum(answer.missing for answer in answers if answer.open_aim == names[first])
    bound = list(objective)
    for at in range(first, len(names)):
        bound[at] = _best_thinkable(names[at], columns)
    value = objective[first]
    if isinstance(value, float) and np.isfinite(missing):
        bound[first] = value + missing if names[first] == "most" else max(value - missing, 0.0)
    return Outcome("feasible", units, total, objective, bound, _gap(value, bound[first]))


def _best_thinkable(aim: str, columns: Frame) -> float | list[float]:
    """No matching can do better: everything asked for, nobody left out, no travel."""
    if aim == "most":
        return float(columns.weight.sum())
    return [1.0] * int((columns.needed > 0).sum()) if aim == "leximin" else 0.0


def _gap(value: float | list[float], bound: float | list[float]) -> float:
    if isinstance(value, list) or isinstance(bound, list):
        return 1.0
    return abs(value - bound) / max(abs(value), abs(bound), 1e-9)


def _infeasible(problem: Problem, columns: Frame) -> Outcome:
    nothing = np.zeros(len(problem.candidates), dtype=np.int64)
    return Outcome(
        "infeasible", nothing, tally(problem, columns, nothing), [], [], 0.0, find_conflicts(problem)
    )
