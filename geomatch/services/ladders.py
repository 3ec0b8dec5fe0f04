"""The relax ladder of a county's unmatched needs: what a change would do, and for whom."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.availability.clock import Interval
from geomatch.db import calendars
from geomatch.errors import UnknownPlaceError
from geomatch.matching import again, explain, ladder, relaxing, solution
from geomatch.matching.again import Rung
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.relaxing import MOST_MORE_MINUTES, Ground
from geomatch.matching.standing import Standing
from geomatch.matching.world import OWN_PLACE, Legs, Roles
from geomatch.model import PEOPLE, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import journeys
from geomatch.services.journeys import Networks, Trips
from geomatch.services.limits import limit
from geomatch.services.problems import Seen, held_in

Steps = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Behind:
    """What a county's problem was made from; ``words`` are kinds and subkinds by code."""

    seen: Seen
    networks: Networks | None
    words: dict[int, str]


def of_all(problem: Problem, units: Ints, behind: Behind, *, progress: Progress = silent) -> dict[str, Steps]:
    """The ladder of every need that the matching leaves out, by its id; ``units`` are by candidate."""
    standing = Standing(problem, units)
    left = np.flatnonzero(~standing.served).tolist()
    return _climbed(behind, standing, left, progress)


def after_dropping(
    standing: Standing, resource: str, behind: Behind, *, progress: Progress = silent
) -> tuple[Standing, dict[str, Steps]]:
    """How things stand once a resource drops out, and the ladders of the needs that it leaves behind.

    Raises UnknownPlaceError for a resource that took no part.
    """
    numbers = {one.id: at for at, one in enumerate(standing.problem.resources)}
    if resource not in numbers:
        raise UnknownPlaceError(f"resource {resource!r} took no part in the matching")
    now = again.dropped(standing, numbers[resource])
    left = np.flatnonzero(standing.served & ~now.served).tolist()
    return now, _climbed(behind, now, left, progress)


def reason(standing: Standing, need: int, eliminated: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Why a need is not served, as in ``unmatched``."""
    case = explain.explain(standing.problem, standing.columns, standing.units, standing.served)
    found = next(each for each in case if each.need == need)
    return solution.unmatched(standing.problem, found, eliminated)


def _climbed(behind: Behind, standing: Standing, needs: list[int], progress: Progress) -> dict[str, Steps]:
    told: dict[str, Steps] = {}
    if not needs:
        return told
    for at, ground in enumerate(grounds(behind, standing.problem, needs, progress=progress)):
        progress("Looking for changes that would help", at, len(needs))
        rungs = ladder.climb(standing, ground.need, relaxing.families(ground))
        told[standing.problem.needs[ground.need].id] = [_told(ground, rung, behind) for rung in rungs]
    progress("Looking for changes that would help", len(needs), len(needs))
    return told


def grounds(
    behind: Behind, problem: Problem, needs: list[int], *, progress: Progress = silent
) -> Iterator[Ground]:
    """Each of these needs alone, with what lies behind it, journeys timed further than it asked for."""
    further, free = _timed_further(behind, needs, progress), _Free(behind)
    for at, need in enumerate(needs):
        yield _ground(behind, problem, (need, further, at), free)


def _timed_further(behind: Behind, needs: list[int], progress: Progress) -> Trips:
    """Trips of some needs, longer than they asked for."""
    rows: Sequence[Any] = [
        {**row, "max_minutes": limit(row) + MOST_MORE_MINUTES}
        for row in (behind.seen.material.needs[need] for need in needs)
    ]
    return journeys.to_needs(rows, behind.seen.material.resources, behind.networks, progress)


def _ground(behind: Behind, problem: Problem, which: tuple[int, Trips, int], free: "_Free") -> Ground:
    """One need alone; ``which`` is its number, the trips timed further and its row among them."""
    need, trips, at = which
    world = behind.seen.world
    rows = np.flatnonzero(world.roles.need == need)
    mine = np.flatnonzero(world.times.window_need == need)
    row = np.full(len(rows), at)
    return Ground(
        problem=problem,
        need=need,
        world=replace(
            world,
            roles=_roles(world.roles, rows),
            times=replace(
                world.times,
                window_need=np.zeros(len(mine), dtype=np.int64),
                window_starts=world.times.window_starts[mine],
                window_ends=world.times.window_ends[mine],
            ),
            legs=Legs(trips.minutes[row], trips.way[row], world.legs.inside[rows]),
        ),
        slots=behind.seen.shared.names,
        spans=behind.seen.shared.spans,
        of_window=behind.seen.shared.of_window[mine],
        words=behind.words,
        stands_in=_stands_in(world.roles),
        units=free.units,
    )


def _stands_in(roles: Roles) -> frozenset[tuple[int, int]]:
    """What somebody has said will do instead of what, as (subkind, substitute)."""
    subkinds = roles.subkind.tolist()
    return frozenset(
        (subkind, other)
        for subkind, others in zip(subkinds, roles.substitutes, strict=True)
        for other in others
    )


def _roles(roles: Roles, rows: Ints) -> Roles:
    goes_to = roles.goes_to[rows]
    return Roles(
        need=np.zeros(len(rows), dtype=np.int64),
        kind=roles.kind[rows],
        subkind=roles.subkind[rows],
        substitutes=tuple(roles.substitutes[row] for row in rows.tolist()),
        max_minutes=roles.max_minutes[rows],
        features=tuple(roles.features[row] for row in rows.tolist()),
        check=roles.check[rows],
        goes_to=np.where(goes_to == OWN_PLACE, OWN_PLACE, goes_to - rows[0]),
    )


class _Free:
    """How many units of a resource nobody has booked."""

    def __init__(self, behind: Behind) -> None:
        self.resources = behind.seen.material.resources
        self.hours = calendars.hours(self.resources, (), ())
        self.bookings: dict[int, list[sa.RowMapping]] = defaultdict(list)
        for booking in behind.seen.material.bookings:
            self.bookings[booking["resource_id"]].append(booking)

    def units(self, number: int, span: Interval | None) -> tuple[int, int]:
        row = self.resources[number]
        free = quantity = int(row["quantity"])
        if span is not None:
            free -= held_in(self.bookings[row["id"]], self.hours[row["id"]].held(span))
        return max(free, 0), 0 if row["kind"] in (*PEOPLE, ResourceKind.FUND) else quantity


def _told(ground: Ground, rung: Rung, behind: Behind) -> dict[str, Any]:
    problem, need, change = ground.problem, ground.need, rung.change
    slots = (*problem.slots, *change.slots, None)
    return {
        "change": change.kind,
        "from": change.start,
        "to": change.to,
        "proved": rung.proved,
        "displaces": [problem.needs[one].id for one in rung.displaces],
        "with": [
            {
                "role": problem.needs[need].roles[role].id,
                "resource": problem.resources[resource].id,
                "kind": behind.seen.material.resources[resource]["kind"],
                "slot": slots[slot],
                "minutes": minutes,
                "quantity": units,
            }
            for role, resource, slot, minutes, units in rung.helpers
        ],
    }
