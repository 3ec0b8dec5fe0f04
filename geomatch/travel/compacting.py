"""Compiled: from a table of times to the pairs within a limit, row by row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

NONE = -1

Kept = np.uint16 | np.int32


class Beside(NamedTuple):
    """Places on pieces of road, and where along these they lie."""

    edge: NDArray[np.int64]
    fraction: NDArray[np.float64]
    forward: NDArray[np.int64]
    """Deciseconds from the piece's source, NONE where one may not go forward."""
    backward: NDArray[np.int64]
    """Deciseconds back to the piece's source, NONE where one may not go backward."""
    walk: NDArray[np.int64]


@compiled
def _along(here: Beside, i: int, there: Beside, j: int) -> int:
    """Deciseconds from a place to another on the same piece without leaving it, NONE if not allowed."""
    time = NONE
    if here.fraction[i] <= there.fraction[j] and here.forward[i] != NONE:
        time = there.forward[j] - here.forward[i]
    if here.fraction[i] >= there.fraction[j] and here.backward[i] != NONE:
        back = here.backward[i] - there.backward[j]
        time = back if time == NONE else min(time, back)
    return time


class Table(NamedTuple):
    """Times from some origins, each to the destinations that its batch reached."""

    rows: NDArray[np.int64]
    """(origins,) row of the times that is each one's."""
    times: NDArray[np.int32]
    reached: NDArray[np.int32]
    """(batches, m + 1) these destinations, ascending, and then anything."""
    counts: NDArray[np.int64]
    """(batches,) how many they are."""
    lanes: int
    """Origins to a batch."""


@compiled
def shorten(
    table: Table,
    origins: NDArray[np.int64],
    ends: tuple[Beside, Beside],
    spans: NDArray[np.int64],
    by_edge: NDArray[np.int64],
) -> None:
    """Put in the times between places on one piece: by_edge[spans[i, 0]:spans[i, 1]] are beside origin i."""
    here, there = ends
    for at, i in enumerate(origins):
        batch = at // table.lanes
        reached, row = table.reached[batch, : table.counts[batch]], table.times[table.rows[at]]
        for j in by_edge[spans[at, 0] : spans[at, 1]]:
            time = _along(here, i, there, j)
            if time != NONE:
                place = np.searchsorted(reached, j)
                row[place] = min(np.int64(row[place]), time + here.walk[i] + there.walk[j])


@compiled
def _kth(row: NDArray[np.int32], limit: int, count: int, k: int) -> tuple[int, int]:
    """Of the ``count`` times within the limit the k-th least, and how many of exactly that to keep."""
    within = np.empty(count, row.dtype)
    at = 0
    for time in row:
        if time <= limit:
            within[at] = time
            at += 1
    kth = np.partition(within, k - 1)[k - 1]
    sooner = 0
    for time in within:
        sooner += time < kth
    return int(kth), k - sooner


@compiled
def nearest(table: Table, limit: int, count: int) -> NDArray[np.int64]:
    """(origins, 2): the greatest time to keep so many, and how many of exactly that (NONE for all)."""
    keep = np.empty((len(table.rows), 2), np.int64)
    for at in range(len(table.rows)):
        row, within = table.times[table.rows[at], : table.counts[at // table.lanes]], 0
        for time in row:
            within += time <= limit
        keep[at] = limit, NONE
        if within > count:
            keep[at, 0], keep[at, 1] = _kth(row, limit, within, count)
    return keep


@compiled
def compact(
    table: Table,
    keep: NDArray[np.int64],
    counts: NDArray[np.int64],
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> int:
    """Write the pairs that are kept, row after row, of equals the first ones. How many they are.

    There must be room for all the pairs of the table and one more.
    """
    total = 0
    for at in range(len(table.rows)):
        batch = at // table.lanes
        reached = table.reached[batch, : table.counts[batch]]
        row = table.times[table.rows[at], : len(reached)]
        if keep[at, 1] == NONE:
            counts[at] = _keep_within(row, reached, keep[at, 0], columns[total:], times[total:])
        else:
            counts[at] = _keep_nearest(row, reached, keep[at], columns[total:], times[total:])
        total += counts[at]
    return total


@compiled
def _keep_within(
    row: NDArray[np.int32],
    reached: NDArray[np.int32],
    most: int,
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> int:
    count, limit = 0, np.int32(most)
    for at in range(len(row)):
        columns[count], times[count] = reached[at], row[at]
        count += row[at] <= limit
    return count


@compiled
def _keep_nearest(
    row: NDArray[np.int32],
    reached: NDArray[np.int32],
    keep: NDArray[np.int64],
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> int:
    """``keep`` is the greatest time to keep, and how many of exactly that."""
    count, ties = 0, keep[1]
    for at in range(len(row)):
        columns[count], times[count] = reached[at], row[at]
        if row[at] < keep[0] or (row[at] == keep[0] and ties > 0):
            ties -= row[at] == keep[0]
            count += 1
    return count


@compiled
def place(
    part: NDArray[Kept],
    counts: NDArray[np.int64],
    begins: NDArray[np.int64],
    columns: NDArray[np.int32],
    times: NDArray[np.int32],
) -> None:
    """Copy the columns and times of rows that follow one another to where each row begins in the whole."""
    at = 0
    for row in range(len(counts)):
        into, of = slice(begins[row], begins[row] + counts[row]), slice(at, at + counts[row])
        columns[into] = part[0, of]
        times[into] = part[1, of]
        at += counts[row]
