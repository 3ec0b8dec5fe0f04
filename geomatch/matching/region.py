"""The problem around one need: some needs free to move, everybody else as they stand.

Needs outside keep what they hold. Their parish still counts them: a stand-in without candidates for each
that is not served, one with a match of its own, agreed and for nothing, for each that is.
"""

from dataclasses import dataclass, replace

import numpy as np

from geomatch.matching.changes import Change, joined
from geomatch.matching.problem import (
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Ints,
    Need,
    Problem,
    Resource,
    Role,
)
from geomatch.matching.standing import Standing

_STAND_IN = "stand-in"


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A smaller problem; ``needs`` and ``resources`` are the numbers its first ones have in the whole."""

    problem: Problem
    needs: Ints
    resources: Ints


def cut(standing: Standing, inside: set[int], need: int, change: Change | None = None) -> Region:
    """The region of these needs, the change of ``need`` made."""
    needs = np.array(sorted(inside), dtype=np.int64)
    kept = np.concatenate([standing.rows_of(one) for one in needs.tolist()])
    table = standing.problem.candidates.take(kept)
    fixed = np.zeros(len(kept), dtype=np.int64)
    fixed[:] = standing.columns.fixed[kept]
    if change is not None:
        table = joined(table, change.rows)
        fixed = np.concatenate((fixed, np.zeros(len(change.rows), dtype=np.int64)))
    named = table.given_resource[table.given_resource != NOTHING_GIVEN]
    resources = np.unique(np.concatenate((table.resource, named)))
    offered = _offered(standing, (kept, table), resources, change)
    mates = _stand_ins(standing, inside, needs)
    smaller, fixed = _numbered(table, fixed, needs, resources)
    rows, agreed = _with_mates(smaller, fixed, len(needs), len(resources), mates)
    problem = replace(
        standing.problem,
        needs=(*_needs(standing, needs, need, change), *(one for one, _ in mates)),
        resources=(*offered, Resource(_STAND_IN, len(mates))),
        slots=standing.problem.slots + (() if change is None else change.slots),
        candidates=rows,
        fixed=tuple((int(row), int(agreed[row])) for row in np.flatnonzero(agreed)),
    )
    return Region(problem, needs, resources)


def _offered(
    standing: Standing, rows: tuple[Ints, Candidates], resources: Ints, change: Change | None
) -> list[Resource]:
    """What the region's needs may have: all of each resource that nobody outside holds."""
    kept, table = rows
    whole = standing.problem.candidates
    mine = kept[standing.units[kept] > 0]
    inside: dict[tuple[int, int | None], int] = {}
    for row in mine.tolist():
        units = int(standing.units[row] * whole.use[row])
        for key in ((int(whole.resource[row]), int(whole.slot[row])), (int(whole.resource[row]), None)):
            inside[key] = inside.get(key, 0) + units
    names = standing.problem.slots + (() if change is None else change.slots)
    slots: dict[int, set[int]] = {}
    for resource, slot in zip(table.resource.tolist(), table.slot.tolist(), strict=True):
        slots.setdefault(resource, set()).add(slot)
    offered = []
    for number in resources.tolist():
        own = standing.problem.resources[number]
        own = own if change is None else change.offered.get(number, own)
        left = own.capacity - standing.used[number] + inside.get((number, None), 0)
        by_slot = {}
        for slot in sorted(slots.get(number, ())):
            if slot != TIMELESS and names[slot] in own.slot_capacity:
                elsewhere = standing.used_at[number, slot] - inside.get((number, slot), 0)
                by_slot[names[slot]] = max(own.slot_capacity[names[slot]] - elsewhere, 0)
        offered.append(Resource(own.id, max(left, 0), by_slot))
    return offered


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


def _numbered(table: Candidates, fixed: Ints, needs: Ints, resources: Ints) -> tuple[Candidates, Ints]:
    """The rows by the region's own numbers, in order."""
    given = np.where(
        table.given_resource == NOTHING_GIVEN,
        NOTHING_GIVEN,
        np.searchsorted(resources, table.given_resource),
    )
    smaller = replace(
        table,
        need=np.searchsorted(needs, table.need),
        resource=np.searchsorted(resources, table.resource),
        given_resource=given,
    )
    order = smaller.in_order()
    return smaller.take(order), fixed[order]


def _with_mates(
    table: Candidates, fixed: Ints, needs: int, resources: int, mates: list[tuple[Need, bool]]
) -> tuple[Candidates, Ints]:
    served = np.array([needs + at for at, (_, got) in enumerate(mates) if got], dtype=np.int64)
    zero, nothing = np.zeros(len(served), dtype=np.int64), np.full(len(served), NOTHING_GIVEN, dtype=np.int64)
    agreed = Candidates(
        need=served,
        role=zero,
        resource=np.full(len(served), resources, dtype=np.int64),
        slot=np.full(len(served), TIMELESS, dtype=np.int64),
        minutes=np.zeros(len(served)),
        penalty=np.zeros(len(served)),
        use=zero + 1,
        given_role=nothing,
        given_resource=nothing,
    )
    return joined(table, agreed), np.concatenate((fixed, zero + 1))


def _needs(standing: Standing, needs: Ints, need: int, change: Change | None) -> list[Need]:
    chosen = [standing.problem.needs[one] for one in needs.tolist()]
    if change is not None and change.minimum:
        at = int(np.searchsorted(needs, need))
        roles: list[Role] = list(chosen[at].roles)
        for role, least in change.minimum.items():
            roles[role] = replace(roles[role], minimum=least)
        chosen[at] = replace(chosen[at], roles=tuple(roles))
    return chosen
