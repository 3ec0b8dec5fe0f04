"""The relax ladder: the single changes that would serve a need left over, the cheapest first.

A change is on the ladder only when the best matching of the problem so changed, under the same policy,
serves the need (``again``). Whom it displaces are the needs that the standing matching serves and the new
one does not.
"""

from collections.abc import Callable, Sequence

from geomatch.matching import again
from geomatch.matching.again import SMALL, Rung
from geomatch.matching.changes import Change, Family
from geomatch.matching.standing import Standing

MOST_TRIES = 8
"""Changes of one kind that do not build on each other and are tried, the least burden first."""
Try = Callable[[Change], Rung | None]


def climb(standing: Standing, need: int, families: Sequence[Family], *, small: int = SMALL) -> list[Rung]:
    """The ladder of a need that is not served, in the order of ``Rung.order``.

    Of changes that build on each other: the least that works and, where that displaces somebody, the least
    that displaces nobody. Of the others the best by ``Rung.order`` among the first ``MOST_TRIES``. Problems
    of at most ``small`` candidates are solved again as a whole.
    """

    def attempt(change: Change) -> Rung | None:
        return again.after(standing, need, change, small=small)

    rungs: list[Rung] = []
    for family in families:
        rungs += _least(family.changes, attempt) if family.nested else _best(family.changes, attempt)
    return sorted(rungs, key=lambda rung: rung.order)


def _least(changes: Sequence[Change], attempt: Try) -> list[Rung]:
    last = attempt(changes[-1])
    if last is None:
        return []
    at, least = _first(changes, last, attempt, lambda _: True)
    if not least.displaces or last.displaces:
        return [least]
    return [least, _first(changes[at + 1 :], last, attempt, lambda rung: not rung.displaces)[1]]


def _first(
    changes: Sequence[Change], last: Rung, attempt: Try, enough: Callable[[Rung], bool]
) -> tuple[int, Rung]:
    """The first change that is enough, found by halving, and its place; ``last`` is known to be."""
    low, high, best = 0, len(changes) - 1, last
    while low < high:
        middle = (low + high) // 2
        rung = attempt(changes[middle])
        if rung is None or not enough(rung):
            low = middle + 1
        else:
            high, best = middle, rung
    return low, best


def _best(changes: Sequence[Change], attempt: Try) -> list[Rung]:
    best: Rung | None = None
    for change in changes[:MOST_TRIES]:
        rung = attempt(change)
        if rung is not None and (best is None or rung.order < best.order):
            best = rung
        if best is not None and not best.displaces:
            break
    return [] if best is None else [best]
