"""What of a problem is in doubt: the needs that others may stand in the way of, and who those others are.

A place whose candidates all fit in at once stands in nobody's way. A role with a candidate there, in a slot,
is certain to be filled in that slot and need not be looked for elsewhere; a need all of whose roles are so in
one slot is certain to be served, and wants nothing from anybody. Struck out again and again until nothing
changes, what remains falls into small components, each of which is solved by itself.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from geomatch.matching.frame import Frame
from geomatch.matching.problem import NOTHING_GIVEN, TIMELESS, Bools, Ints, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """``kept`` by candidate; ``certain`` by need: served whatever the others do, in full.

    ``component`` by need: needs of different components share nothing that could run out.
    """

    kept: Bools
    certain: Bools
    component: Ints


def kernel(problem: Problem, columns: Frame) -> Kernel:
    """The part of a problem in doubt, for the first aim (the most). With quotas everything is."""
    table, needs = problem.candidates, len(problem.needs)
    kept, certain = np.ones(len(table), dtype=bool), np.zeros(needs, dtype=bool)
    if problem.quotas:
        return Kernel(kept, certain, np.zeros(needs, dtype=np.int64))
    simple = np.ones(needs, dtype=bool)
    simple[table.need[(table.given_role != NOTHING_GIVEN) | (columns.fixed > 0)]] = False
    while True:
        loose = _loose(problem, columns, kept)
        free = kept & loose & simple[table.need]
        spare = _needless(problem, columns, kept, free)
        served = _all_roles_free(problem, columns, free)
        struck = spare | (kept & served[table.need])
        certain |= served
        if not struck.any():
            return Kernel(kept, certain, _components(problem, kept & ~loose))
        kept = kept & ~struck


def _loose(problem: Problem, columns: Frame, kept: Bools) -> Bools:
    """Candidates at places where all who may come fit in together."""
    table = problem.candidates
    # tied to one choice or another, it comes once
    once = np.zeros(len(table), dtype=bool)
    key = columns.role * max(len(columns.place_capacity), 1) + columns.place
    once[np.flatnonzero(kept)[np.unique(key[kept], return_index=True)[1]]] = True
    dearest = np.zeros(int(key.max(initial=-1)) + 1, dtype=np.int64)
    np.maximum.at(dearest, key[kept], table.use[kept])
    asked = np.where(once, columns.quantity[columns.role] * dearest[key], 0)
    at_place = np.bincount(columns.place, weights=asked, minlength=len(columns.place_capacity))
    width = len(columns.place_capacity)
    pairs, at = np.unique(table.need * width + columns.place, return_inverse=True)
    by_pair = np.bincount(at.reshape(-1), weights=asked, minlength=len(pairs))
    # a need lies in one slot: of a resource it takes what it takes in the slot where that is most
    need, owner = pairs // max(width, 1), columns.place_resource[pairs % max(width, 1)]
    both, at = np.unique(need * len(columns.capacity) + owner, return_inverse=True)
    most = np.zeros(len(both))
    np.maximum.at(most, at.reshape(-1), by_pair)
    of_resource = np.bincount(both % max(len(columns.capacity), 1), most, minlength=len(columns.capacity))
    fits: Bools = (at_place <= columns.place_capacity)[columns.place]
    whole = columns.quantity[columns.role] <= columns.capacity[table.resource]
    return fits & whole & (of_resource <= columns.capacity)[table.resource]


def _needless(problem: Problem, columns: Frame, kept: Bools, free: Bools) -> Bools:
    """Candidates of a role and slot that has a free one: all but the first free one."""
    key = columns.role * (len(problem.slots) + 1) + problem.candidates.slot - TIMELESS
    first = np.full(int(key.max(initial=-1)) + 1, len(key), dtype=np.int64)
    np.minimum.at(first, key[free], np.flatnonzero(free))
    answer: Bools = kept & (first[key] < len(key)) & (first[key] != np.arange(len(key)))
    return answer


def _all_roles_free(problem: Problem, columns: Frame, free: Bools) -> Bools:
    """Needs with a slot in which each of their roles has a free candidate."""
    table, width = problem.candidates, len(problem.slots) + 1
    pairs = np.unique(columns.role[free] * width + table.slot[free] - TIMELESS)
    need, slot = columns.role_need[pairs // width], pairs % width
    together, counts = np.unique(need * width + slot, return_counts=True)
    roles = np.bincount(columns.role_need, minlength=len(problem.needs))
    served = np.zeros(len(problem.needs), dtype=bool)
    served[(together // width)[counts == roles[together // width]]] = True
    return served


def _components(problem: Problem, tight: Bools) -> Ints:
    needs, table = len(problem.needs), problem.candidates
    rows, columns = table.need[tight], needs + table.resource[tight]
    size = needs + len(problem.resources)
    graph = sp.coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    label: Ints = connected_components(graph, directed=False)[1][:needs].astype(np.int64)
    return label
