"""One unit for one need, as a flow: every need sends one unit through what serves it, or is left out.

The nodes form a forest under one root. A need's unit goes over one of its candidates to a *place group* (the
slots of a resource that cannot bind are one), where slots bind on to the resource, and so to the root; or
over its parish, and the areas above it that have a quota, to the root. What is convex - the k-th need a
parish leaves out, a quota - is a bundle of parallel arcs. So capacities, parishes and nested quotas are all
one network, and its optimum is whole by itself.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import quotas
from geomatch.matching.frame import Frame
from geomatch.matching.prices import runs
from geomatch.matching.problem import Bools, Ints, Problem
from geomatch.matching.rows import numbered

ENDLESS = 1 << 60


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Parallel arcs from one node up to another, by bundle; they lie one after the other.

    ``node`` goes to ``up`` over the arcs ``first`` to ``first + count``.
    """

    node: Ints
    up: Ints
    first: Ints
    count: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The network. Arcs: a candidate each (``candidate``, ``group``), a way out each (``need``), bundles.

    Node numbers: open needs first (``need[i]`` is node i), the root last. ``quota`` is -1 on what an area
    must leave out, 1 on what it must not, and 0 elsewhere; ``owed`` is how much it sums to when all quotas
    are met, or ``None`` when no matching can meet them. ``step_parish`` and ``step_place`` tell arcs by
    which a parish leaves one more need out which parish and the how-manieth, from 1, counting those
    without a candidate; ``step`` is the first of them.
    """

    nodes: int
    tail: Ints
    head: Ints
    capacity: Ints
    need: Ints
    candidate: Ints
    bundles: Bundle
    quota: Ints
    owed: int | None
    step: int
    step_parish: Ints
    step_place: Ints

    @property
    def root(self) -> int:
        """The last node."""
        return self.nodes - 1

    @property
    def has_quotas(self) -> bool:
        """Whether any area's count is bound."""
        return bool(self.quota.any())

    @property
    def steps(self) -> slice:
        """The arcs by which parishes leave one more need out."""
        return slice(self.step, self.step + len(self.step_parish))

    @property
    def ways_out(self) -> slice:
        """The arcs by which needs are left out, in their order."""
        return slice(len(self.candidate), len(self.candidate) + len(self.need))


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Places that share one limit: ``group`` by candidate; by group its ``limit``, its resource, whether it
    is ``alone``, a slot that binds beside others. ``left`` is what resources have left."""

    group: Ints
    limit: Ints
    resource: Ints
    alone: Bools
    left: Ints


def groups(problem: Problem, columns: Frame) -> Groups:
    """What is left to give once the fixed matches have theirs. Slots that cannot bind are one group."""
    table, owner = problem.candidates, columns.place_resource
    left = columns.capacity - _sums(table.resource, columns.fixed, len(columns.capacity))
    own = columns.place_capacity - _sums(columns.place, columns.fixed, len(owner))
    any_binds = np.zeros(len(left), dtype=bool)
    any_binds[owner[own < left[owner]]] = True
    code = np.where(any_binds[owner], len(left) + np.arange(len(owner)), owner)
    codes, of_place = numbered(code, len(left) + len(owner))
    resource, limit = np.zeros(len(codes), dtype=np.int64), np.zeros(len(codes), dtype=np.int64)
    resource[of_place] = owner
    limit[of_place] = np.minimum(own, left[owner])
    return Groups(of_place[columns.place], limit, resource, any_binds[resource], left)


def of_problem(problem: Problem, columns: Frame, *, fair: bool) -> Flow:
    """The network of a single problem (``network.is_single``); ``fair`` adds the parishes' steps."""
    table, held = problem.candidates, groups(problem, columns)
    kept = np.zeros(len(problem.needs), dtype=bool)
    kept[table.need[columns.fixed > 0]] = True
    usable = np.flatnonzero(~kept[table.need] & (held.limit[held.group] > 0))
    need, tail = numbered(table.need[usable], len(kept))
    lost = ~kept
    lost[need] = False
    nodes = _Nodes(len(need))
    places = _places(held, usable, nodes)
    areas = _areas(problem, columns, (need, lost), nodes, fair or bool(problem.quotas))
    return _joined((need, tail, usable), places, areas, areas.steps(fair))


def _joined(rows: tuple[Ints, Ints, Ints], places: "_Places", areas: "_Areas", steps: "_Steps") -> Flow:
    (need, tail, usable), root = rows, areas.root
    node = np.concatenate((places.node, areas.parish_node, areas.quota_node))
    up = np.concatenate((places.up, areas.parish_up, areas.quota_up))
    up[up < 0] = root
    out = np.where(areas.way_out < 0, root, areas.way_out)
    ones = np.ones(len(places.node), dtype=np.int64)
    count = np.concatenate((ones, steps.count, np.full(len(areas.quota_node), 3)))
    singles = len(usable) + len(need)
    quota = np.zeros(singles + int(count.sum()), dtype=np.int64)
    begin = len(quota) - 3 * len(areas.quota_node)
    quota[begin::3], quota[begin + 2 :: 3] = -1, 1
    endless = np.full(singles, ENDLESS)
    return Flow(
        nodes=root + 1,
        tail=np.concatenate((tail, np.arange(len(need)), np.repeat(node, count))),
        head=np.concatenate((places.of_candidate, out, np.repeat(up, count))),
        capacity=np.concatenate((endless, places.capacity, steps.capacity, areas.quota_capacity)),
        need=need,
        candidate=usable,
        bundles=Bundle(node, up, singles + np.cumsum(count) - count, count),
        quota=quota,
        owed=areas.owed,
        step=singles + len(places.node),
        step_parish=steps.parish,
        step_place=steps.place,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Places:
    """Nodes of groups and resources, what is above each (-1: the root), its room; the node by candidate."""

    node: Ints
    up: Ints
    capacity: Ints
    of_candidate: Ints


def _places(held: Groups, usable: Ints, nodes: "_Nodes") -> _Places:
    used, group = numbered(held.group[usable], len(held.limit))
    group_node = nodes.take(len(used))
    alone = held.alone[used]
    owners, owner = np.unique(held.resource[used[alone]], return_inverse=True)
    owner_node = nodes.take(len(owners))
    up = np.full(len(used) + len(owners), -1)
    up[np.flatnonzero(alone)] = owner_node[owner.reshape(-1)]
    return _Places(
        np.concatenate((group_node, owner_node)),
        up,
        np.concatenate((held.limit[used], held.left[owners])),
        group_node[group],
    )


class _Nodes:
    def __init__(self, count: int) -> None:
        self.count = count

    def take(self, more: int) -> Ints:
        self.count += more
        return np.arange(self.count - more, self.count)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    parish: Ints
    place: Ints
    capacity: Ints
    count: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """Where left out needs go. -1 stands for the root."""

    way_out: Ints
    parish: Ints
    parish_node: Ints
    parish_up: Ints
    open_needs: Ints
    already: Ints
    quota_node: Ints
    quota_up: Ints
    quota_capacity: Ints
    owed: int | None
    root: int

    def steps(self, fair: bool) -> _Steps:
        """An arc for every need that may be left out in a parish, or, when not ``fair``, one for all."""
        if not fair:
            ones = np.ones(len(self.parish), dtype=np.int64)
            return _Steps(self.parish[:0], self.parish[:0], ones * ENDLESS, ones)
        count = self.open_needs
        place = np.repeat(self.already, count) + runs(count) + 1
        capacity = np.ones(len(place), dtype=np.int64)
        # never full, so that the tree can always lead up through it; no more can come than there are needs
        capacity[np.cumsum(count) - 1] = 2
        return _Steps(np.repeat(self.parish, count), place, capacity, count)


def _areas(problem: Problem, columns: Frame, rows: tuple[Ints, Bools], nodes: _Nodes, wanted: bool) -> _Areas:
    need, lost = rows
    above = problem.areas_above()
    parish_of = columns.parish[need] if wanted else np.full(len(need), -1)
    parish = np.unique(parish_of[parish_of >= 0])
    parish_node = nodes.take(len(parish))
    way_out = np.full(len(need), -1)
    inside = parish_of >= 0
    way_out[inside] = parish_node[np.searchsorted(parish, parish_of[inside])]
    # what lies below comes first, so that going through the bundles in order nothing comes in late
    bounds = sorted(quotas.bounds(problem), key=lambda bound: -len(above.get(bound.quota.area, ())))
    quota_node = nodes.take(len(bounds))
    node_of = {bound.quota.area: int(node) for bound, node in zip(bounds, quota_node, strict=True)}

    def nearest(areas: tuple[str, ...]) -> int:
        return next((node_of[area] for area in areas if area in node_of), -1)

    least, most = _to_leave_out(bounds, lost)
    possible = bool((most >= least).all())
    capacity = np.stack((least, np.maximum(most - least, 0), np.full(len(least), ENDLESS)), axis=1)
    return _Areas(
        way_out=way_out,
        parish=parish,
        parish_node=parish_node,
        parish_up=np.array([nearest(above.get(columns.parishes[one], ())) for one in parish], dtype=np.int64),
        open_needs=np.bincount(parish_of[inside], minlength=len(columns.parishes))[parish],
        already=np.bincount(columns.parish[lost & (columns.parish >= 0)], minlength=len(columns.parishes))[
            parish
        ],
        quota_node=quota_node,
        quota_up=np.array([nearest(above[bound.quota.area][1:]) for bound in bounds], dtype=np.int64),
        quota_capacity=capacity.reshape(-1),
        owed=-int(least.sum()) if possible else None,
        root=nodes.count,
    )


def _to_leave_out(bounds: list[quotas.Bounds], lost: Bools) -> tuple[Ints, Ints]:
    """Least and most needs to leave out by quota, of those that are not lost anyway."""
    open_needs = [int((bound.inside & ~lost).sum()) for bound in bounds]
    least = [max(count - bound.most, 0) for bound, count in zip(bounds, open_needs, strict=True)]
    most = [count - bound.least for bound, count in zip(bounds, open_needs, strict=True)]
    return np.array(least, dtype=np.int64), np.array(most, dtype=np.int64)


def _sums(group: Ints, values: Ints, count: int) -> Ints:
    return np.bincount(group, weights=values, minlength=count).astype(np.int64)
