"""Compiled: from a table of times to the pairs within a limit, row by row."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

NONE = -1

Times = NDArray[np.uint16 | np.uint32]


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


@compiled
def shorten(
    table: Times, rows: NDArray[np.int64], here: Beside, there: Beside, by_edge: NDArray[np.int64]
) -> None:
    """Put in the times between places on one piece. ``by_edge`` are the destinations, sorted by edge."""
    edges = there.edge[by_edge]
    for at, i in enumerate(rows):
        k = np.searchsorted(edges, here.edge[i])
        while k < len(edges) and edges[k] == here.edge[i]:
            j = by_edge[k]
            time = _along(here, i, there, j)
            if time != NONE:
                table[at, j] = min(np.int64(table[at, j]), time + here.walk[i] + there.walk[j])
            k += 1


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
def measure(table: Times, limit: int, nearest: int) -> NDArray[np.int64]:
    """(rows, 3): the greatest time to keep, how many of exactly that (NONE for all), and how many in all."""
    measured = np.empty((len(table), 3), np.int64)
    for at in range(len(table)):
        row, count = table[at], 0
        for time in row:
            count += time <= limit
        measured[at] = limit, NONE, min(count, nearest)
        if count > nearest:
            measured[at, 0], measured[at, 1] = _kth(row, limit, count, nearest)
    return measured


@compiled
def compact(
    table: Times,
    measured: NDArray[np.int64],
    begins: NDArray[np.int64],
    columns: NDArray[np.int32],
    times: NDArray[np.int32],
) -> None:
    """Write the pairs that are kept from each row's place on, of equals the first ones."""
    for at in range(len(table)):
        most, ties, count = measured[at]
        into = slice(begins[at], begins[at] + count)
        if count == table.shape[1]:
            _keep_all(table[at], columns[into], times[into])
        elif ties == NONE:
            _keep_within(table[at], most, columns[into], times[into])
        else:
            _keep_nearest(table[at], most, ties, columns[into], times[into])


@compiled
def _keep_all(row: Times, columns: NDArray[np.int32], times: NDArray[np.int32]) -> None:
    for column in range(len(row)):
        columns[column] = column
        times[column] = row[column]


@compiled
def _keep_within(row: Times, most: int, columns: NDArray[np.int32], times: NDArray[np.int32]) -> None:
    count, column = 0, 0
    while count < len(columns):
        time = row[column]
        columns[count], times[count] = column, time
        count += time <= most
        column += 1


@compiled
def _keep_nearest(
    row: Times, most: int, ties: int, columns: NDArray[np.int32], times: NDArray[np.int32]
) -> None:
    count, column = 0, 0
    while count < len(columns):
        time = np.int64(row[column])
        if time < most or (time == most and ties > 0):
            columns[count], times[count] = column, time
            count += 1
            ties -= time == most
        column += 1


@compiled
def place(
    part: NDArray[np.int32], counts: NDArray[np.int64], begins: NDArray[np.int64], whole: NDArray[np.int32]
) -> None:
    """Copy rows that follow one another to where each begins in the whole."""
    at = 0
    for row in range(len(counts)):
        whole[begins[row] : begins[row] + counts[row]] = part[at : at + counts[row]]
        at += counts[row]
