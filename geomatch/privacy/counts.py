"""Counts of people that give nobody away, however many of them are laid beside one another.

Small counts are withheld and the others rounded to 5, up or down by a chance that the very same people
always bring with them (a cell key, as the statistics offices of Britain and Australia have it). Areas
that overlap would still tell of the few by whom they differ, so such areas share one figure.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TypeVar

from geomatch.privacy import keyed

STEP = 5
"""What counts are rounded to."""


class Audience(StrEnum):
    """Who reads a figure."""

    PUBLIC = "public"
    MEMBER = "member"
    """Somebody signed in."""


FEWEST = {Audience.PUBLIC: 10, Audience.MEMBER: 5}
"""The least count that is told."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Figure:
    """What may be told of a count: a multiple of 5, or ``None`` where it is withheld.

    Fewer than ``fewest`` are, and so are more where telling them would tell of fewer: the words fit both.
    """

    value: int | None
    fewest: int

    def __str__(self) -> str:
        return f"fewer than {self.fewest}, or not told" if self.value is None else f"about {self.value:,}"


def figure(people: Collection[str], audience: Audience, secret: bytes) -> Figure:
    """The figure of one set of people, by their ids; on its own, beside no other."""
    who, fewest = set(people), FEWEST[audience]
    return Figure(None if len(who) < fewest else _rounded(who, secret), fewest)


def figures(cells: Mapping[Key, Collection[str]], audience: Audience, secret: bytes) -> dict[Key, Figure]:
    """The figures of sets of people that are told side by side: all areas of all kinds in one call.

    Sets that overlap and differ by fewer people than may be told have the figure of the smallest of them, so
    a difference of figures never means fewer; where that one is withheld, so are they.
    """
    sets = {key: frozenset(people) for key, people in cells.items()}
    leaders = _leaders(set(sets.values()), FEWEST[audience])
    told = {who: figure(leader, audience, secret) for who, leader in leaders.items()}
    return {key: told[who] for key, who in sets.items()}


def _rounded(who: Collection[str], secret: bytes) -> int:
    """Up in as many of 5 cases as the remainder is, so that figures are right on average."""
    total = sum(keyed.number(keyed.digest(secret, "person", person)) for person in who)
    chance = keyed.fraction(keyed.digest(secret, "cell", f"{len(who)} {total % 2**64}"))
    steps, over = divmod(len(who), STEP)
    return STEP * (steps + (chance < over / STEP))


Who = frozenset[str]


def _leaders(sets: Collection[Who], fewest: int) -> dict[Who, Who]:
    """For every set the one whose figure it has: the smallest of those too like each other."""
    order = sorted(sets, key=lambda who: (len(who), sorted(who)))
    rank = {who: at for at, who in enumerate(order)}
    leader = {who: who for who in order}

    def top(who: Who) -> Who:
        while leader[who] is not who:
            who = leader[who]
        return who

    for one, other in _alike(order, fewest):
        low, high = sorted((top(one), top(other)), key=rank.__getitem__)
        leader[high] = low
    return {who: top(who) for who in order}


def _alike(sets: Collection[Who], fewest: int) -> list[tuple[Who, Who]]:
    """Pairs that share somebody and differ by fewer people than may be told."""
    holding: dict[str, list[Who]] = defaultdict(list)
    for who in sets:
        for person in who:
            holding[person].append(who)
    shared = Counter(pair for them in holding.values() for pair in combinations(them, 2))
    return [
        (one, other) for (one, other), both in shared.items() if len(one) + len(other) - 2 * both < fewest
    ]
