"""Who could serve whom: hard tests in one fixed order, the first that fails being the reason on record.

A role goes to the need's own place, or to what another role of the need chose: helpers and things to the
hall, whoever fetches a thing to the thing. Then each candidate is tied to one choice (``given``), and there
is one for every choice that passes, so that no bundle is left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geomatch.matching import hardtests
from geomatch.matching.hardtests import Pairs
from geomatch.matching.problem import NOTHING_GIVEN, TIMELESS, Floats, Ints
from geomatch.matching.world import OWN_PLACE, World
from geomatch.progress import Progress, silent

TESTS = tuple(hardtests.TESTS)
"""Names of the hard tests in their order."""
BLOCK = 256
"""Roles looked at together: some megabytes at a time, however many there are."""
TIED_BLOCK = 16
"""The same for roles that go to what another chose: there are many more pairs."""
MOST_TIED = 20_000
"""Candidates of one role that may be tied to another's choice; with more of them its minutes are counted to
the need's own place instead, which ``Found.untied`` tells. Every bundle stays in the problem all the same."""
_FIRST_ONES = list(hardtests.TESTS)[: list(hardtests.TESTS).index("catchment")]
"""Tests that do not ask where it would go."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Candidates as columns, in order of (role, resource, window, given), and who was eliminated by what.

    ``window`` numbers the window of ``Times``, ``TIMELESS`` for a need without windows. ``given`` is the
    resource that the role ``Roles.goes_to`` must have chosen, or ``NOTHING_GIVEN``. ``penalty`` is in
    minutes. ``eliminated`` has one row per role and one column per test of ``TESTS``; with ``passed`` by
    role it sums to the number of resources. ``untied`` lists roles that had too many tied candidates.
    """

    role: Ints
    resource: Ints
    window: Ints
    given: Ints
    minutes: Floats
    penalty: Floats
    eliminated: Ints
    passed: Ints
    untied: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """What one block of roles came to: pairs that pass, and counts with one row per role of the block."""

    rows: Ints
    pairs: Pairs
    eliminated: Ints
    untied: Ints


def find(world: World, *, progress: Progress = silent) -> Found:
    """Every candidate of every role, and the counts of those eliminated."""
    pieces: list[_Piece] = []
    done = 0
    for rows, tied in _blocks(world):
        progress("candidates", done, len(world.roles))
        pieces.append(_tied(world, rows, pieces) if tied else _block(world, rows))
        done += len(rows)
    progress("candidates", len(world.roles), len(world.roles))
    return _joined(world, pieces)


def eliminated_by_need(world: World, found: Found, need: int) -> dict[str, int]:
    """Counts by test for the need's role that has the fewest candidates, the first of equals."""
    roles = np.flatnonzero(world.roles.need == need)
    poorest = roles[np.argmin(found.passed[roles])]
    return {test: int(count) for test, count in zip(TESTS, found.eliminated[poorest], strict=True)}


def _blocks(world: World) -> Iterator[tuple[Ints, bool]]:
    """Blocks of roles, those that others go to before the others, and whether they go to another's choice."""
    goes_to = world.roles.goes_to
    depth = np.zeros(len(goes_to), dtype=np.int64)
    tied = np.flatnonzero(goes_to != OWN_PLACE)
    depth[tied] = 1 + (goes_to[goes_to[tied]] != OWN_PLACE)
    for level in range(3):
        rows = np.flatnonzero(depth == level)
        size = TIED_BLOCK if level else BLOCK
        yield from ((rows[begin : begin + size], level > 0) for begin in range(0, len(rows), size))


def _block(world: World, rows: Ints) -> _Piece:
    """Roles that go to their need's own place."""
    count = _Count(world, rows)
    pairs = count.sift(world, _all_pairs(world, rows), TESTS[1:])
    return _Piece(rows, pairs, count.eliminated, rows[:0])


def _tied(world: World, rows: Ints, before: list[_Piece]) -> _Piece:
    """Roles that go to what another role chose: a pair for each choice, or one where there is none."""
    chosen = _choices(world, rows, before)
    count = _Count(world, rows)
    pairs = count.sift(world, _all_pairs(world, rows), _FIRST_ONES[1:])
    pairs = count.keep(_tie(world, pairs, chosen), TESTS.index("availability"))
    pairs = count.sift(world, pairs, TESTS[len(_FIRST_ONES) :])
    many = np.bincount(pairs.role, minlength=len(world.roles)) > MOST_TIED
    if not many.any():
        return _Piece(rows, pairs, count.eliminated, rows[:0])
    loose = _block(world, rows[many[rows]])
    count.eliminated[many[rows]] = loose.eliminated
    kept = pairs.take(~many[pairs.role])
    both = Pairs(*(np.concatenate(two) for two in zip(_columns(kept), _columns(loose.pairs), strict=True)))
    return _Piece(rows, both, count.eliminated, loose.rows)


class _Count:
    """Counts, by role, the resources of which a test leaves no pair."""

    def __init__(self, world: World, rows: Ints) -> None:
        self.rows = rows
        self.width = len(world.resources)
        self.eliminated = np.zeros((len(rows), len(TESTS)), dtype=np.int64)
        self.left = np.full(len(rows), self.width)
        self.first = True

    def sift(self, world: World, pairs: Pairs, tests: "list[str] | tuple[str, ...]") -> Pairs:
        """The pairs that pass these tests; those that come in have passed the tests before them."""
        if self.first:
            self.keep(pairs, 0)
            self.first = False
        for name in tests:
            pairs = self.keep(pairs.take(hardtests.TESTS[name](world, pairs)), TESTS.index(name))
        return pairs

    def keep(self, pairs: Pairs, test: int) -> Pairs:
        """Note how many resources of each role are gone since the last time, to the account of a test.

        Pairs come in order of role and resource, and stay so.
        """
        both = pairs.role * self.width + pairs.resource
        whole = pairs.role[np.diff(both, prepend=-1) != 0]
        left = np.searchsorted(whole, self.rows, "right") - np.searchsorted(whole, self.rows, "left")
        self.eliminated[:, test] += self.left - left
        self.left = left
        return pairs


def _all_pairs(world: World, rows: Ints) -> Pairs:
    """Every resource of the kind asked for in every window of the need, or timeless where it has none."""
    each = np.arange(len(world.resources))
    mesh = Pairs(rows[:, None], rows[:0], each[None, :], rows[:0])
    at, resource = np.nonzero(hardtests.kind(world, mesh))
    role = rows[at]
    windows, starts = _windows(world)
    need = world.roles.need[role]
    count = starts[need + 1] - starts[need]
    copies = np.maximum(count, 1)
    where = np.repeat(np.arange(len(role)), copies)
    step = np.arange(len(where)) - np.repeat(np.cumsum(copies) - copies, copies)
    window = np.full(len(where), TIMELESS)
    timed = count[where] > 0
    window[timed] = windows[starts[need[where[timed]]] + step[timed]]
    return Pairs(role[where], window, resource[where], np.full(len(where), OWN_PLACE))


def _windows(world: World) -> tuple[Ints, Ints]:
    """Windows in order of their needs, and where each need's begin."""
    need = world.times.window_need
    most = int(max(world.roles.need.max(initial=-1), need.max(initial=-1))) + 2
    return np.argsort(need, kind="stable"), np.searchsorted(np.sort(need), np.arange(most))


def _choices(world: World, rows: Ints, before: list[_Piece]) -> Pairs:
    """Distinct (role, window, resource) of the candidates of the roles that these rows go to."""
    wanted = np.zeros(len(world.roles), dtype=bool)
    wanted[world.roles.goes_to[rows]] = True
    found = [piece.pairs.take(wanted[piece.pairs.role]) for piece in before if wanted[piece.rows].any()]
    stacked = np.concatenate([np.stack(_columns(pairs)[:3], axis=1) for pairs in found])
    distinct = np.unique(stacked, axis=0)
    return Pairs(distinct[:, 0], distinct[:, 1], distinct[:, 2], np.full(len(distinct), OWN_PLACE))


def _tie(world: World, pairs: Pairs, chosen: Pairs) -> Pairs:
    """Each pair once for every choice in its window; as it is where its need has no choice at all."""
    goes_to = world.roles.goes_to[pairs.role]
    hopeless = ~np.isin(goes_to, chosen.role)
    span = len(world.times.window_need) + 1
    keys = chosen.role * span + chosen.window + 1
    wanted = goes_to * span + pairs.window + 1
    begin = np.searchsorted(keys, wanted, "left")
    count = np.searchsorted(keys, wanted, "right") - begin
    count[hopeless] = 1
    where = np.repeat(np.arange(len(pairs)), count)
    step = np.arange(len(where)) - np.repeat(np.cumsum(count) - count, count)
    tied = pairs.take(where)
    at = np.minimum(begin[where] + step, max(len(keys) - 1, 0))
    place = np.where(hopeless[where], OWN_PLACE, chosen.resource[at] if len(keys) else OWN_PLACE)
    return Pairs(tied.role, tied.window, tied.resource, place)


def _columns(pairs: Pairs) -> tuple[Ints, Ints, Ints, Ints]:
    return pairs.role, pairs.window, pairs.resource, pairs.place


def _joined(world: World, pieces: list[_Piece]) -> Found:
    nothing = np.zeros(0, dtype=np.int64)
    all_pairs = [_columns(piece.pairs) for piece in pieces] or [(nothing,) * 4]
    pairs = Pairs(*(np.concatenate(column) for column in zip(*all_pairs, strict=True)))
    pairs = pairs.take(np.lexsort((pairs.place, pairs.window, pairs.resource, pairs.role)))
    eliminated = np.zeros((len(world.roles), len(TESTS)), dtype=np.int64)
    for piece in pieces:
        eliminated[piece.rows] = piece.eliminated
    stand_in = ~hardtests.exact(world, pairs)
    penalty = world.resources.penalty[pairs.resource] + np.where(stand_in, world.substitute_penalty, 0.0)
    return Found(
        role=pairs.role,
        resource=pairs.resource,
        window=pairs.window,
        given=np.where(pairs.place == OWN_PLACE, NOTHING_GIVEN, pairs.place),
        minutes=hardtests.minutes(world, pairs),
        penalty=penalty,
        eliminated=eliminated,
        passed=len(world.resources) - eliminated.sum(axis=1),
        untied=np.concatenate([nothing, *(piece.untied for piece in pieces)]),
    )
