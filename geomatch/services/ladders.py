"""The relax ladder of a county's unmatched needs: what a change would do, and for whom."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.errors import UnknownPlaceError
from geomatch.matching import again, explain, ladder, relaxing, solution
from geomatch.matching.again import Rung
from geomatch.matching.candidates import Features
from geomatch.matching.openings import Interval
from geomatch.matching.problem import Ints, Problem
from geomatch.matching.relaxing import DAYS_MOVED, MOST_MORE_MINUTES, Ground
from geomatch.matching.standing import Standing
from geomatch.progress import Progress, silent
from geomatch.services import journeys, worlds
from geomatch.services.cases import BY_HEAD, Behind, Case, held_in

Steps = list[dict[str, Any]]


def of_all(case: Case, units: Ints, *, progress: Progress = silent) -> dict[str, Steps]:
    """The ladder of every need that the matching leaves out, by its id; ``units`` are by candidate."""
    standing = Standing(case.problem, units)
    left = np.flatnonzero(~standing.served).tolist()
    return _climbed(case.behind, standing, left, progress)


def after_dropping(
    case: Case, units: Ints, resource: str, *, progress: Progress = silent
) -> tuple[Problem, Standing, dict[str, Steps]]:
    """What a resource's dropping out comes to, and the ladders of the needs that it leaves behind.

    Raises UnknownPlaceError for a resource that took no part.
    """
    numbers = {one.id: at for at, one in enumerate(case.problem.resources)}
    if resource not in numbers:
        raise UnknownPlaceError(f"resource {resource!r} took no part in the matching")
    before = Standing(case.problem, units)
    now = again.dropped(before, numbers[resource])
    left = np.flatnonzero(before.served & ~now.served).tolist()
    return now.problem, now, _climbed(case.behind, now, left, progress)


def reason(standing: Standing, need: int, eliminated: dict[str, dict[str, int]]) -> dict[str, Any]:
    """Why a need is not served, as in ``unmatched``."""
    case = explain.explain(standing.problem, standing.columns, standing.units, standing.served)
    found = next(each for each in case if each.need == need)
    return solution.unmatched(standing.problem, found, eliminated)


def _climbed(behind: Behind, standing: Standing, needs: list[int], progress: Progress) -> dict[str, Steps]:
    if not needs:
        return {}
    ground = _ground(behind, standing.problem, needs, progress)
    holds, told = Features(ground.world), {}
    kinds = [row["kind"] for row in behind.material.resources]
    for at, need in enumerate(needs):
        progress("Looking for changes that would help", at, len(needs))
        rungs = ladder.climb(standing, need, relaxing.families(ground, at, holds))
        told[standing.problem.needs[need].id] = [_told(ground, need, rung, kinds) for rung in rungs]
    progress("Looking for changes that would help", len(needs), len(needs))
    return told


def _ground(behind: Behind, problem: Problem, needs: list[int], progress: Progress) -> Ground:
    """The needs looked at, with journeys longer than they asked for and free time around what they asked."""
    rows = [behind.material.needs[need] for need in needs]
    material = behind.material.of(rows)
    further: Sequence[Any] = [
        {**row, "max_minutes": worlds.limit(row) + MOST_MORE_MINUTES} for row in rows
    ]
    minutes = journeys.minutes(further, material.resources, behind.networks, progress)
    world = worlds.world(material, minutes, behind.day, days_beyond=DAYS_MOVED)
    kept = np.isin(behind.world.times.window_need, needs)
    return Ground(
        problem=problem,
        world=world,
        need=np.array(needs, dtype=np.int64),
        of_window=behind.shared.of_window[kept],
        spans=behind.shared.spans,
        words={code: word for word, code in worlds.words_of(material).of.items()},
        units=_Free(behind).units,
    )


class _Free:
    """How many units of a resource nobody has booked."""

    def __init__(self, behind: Behind) -> None:
        self.resources = behind.material.resources
        self.bookings: dict[int, list[sa.RowMapping]] = defaultdict(list)
        for booking in behind.material.bookings:
            self.bookings[booking["resource_id"]].append(booking)

    def units(self, number: int, span: Interval) -> tuple[int, bool]:
        row = self.resources[number]
        free = int(row["quantity"]) - held_in(self.bookings[row["id"]], span)
        return max(free, 0), row["kind"] not in BY_HEAD


def _told(ground: Ground, need: int, rung: Rung, kinds: list[str]) -> dict[str, Any]:
    problem, change = ground.problem, rung.change
    slots = (*problem.slots, *change.slots, None)
    return {
        "change": change.kind,
        "from": change.start,
        "to": change.to,
        "displaces": [problem.needs[one].id for one in rung.displaces],
        "with": [
            {
                "role": problem.needs[need].roles[role].id,
                "resource": problem.resources[resource].id,
                "kind": kinds[resource],
                "slot": slots[slot],
                "minutes": minutes,
                "quantity": units,
            }
            for role, resource, slot, minutes, units in rung.helpers
        ],
    }
