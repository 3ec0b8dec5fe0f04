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
    most,
    nearby_together,
    room_of,
    rows_of,
)
from geomatch.travel.search import whole_deciseconds
from geomatch.travel.snapping import Snapped

_TABLE_CELLS = 2_000_000
"""How many times are worked out before the pairs within the limit are picked: 4 MB at 16 bits."""

_SHELF_PAIRS = 2_000_000
"""Room made at once for pairs picked: 8 MB at 16 bits, so that it comes in few large pages of memory."""

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
    near: sweeping.Beside
    """For each of all origins, refused ones too, the accepted destinations on its piece of road."""
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
    search = _prepared(hierarchy, here, there, whole_deciseconds(limit))
    if k_nearest is None and limit == np.inf:
        counts = here.accepted * int(there.accepted.sum())
        return _into_place(_blocks(search, len(there), progress), counts)
    small = search.kind is NARROW and len(there) <= most(NARROW)
    blocks = _blocks(search, k_nearest or len(there), progress)
    return _gathered(blocks, len(here), np.uint16 if small else np.int32)


Block = tuple[NDArray[np.int64], compacting.Table, NDArray[np.int64]]
"""Some origins, the table of their times, and what to keep of each row of it."""


def _blocks(search: _Search, nearest: int, progress: Progress) -> Iterator[Block]:
    size, total = len(search.work.table), len(search.order)
    for first in range(0, total, size):
        some = search.order[first : first + size]
        work = search.work._replace(table=search.work.table[: len(some)])
        ends = sweeping.Ends(search.origins.nodes[some], search.origins.times[some])
        near = search.near._replace(spans=search.near.spans[some])
        sweeping.sweep(search.up, search.selection, ends, near, work)
        table = compacting.Table(work.table.view(search.kind), work.reached, work.counts, sweeping.LANES)
        compacting.shorten(table, some, search.beside, near.spans, near.places)
        progress("timing journeys", first + len(some), total)
        yield some, table, compacting.measure(table, work.limit, nearest)


def _into_place(blocks: Iterator[Block], counts: NDArray[np.int64]) -> Pairs:
    """Where it is known beforehand how many pairs each origin has."""
    starts, columns, times = _empty(counts)
    for some, table, measured in blocks:
        compacting.compact(table, measured, starts[some], columns, times)
    return starts, columns, times


def _gathered(blocks: Iterator[Block], origins: int, kind: type[np.integer[Any]]) -> Pairs:
    """Kept as numbers of the kind given until it is known how many pairs each origin has."""
    counts, parts, shelf = np.zeros(origins, np.int64), [], np.empty((2, 0), kind)
    for some, table, measured in blocks:
        begins = _starts(measured[:, 2])
        if begins[-1] > shelf.shape[1]:
            shelf = np.empty((2, max(begins[-1], _SHELF_PAIRS)), kind)
        part, shelf = shelf[:, : begins[-1]], shelf[:, begins[-1] :]
        compacting.compact(table, measured, begins, part[0], part[1])
        counts[some] = measured[:, 2]
        parts.append((some, part))
    starts, columns, times = _empty(counts)
    for some, part in parts:
        compacting.place(part, counts[some], starts[some], columns, times)
    return starts, columns, times


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _empty(counts: NDArray[np.int64]) -> Pairs:
    starts = _starts(counts)
    return starts, np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)


def _prepared(hierarchy: Hierarchy, here: Snapped, there: Snapped, limit: int) -> _Search:
    to = nearby_together(there, np.flatnonzero(there.accepted))
    selection = sweeping.select(rows_of(hierarchy.down), ends_of(there, there.arrive), to)
    kind = NARROW if limit < most(NARROW) else WIDE
    return _Search(
        up=rows_of(hierarchy.up),
        origins=ends_of(here, here.leave),
        selection=selection,
        beside=(beside(here), beside(there)),
        near=_near(here, there, to),
        kind=kind,
        work=_work(hierarchy, selection, kind, limit, len(here)),
        order=nearby_together(here, np.flatnonzero(here.accepted)),
    )


def _near(here: Snapped, there: Snapped, accepted: NDArray[np.int64]) -> sweeping.Beside:
    by_edge = accepted[np.argsort(there.edge[accepted], kind="stable")]
    edges = there.edge[by_edge]
    spans = [np.searchsorted(edges, here.edge, side=side) for side in ("left", "right")]
    return sweeping.Beside(np.column_stack(spans).astype(np.int64), by_edge)


def _work(
    hierarchy: Hierarchy, selection: sweeping.Selection, kind: Kind, limit: int, origins: int
) -> sweeping.Work:
    across, per_word = len(selection.place), 8 // np.dtype(kind).itemsize
    batches = min(_TABLE_CELLS // (max(across, 1) * sweeping.LANES), (origins - 1) // sweeping.LANES) + 1
    return sweeping.Work(
        lanes=room_of(len(hierarchy.rank), len(selection.starts) - 1, kind),
        table=np.empty((batches * sweeping.LANES, -(-across // per_word)), np.uint64),
        reached=np.empty((batches, across + 1), np.int32),
        counts=np.zeros(batches, np.int64),
        limit=limit,
    )
