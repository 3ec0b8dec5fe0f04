"""The cost matrix by scipy's own search: the way without numba, and the check of the other way."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from geomatch.progress import Progress
from geomatch.travel.search import DECISECONDS_PER_MINUTE, to_nodes, to_places
from geomatch.travel.snapping import Snapped

_BATCH_BYTES = 64_000_000
"""How much one batch of searches may hold in its largest array."""


def pairs(
    here: Snapped, there: Snapped, *, limit: float, k_nearest: int | None, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Row starts, columns and deciseconds of all pairs within ``limit`` minutes, walks included."""
    rows = [(np.empty(0, np.int32), np.empty(0, np.int32))] * len(here)
    for done, (row, times) in enumerate(_rows(here, there, limit), start=1):
        progress("timing journeys", done, len(here))
        rows[row] = _kept(times, limit, k_nearest)
    sizes = [len(columns) for columns, _ in rows]
    return (
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        np.concatenate([np.empty(0, np.int32), *(columns for columns, _ in rows)]),
        np.concatenate([np.empty(0, np.int32), *(times for _, times in rows)]),
    )


def _rows(here: Snapped, there: Snapped, limit: float) -> Iterator[tuple[int, NDArray[np.float64]]]:
    """(origin, deciseconds to every destination, ``inf`` where refused), each origin once, in any order.

    Places at one spot of the road are searched for once.
    """
    froms, of_origin = _distinct(here)
    to, of_destination = _distinct(there)
    accepted = np.flatnonzero(there.accepted)
    if len(to) == 0 or len(froms) == 0:
        return
    for first, last in _batches(len(froms), len(here.network.nodes) + len(to)):
        some = froms.take(np.arange(first, last))
        times = to_places(to_nodes(some, max_minutes=limit), some, to)
        for origin in np.flatnonzero((of_origin >= first) & (of_origin < last)):
            full = np.full(len(there), np.inf)
            walks = here.walk[origin] + there.walk[accepted]
            full[accepted] = times[of_origin[origin] - first, of_destination[accepted]] + walks
            yield int(origin), full


def _distinct(places: Snapped) -> tuple[Snapped, NDArray[np.int64]]:
    """Accepted places, each spot of the road once, and the row there of every place (-1 refused)."""
    rows = np.flatnonzero(places.accepted)
    spots = np.column_stack([places.edge[rows], places.fraction[rows]])
    _, first, inverse = np.unique(spots, axis=0, return_index=True, return_inverse=True)
    number = np.full(len(places), -1, dtype=np.int64)
    number[rows] = inverse.reshape(-1)
    return places.take(rows[first]), number


def _batches(count: int, width: int) -> Iterator[tuple[int, int]]:
    size = max(1, _BATCH_BYTES // (8 * width))
    for first in range(0, count, size):
        yield first, min(first + size, count)


def _kept(
    times: NDArray[np.float64], limit: float, k_nearest: int | None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    within = np.isfinite(times) & (times / DECISECONDS_PER_MINUTE <= limit)
    columns = np.flatnonzero(within)
    if k_nearest is not None and len(columns) > k_nearest:
        nearest = np.lexsort((columns, times[columns]))[:k_nearest]
        columns = np.sort(columns[nearest])
    return columns.astype(np.int32), times[columns].astype(np.int32)
