"""The relax ladder: the single changes that would serve a need left over, the cheapest first.

A change is on the ladder only when the best matching of the problem so changed, under the same policy,
serves the need (``again``). Whom it displaces are the needs that the standing matching serves and the new
one does not.
"""

from collections.abc import Callable, Sequence

from geomatch.matching import again
from geomatch.matching.again import SMALL, Rung
from geomatch.matching.changes import Family, Option
from geomatch.matching.standing import Standing

MOST_TRIES = 8
"""Changes of one kind that do not build on each other and are tried, the least burden first."""
Try = Callable[[Option], Rung | None]


def climb(standing: Standing, need: int, families: Sequence[Family], *, small: int = SMALL) -> list[Rung]:
    """The ladder of a need that is not served, in the order of ``Rung.order``.

    Of changes that build on each other: the least that works and, where that displaces somebody, the least
    that displaces nobody. Of the others the best by ``Rung.order`` among the first ``MOST_TRIES``. Problems
    of at most ``small`` candidates are solved again as a whole.
    """

    def attempt(option: Option) -> Rung | None:
        return again.after(standing, need, option.make(), small=small)

    rungs: list[Rung] = []
    for family in families:
        rungs += _least(family.options, attempt) if family.nested else _best(family.options, attempt)
    return sorted(rungs, key=lambda rung: rung.order)


def _least(options: Sequence[Option], attempt: Try) -> list[Rung]:
    last = attempt(options[-1])
    if last is None:
        return []
    at, least = _first(options, last, attempt, lambda _: True)
    if not least.displaces or last.displaces:
        return [least]
    return [least, _first(options[at + 1 :], last, attempt, lambda rung: not rung.displaces)[1]]


def _first(
    options: Sequence[Option], last: Rung, attempt: Try, enough: Callable[[Rung], bool]
) -> tuple[int, Rung]:
    """The first change that is enough, found by halving, and its place; ``last`` is known to be."""
    low, high, best = 0, len(options) - 1, last
    while low < high:
        middle = (low + high) // 2
        rung = attempt(options[middle])
        if rung is None or not enough(rung):
            low = middle + 1
        else:
            high, best = middle, rung
    return low, best


def _best(options: Sequence[Option], attempt: Try) -> list[Rung]:
    best: Rung | None = None
    for option in options[:MOST_TRIES]:
        rung = attempt(option)
        if rung is not None and (best is None or rung.order < best.order):
            best = rung
        if best is not None and not best.displaces:
            break
    return [] if best is None else [best]
