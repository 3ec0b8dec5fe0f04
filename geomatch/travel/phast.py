"""Times between many places at once over a network's hierarchy: exactly those of a plain search."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.progress import Progress
from geomatch.travel import compacting, forms, sweeping
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

_TABLE_CELLS = 640_000
"""How many times are worked out before the pairs within the limit are picked: 2.5 MB."""

_SHELF_PAIRS = 2_000_000
"""Room made at once for pairs picked: 8 MB at 16 bits, so that it comes in few large pages of memory."""

Pairs = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]
"""Row starts, columns, deciseconds."""


@dataclass(frozen=True, slots=True)
class _Search:
    """All that the searches of one matrix have in common."""

    up: forms.Rows
    origins: forms.Ends
    selection: forms.Selection
    beside: tuple[compacting.Beside, compacting.Beside]
    """Origins and destinations along their pieces of road."""
    near: forms.Beside
    """For each of all origins, refused ones too, the accepted destinations on its piece of road."""
    limit: int
    """Deciseconds."""
    room: dict[Kind, forms.Lanes]
    """For a batch, by the width of its lanes; made when first needed."""
    order: NDArray[np.int64]
    """Accepted origins, neighbours together."""

    @property
    def batches(self) -> int:
        """How many batches are searched for in one go."""
        return _TABLE_CELLS // (max(len(self.selection.place), 1) * sweeping.LANES) + 1

    def lanes(self, kind: Kind) -> forms.Lanes:
        """Room for a batch in lanes of this width."""
        if kind not in self.room:
            nodes, rows = len(self.selection.row), len(self.selection.starts) - 1
            self.room[kind] = room_of(nodes, rows, kind)
        return self.room[kind]


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
    search = _prepared(hierarchy, here, there, min(whole_deciseconds(limit), sweeping.FAR - 1))
    if k_nearest is None and limit == np.inf:
        return _all(search, here, there, progress)
    return _gathered(search, len(here), k_nearest, progress)


def _all(search: _Search, here: Snapped, there: Snapped, progress: Progress) -> Pairs:
    """Every accepted pair: within a network everybody gets everywhere. Timed right where they are kept."""
    columns = np.flatnonzero(there.accepted).astype(np.int32)
    n, m = len(search.order), len(columns)
    every, times = np.empty((n, m), np.int32), np.empty((n, m), np.int32)
    every[:] = columns
    row = np.cumsum(here.accepted) - 1
    for some in _blocks(search, progress):
        _swept(search, some, row[some], times)
    return _starts(here.accepted * m), every.reshape(-1), times.reshape(-1)


def _gathered(search: _Search, origins: int, k_nearest: int | None, progress: Progress) -> Pairs:
    """Kept in few bytes until it is known how many pairs each origin has."""
    counts, parts = np.zeros(origins, np.int64), []
    small = search.limit < most(NARROW) and len(search.selection.place) <= most(NARROW)
    shelf = np.empty((2, 0), np.uint16 if small else np.int32)
    room = np.empty((search.batches * sweeping.LANES, len(search.selection.place)), np.int32)
    for some in _blocks(search, progress):
        table = _swept(search, some, np.arange(len(some)), room)
        needed = int(table.counts.sum()) * sweeping.LANES + 1
        if needed > shelf.shape[1]:
            shelf = np.empty((2, max(needed, _SHELF_PAIRS)), shelf.dtype)
        keep = _to_keep(table, search.limit, k_nearest)
        found = np.empty(len(some), np.int64)
        total = compacting.compact(table, keep, found, shelf[0], shelf[1])
        parts.append((some, shelf[:, :total]))
        counts[some], shelf = found, shelf[:, total:]
    starts = _starts(counts)
    columns, times = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.int32)
    for some, part in parts:
        compacting.place(part, counts[some], starts[some], columns, times)
    return starts, columns, times


def _to_keep(table: compacting.Table, limit: int, k_nearest: int | None) -> NDArray[np.int64]:
    if k_nearest is not None:
        return compacting.nearest(table, limit, k_nearest)
    return np.tile(np.array([limit, compacting.NONE], np.int64), (len(table.rows), 1))


def _blocks(search: _Search, progress: Progress) -> Iterator[NDArray[np.int64]]:
    """Accepted origins, some batches at a time, neighbours together."""
    size, total = search.batches * sweeping.LANES, len(search.order)
    for first in range(0, total, size):
        yield search.order[first : first + size]
        progress("timing journeys", min(first + size, total), total)


def _swept(
    search: _Search, some: NDArray[np.int64], rows: NDArray[np.int64], table: NDArray[np.int32]
) -> compacting.Table:
    """Times of some origins, put into these rows of a table: by narrow lanes, or by wide ones if need be."""
    batches = -(-len(some) // sweeping.LANES)
    reached = np.empty((batches, len(search.selection.place) + 1), np.int32)
    counts = np.zeros(batches, np.int64)
    ends = forms.Ends(search.origins.nodes[some], search.origins.times[some])
    near = search.near._replace(spans=search.near.spans[some])
    for kind in (NARROW, WIDE):
        work = forms.Work(search.lanes(kind), rows, table, reached, counts, search.limit)
        if sweeping.sweep(search.up, search.selection, ends, near, work):
            break
    found = compacting.Table(rows, table, reached, counts, sweeping.LANES)
    compacting.shorten(found, some, search.beside, near.spans, near.places)
    return found


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _prepared(hierarchy: Hierarchy, here: Snapped, there: Snapped, limit: int) -> _Search:
    to = nearby_together(there, np.flatnonzero(there.accepted))
    selection = sweeping.select(rows_of(hierarchy.down), ends_of(there, there.arrive), to)
    return _Search(
        up=rows_of(hierarchy.up),
        origins=ends_of(here, here.leave),
        selection=selection,
        beside=(beside(here), beside(there)),
        near=_near(here, there, to),
        limit=limit,
        room={},
        order=nearby_together(here, np.flatnonzero(here.accepted)),
    )


def _near(here: Snapped, there: Snapped, accepted: NDArray[np.int64]) -> forms.Beside:
    by_edge = accepted[np.argsort(there.edge[accepted], kind="stable")]
    edges = there.edge[by_edge]
    spans = [np.searchsorted(edges, here.edge, side=side) for side in ("left", "right")]
    return forms.Beside(np.column_stack(spans).astype(np.int64), by_edge)
