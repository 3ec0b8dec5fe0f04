"""Who could serve whom: hard tests in one fixed order, the first that fails being the reason on record.

Every test looks at whole blocks of roles against all resources at once. Unknown never passes as yes:
neither a feature nobody stated nor one that has run out; only time nobody told us about passes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geomatch.matching.problem import TIMELESS, Bools, Floats, Ints
from geomatch.matching.world import ANYWHERE, INSIDE, MINUTES, Asked, World
from geomatch.progress import Progress, silent

TESTS = ("kind", "attributes", "availability", "catchment", "budget", "travel", "freshness")
"""The hard tests in their order: kind or substitute, features, free in a window, catchment, the resource's
travel budget, the need's or role's limit, freshness."""
BLOCK = 256
"""Roles looked at together: some megabytes at a time, however many there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Candidates as columns, in order of (role, resource, window), and who was eliminated by which test.

    ``window`` numbers the window of ``Times``, ``TIMELESS`` for a need without windows. ``penalty`` is in
    minutes. ``eliminated`` has one row per role and one column per test of ``TESTS``; with ``passed`` by
    role it sums to the number of resources.
    """

    role: Ints
    resource: Ints
    window: Ints
    minutes: Floats
    penalty: Floats
    eliminated: Ints
    passed: Ints


def find(world: World, *, progress: Progress = silent) -> Found:
    """Every candidate of every role, and the counts of those eliminated."""
    holds = Features(world)
    pieces = []
    for rows in blocks(len(world.roles)):
        progress("candidates", int(rows[0]), len(world.roles))
        pieces.append(_block(world, rows, holds))
    progress("candidates", len(world.roles), len(world.roles))
    return _joined(pieces)


def eliminated_by_need(world: World, found: Found, need: int) -> dict[str, int]:
    """Counts by test for the need's role that has the fewest candidates, the first of equals."""
    roles = np.flatnonzero(world.roles.need == need)
    poorest = roles[np.argmin(found.passed[roles])]
    return {test: int(count) for test, count in zip(TESTS, found.eliminated[poorest], strict=True)}


def blocks(count: int) -> Iterator[Ints]:
    """Row numbers of roles, a block at a time."""
    for begin in range(0, count, BLOCK):
        yield np.arange(begin, min(begin + BLOCK, count))


def _block(world: World, rows: Ints, holds: "Features") -> Found:
    seen = look(world, rows, holds)
    alive = np.ones(seen.exact.shape, dtype=bool)
    eliminated = np.empty((len(rows), len(TESTS)), dtype=np.int64)
    for at, test in enumerate(TESTS):
        eliminated[:, at] = (alive & ~seen.passes[test]).sum(axis=1)
        alive &= seen.passes[test]
    role, resource, window = by_window(world, rows, alive, seen.free)
    penalty = np.where(seen.exact[role, resource], 0.0, world.substitute_penalty)
    return Found(
        rows[role], resource, window, seen.minutes[role, resource], penalty, eliminated, alive.sum(axis=1)
    )


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A block of roles against all resources, every matrix of shape ``(n_rows, n_resources)``.

    ``passes`` holds one matrix per name of ``TESTS``; ``exact`` is true where kind and subkind are the very
    ones asked for. ``free`` is the windows of the block's needs and who is free throughout each.
    """

    passes: dict[str, Bools]
    exact: Bools
    minutes: Floats
    free: tuple[Ints, Bools]


def look(world: World, rows: Ints, holds: "Features") -> Seen:
    """Every hard test of these roles (row numbers, in one run), whatever the others say."""
    exact, substitute = _kind(world, rows)
    minutes = _minutes(world, rows)
    windows, free = _free_windows(world, rows)
    passes = (
        exact | substitute,
        holds.of(rows),
        _available(world, rows, windows, free),
        _in_catchment(world, rows, minutes),
        minutes <= world.resources.max_minutes,
        np.isfinite(minutes) & (minutes <= world.roles.max_minutes[rows][:, None]),
        np.broadcast_to(world.resources.verified_until >= world.day, exact.shape),
    )
    return Seen(dict(zip(TESTS, passes, strict=True)), exact, minutes, (windows, free))


def _kind(world: World, rows: Ints) -> tuple[Bools, Bools]:
    """The very kind and subkind asked for; the kind and a subkind that will do instead."""
    roles, resources = world.roles, world.resources
    same = roles.kind[rows][:, None] == resources.kind
    any_subkind = (roles.subkind[rows] < 0)[:, None]
    exact: Bools = same & (any_subkind | (roles.subkind[rows][:, None] == resources.subkind))
    substitute = np.zeros_like(exact)
    for at, row in enumerate(rows):
        if roles.substitutes[row]:
            substitute[at] = same[at] & np.isin(resources.subkind, roles.substitutes[row]) & ~exact[at]
    return exact, substitute


class Features:
    """Which resources hold each attribute asked for, each worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[Asked, Bools] = {}

    def of(self, rows: Ints) -> Bools:
        """Who holds everything that each role asks for, shape ``(n_rows, n_resources)``."""
        holds = np.ones((len(rows), len(self.world.resources)), dtype=bool)
        for at, row in enumerate(rows):
            for asked in self.world.roles.features[row]:
                holds[at] &= self.one(asked)
        return holds

    def one(self, asked: Asked) -> Bools:
        """Who holds one attribute today, shape ``(n_resources,)``."""
        if asked not in self.known:
            code, value, exactly = asked
            held = self.world.resources.feature[:, code]
            current = self.world.resources.feature_until[:, code] >= self.world.day
            # a comparison with nan, the unknown, is false
            self.known[asked] = current & ((held == value) if exactly else (held >= value))
        return self.known[asked]


def _minutes(world: World, rows: Ints) -> Floats:
    block = world.minutes[int(rows[0]) : int(rows[-1]) + 1]
    minutes = np.full(block.shape, np.inf)
    minutes[np.repeat(np.arange(len(rows)), np.diff(block.indptr)), block.indices] = block.data
    minutes[:, ~world.journey] = 0.0
    return minutes


def _in_catchment(world: World, rows: Ints, minutes: Floats) -> Bools:
    kind = world.resources.catchment
    inside = world.inside[int(rows[0]) : int(rows[-1]) + 1].toarray().astype(bool)
    near = minutes <= world.resources.catchment_minutes
    answer: Bools = (kind == ANYWHERE) | ((kind == MINUTES) & near) | ((kind == INSIDE) & inside)
    return answer


def _free_windows(world: World, rows: Ints) -> tuple[Ints, Bools]:
    """The windows of the block's needs, and who is free throughout each: ``(n_windows, n_resources)``."""
    times = world.times
    windows = np.flatnonzero(np.isin(times.window_need, world.roles.need[rows]))
    spans = np.stack((times.window_starts[windows], times.window_ends[windows]), axis=1)
    distinct, at = np.unique(spans, axis=0, return_inverse=True)
    free = np.empty((len(distinct), len(world.resources)), dtype=bool)
    for number, (starts, ends) in enumerate(distinct):
        covers = (times.free_starts <= starts) & (times.free_ends >= ends)
        free[number] = ~times.known
        free[number, times.free_resource[covers]] = True
    return windows, free[at.reshape(-1)]


def _available(world: World, rows: Ints, windows: Ints, free: Bools) -> Bools:
    """Free in one of the windows; anybody, where the need has none."""
    need = world.times.window_need[windows]
    needs, at = np.unique(need, return_inverse=True)
    by_need = np.zeros((len(needs), len(world.resources)), dtype=bool)
    np.logical_or.at(by_need, at.reshape(-1), free)
    place = np.searchsorted(needs, world.roles.need[rows])
    timed = np.isin(world.roles.need[rows], needs)
    answer = np.ones((len(rows), len(world.resources)), dtype=bool)
    answer[timed] = by_need[place[timed]]
    return answer


def by_window(world: World, rows: Ints, alive: Bools, when: tuple[Ints, Bools]) -> tuple[Ints, Ints, Ints]:
    """(row of the block, resource, window) of every candidate, in that order."""
    windows, free = when
    need = world.roles.need[rows]
    untimed = ~np.isin(need, world.times.window_need[windows])
    role, resource = np.nonzero(alive & untimed[:, None])
    found = [(role, resource, np.full(len(role), TIMELESS))]
    for at in np.flatnonzero(~untimed):
        mine = np.flatnonzero(world.times.window_need[windows] == need[at])
        place, who = np.nonzero(alive[at] & free[mine])
        found.append((np.full(len(who), at), who, windows[mine[place]]))
    joined = np.array([np.concatenate(side) for side in zip(*found, strict=True)], dtype=np.int64)
    order = np.lexsort(joined[::-1])
    return joined[0][order], joined[1][order], joined[2][order]


def _joined(pieces: list[Found]) -> Found:
    if not pieces:
        none, numbers = np.zeros(0, dtype=np.int64), np.zeros(0)
        return Found(none, none, none, numbers, numbers, np.zeros((0, len(TESTS)), dtype=np.int64), none)
    names = Found.__dataclass_fields__
    return Found(*(np.concatenate([getattr(piece, name) for piece in pieces]) for name in names))
