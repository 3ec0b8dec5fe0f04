"""One unit for one need: the exact optimum of every policy as one assignment.

A need is a row. Every unit of a resource is a column, and so is every need that a parish may leave out:
the k-th left out costs more than the one before, by the policy's own measure. scipy's LAPJVsp finds the
cheapest full matching, component by component.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

from geomatch.matching.frame import Frame
from geomatch.matching.prices import left_out, prices, runs
from geomatch.matching.problem import Bools, Floats, Ints, Problem

TOGETHER = 2_000
"""Small components are solved together until they hold this many rows: fewer calls, same answer."""
BLOCKED = -2
"""Stands for the candidate in an entry that only uses up what slots offer beyond their resource's total."""
LEFT_OUT = -1
"""Stands for the candidate in an entry that leaves its need out."""


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """The cost matrix: row, column, price and candidate of every entry."""

    row: Ints
    column: Ints
    price: Floats
    candidate: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Columns of the units on offer: ``group`` by candidate; ``first`` column and ``count`` by group.

    ``blockers`` are (row, column) pairs of rows that must be matched: as many as the slots of a resource
    offer beyond its total.
    """

    group: Ints
    first: Ints
    count: Ints
    blockers: tuple[Ints, Ints]


def is_plain(problem: Problem, columns: Frame) -> bool:
    """Whether the problem is single (``is_single``), has no quota, and its fixed matches go together."""
    return is_single(problem, columns) and not problem.quotas and fixed_fit(problem, columns)


def is_single(problem: Problem, columns: Frame) -> bool:
    """Whether every need asks one unit of one role, every use is one, and nothing is given."""
    table = problem.candidates
    one_each = len(columns.quantity) == len(problem.needs) and bool((columns.minimum == 1).all())
    single = one_each and bool((columns.quantity == 1).all() and (table.use == 1).all())
    return single and bool((table.given_role < 0).all())


def fixed_fit(problem: Problem, columns: Frame) -> bool:
    """Whether the fixed matches of single units can stand together."""
    table, fixed = problem.candidates, columns.fixed
    return bool(
        (_sums(table.need, fixed, len(problem.needs)) <= 1).all()
        and (_sums(table.resource, fixed, len(columns.capacity)) <= columns.capacity).all()
        and (_sums(columns.place, fixed, len(columns.place_capacity)) <= columns.place_capacity).all()
    )


def pairs(problem: Problem, columns: Frame) -> int:
    """How many entries it takes to leave needs out by parish, at most: the squares of the open needs."""
    live = np.unique(problem.candidates.need)
    counts = np.bincount(columns.parish[live][columns.parish[live] >= 0], minlength=1)
    return int((counts * counts).sum())


def solve(problem: Problem, columns: Frame, order: str) -> Ints:
    """Rows of the candidates chosen, sorted. ``order`` is a policy's name or ``TRAVEL_THEN_FAIR``.

    The problem must be plain (``is_plain``).
    """
    table = problem.candidates
    kept = np.flatnonzero(columns.fixed)
    served = np.zeros(len(problem.needs), dtype=bool)
    served[table.need[kept]] = True
    units = _units(problem, columns)
    usable = np.flatnonzero(~served[table.need] & (units.count[units.group] > 0))
    if not len(usable):
        return kept
    entries = _entries(problem, columns, order, (units, usable, served))
    return np.sort(np.concatenate((kept, _cheapest(entries))))


def _entries(problem: Problem, columns: Frame, order: str, offered: tuple[Units, Ints, Bools]) -> Entries:
    units, usable, served = offered
    need = problem.candidates.need[usable]
    dearest = np.zeros(len(problem.needs))
    np.maximum.at(dearest, need, columns.cost[usable])
    left = left_out(columns, order, np.unique(need), served)
    price = prices(columns, order, left, float(dearest.sum()))
    repeat = units.count[units.group[usable]]
    unit = np.repeat(units.first[units.group[usable]], repeat) + runs(repeat)
    blocked_row, blocked_column = units.blockers
    nothing = np.zeros(len(blocked_row))
    return Entries(
        row=np.concatenate((np.repeat(need, repeat), left.need, len(problem.needs) + blocked_row)),
        column=np.concatenate((unit, int(units.count.sum()) + left.column, blocked_column)),
        # LAPJVsp takes no zero; every row is matched once, so one more on every entry changes nothing
        price=np.concatenate((np.repeat(price.candidate[usable], repeat), price.left, nothing)) + 1,
        candidate=np.concatenate(
            (np.repeat(usable, repeat), np.full(len(left.need), LEFT_OUT), np.full(len(nothing), BLOCKED))
        ),
    )


def _units(problem: Problem, columns: Frame) -> Units:
    """One column per unit left. Slots that cannot bind share their resource's own columns."""
    table, owner = problem.candidates, columns.place_resource
    left = columns.capacity - _sums(table.resource, columns.fixed, len(columns.capacity))
    own = columns.place_capacity - _sums(columns.place, columns.fixed, len(owner))
    binds = own < left[owner]
    any_binds = np.zeros(len(left), dtype=bool)
    any_binds[owner[binds]] = True
    alone = any_binds[owner]
    codes, group_of_place = np.unique(
        np.where(alone, len(left) + np.arange(len(owner)), owner), return_inverse=True
    )
    group_of_place = group_of_place.reshape(-1)
    resource, limit = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    resource[group_of_place] = owner
    limit[group_of_place] = np.minimum(own, left[owner])
    group = group_of_place[columns.place]
    count = np.minimum(limit, _needs_asking(table.need, group, len(codes)))
    first = np.cumsum(count) - count
    return Units(group, first, count, _blockers(resource, count, first, left))


def _needs_asking(need: Ints, group: Ints, groups: int) -> Ints:
    width = int(need.max(initial=0)) + 1
    return np.bincount(np.unique(group * width + need) // width, minlength=groups)


def _blockers(resource: Ints, count: Ints, first: Ints, left: Ints) -> tuple[Ints, Ints]:
    excess = np.maximum(_sums(resource, count, len(left)) - left, 0)
    start = np.cumsum(excess) - excess
    groups = np.flatnonzero((excess[resource] > 0) & (count > 0))
    size = count[groups]
    repeat = excess[resource[groups]] * size
    at, width = runs(repeat), np.repeat(size, repeat)
    return (
        np.repeat(start[resource[groups]], repeat) + at // width,
        np.repeat(first[groups], repeat) + at % width,
    )


def _cheapest(entries: Entries) -> Ints:
    """Candidates in the cheapest matching of every row, over all components."""
    part_of_row = _parts(entries)
    part = part_of_row[entries.row]
    order = np.argsort(part, kind="stable")
    ends = np.flatnonzero(np.diff(part[order], append=-1)) + 1
    chosen = [_match(entries, order[begin:end]) for begin, end in zip([0, *ends[:-1]], ends, strict=True)]
    return np.concatenate(chosen)


def _parts(entries: Entries) -> Ints:
    """For each row a number of the batch of whole components it is solved in."""
    rows = int(entries.row.max()) + 1
    size = rows + int(entries.column.max()) + 1
    links = sp.coo_array(
        (np.ones(len(entries.row), dtype=np.int8), (entries.row, rows + entries.column)), (size, size)
    )
    label = connected_components(links, directed=False)[1][:rows]
    used = np.zeros(rows, dtype=bool)
    used[entries.row] = True
    held = np.bincount(label[used], minlength=int(label.max()) + 1)
    batch: Ints = (np.cumsum(held) // TOGETHER)[label]
    return batch


def _match(entries: Entries, at: Ints) -> Ints:
    rows, row = np.unique(entries.row[at], return_inverse=True)
    columns, column = np.unique(entries.column[at], return_inverse=True)
    # of two slots of one resource that share a column the cheaper is kept, and of equals the first by slot
    best = np.lexsort((at, entries.price[at], column, row))
    first = np.ones(len(best), dtype=bool)
    first[1:] = (np.diff(row[best]) != 0) | (np.diff(column[best]) != 0)
    best = best[first]
    shape = (len(rows), len(columns))
    costs = sp.csr_array((entries.price[at][best], (row[best], column[best])), shape=shape)
    found_row, found_column = min_weight_full_bipartite_matching(costs)
    place = np.searchsorted(row[best] * shape[1] + column[best], found_row * shape[1] + found_column)
    taken: Ints = entries.candidate[at][best][place]
    return taken[taken >= 0]


def _sums(groups: Ints, values: Ints, count: int) -> Ints:
    return np.bincount(groups, weights=values, minlength=count).astype(np.int64)
