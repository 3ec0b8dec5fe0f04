"""Windows to slots: windows that overlap share one, so that nothing is promised twice at once."""

import numpy as np

from geomatch.availability.clock import Interval, moment
from geomatch.matching.problem import Ints


def slots_of(starts: Ints, ends: Ints) -> tuple[Ints, list[Interval]]:
    """The slot of every window, and each slot as ``(starts, ends)``, in order of time.

    Windows that overlap, directly or by way of others, share a slot; windows that only touch do not. A
    resource counted once per slot is then never in two places at once. Times in whole minutes.
    """
    order = np.lexsort((ends, starts))
    slot = np.zeros(len(order), dtype=np.int64)
    spans: list[Interval] = []
    for at in order:
        begin, end = int(starts[at]), int(ends[at])
        if spans and begin < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
        slot[at] = len(spans) - 1
    return slot, spans


def slot_id(span: Interval) -> str:
    """A slot's id: ISO 8601 wall times, such as ``2026-11-02T19:00/2026-11-02T22:00``."""
    begin, end = (moment(minute).isoformat(timespec="minutes") for minute in span)
    return f"{begin}/{end}"
