"""One comparison of a bench: how many times the other's time holds ours, with its spread."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Timed = tuple[float, float]
"""Seconds of the other and of ours, for the same work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. ``ratio`` is the median, ``low`` and ``high`` are the least and the greatest.

    Without the other there is a note and no ratio.
    """

    name: str
    ratio: float | None
    low: float | None
    high: float | None
    floor: float | None
    answers_equal: bool | None
    note: str

    @property
    def held(self) -> bool:
        """Whether the answers are the same and the ratio is no less than the floor; true when absent."""
        if self.ratio is None:
            return True
        return bool(self.answers_equal) and (self.floor is None or self.ratio >= self.floor)


def compared(name: str, timed: Callable[[], Timed], *, repeats: int, floor: float | None, equal: bool) -> Row:
    """Time both so many times in turns."""
    pairs = [timed() for _ in range(repeats)]
    ratios = [theirs / ours for theirs, ours in pairs]
    middle, low, high = (round(find(ratios), 1) for find in (median, min, max))
    theirs, ours = (median(side) for side in zip(*pairs, strict=True))
    return Row(name, middle, low, high, floor, equal, f"{theirs:.4g} s against {ours:.3g} s")


def absent(name: str, note: str, *, floor: float | None) -> Row:
    """The comparison where there is nothing to compare with."""
    return Row(name, None, None, None, floor, None, note)


def cpu_seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """What a piece of work takes by a clock: by default the processor's time of this process."""
    began = clock()
    work()
    return clock() - began
