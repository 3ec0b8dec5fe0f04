"""Time added and taken away: intervals of whole minutes that include their first and exclude their last."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from geomatch.availability.clock import Interval

Hold = tuple[int, int, int]
"""First minute, the first minute no longer held, and how many units are held."""


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in order, with what overlaps or touches made one."""
    together: list[Interval] = []
    for begin, end in sorted(intervals):
        if together and begin <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((begin, end))
    return together


def without(free: Iterable[Interval], busy: Sequence[Interval]) -> list[Interval]:
    """What is left of ``free`` when ``busy`` is taken away; both in order and apart."""
    left = []
    for begin, end in free:
        at = begin
        for starts, ends in busy:
            if starts >= end:
                break
            if ends > at:
                if starts > at:
                    left.append((at, starts))
                at = max(at, ends)
        if at < end:
            left.append((at, end))
    return left


def clipped(intervals: Iterable[Interval], horizon: Interval) -> list[Interval]:
    """The parts of intervals that lie within the horizon."""
    first, last = horizon
    inside = ((max(begin, first), min(end, last)) for begin, end in intervals)
    return [(begin, end) for begin, end in inside if begin < end]


def crowded(holds: Sequence[Hold], most: int) -> list[Interval]:
    """When more than ``most`` units are held at once, in order and apart."""
    if most < 1:
        return joined((begin, end) for begin, end, _ in holds)
    edges = sorted({edge for begin, end, _ in holds for edge in (begin, end)})
    return joined(
        (begin, end)
        for begin, end in pairwise(edges)
        if sum(units for starts, ends, units in holds if starts < end and ends > begin) > most
    )
