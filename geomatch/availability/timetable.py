"""The hours of many resources at once: who is open for a whole window, or for so long within a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geomatch.availability import clock, free, patterns
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.model import Truth

Ints = NDArray[np.int64]

FREE, UNKNOWN, TAKEN = 1, 0, -1
"""Yes, nobody knows, and no."""
CODES = {Truth.YES: FREE, Truth.UNKNOWN: UNKNOWN, Truth.NO: TAKEN}


@dataclass(frozen=True, eq=False)
class Timetable:
    """Different hours, each once. What is asked here is asked without any booking."""

    hours: tuple[Hours, ...]

    @cached_property
    def known(self) -> NDArray[np.bool_]:
        """(h,) whether anybody has told us when it is open."""
        return np.array([each.known for each in self.hours], dtype=bool)

    @cached_property
    def units(self) -> Ints:
        """(h,) how many there are."""
        return np.array([each.units for each in self.hours], dtype=np.int64)

    @cached_property
    def margin(self) -> int:
        """Minutes round a window, beyond which no booking can be in its way."""
        return max((each.set_up + each.turn_round for each in self.hours), default=0) + 2 * clock.HOUR

    @cached_property
    def _chunks(self) -> dict[int, tuple[Ints, Ints, Ints]]:
        return {}

    def throughout(self, wanted: Interval, *, units: int = 1) -> Ints:
        """(h,) whether each is free for all of a window, as ``free.is_free``."""
        found = np.where(self._opened_throughout(wanted), np.where(self.known, FREE, UNKNOWN), TAKEN)
        return np.where(self.units < units, TAKEN, found)

    def within(self, wanted: Interval, minutes: int, *, units: int = 1) -> Ints:
        """(h,) whether each has so many minutes free somewhere within a window of one day.

        Of hours nobody has told us it is unknown, where nothing is closed.
        """
        if _clocks_change(wanted):
            return np.array([within(each, (), wanted, minutes, units=units) for each in self.hours])
        hour, begins, ends = self._of_chunk(wanted[0] // patterns.CHUNK)
        start = -(-wanted[0] // free.STEP_MINUTES) * free.STEP_MINUTES
        fits = np.maximum(begins, start) + minutes <= np.minimum(ends, wanted[1])
        roomy = np.zeros(len(self.hours), dtype=bool)
        roomy[hour[fits]] = True
        silent = np.where(self._opened_throughout(wanted), UNKNOWN, TAKEN)
        found = np.where(self.known, np.where(roomy, FREE, TAKEN), silent)
        return np.where(self.units < units, TAKEN, found)

    def _opened_throughout(self, wanted: Interval) -> NDArray[np.bool_]:
        if wanted[0] // patterns.CHUNK != (wanted[1] - 1) // patterns.CHUNK:
            return np.array([free.opened(each, wanted) == (wanted,) for each in self.hours], dtype=bool)
        hour, begins, ends = self._of_chunk(wanted[0] // patterns.CHUNK)
        found = np.zeros(len(self.hours), dtype=bool)
        found[hour[(begins <= wanted[0]) & (ends >= wanted[1])]] = True
        return found

    def _of_chunk(self, chunk: int) -> tuple[Ints, Ints, Ints]:
        """Row of the hours, begin and end of every opening in a chunk of time."""
        if chunk not in self._chunks:
            rows = [(at, *span) for at, each in enumerate(self.hours) for span in free.opened_in(each, chunk)]
            hour, begins, ends = np.array(rows, dtype=np.int64).reshape(-1, 3).T
            self._chunks[chunk] = hour, begins, ends
        return self._chunks[chunk]


def throughout(
    hours: Hours, holds: Sequence[tuple[int, int, int]], wanted: Interval, *, units: int = 1
) -> int:
    """Whether one with bookings is free for all of a window."""
    return CODES[free.is_free(hours, holds, wanted, units=units)]


def within(
    hours: Hours,
    holds: Sequence[tuple[int, int, int]],
    wanted: Interval,
    minutes: int,
    *,
    units: int = 1,
) -> int:
    """Whether one with bookings has so many minutes free somewhere within a window of one day."""
    if free.is_free(hours, holds, wanted, units=units) is Truth.UNKNOWN:
        return UNKNOWN
    slot = free.next_free(hours, holds, wanted[0], minutes, units=units)
    return FREE if slot and slot[1] <= wanted[1] else TAKEN


def _clocks_change(wanted: Interval) -> bool:
    """Whether a minute here may not be a minute on the wall."""
    year = clock.moment(wanted[0]).year
    return any(
        begin < wanted[1] + clock.DAY and end > wanted[0] - clock.DAY
        for begin, end in (clock.left_out(year), clock.repeated(year))
    )
