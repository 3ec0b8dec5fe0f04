"""From near misses to changes: what a need of a county might ask for instead, kind by kind.

Each change is made in the columns the hard tests look at, and the need's candidates are then found as
always, ties and all: what it brings is what a matching after such a change would bring.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from geomatch.availability.clock import EPOCH, Interval
from geomatch.matching import candidates, nearmiss, slots
from geomatch.matching.candidates import Found
from geomatch.matching.changes import BURDEN, Change, Family, Option, quantities, ready
from geomatch.matching.nearmiss import Misses
from geomatch.matching.problem import (
    MOST_UNITS,
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Floats,
    Ints,
    Problem,
    Resource,
)
from geomatch.matching.world import NO, Asked, Resources, Roles, Times, World
from geomatch.model import ACCESSIBILITY, FEATURES, FeatureType

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

Units = Callable[[int, Interval | None], tuple[int, int]]
"""Of (resource, span of minutes, ``None`` for any time): how many units are free then, and how many its total
grows by."""


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """One need of a county, number ``need`` of ``problem``, with what lies behind it.

    ``world`` holds this need alone, with journeys timed ``MOST_MORE_MINUTES`` beyond its limit, and all
    resources. ``slots`` names the slots of the county in order of time and ``spans`` are their minutes;
    ``of_window`` is the slot of each window of ``world``. ``words`` are the subkinds by code, ``stands_in``
    the pairs (subkind, substitute) that somebody in the county has said will do.
    """

    problem: Problem
    need: int
    world: World
    slots: tuple[str, ...]
    spans: tuple[Interval, ...]
    of_window: Ints
    words: dict[int, str]
    stands_in: frozenset[tuple[int, int]]
    units: Units


def families(ground: Ground) -> list[Family]:
    """Every change of the need that is worth looking at, by kind."""
    misses = nearmiss.of_need(ground.world, candidates.find(ground.world))
    made = [
        _minutes(ground, misses["travel"]),
        *_attributes(ground, misses["attributes"]),
        _fresh(ground, misses["freshness"]),
        _budgets(ground, misses["budget"]),
        _substitutes(ground, misses["kind"]),
        _times(ground),
        *quantities(ground.problem, ground.need),
    ]
    return [family for family in made if family.options]


def _option(ground: Ground, told: Change, world: World) -> Option:
    """The change as it is told, with the candidates that the need has in this world."""

    def make() -> Change:
        table, slots_, new = _table(ground, candidates.find(world), ground.of_window, ground.spans)
        return replace(told, rows=table, offered=_offered(ground, table, slots_), slots=new)

    return Option(make)


def _table(
    ground: Ground, found: Found, of_window: Ints, spans: tuple[Interval, ...]
) -> tuple[Candidates, dict[int, Interval], tuple[str, ...]]:
    """The need's candidates by the problem's numbers, the span of each slot, and new slots."""
    timeless = found.window == TIMELESS
    slot = np.where(timeless, TIMELESS, np.append(of_window, TIMELESS)[found.window])
    kept = np.flatnonzero(timeless | (slot != TIMELESS))
    numbers = {name: at for at, name in enumerate(ground.problem.slots)}
    used = [one for one in np.unique(slot[kept]).tolist() if one != TIMELESS]
    new = tuple(name for name in (slots.slot_id(spans[one]) for one in used) if name not in numbers)
    numbers |= {name: len(numbers) + at for at, name in enumerate(new)}
    of_slot = {one: numbers[slots.slot_id(spans[one])] for one in used} | {TIMELESS: TIMELESS}
    minutes = found.minutes[kept]
    tied = found.given[kept] != NOTHING_GIVEN
    table = Candidates(
        need=np.full(len(kept), ground.need, dtype=np.int64),
        role=found.role[kept],
        resource=found.resource[kept],
        slot=np.array([of_slot[one] for one in slot[kept].tolist()], dtype=np.int64),
        minutes=np.where(minutes < 1e-9, 0.0, minutes),
        penalty=found.penalty[kept],
        use=np.ones(len(kept), dtype=np.int64),
        given_role=np.where(tied, ground.world.roles.goes_to[found.role[kept]], NOTHING_GIVEN),
        given_resource=found.given[kept],
    )
    return table.take(table.in_order()), {of_slot[one]: spans[one] for one in used}, new


def _offered(ground: Ground, table: Candidates, spans: dict[int, Interval]) -> dict[int, Resource]:
    """Resources that come into a slot nobody had them in: what they have free then.

    A thing wanted at no time in particular can be had once more for every candidate without a time.
    """
    offered: dict[int, Resource] = {}
    timeless = _timeless(table) - _timeless(ground.problem.candidates.take(_rows_of(ground)))
    for number, slot in sorted({*zip(table.resource.tolist(), table.slot.tolist(), strict=True)}):
        own = offered.get(number, ground.problem.resources[number])
        if slot == TIMELESS and timeless > 0:
            _, more = ground.units(number, None)
            offered[number] = replace(own, capacity=min(own.capacity + more * timeless, MOST_UNITS))
        name = None if slot == TIMELESS else slots.slot_id(spans[slot])
        if name is None or name in own.slot_capacity:
            continue
        units, more = ground.units(number, spans[slot])
        total = own.capacity + (more if own.slot_capacity else 0)
        offered[number] = Resource(own.id, total, own.slot_capacity | {name: units})
    return offered


def _timeless(table: Candidates) -> int:
    return int((table.slot == TIMELESS).sum())


def _rows_of(ground: Ground) -> Ints:
    return np.flatnonzero(ground.problem.candidates.need == ground.need)


def _with_roles(world: World, **columns: object) -> World:
    roles: Roles = replace(world.roles, **columns)  # type: ignore[arg-type]
    return replace(world, roles=roles)


def _with_resource(world: World, name: str, number: int, value: float) -> World:
    column = getattr(world.resources, name).copy()
    column[number] = value
    resources: Resources = replace(world.resources, **{name: column})
    return replace(world, resources=resources)


def _minutes(ground: Ground, misses: Misses) -> Family:
    """Looking further, all roles alike: each next journey is a change, and it brings all shorter ones."""
    limit = ground.world.roles.max_minutes
    least = float(limit.min())
    options = []
    for minutes in np.unique(misses.way[misses.way <= least + MOST_MORE_MINUTES]).tolist():
        told = Change("minutes", _up(minutes), BURDEN["minutes"] * (minutes - least), start=least)
        wider = _with_roles(ground.world, max_minutes=np.maximum(limit, _up(minutes)))
        options.append(_option(ground, told, wider))
    return Family(tuple(options), nested=True)


def _up(minutes: float) -> float:
    """To four places, never down: a limit of so many minutes lets the journey in."""
    up = ceil(minutes * 1e4) / 1e4
    return up if up >= minutes else up + 1e-4


def _attributes(ground: Ground, misses: Misses) -> list[Family]:
    """Less of one attribute of one role, the most first, and last none at all."""
    made = []
    for role, asked in enumerate(ground.world.roles.features):
        for number, (code, value, exactly) in enumerate(asked):
            held = misses.held[(misses.pairs.role == role) & (misses.feature == number)]
            if _NAMES[code] in KEPT or not len(held):
                continue
            counts = not exactly and FEATURES[_NAMES[code]] == FeatureType.NUMBER
            levels = [*(_levels(held, value) if counts else ()), None]
            options = [_less(ground, (role, number), level, value if counts else None) for level in levels]
            made.append(Family(tuple(options), nested=True))
    return made


def _less(ground: Ground, place: tuple[int, int], level: float | None, value: float | None) -> Option:
    """A role asking for so much of an attribute (``None``: not at all) in place of ``value``."""
    role, number = place
    asked = list(ground.world.roles.features)
    code, _, exactly = asked[role][number]
    instead: tuple[Asked, ...] = () if level is None else ((code, level, exactly),)
    asked[role] = (*asked[role][:number], *instead, *asked[role][number + 1 :])
    share = 1.0 if level is None or not value else 1 - level / value
    to = {"role": _role_name(ground, role), "name": _NAMES[code], "value": level}
    told = Change("attribute", to, BURDEN["attribute"] * share, start=value)
    return _option(ground, told, _with_roles(ground.world, features=tuple(asked)))


def _levels(held: Floats, asked: float) -> list[float]:
    """What some have, less than asked for but more than nothing, the most first."""
    some = held[np.isfinite(held) & (held < asked) & (held > 0)]
    levels: list[float] = np.unique(some)[::-1].tolist()
    return levels


def _role_name(ground: Ground, role: int) -> str:
    return ground.problem.needs[ground.need].roles[role].id


def _fresh(ground: Ground, misses: Misses) -> Family:
    """Somebody confirms that what one resource offers still stands, the nearest first."""
    options = []
    for number in _nearest_first(misses):
        day = int(ground.world.resources.verified_until[number])
        start = None if day == NO else EPOCH.date().fromordinal(day).isoformat()
        to = {"resource": ground.problem.resources[number].id}
        told = Change("freshness", to, BURDEN["freshness"], start=start)
        options.append(_option(ground, told, _with_resource(ground.world, "verified_until", number, NO)))
    return Family(tuple(options), nested=False)


def _budgets(ground: Ground, misses: Misses) -> Family:
    """Whoever offers it goes further than they offered to, one at a time, the least further first."""
    found = []
    for number in _nearest_first(misses):
        minutes = float(misses.way[misses.pairs.resource == number].min())
        own = float(ground.world.resources.max_minutes[number])
        if minutes <= own + MOST_MORE_MINUTES:
            to = {"resource": ground.problem.resources[number].id, "minutes": _up(minutes)}
            told = Change("budget", to, BURDEN["budget"] * (minutes - own), start=own)
            wider = _with_resource(ground.world, "max_minutes", number, _up(minutes))
            found.append((told.burden, number, _option(ground, told, wider)))
    return Family(tuple(option for _, _, option in sorted(found, key=lambda one: one[:2])), nested=False)


def _nearest_first(misses: Misses) -> list[int]:
    order = np.lexsort((misses.pairs.resource, misses.way))
    return list(dict.fromkeys(misses.pairs.resource[order].tolist()))


def _substitutes(ground: Ground, misses: Misses) -> Family:
    """What others in the county take instead, for one role, the one with the nearest first."""
    roles, subkind = ground.world.roles, ground.world.resources.subkind
    order = np.lexsort((misses.pairs.resource, misses.way))
    pairs = misses.pairs.take(order)
    options = []
    for role, code in dict.fromkeys(zip(pairs.role.tolist(), subkind[pairs.resource].tolist(), strict=True)):
        own, word = int(roles.subkind[role]), ground.words.get(code)
        if not word or (own, code) not in ground.stands_in:
            continue
        substitutes = list(roles.substitutes)
        substitutes[role] = (*substitutes[role], code)
        to = {"role": _role_name(ground, role), "subkind": word}
        told = Change(
            "substitute", to, BURDEN["substitute"], start=ground.words.get(int(roles.subkind[role]))
        )
        options.append(_option(ground, told, _with_roles(ground.world, substitutes=tuple(substitutes))))
    return Family(tuple(options), nested=False)


def _times(ground: Ground) -> Family:
    """The same length of time on another day or at another hour, the least moved first."""
    spans = _other_spans(ground)
    if not spans:
        return Family((), nested=False)
    times, mine = ground.world.times, len(ground.of_window)
    new = np.array(list(spans), dtype=np.int64).reshape(-1, 2)
    wider: Times = replace(
        times,
        window_need=np.zeros(mine + len(new), dtype=np.int64),
        window_starts=np.concatenate((times.window_starts, new[:, 0])),
        window_ends=np.concatenate((times.window_ends, new[:, 1])),
    )
    found = candidates.find(replace(ground.world, times=wider))
    asked = ground.problem.needs[ground.need].roles
    needed = {number for number, role in enumerate(asked) if role.minimum}
    changes = []
    for at, (span, burden) in enumerate(spans.items()):
        if needed <= set(found.role[found.window == mine + at].tolist()):
            changes.append(_at_time(ground, found, (mine + at, span, burden)))
    return ready(changes, nested=False)


def _other_spans(ground: Ground) -> dict[Interval, float]:
    """Other times and their burdens, the least first: each in a slot the need has not asked for."""
    times = ground.world.times
    today = (ground.world.day - EPOCH.toordinal()) * _DAY
    taken = {int(slot) for slot in ground.of_window}
    burdens: dict[Interval, float] = {}
    for begin, end in zip(times.window_starts.tolist(), times.window_ends.tolist(), strict=True):
        for moved, burden in _SHIFTS:
            span = (begin + moved, end + moved)
            slot = _slot_of(ground, span)
            if span[0] >= today and slot is not None and slot not in taken:
                burdens[span] = min(burden, burdens.get(span, burden))
    return dict(sorted(burdens.items(), key=lambda one: (one[1], one[0])))


_SHIFTS = tuple(
    [
        (sign * day * _DAY, BURDEN["slot"] + day * BURDEN["slot-day"])
        for day in range(1, DAYS_MOVED + 1)
        for sign in (1, -1)
    ]
    + [(sign * hour * 60, BURDEN["slot"] + hour) for hour in range(1, HOURS_MOVED + 1) for sign in (1, -1)]
)
"""(minutes moved, burden) of every other time."""


def _slot_of(ground: Ground, span: Interval) -> int | None:
    """The slot that holds all of the span; a new one where it meets none; ``None`` where it straddles."""
    meets = [at for at, own in enumerate(ground.spans) if own[0] < span[1] and span[0] < own[1]]
    if not meets:
        return len(ground.spans)
    own = ground.spans[meets[0]]
    return meets[0] if len(meets) == 1 and own[0] <= span[0] and span[1] <= own[1] else None


def _at_time(ground: Ground, found: Found, when: tuple[int, Interval, float]) -> Change:
    """The change to one more window, of those that were looked at together."""
    window, span, burden = when
    slot = _slot_of(ground, span)
    of_window = np.full(window + 1, TIMELESS)
    of_window[: len(ground.of_window)] = ground.of_window
    of_window[window] = len(ground.spans) if slot is None else slot
    kept = np.flatnonzero((found.window < len(ground.of_window)) | (found.window == window))
    columns = ("role", "resource", "window", "given", "minutes", "penalty")
    some = replace(found, **{name: getattr(found, name)[kept] for name in columns})
    table, spans, new = _table(ground, some, of_window, (*ground.spans, span))
    to = slots.slot_id(span)
    return Change("slot", to, burden, rows=table, offered=_offered(ground, table, spans), slots=new)
