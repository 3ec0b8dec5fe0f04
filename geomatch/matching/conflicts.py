"""Which quotas and fixed matches cannot stand together: few enough that without any one they could."""

from dataclasses import dataclass, replace

import numpy as np

from geomatch.matching import lexical, quotas, singles
from geomatch.matching.aims import Aim
from geomatch.matching.frame import frame
from geomatch.matching.problem import Bools, Problem, Quota
from geomatch.matching.program import programme

Item = Quota | tuple[int, int]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A quota, or a fixed match as (candidate row, units); ``needs`` are the ids it speaks about."""

    item: Item
    needs: tuple[str, ...]


def find_conflicts(problem: Problem) -> tuple[Conflict, ...]:
    """A smallest-by-removal set of quotas and fixed matches that no matching can meet together.

    Each is tried away in order of ids; whatever the rest is impossible without is not part of it.
    """
    items: list[Item] = [*problem.quotas, *problem.fixed]
    for item in list(items):
        without = [other for other in items if other != item]
        if not _possible(_with(problem, without)):
            items = without
    inside = {bound.quota: bound.inside for bound in quotas.bounds(problem)}
    return tuple(Conflict(item, _needs(problem, item, inside)) for item in items)


def _with(problem: Problem, items: list[Item]) -> Problem:
    return replace(
        problem,
        quotas=tuple(item for item in items if isinstance(item, Quota)),
        fixed=tuple(item for item in items if not isinstance(item, Quota)),
    )


def _possible(problem: Problem) -> bool:
    columns = frame(problem)
    if singles.takes(problem, columns):
        return singles.solve(problem, columns, "travel-first") is not None
    model = programme(problem, columns, fair=False)
    if (model.lower > model.upper).any():
        return False
    anything = Aim("any", np.ones(model.variables))
    return lexical.minimise(model, [anything]).feasible


def _needs(problem: Problem, item: Item, inside: dict[Quota, Bools]) -> tuple[str, ...]:
    if isinstance(item, Quota):
        return tuple(need.id for need, counts in zip(problem.needs, inside[item], strict=True) if counts)
    return (problem.needs[problem.candidates.need[item[0]]].id,)
