"""Windows that overlap share one slot, so that nothing is promised to two needs at the same time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.availability.clock import Interval
from geomatch.matching import slots
from geomatch.matching.problem import TIMELESS
from geomatch.matching.world import Times


@dataclass(frozen=True, slots=True)
class Slots:
    """``names`` and ``spans`` (minutes) of slots in order of time; ``of_window`` the slot of each window.

    Of several windows of a need in one slot the first is kept, so that all its roles meet at one time; the
    others are ``TIMELESS`` here and take no part.
    """

    names: tuple[str, ...]
    spans: tuple[Interval, ...]
    of_window: NDArray[np.int64]


def share(times: Times) -> Slots:
    """The slots of all windows."""
    of_window, spans = slots.slots_of(times.window_starts, times.window_ends)
    order = np.lexsort((times.window_ends, times.window_starts, of_window, times.window_need))
    need, slot = times.window_need[order], of_window[order]
    again = (need[1:] == need[:-1]) & (slot[1:] == slot[:-1])
    of_window[order[1:][again]] = TIMELESS
    return Slots(tuple(slots.slot_id(span) for span in spans), tuple(spans), of_window)
