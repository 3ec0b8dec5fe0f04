"""Who nearly could: resources that fail exactly one hard test of a role, which, and by how much.

The tests are the candidates' own (``candidates.look``); nothing is measured twice in two ways.
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import candidates
from geomatch.matching.candidates import Features
from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.world import World

RELAXED = ("kind", "attributes", "budget", "travel", "freshness")
"""Tests a single miss of which may be mended by a change; time is another matter (``Near.patient``). Where
somebody will serve, and what keeps people safe, is never up for change."""


@dataclass(frozen=True, slots=True, eq=False)
class Misses:
    """Columns in order of (role, resource, window); ``role`` is the row of the world's roles.

    ``feature`` is the place of the missing attribute among those the role asks for, else -1; ``held`` is
    what the resource has of it today, ``nan`` where unknown or run out. ``window`` numbers the window of
    ``Times``.
    """

    role: Ints
    resource: Ints
    window: Ints
    minutes: Floats
    penalty: Floats
    feature: Ints
    held: Floats

    def __len__(self) -> int:
        return len(self.role)

    def take(self, rows: Ints | Bools) -> "Misses":
        """These rows."""
        return Misses(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """What nearly serves one need. ``roles`` are its rows of the world's roles.

    ``patient`` marks, by role and resource, who passes every test but that of time; ``minutes`` and
    ``penalty`` have the same shape.
    """

    roles: Ints
    misses: dict[str, Misses]
    patient: Bools
    minutes: Floats
    penalty: Floats


def of_need(world: World, need: int, holds: Features) -> Near:
    """The near misses of one need, by test of ``RELAXED``."""
    rows = np.flatnonzero(world.roles.need == need)
    seen = candidates.look(world, rows, holds)
    failed = sum((~passes).astype(np.int64) for passes in seen.passes.values())
    penalty = np.where(seen.exact, 0.0, world.substitute_penalty)
    misses = {}
    for test in RELAXED:
        alone: Bools = ~seen.passes[test] & (failed == 1)
        if test == "kind":
            alone &= world.roles.kind[rows][:, None] == world.resources.kind
        if test == "travel":
            alone &= np.isfinite(seen.minutes)
        feature, held = np.full(alone.shape, -1), np.full(alone.shape, np.nan)
        if test == "attributes":
            feature, held = _missing(world, rows, holds)
            alone &= feature >= 0
        role, resource, window = candidates.by_window(world, rows, alone, seen.free)
        at = (role, resource)
        misses[test] = Misses(
            rows[role], resource, window, seen.minutes[at], penalty[at], feature[at], held[at]
        )
    time = seen.passes["availability"]
    return Near(rows, misses, (failed - ~time) == 0, seen.minutes, penalty)


def _missing(world: World, rows: Ints, holds: Features) -> tuple[Ints, Floats]:
    """Which one attribute each resource lacks for each role (-1: none, or several), and what it has of it."""
    shape = (len(rows), len(world.resources))
    count, place, held = np.zeros(shape, dtype=np.int64), np.full(shape, -1), np.full(shape, np.nan)
    for at, row in enumerate(rows):
        for number, asked in enumerate(world.roles.features[row]):
            lacks = ~holds.one(asked)
            count[at] += lacks
            place[at, lacks] = number
            current = world.resources.feature_until[:, asked[0]] >= world.day
            now = np.where(current, world.resources.feature[:, asked[0]], np.nan)
            held[at, lacks] = now[lacks]
    place[count != 1] = -1
    return place, held


def free_throughout(world: World, starts: int, ends: int) -> Bools:
    """Who is free from ``starts`` to ``ends`` (minutes), or whose hours nobody knows: ``(n_resources,)``."""
    times = world.times
    free: Bools = ~times.known
    covers = (times.free_starts <= starts) & (times.free_ends >= ends)
    free[times.free_resource[covers]] = True
    return free
