"""Matching again when new needs have come, with few changes to what was proposed before.

A *proposal* is all that an earlier matching gave one need. It is kept when every unit of it is still given,
whatever else the need may get beside it. One that cannot be given any more, because a candidate of it is
gone, is none of ours to keep and counts for nothing. Confirmed matches are the problem's ``fixed`` ones.

The programme of the problem gets a variable for every proposal, at most 1 and only while all its units are
there, and one row: all but so many proposals are kept. So the optimum is exact, or its gap is told.
"""

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp

from geomatch.matching import lexical, solve
from geomatch.matching.aims import Aim
from geomatch.matching.frame import frame
from geomatch.matching.problem import Bools, Ints, Problem
from geomatch.matching.program import Programme, programme
from geomatch.matching.solve import Outcome
from geomatch.progress import Progress, silent


@dataclass(frozen=True, slots=True, eq=False)
class Cleared:
    """The new matching, and what became of the needs that had or have something, by their numbers.

    ``changes`` of the proposals were moved or dropped, ``least`` could not be helped: more proposals
    cannot stand together any more. With ``least`` above ``limit`` the limit was ``least``.
    """

    outcome: Outcome
    limit: int | None
    least: int
    kept: Ints
    moved: Ints
    dropped: Ints
    added: Ints

    @property
    def changes(self) -> int:
        return len(self.moved) + len(self.dropped)


def clear(
    problem: Problem,
    earlier: Ints,
    limit: int | None,
    *,
    seconds: float | None = None,
    progress: Progress = silent,
) -> Cleared:
    """The best matching that moves or drops at most ``limit`` proposals (``None``: any number).

    ``earlier`` is the units proposed before by candidate; a need has all of its proposal there or nothing.
    """
    table = problem.candidates
    proposed = np.unique(table.need[earlier > 0])
    least = 0
    if limit is None or limit >= len(proposed):
        outcome = solve.solve(problem, seconds=seconds, progress=progress)
    elif limit == 0 and (kept := _all_kept(problem, earlier, seconds, progress)) is not None:
        outcome = kept
    else:
        outcome, least = _limited(problem, earlier, limit, seconds)
    return _told(problem, earlier, outcome, (limit, least))


def _all_kept(problem: Problem, earlier: Ints, seconds: float | None, progress: Progress) -> Outcome | None:
    """The best matching that keeps every proposal; ``None`` when they cannot stand together any more."""
    units = frame(problem).fixed
    agreed = np.maximum(units, earlier)
    fixed = tuple((row, int(agreed[row])) for row in np.flatnonzero(agreed).tolist())
    outcome = solve.solve(replace(problem, fixed=fixed), seconds=seconds, progress=progress)
    return None if outcome.status == "infeasible" else outcome


def _limited(problem: Problem, earlier: Ints, limit: int, seconds: float | None) -> tuple[Outcome, int]:
    columns = frame(problem)
    plain = programme(problem, columns, fair=solve.is_fair(problem))
    answer = solve.by_programme(problem, columns, _keeping(problem, plain, earlier, limit), seconds)
    least = 0
    if answer.units is None:
        fewest = _least(problem, plain, earlier, seconds)
        if fewest is None:
            return solve.solve(problem, seconds=seconds), 0
        least = fewest
        answer = solve.by_programme(problem, columns, _keeping(problem, plain, earlier, least), seconds)
    units = answer.units
    if units is None or not np.isfinite(answer.missing):
        # a limit before the first solution: what is known is the matching that keeps them all
        kept = _all_kept(problem, earlier, None, silent)
        units = columns.fixed if kept is None else kept.units
    return solve.outcome_of(problem, columns, units, [answer]), least


def _least(problem: Problem, plain: Programme, earlier: Ints, seconds: float | None) -> int | None:
    """How many proposals cannot be kept at the best; ``None`` when nothing is possible at all."""
    proposals = len(np.unique(problem.candidates.need[earlier > 0]))
    model = _keeping(problem, plain, earlier, proposals)
    prices = np.zeros(model.variables)
    prices[plain.variables :] = -1.0
    found = lexical.minimise(model, [Aim("kept", prices, step=1.0)], seconds=seconds)
    return None if not found.values else proposals + round(found.values[0])


def _keeping(problem: Problem, plain: Programme, earlier: Ints, limit: int) -> Programme:
    """The programme with one variable for every proposal, and all but ``limit`` of them kept."""
    rows = np.flatnonzero(earlier > 0)
    needs, proposal = np.unique(problem.candidates.need[rows], return_inverse=True)
    more, first = len(needs), plain.variables
    at = np.arange(len(rows))
    entries = (
        np.concatenate((np.ones(len(rows)), -earlier[rows].astype(np.float64), np.ones(more))),
        (
            np.concatenate((at, at, np.full(more, len(rows)))),
            np.concatenate((rows, first + proposal.reshape(-1), first + np.arange(more))),
        ),
    )
    kept = sp.csr_array(sp.coo_array(entries, shape=(len(rows) + 1, first + more)))
    wider = sp.hstack((plain.matrix, sp.csr_array((plain.matrix.shape[0], more))))
    return replace(
        plain,
        matrix=sp.csr_array(sp.vstack((wider, kept))),
        row_lower=np.concatenate((plain.row_lower, np.zeros(len(rows)), [float(more - limit)])),
        row_upper=np.concatenate((plain.row_upper, np.full(len(rows) + 1, np.inf))),
        lower=np.concatenate((plain.lower, np.zeros(more))),
        upper=np.concatenate((plain.upper, np.ones(more))),
        whole=np.concatenate((plain.whole, np.ones(more, dtype=bool))),
        decides=np.concatenate((plain.decides, np.ones(more, dtype=bool))),
    )


def _told(problem: Problem, earlier: Ints, outcome: Outcome, limits: tuple[int | None, int]) -> Cleared:
    table, units = problem.candidates, outcome.units
    count = len(problem.needs)

    def has(rows: Bools) -> Bools:
        return np.bincount(table.need[rows], minlength=count) > 0

    before, now = has(earlier > 0), has(units > 0)
    broken = has(units < earlier)
    return Cleared(
        outcome,
        limit=limits[0],
        least=limits[1],
        kept=np.flatnonzero(before & ~broken),
        moved=np.flatnonzero(before & broken & now),
        dropped=np.flatnonzero(before & broken & ~now),
        added=np.flatnonzero(now & ~before),
    )
