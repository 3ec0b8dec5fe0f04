"""Compiled: from a table of times to the pairs within a limit, row by row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

NONE = -1

Times = NDArray[np.uint16 | np.uint32]
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

    times: Times
    reached: NDArray[np.int32]
    """(batches, m + 1) these destinations, ascending, and then anything."""
    counts: NDArray[np.int64]
    """(batches,) how many they are."""
    lanes: int
    """Origins to a batch."""


@compiled
def shorten(
    table: Table,
    rows: NDArray[np.int64],
    ends: tuple[Beside, Beside],
    spans: NDArray[np.int64],
    by_edge: NDArray[np.int64],
) -> None:
    """Put in the times between places on one piece: by_edge[spans[i, 0]:spans[i, 1]] are beside row i."""
    here, there = ends
    for at, i in enumerate(rows):
        batch = at // table.lanes
        reached = table.reached[batch, : table.counts[batch]]
        for j in by_edge[spans[at, 0] : spans[at, 1]]:
            time = _along(here, i, there, j)
            if time != NONE:
                place = np.searchsorted(reached, j)
                time += here.walk[i] + there.walk[j]
                table.times[at, place] = min(np.int64(table.times[at, place]), time)


@compiled
def _kth(row: Times, limit: int, count: int, k: int) -> tuple[int, int]:
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
def measure(table: Table, limit: int, nearest: int) -> NDArray[np.int64]:
    """(rows, 3): the greatest time to keep, how many of exactly that (NONE for all), and how many in all."""
    measured = np.empty((len(table.times), 3), np.int64)
    for at in range(len(table.times)):
        row, count = table.times[at, : table.counts[at // table.lanes]], 0
        for time in row:
            count += time <= limit
        measured[at] = limit, NONE, min(count, nearest)
        if count > nearest:
            measured[at, 0], measured[at, 1] = _kth(row, limit, count, nearest)
    return measured


@compiled
def compact(
    table: Table,
    measured: NDArray[np.int64],
    begins: NDArray[np.int64],
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> None:
    """Write the pairs that are kept from each row's place on, of equals the first ones."""
    for at in range(len(table.times)):
        most, ties, count = measured[at]
        into = slice(begins[at], begins[at] + count)
        batch = at // table.lanes
        reached = table.reached[batch, : table.counts[batch]]
        row = table.times[at, : len(reached)]
        if count == len(reached):
            columns[into] = reached
            times[into] = row
        elif ties == NONE:
            _keep_within(row, reached, most, columns[into], times[into])
        else:
            _keep_nearest(row, reached, measured[at, :2], columns[into], times[into])


@compiled
def _keep_within(
    row: Times,
    reached: NDArray[np.int32],
    most: int,
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> None:
    count, at = 0, 0
    while count < len(columns):
        time = row[at]
        columns[count], times[count] = reached[at], time
        count += time <= most
        at += 1


@compiled
def _keep_nearest(
    row: Times,
    reached: NDArray[np.int32],
    keep: NDArray[np.int64],
    columns: NDArray[Kept],
    times: NDArray[Kept],
) -> None:
    """``keep`` is the greatest time to keep, and how many of exactly that."""
    most, ties = keep
    count, at = 0, 0
    while count < len(columns):
        time = np.int64(row[at])
        if time < most or (time == most and ties > 0):
            columns[count], times[count] = reached[at], time
            count += 1
            ties -= time == most
        at += 1


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
