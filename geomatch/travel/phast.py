"""Times between many places at once over a network's hierarchy: exactly those of a plain search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geomatch.progress import Progress
from geomatch.travel import compacting, sweeping
from geomatch.travel.hierarchy import Hierarchy
from geomatch.travel.lanes import (
    NARROW,
    WIDE,
    Kind,
    beside,
    ends_of,
    in_deciseconds,
    most,
    nearby_together,
    room_of,
    rows_of,
)
from geomatch.travel.snapping import Snapped

_TABLE_CELLS = 4_000_000
"""How many times are worked out before the pairs within the limit are picked: 8 MB at 16 bits."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]
"""Row starts, columns, deciseconds."""


@dataclass(frozen=True, slots=True)
class _Search:
    """All that the searches of one matrix have in common."""

    up: sweeping.Rows
    origins: sweeping.Ends
    selection: sweeping.Selection
    beside: tuple[compacting.Beside, compacting.Beside]
    """Origins and destinations along their pieces of road."""
    by_edge: NDArray[np.int64]
    """Accepted destinations by their piece of road."""
    kind: Kind
    work: sweeping.Work
    order: NDArray[np.int64]
    """Accepted origins, neighbours together."""


def pairs(
    hierarchy: Hierarchy,
    here: Snapped,
    there: Snapped,
    *,
    limit: float,
    k_nearest: int | None,
    progress: Progress,
) -> Pairs:
    """All pairs within ``limit`` minutes, walks included, as ``matrix`` keeps them."""
    search = _prepared(hierarchy, here, there, in_deciseconds(limit))
    if k_nearest is None and limit == np.inf:
        counts = here.accepted * int(there.accepted.sum())
        return _into_place(_blocks(search, len(there), progress), counts)
    return _gathered(_blocks(search, k_nearest or len(there), progress), len(here))


Block = tuple[NDArray[np.int64], NDArray[np.unsignedinteger[Any]], NDArray[np.int64]]
"""Some origins, the table of their times, and what to keep of each row of it."""


def _blocks(search: _Search, nearest: int, progress: Progress) -> Iterator[Block]:
    size, total = len(search.work.table), len(search.order)
    for first in range(0, total, size):
        some = search.order[first : first + size]
        work = search.work._replace(table=search.work.table[: len(some)])
        ends = sweeping.Ends(search.origins.nodes[some], search.origins.times[some])
        sweeping.sweep(search.up, search.selection, ends, work)
        table = work.table.view(search.kind)
        compacting.shorten(table, some, *search.beside, search.by_edge)
        progress("timing journeys", first + len(some), total)
        yield some, table, compacting.measure(table, work.limit, nearest)


def _into_place(blocks: Iterator[Block], counts: NDArray[np.int64]) -> Pairs:
    """Where it is known beforehand how many pairs each origin has."""
    starts, columns, times = _empty(counts)
    for some, table, measured in blocks:
        compacting.compact(table, measured, starts[some], columns, times)
    return starts, columns, times


def _gathered(blocks: Iterator[Block], origins: int) -> Pairs:
    counts, parts = np.zeros(origins, np.int64), []
    for some, table, measured in blocks:
        begins, columns, times = _empty(measured[:, 2])
        compacting.compact(table, measured, begins, columns, times)
        counts[some] = measured[:, 2]
        parts.append((some, columns, times))
    whole = _empty(counts)
    for some, columns, times in parts:
        compacting.place(columns, counts[some], whole[0][some], whole[1])
        compacting.place(times, counts[some], whole[0][some], whole[2])
    return whole


def _empty(counts: NDArray[np.int64]) -> Pairs:
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return starts, np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)


def _prepared(hierarchy: Hierarchy, here: Snapped, there: Snapped, limit: int) -> _Search:
    to = nearby_together(there, np.flatnonzero(there.accepted))
    selection = sweeping.select(rows_of(hierarchy.down), ends_of(there, there.arrive), to)
    kind = NARROW if limit < most(NARROW) else WIDE
    batches = _TABLE_CELLS // (max(len(there), 1) * sweeping.LANES) + 1
    words = len(selection.place) * np.dtype(kind).itemsize // 8
    table = np.empty((min(batches * sweeping.LANES, len(here)), words), np.uint64)
    return _Search(
        up=rows_of(hierarchy.up),
        origins=ends_of(here, here.leave),
        selection=selection,
        beside=(beside(here), beside(there)),
        by_edge=to[np.argsort(there.edge[to], kind="stable")],
        kind=kind,
        work=sweeping.Work(room_of(len(hierarchy.rank), len(selection.starts) - 1, kind), table, limit),
        order=nearby_together(here, np.flatnonzero(here.accepted)),
    )
