"""How the matching compares with OR-Tools and with what people do by hand, and how long the large ones take.

Times are CPU seconds of this process, as in ``travelbench``; what is compared takes turns in the same run on
the same made-up county, and OR-Tools is timed on nothing but its own building and solving. Whatever is
solved is held against the written rules by ``matching.check``, or by its potentials where it is large.
"""

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from statistics import median
from typing import Any, TypeVar

import numpy as np

from geomatch.matching import baselines, check, document, solution, solve
from geomatch.matching.frame import frame
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.solve import Outcome
from geomatch.matching.tally import tally
from geomatch.progress import Progress, silent
from geomatch.services import matchworlds, rivals

T = TypeVar("T")
REPEATS = 3
SEED = 20261122
FLOORS = {
    "travel-first-5000-ortools": 1.8,
    "no-need-lost-5000-ortools": 1.0,
    "travel-first-50000-ortools": 1.8,
    "no-need-lost-50000-ortools": 1.2,
    "first-come-nearest-served": 1.0,
    "first-come-nearest-minutes": 1.3,
    "shortest-first-served": 1.0,
    "shortest-first-minutes": 1.03,
}
"""Least ratio by name: OR-Tools's seconds to ours; needs served by us to needs served by hand, and their mean
minutes to ours. Of the rows that allow seconds it is 1."""
ALLOWED = {
    "travel-first-5000": 0.5,
    "no-need-lost-5000": 3.0,
    "events-400": 15.0,
    "travel-first-50000": 15.0,
    "no-need-lost-50000": 60.0,
}
"""CPU seconds that a matching may take, by name; the others are told and held to nothing but their proof."""
MOST_GIGABYTES = 3.0
MOST_WRITTEN = 100_000
"""Candidates up to which a solution is written out and checked by the rules; beyond, its sums are."""


Bench = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. ``ratio`` above 1 is in our favour, the median of several; ``note`` tells the rest.

    Without the other there is a note and no ratio.
    """

    name: str
    ratio: float | None
    low: float | None
    high: float | None
    floor: float | None
    answers_equal: bool | None
    note: str

    @property
    def held(self) -> bool:
        """Whether the answers stand and the ratio is no less than the floor; true when absent."""
        if self.ratio is None:
            return True
        return bool(self.answers_equal) and (self.floor is None or self.ratio >= self.floor)


def run(chosen: dict[str, Callable[[], Problem]] | None = None, *, progress: Progress = silent) -> Bench:
    """What ``geomatch bench match`` prints: ``{"rows", "held"}``.

    ``chosen`` are other problems by name in place of those of ``problems``; then there are no floors.
    """
    solve.solve(matchworlds.single(matchworlds.Size(30, 20, 5), SEED))  # has the compiled loops read
    rows = [row for name, make in (chosen or problems()).items() for row in _rows(name, make(), progress)]
    if chosen is not None:
        rows = [replace(row, floor=None) for row in rows]
    return {"rows": [asdict(row) for row in rows], "held": all(row.held for row in rows)}


def problems() -> dict[str, Callable[[], Problem]]:
    """The problems of the bench by name, made when asked for, the small ones first."""
    sizes = {"5000": matchworlds.SMALL, "50000": matchworlds.LARGE}

    def single(policy: str, size: str) -> Callable[[], Problem]:
        return lambda: matchworlds.single(sizes[size], SEED, policy)

    def tied(policy: str) -> Callable[[], Problem]:
        return lambda: matchworlds.tied(matchworlds.TiedSize(), SEED, policy)

    return {
        "travel-first-5000": single("travel-first", "5000"),
        "no-need-lost-5000": single("no-need-lost", "5000"),
        "events-400": lambda: matchworlds.events(matchworlds.EventsSize(), SEED),
        "travel-first-50000": single("travel-first", "50000"),
        "no-need-lost-50000": single("no-need-lost", "50000"),
        "no-need-lost-tied-200": tied("no-need-lost"),
        "fairness-first-tied-200": tied("fairness-first"),
    }


def _rows(name: str, problem: Problem, progress: Progress) -> Iterator[Row]:
    repeats = REPEATS if len(problem.candidates) <= MOST_WRITTEN and name in ALLOWED else 1
    progress(f"matching {name}", 0, None)
    ours = [_timed(lambda: solve.solve(problem)) for _ in range(repeats)]
    outcome, taken = ours[0][1], [seconds for seconds, _ in ours]
    yield _allowed(name, problem, outcome, taken)
    if len(problem.needs[0].roles) > 1:
        return
    progress(f"matching {name} by OR-Tools", 0, None)
    yield _against_ortools(name, problem, outcome, taken)
    if name == next(iter(ALLOWED)):
        for people in (baselines.first_come_nearest, baselines.shortest_first):
            progress(f"matching {name} by hand", 0, None)
            yield from _against_people(problem, outcome, people)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.process_time()
    made = work()
    return time.process_time() - began, made


def _allowed(name: str, problem: Problem, outcome: Outcome, taken: list[float]) -> Row:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    allowed = ALLOWED.get(name)
    note = (
        f"{median(taken):.2f} s, {outcome.tally.served.sum():,} of {len(problem.needs):,} needs, "
        f"{len(problem.candidates):,} candidates, gap {outcome.gap:.2%}, at most {peak:.2f} GB so far"
    )
    proved = outcome.status == "optimal" and outcome.objective == outcome.bound and peak < MOST_GIGABYTES
    good = proved and _stands(problem, outcome)
    ratios = [(allowed or seconds) / seconds for seconds in taken]
    return _row(f"{name}-seconds", ratios, (1.0 if allowed else None, good), note)


def _stands(problem: Problem, outcome: Outcome) -> bool:
    if len(problem.candidates) > MOST_WRITTEN:
        return _keeps_capacities(problem, outcome.units)
    written = solution.to_document(problem, outcome)
    return check.check(document.to_document(problem), written) == []


def _keeps_capacities(problem: Problem, units: Ints) -> bool:
    """For one unit per need: nobody has two, and no resource gives more than it has."""
    chosen = np.flatnonzero(units)
    given = np.bincount(problem.candidates.resource[chosen], minlength=len(problem.resources))
    capacity = np.array([one.capacity for one in problem.resources])
    once = len(np.unique(problem.candidates.need[chosen])) == len(chosen)
    return once and bool((units[chosen] == 1).all() and (given <= capacity).all())


def _against_ortools(name: str, problem: Problem, outcome: Outcome, taken: list[float]) -> Row:
    name = f"{name}-ortools"
    if find_spec("ortools") is None:
        return Row(name, None, None, None, FLOORS.get(name), None, "ortools is not installed")
    work = rivals.ortools_flow(problem)
    theirs = [_timed(work) for _ in taken]
    columns = frame(problem)
    equal = np.allclose(
        tally(problem, columns, theirs[0][1]).objective(problem.policy.name), outcome.objective, rtol=1e-9
    )
    ratios = [other / ours for (other, _), ours in zip(theirs, taken, strict=True)]
    note = f"{median(one for one, _ in theirs):.2f} s against {median(taken):.2f} s"
    return _row(name, ratios, (FLOORS.get(name), equal), note)


def _against_people(problem: Problem, outcome: Outcome, people: Callable[[Problem], Ints]) -> Iterator[Row]:
    """How many needs we serve for one that people serve, and their mean minutes for one of ours."""
    units = people(problem)
    theirs, ours = tally(problem, frame(problem), units), outcome.tally
    stands, name = _keeps_capacities(problem, units), people.__name__.replace("_", "-")
    compared = {
        "served": (int(ours.served.sum()), int(theirs.served.sum()), "needs"),
        "minutes": (theirs.mean_minutes, ours.mean_minutes, "mean minutes, theirs against ours"),
    }
    for what, (one, other, words) in compared.items():
        floor = FLOORS.get(f"{name}-{what}")
        note = f"{one:,.2f} against {other:,.2f} {words}"
        yield _row(f"{name}-{what}", [one / other], (floor, stands), note)


def _row(name: str, ratios: list[float], promise: tuple[float | None, bool], note: str) -> Row:
    low, high = round(min(ratios), 4), round(max(ratios), 4)
    return Row(name, round(median(ratios), 4), low, high, *promise, note)
