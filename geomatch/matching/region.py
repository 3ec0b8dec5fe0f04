"""The problem around one need: some needs free to move, everybody else as they stand.

Needs outside keep what they hold. Their parish still counts them: a stand-in without candidates for each
that is not served, one with a match of its own, agreed and for nothing, for each that is.
"""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np

from geomatch.matching.changes import Change, asking_less, joined
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Ints,
    Need,
    Problem,
    Resource,
)
from geomatch.matching.standing import Standing

_STAND_IN = "stand-in"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A smaller problem; ``needs`` and ``resources`` are the numbers its first ones have in the whole.

    ``rows`` is the row in the whole of each of its candidates, -1 for those of the change and of stand-ins.
    """

    problem: Problem
    needs: Ints
    resources: Ints
    rows: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Candidates with the units fixed on each, and the row each has in the whole (-1: none)."""

    table: Candidates
    fixed: Ints
    origin: Ints

    def plus(self, table: Candidates, fixed: int) -> "_Rows":
        units = np.full(len(table), fixed, dtype=np.int64)
        nowhere = np.full(len(table), -1, dtype=np.int64)
        return _Rows(
            joined(self.table, table),
            np.concatenate((self.fixed, units)),
            np.concatenate((self.origin, nowhere)),
        )


def cut(standing: Standing, inside: set[int], need: int, change: Change) -> Region:
    """The region of these needs, the change of ``need`` made."""
    whole = standing.problem
    needs = np.array(sorted(inside), dtype=np.int64)
    own = [one for one in needs.tolist() if change.rows is None or one != need]
    kept = np.concatenate([np.zeros(0, dtype=np.int64), *(standing.rows_of(one) for one in own)])
    gone = [number for number, own in change.offered.items() if not own.capacity]
    agreed = standing.columns.fixed[kept] * ~np.isin(whole.candidates.resource[kept], gone)
    rows = _Rows(whole.candidates.take(kept), agreed, kept)
    rows = rows if change.rows is None else rows.plus(change.rows, 0)
    named = rows.table.given_resource[rows.table.given_resource != NOTHING_GIVEN]
    resources = np.unique(np.concatenate((rows.table.resource, named)))
    offered = _offered(standing, (inside, rows), resources, change)
    mates = _stand_ins(standing, inside, needs)
    smaller = _numbered(_with_room(rows, resources, offered, whole.slots + change.slots), needs, resources)
    smaller = smaller.plus(_agreed_for_nothing(mates, len(needs), len(resources)), 1)
    problem = replace(
        whole,
        needs=(*_needs(whole, needs, need, change), *(one for one, _ in mates)),
        resources=(
            *offered,
            Resource(_STAND_IN, len(mates)),
        ),
        slots=whole.slots + change.slots,
        candidates=smaller.table,
        fixed=tuple((row, int(smaller.fixed[row])) for row in np.flatnonzero(smaller.fixed).tolist()),
    )
    return Region(problem, needs, resources, smaller.origin)


def _offered(
    standing: Standing, mine: tuple[set[int], _Rows], resources: Ints, change: Change
) -> list[Resource]:
    """What the region's needs may have: all of each resource that nobody outside holds."""
    inside, rows = mine
    held, held_at = _held_inside(standing, inside)
    names = standing.problem.slots + change.slots
    slots: dict[int, set[int]] = defaultdict(set)
    for resource, slot in zip(rows.table.resource.tolist(), rows.table.slot.tolist(), strict=True):
        slots[resource].add(slot)
    offered = []
    for number in resources.tolist():
        own = change.offered.get(number, standing.problem.resources[number])
        by_slot = {}
        for slot in sorted(slots[number]):
            if slot != TIMELESS and names[slot] in own.slot_capacity:
                elsewhere = standing.used_at[number, slot] - held_at[number, slot]
                by_slot[names[slot]] = max(own.slot_capacity[names[slot]] - elsewhere, 0)
        left = own.capacity - standing.used[number] + held[number]
        offered.append(Resource(own.id, max(left, 0), by_slot))
    return offered


def _held_inside(standing: Standing, inside: set[int]) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """Units that these needs hold, by resource and by (resource, slot)."""
    table = standing.problem.candidates
    kept = np.concatenate([standing.rows_of(one) for one in sorted(inside)])
    held: dict[int, int] = defaultdict(int)
    held_at: dict[tuple[int, int], int] = defaultdict(int)
    for row in kept[standing.units[kept] > 0].tolist():
        units = int(standing.units[row] * table.use[row])
        held[int(table.resource[row])] += units
        held_at[int(table.resource[row]), int(table.slot[row])] += units
    return held, held_at


def _stand_ins(standing: Standing, inside: set[int], needs: Ints) -> list[tuple[Need, bool]]:
    """The needs outside that the policy counts together with those inside, and whether each is served."""
    problem, columns = standing.problem, standing.columns
    if problem.quotas:
        outside = [one for one in range(len(problem.needs)) if one not in inside]
    elif problem.policy.name == "travel-first":
        outside = []
    else:
        parishes = np.unique(columns.parish[needs])
        beside = np.flatnonzero(np.isin(columns.parish, parishes[parishes >= 0]))
        outside = [one for one in beside.tolist() if one not in inside]
    return [
        (Need(problem.needs[one].id, problem.needs[one].area), bool(standing.served[one])) for one in outside
    ]


def _with_room(rows: _Rows, resources: Ints, offered: list[Resource], names: tuple[str, ...]) -> _Rows:
    """The rows over which a unit can go at all."""
    table = rows.table
    at = np.searchsorted(resources, table.resource)
    room = np.array([one.capacity for one in offered], dtype=np.int64)[at]
    for row, slot in enumerate(table.slot.tolist()):
        if slot != TIMELESS:
            room[row] = min(room[row], offered[at[row]].slot_capacity.get(names[slot], room[row]))
    kept = np.flatnonzero((table.use <= room) | (rows.fixed > 0))
    return _Rows(table.take(kept), rows.fixed[kept], rows.origin[kept])


def _numbered(rows: _Rows, needs: Ints, resources: Ints) -> _Rows:
    """The rows by the region's own numbers, in order."""
    given = rows.table.given_resource
    smaller = replace(
        rows.table,
        need=np.searchsorted(needs, rows.table.need),
        resource=np.searchsorted(resources, rows.table.resource),
        given_resource=np.where(given == NOTHING_GIVEN, given, np.searchsorted(resources, given)),
    )
    order = smaller.in_order()
    return _Rows(smaller.take(order), rows.fixed[order], rows.origin[order])


def _agreed_for_nothing(mates: list[tuple[Need, bool]], needs: int, resource: int) -> Candidates:
    """A candidate for every stand-in that is served."""
    served = np.array([needs + at for at, (_, got) in enumerate(mates) if got], dtype=np.int64)
    zero, nothing = np.zeros(len(served), dtype=np.int64), np.full(len(served), NOTHING_GIVEN, dtype=np.int64)
    return Candidates(
        need=served,
        role=zero,
        resource=zero + resource,
        slot=np.full(len(served), TIMELESS, dtype=np.int64),
        minutes=np.zeros(len(served)),
        penalty=np.zeros(len(served)),
        use=zero + 1,
        given_role=nothing,
        given_resource=nothing,
    )


def _needs(whole: Problem, needs: Ints, need: int, change: Change) -> list[Need]:
    chosen = [whole.needs[one] for one in needs.tolist()]
    if change.minimum:
        at = int(np.searchsorted(needs, need))
        chosen[at] = asking_less(chosen[at], change)
    return chosen
