"""Who nearly could: pairs that fail exactly one hard test of a role, and by how much.

The tests are the candidates' own (``hardtests``); nothing is measured twice in two ways. They are put to all
pairs of one need, where candidates are sifted test by test.
"""

from dataclasses import dataclass, replace

import numpy as np

from geomatch.matching import hardtests
from geomatch.matching.candidates import Found
from geomatch.matching.hardtests import TESTS, Pairs
from geomatch.matching.problem import TIMELESS, Bools, Floats, Ints
from geomatch.matching.world import OWN_PLACE, World

RELAXED = ("kind", "attributes", "budget", "travel", "freshness")
"""Tests a single miss of which may be mended by a change; time is another matter. Where somebody will serve,
and what keeps people safe, is never up for change."""


@dataclass(frozen=True, slots=True, eq=False)
class Misses:
    """Pairs that fail one test only. ``way`` is the longest single journey in minutes.

    ``feature`` is the place of the missing attribute among those the role asks for (-1: several are
    missing, or none), ``held`` what the resource has of it, ``nan`` where unknown or run out.
    """

    pairs: Pairs
    way: Floats
    feature: Ints
    held: Floats

    def __len__(self) -> int:
        return len(self.pairs)

    def take(self, rows: Ints | Bools) -> "Misses":
        """These rows."""
        return Misses(self.pairs.take(rows), self.way[rows], self.feature[rows], self.held[rows])


def of_need(world: World, found: Found) -> dict[str, Misses]:
    """The near misses in a world of one need, by test; ``found`` is who passes there."""
    untied = _alone(world, _pairs(world, np.zeros(0, dtype=np.int64)))
    near = [untied[test].pairs for test in ("kind", "travel")]
    halls = np.unique(np.concatenate((found.resource, *(pairs.resource for pairs in near))))
    tied = _alone(world, _pairs(world, halls))
    return {test: _both(untied[test], tied[test]) for test in RELAXED}


def _pairs(world: World, places: Ints) -> Pairs:
    """Every resource of a role's kind in every window; roles that go to another's choice only with places."""
    windows = np.arange(len(world.times.window_need))
    windows = windows if len(windows) else np.array([TIMELESS])
    columns = []
    for role in range(len(world.roles)):
        goes_to = world.roles.goes_to[role]
        where = np.array([OWN_PLACE]) if goes_to == OWN_PLACE else places
        if (goes_to == OWN_PLACE) == bool(len(places)):
            continue
        if goes_to != OWN_PLACE:
            where = where[world.resources.kind[where] == world.roles.kind[goes_to]]
        kind = np.flatnonzero(world.resources.kind == world.roles.kind[role])
        mesh = np.meshgrid([role], windows, kind, where, indexing="ij")
        columns.append(np.stack([one.reshape(-1) for one in mesh]))
    joined = np.concatenate([np.zeros((4, 0), dtype=np.int64), *columns], axis=1)
    return Pairs(*joined)


def _alone(world: World, pairs: Pairs) -> dict[str, Misses]:
    """The pairs that fail one test and no other, by that test."""
    passes = {name: test(world, pairs) for name, test in TESTS.items()}
    failed = np.zeros(len(pairs), dtype=np.int64)
    for one in passes.values():
        failed += ~one
    alone = {}
    for name in RELAXED:
        rows = np.flatnonzero(~passes[name] & (failed == 1))
        some = pairs.take(rows)
        way = hardtests.way(world, some)
        feature, held = _missing(world, some) if name == "attributes" else _nothing_missing(len(rows))
        misses = Misses(some, way, feature, held)
        alone[name] = misses.take(np.isfinite(way))
    return alone


def _nothing_missing(count: int) -> tuple[Ints, Floats]:
    return np.full(count, -1), np.full(count, np.nan)


def _missing(world: World, pairs: Pairs) -> tuple[Ints, Floats]:
    """Which one attribute each pair lacks, and what the resource has of it to the end of the window."""
    count = np.zeros(len(pairs), dtype=np.int64)
    place, held = _nothing_missing(len(pairs))
    day = hardtests.last_day(world, pairs.window)
    for role in np.unique(pairs.role).tolist():
        mine = np.flatnonzero(pairs.role == role)
        for number, asked in enumerate(world.roles.features[role]):
            only = tuple((asked,) if at == role else () for at in range(len(world.roles)))
            narrow = replace(world, roles=replace(world.roles, features=only))
            lacks = mine[~hardtests.attributes(narrow, pairs.take(mine))]
            count[lacks] += 1
            place[lacks] = number
            resource = pairs.resource[lacks]
            current = world.resources.feature_until[resource, asked[0]] >= day[lacks]
            held[lacks] = np.where(current, world.resources.feature[resource, asked[0]], np.nan)
    place[count != 1] = -1
    return place, held


def _both(first: Misses, second: Misses) -> Misses:
    pairs = Pairs(
        *(
            np.concatenate((getattr(first.pairs, name), getattr(second.pairs, name)))
            for name in Pairs.__dataclass_fields__
        )
    )
    columns = (
        np.concatenate((getattr(first, name), getattr(second, name))) for name in ("way", "feature", "held")
    )
    return Misses(pairs, *columns)
