"""Problems that fall apart: what shares no resource or parish is solved by itself."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from geomatch.matching.frame import Frame
from geomatch.matching.problem import NOTHING_GIVEN, Candidates, Ints, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A smaller problem, and the row numbers its candidates have in the whole."""

    problem: Problem
    rows: Ints


def labels(problem: Problem, columns: Frame, *, by_parish: bool) -> Ints:
    """The number of its part for every need; ``by_parish`` ties the needs of a parish together.

    Quotas reach across parts, and into areas where nobody has a candidate: with them there is one part.
    """
    if problem.quotas:
        return np.zeros(len(problem.needs), dtype=np.int64)
    table, needs = problem.candidates, len(problem.needs)
    links = [(table.need, needs + table.resource)]
    first = needs + len(problem.resources)
    if by_parish:
        inside = np.flatnonzero(columns.parish >= 0)
        links.append((inside, first + columns.parish[inside]))
    row, column = (np.concatenate(side) for side in zip(*links, strict=True))
    size = first + len(columns.parishes)
    graph = sp.coo_array((np.ones(len(row), dtype=np.int8), (row, column)), shape=(size, size))
    label: Ints = connected_components(graph, directed=False)[1][:needs]
    return label


def split(problem: Problem, label: Ints) -> list[Part]:
    """The parts that have a candidate, in order of their first need."""
    table = problem.candidates
    if not len(table):
        return []
    part_of_row = label[table.need]
    order = np.argsort(part_of_row, kind="stable")
    begins = np.flatnonzero(np.diff(part_of_row[order], prepend=-1))
    ends = np.append(begins[1:], len(order))
    return [_part(problem, label, order[begin:end]) for begin, end in zip(begins, ends, strict=True)]


def _part(problem: Problem, label: Ints, rows: Ints) -> Part:
    table = problem.candidates.take(rows)
    needs = np.flatnonzero(label == label[table.need[0]])
    named = table.given_resource[table.given_resource != NOTHING_GIVEN]
    resources = np.unique(np.concatenate((table.resource, named)))
    smaller = Candidates(
        need=np.searchsorted(needs, table.need),
        role=table.role,
        resource=np.searchsorted(resources, table.resource),
        slot=table.slot,
        minutes=table.minutes,
        penalty=table.penalty,
        use=table.use,
        given_role=table.given_role,
        given_resource=np.where(
            table.given_resource == NOTHING_GIVEN,
            NOTHING_GIVEN,
            np.searchsorted(resources, table.given_resource),
        ),
    )
    place = {int(row): at for at, row in enumerate(rows)} if problem.fixed else {}
    part = Problem(
        needs=tuple(problem.needs[need] for need in needs),
        resources=tuple(problem.resources[resource] for resource in resources),
        slots=problem.slots,
        candidates=smaller,
        policy=problem.policy,
        areas=problem.areas,
        quotas=problem.quotas,
        fixed=tuple((place[row], units) for row, units in problem.fixed if row in place),
    )
    return Part(part, rows)
