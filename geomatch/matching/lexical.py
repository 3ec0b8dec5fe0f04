"""One aim after the other: each is brought to its optimum by HiGHS, then held there by a row."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.matching import sifting
from geomatch.matching.aims import Aim
from geomatch.matching.problem import Floats
from geomatch.matching.program import Programme

SLACK = 1e-9
"""Relative room left when an aim is held: what adding in another order may lose."""
SMALL = 4_000
"""Candidates up to which a programme is solved at once; beyond, by sifting."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """``variables`` of the best solution (``None``: no solution), and each aim's ``value`` and ``bound``.

    ``proved`` counts the aims brought to a proven optimum; ``feasible`` says whether a solution may exist.
    """

    variables: Floats | None
    values: list[float]
    bounds: list[float]
    proved: int
    feasible: bool


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """An aim kept at or below a value."""

    prices: Floats
    value: float


def minimise(
    programme: Programme, aims: list[Aim], *, held: tuple[Held, ...] = (), seconds: float | None = None
) -> Found:
    """Lexicographic optimum of the aims; ``seconds`` limits each search for one of them."""
    guess = _guess(programme, aims, held, seconds)
    best = None if guess is None else guess.x
    values: list[float] = []
    bounds: list[float] = []
    for aim in aims:
        bound = _cannot_be_less(aim, programme)
        if guess is not None and aim.name == "travel":
            bound = max(bound, guess.bound - guess.worth * values[guess.most])
        if best is None or float(aim.prices @ best) > bound + 1e-6 * max(1.0, abs(bound)):
            result = _solve(_task(programme, aim, held, seconds), best)
            best, bound = _better(aim, best, result.x, programme), max(bound, result.bound)
            if best is None:
                return Found(None, values, bounds, len(values), result.status == sifting.STOPPED)
        values.append(float(aim.prices @ best))
        if aim.step:
            bound = np.ceil((bound - 1e-6) / aim.step) * aim.step
        if bound < values[-1] - 1e-6 * max(1.0, abs(values[-1])):
            return Found(best, values, [*bounds, bound], len(bounds), True)
        bounds.append(values[-1])
        held = (*held, Held(aim.prices, values[-1]))
    return Found(best, values, bounds, len(aims), True)


def _better(aim: Aim, best: Floats | None, found: Floats | None, programme: Programme) -> Floats | None:
    """The solution found, or the one known already where that is better or nothing was found."""
    if found is None:
        return best
    rounded = np.where(programme.whole, np.round(found), found)
    if best is None or float(aim.prices @ rounded) <= float(aim.prices @ best):
        return rounded
    return best


@dataclass(frozen=True, slots=True, eq=False)
class _Guess:
    """A solution, and a bound on ``worth`` x most + travel; ``most`` is that aim's place among the aims."""

    x: Floats
    bound: float
    worth: float
    most: int


def _guess(
    programme: Programme, aims: list[Aim], held: tuple[Held, ...], seconds: float | None
) -> _Guess | None:
    """A good solution to begin with: most and travel at once, a unit being worth more than any journey.

    Where it has the most there is, its bound proves its travel as well.
    """
    names = [aim.name for aim in aims]
    if programme.units <= SMALL or names[-1] != "travel" or "most" not in names:
        return None
    most, travel = aims[names.index("most")].prices, aims[-1].prices
    worth = 4 * float(travel.max()) / float(np.abs(most[most < 0]).min(initial=1.0))
    both = Aim("both", worth * most + travel)
    result = sifting.solve(_task(programme, both, held, seconds), None)
    if result.x is None:
        return None
    rounded = np.where(programme.whole, np.round(result.x), result.x)
    return _Guess(rounded, result.bound, worth, names.index("most"))


def _task(programme: Programme, aim: Aim, held: tuple[Held, ...], seconds: float | None) -> sifting.Task:
    rows = sp.csr_array((len(held), programme.variables))
    if held:
        rows = sp.csr_array(np.stack([one.prices for one in held]))
    limits = np.array([one.value + SLACK * max(1.0, abs(one.value)) for one in held])
    return sifting.Task(programme, aim.prices, rows, limits, seconds, aim.step)


def _solve(task: sifting.Task, best: Floats | None) -> sifting.Result:
    if task.programme.units > SMALL:
        return sifting.solve(task, best)
    return sifting.whole(task, np.arange(task.programme.variables))


def _cannot_be_less(aim: Aim, programme: Programme) -> float:
    """The aim's value with every variable at its better end, rows forgotten."""
    low, high = programme.lower, np.maximum(programme.upper, programme.lower)
    return float(np.minimum(aim.prices * low, aim.prices * high).sum())
