"""What became of earlier proposals, as a document."""

from typing import Any

import numpy as np

from geomatch.matching import solution
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.reclear import Cleared


def to_document(problem: Problem, earlier: Ints, cleared: Cleared) -> dict[str, Any]:
    """The difference: ids of needs ``kept``; ``moved`` (from, to), ``dropped`` (from) and ``added`` (to).

    ``limit`` is how many changes were allowed, ``least`` how many could not be helped. ``from`` and ``to``
    are assignments.
    """
    before = _by_need(problem, earlier)
    now = _by_need(problem, cleared.outcome.units)
    names = [need.id for need in problem.needs]

    def ids(numbers: Ints) -> list[str]:
        return [names[number] for number in numbers.tolist()]

    return {
        "limit": cleared.limit,
        "least": cleared.least,
        "changes": cleared.changes,
        "kept": ids(cleared.kept),
        "moved": [{"need": one, "from": before[one], "to": now[one]} for one in ids(cleared.moved)],
        "dropped": [{"need": one, "from": before[one]} for one in ids(cleared.dropped)],
        "added": [{"need": one, "to": now[one]} for one in ids(cleared.added)],
    }


def _by_need(problem: Problem, units: Ints) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in solution.assignments(problem, np.asarray(units)):
        found.setdefault(row["need"], []).append(row)
    return found
