"""From near misses to changes: what a need of a county might ask for instead, kind by kind."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from geomatch.matching import nearmiss, slots
from geomatch.matching.candidates import Features
from geomatch.matching.changes import BURDEN, Change, Family, quantities, rows
from geomatch.matching.nearmiss import Misses, Near
from geomatch.matching.openings import EPOCH, Interval
from geomatch.matching.problem import TIMELESS, Bools, Candidates, Floats, Ints, Problem, Resource
from geomatch.matching.world import NO, World
from geomatch.model import ACCESSIBILITY, FEATURES

MOST_MORE_MINUTES = 30.0
"""A journey longer by more than this is not some more minutes, but another question."""
DAYS_MOVED = 14
HOURS_MOVED = 3
"""How far another time may be from one asked for: the same hour on another day, or another hour that day."""
KEPT = (
    *ACCESSIBILITY,
    *("dbs_basic", "dbs_enhanced", "dbs_barred_lists", "first_aid", "food_hygiene"),
    *("d1_licence", "alcohol_licence", "music_licence"),
)
"""Attributes no change ever gives up: who can come in, who is safe, and what the law asks."""
_DAY = 24 * 60
_NAMES = tuple(FEATURES)

Units = Callable[[int, Interval], tuple[int, bool]]
"""Of (resource, span of minutes): how many units are free then, and whether those add to its total."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A county's problem with what lies behind it, for some of its needs.

    ``world`` holds only the needs looked at, with journeys timed ``MOST_MORE_MINUTES`` beyond their limits,
    and all resources; ``need`` is their numbers in the problem, ``of_window`` the slot of each window of
    ``world`` and ``spans`` the minutes of each slot. ``words`` are the subkinds by code.
    """

    problem: Problem
    world: World
    need: Ints
    of_window: Ints
    spans: tuple[Interval, ...]
    words: dict[int, str]
    units: Units


def families(ground: Ground, at: int, holds: Features) -> list[Family]:
    """Every change of the need that is number ``at`` of the ground's world."""
    near = nearmiss.of_need(ground.world, at, holds)
    need = int(ground.need[at])
    made = [
        *_minutes(ground, need, near),
        *_attributes(ground, need, near),
        *_each(ground, need, near, "freshness"),
        *_each(ground, need, near, "budget"),
        *_substitutes(ground, need, near),
        *_times(ground, at, near),
        *quantities(ground.problem, need),
    ]
    return [family for family in made if family.changes]


def _table(ground: Ground, need: int, misses: Misses) -> Candidates:
    """The misses as candidates; of a need's windows that share a slot only the first counts."""
    slot = np.where(misses.window == TIMELESS, TIMELESS, np.append(ground.of_window, TIMELESS)[misses.window])
    kept = (misses.window == TIMELESS) | (slot != TIMELESS)
    first = int(np.searchsorted(ground.world.roles.need, ground.world.roles.need[misses.role[:1]])[0])
    return rows(
        need,
        misses.role[kept] - first,
        misses.resource[kept],
        slot[kept],
        minutes=_journey(misses.minutes[kept]),
        penalty=misses.penalty[kept],
    )


def _journey(minutes: Floats) -> Floats:
    """Minutes, where next to nothing stands for no journey."""
    return np.where(minutes < 1e-9, 0.0, minutes)


def _change(
    ground: Ground, need: int, kind: str, told: tuple[object, object], chosen: tuple[Misses, float]
) -> Change:
    """``told`` is (to, start), ``chosen`` the misses it makes good and its burden."""
    misses, burden = chosen
    table = _table(ground, need, misses)
    return Change(kind, told[0], burden, table, start=told[1], offered=_offered(ground, table))


def _offered(ground: Ground, table: Candidates, new: Interval | None = None) -> dict[int, Resource]:
    """Resources that come into a slot nobody had them in: what they have free then."""
    offered: dict[int, Resource] = {}
    names = ground.problem.slots + (() if new is None else (slots.slot_id(new),))
    for number, slot in sorted({*zip(table.resource.tolist(), table.slot.tolist(), strict=True)}):
        own = offered.get(number, ground.problem.resources[number])
        if slot == TIMELESS or names[slot] in own.slot_capacity:
            continue
        span = new if new is not None and slot == len(ground.spans) else ground.spans[slot]
        units, adds = ground.units(number, span)
        total = own.capacity + (units if adds and own.slot_capacity else 0)
        offered[number] = Resource(own.id, total, own.slot_capacity | {names[slot]: units})
    return offered


def _minutes(ground: Ground, need: int, near: Near) -> list[Family]:
    """Looking further, all roles alike: each next journey is a change, and it brings all shorter ones."""
    misses, limit = near.misses["travel"], ground.world.roles.max_minutes
    least = float(limit[near.roles].min())
    misses = misses.take(misses.minutes <= least + MOST_MORE_MINUTES)
    changes = []
    for minutes in np.unique(misses.minutes).tolist():
        more = BURDEN["minutes"] * (minutes - least)
        chosen = (misses.take(misses.minutes <= minutes), more)
        changes.append(_change(ground, need, "minutes", (_up(minutes), least), chosen))
    return [Family(tuple(changes), nested=True)]


def _up(minutes: float) -> float:
    """To four places, never down: a limit of so many minutes lets the journey in."""
    return ceil(minutes * 1e4 - 1e-6) / 1e4


def _attributes(ground: Ground, need: int, near: Near) -> list[Family]:
    """Less of one attribute of one role, the most first, and last none at all."""
    every, made = near.misses["attributes"], []
    for role in near.roles.tolist():
        for number, (code, value, exactly) in enumerate(ground.world.roles.features[role]):
            misses = every.take((every.role == role) & (every.feature == number))
            if _NAMES[code] in KEPT or not len(misses):
                continue
            told = {"role": _role_name(ground, need, near, role), "name": _NAMES[code]}
            truth = FEATURES[_NAMES[code]] == "truth"
            changes = []
            for held in [] if exactly or truth else _levels(misses.held, value):
                chosen = (misses.take(misses.held >= held), BURDEN["attribute"] * (1 - held / value))
                changes.append(_change(ground, need, "attribute", (told | {"value": held}, value), chosen))
            dropped = (told | {"value": None}, "yes" if truth else None if exactly else value)
            changes.append(_change(ground, need, "attribute", dropped, (misses, BURDEN["attribute"])))
            made.append(Family(tuple(changes), nested=True))
    return made


def _levels(held: Floats, asked: float) -> list[float]:
    """What some have, less than asked for but more than nothing, the most first."""
    some = held[np.isfinite(held) & (held < asked) & (held > 0)]
    levels: list[float] = np.unique(some)[::-1].tolist()
    return levels


def _role_name(ground: Ground, need: int, near: Near, role: int) -> str:
    return ground.problem.needs[need].roles[role - int(near.roles[0])].id


def _each(ground: Ground, need: int, near: Near, test: str) -> list[Family]:
    """One resource at a time: it confirms that it still stands, or goes further than it offered to."""
    misses, offers = near.misses[test], ground.world.resources
    changes = []
    for number in np.unique(misses.resource).tolist():
        mine = misses.take(misses.resource == number)
        told: dict[str, object] = {"resource": ground.problem.resources[number].id}
        start: object
        if test == "budget":
            minutes, own = float(mine.minutes.min()), float(offers.max_minutes[number])
            if not minutes <= own + MOST_MORE_MINUTES:
                continue
            burden, start = BURDEN["budget"] * (minutes - own), own
            told["minutes"] = _up(minutes)
            mine = mine.take(mine.minutes <= minutes)
        else:
            burden, start = BURDEN["freshness"], _day_name(int(offers.verified_until[number]))
        changes.append(_change(ground, need, test, (told, start), (mine, burden)))
    changes.sort(key=lambda change: (change.burden, float(change.rows.minutes.min())))
    return [Family(tuple(changes), nested=False)]


def _day_name(day: int) -> str | None:
    return None if day == NO else EPOCH.date().fromordinal(day).isoformat()


def _substitutes(ground: Ground, need: int, near: Near) -> list[Family]:
    """Another subkind of the same kind for one role, the one with the nearest first."""
    misses = near.misses["kind"]
    subkind = ground.world.resources.subkind[misses.resource]
    changes = []
    for role in near.roles.tolist():
        name = _role_name(ground, need, near, role)
        start = ground.words.get(int(ground.world.roles.subkind[role]))
        for word in np.unique(subkind[misses.role == role]).tolist():
            if not ground.words.get(word):
                continue
            mine = misses.take((misses.role == role) & (subkind == word))
            told = ({"role": name, "subkind": ground.words[word]}, start)
            changes.append(_change(ground, need, "substitute", told, (mine, BURDEN["substitute"])))
    changes.sort(key=lambda change: (float(change.rows.minutes.min(initial=np.inf)), str(change.to)))
    return [Family(tuple(changes), nested=False)]


def _times(ground: Ground, at: int, near: Near) -> list[Family]:
    """The same length of time on another day or at another hour, the least moved first."""
    world, need = ground.world, int(ground.need[at])
    mine = np.flatnonzero(world.times.window_need == at)
    taken = {int(slot) for slot in ground.of_window[mine]}
    changes: dict[str, Change] = {}
    for window in mine.tolist():
        begin, end = int(world.times.window_starts[window]), int(world.times.window_ends[window])
        for moved, burden in _shifts():
            span = (begin + moved, end + moved)
            slot = _slot_of(ground, span)
            if span[0] < _today(world) or slot is None or slot in taken:
                continue
            change = _at_time(ground, need, near, (span, slot, burden))
            name = slots.slot_id(span)
            if change is not None and (name not in changes or burden < changes[name].burden):
                changes[name] = change
    ordered = sorted(changes.values(), key=lambda change: (change.burden, change.to))
    return [Family(tuple(ordered), nested=False)]


def _shifts() -> list[tuple[int, float]]:
    """(minutes moved, burden) of every other time, the least moved first."""
    days = [
        (sign * day * _DAY, day * BURDEN["slot-day"]) for day in range(1, DAYS_MOVED + 1) for sign in (1, -1)
    ]
    hours = [(sign * hour * 60, float(hour)) for hour in range(1, HOURS_MOVED + 1) for sign in (1, -1)]
    return sorted((moved, BURDEN["slot"] + more) for moved, more in (*days, *hours))


def _today(world: World) -> int:
    return (world.day - EPOCH.toordinal()) * _DAY


def _slot_of(ground: Ground, span: Interval) -> int | None:
    """The slot that holds all of the span; a new one where it meets none; ``None`` where it straddles."""
    meets = [at for at, own in enumerate(ground.spans) if own[0] < span[1] and span[0] < own[1]]
    if not meets:
        return len(ground.spans)
    own = ground.spans[meets[0]]
    return meets[0] if len(meets) == 1 and own[0] <= span[0] and span[1] <= own[1] else None


def _at_time(ground: Ground, need: int, near: Near, when: tuple[Interval, int, float]) -> Change | None:
    span, slot, burden = when
    free: Bools = near.patient & nearmiss.free_throughout(ground.world, *span)
    asked = ground.problem.needs[need].roles
    if any(role.minimum and not free[number].any() for number, role in enumerate(asked)):
        return None
    role, resource = np.nonzero(free)
    figures = {"minutes": _journey(near.minutes[free]), "penalty": near.penalty[free]}
    table = rows(need, role, resource, np.full(len(role), slot), **figures)
    new = span if slot == len(ground.spans) else None
    change = Change("slot", slots.slot_id(span), burden, table, offered=_offered(ground, table, new))
    return change if new is None else replace(change, slots=(slots.slot_id(new),))
