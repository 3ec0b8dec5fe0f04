"""Compiled: shortest times from many places to many, 64 places at a time, over a contraction hierarchy.

The method is Delling, Goldberg, Nowatzyk and Werneck, "PHAST" (IPDPS 2011), restricted to the nodes that
matter for the destinations as in Delling, Goldberg and Werneck, "Faster Batched Shortest Paths in Road
Networks" (ATMOS 2011): up from the origins, then down to the destinations, one row of lanes for each node.
Lanes are 16 or 32 bits wide; the greatest number of a lane stands for "this much or more".
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled

LANES = 64
"""Origins in a batch: measured on a county, faster than 32 and hardly slower than 128."""
NONE = -1
OPEN = -2
FAR = 2**31 - 1
SQUARE = 8
"""Words across in one go of writing: a line of the processor's cache."""

Lane = np.uint16 | np.uint32


class Rows(NamedTuple):
    """Arcs in rows by one of their ends."""

    starts: NDArray[np.int32]
    others: NDArray[np.int32]
    times: NDArray[np.int32]


class Ends(NamedTuple):
    """Places on the road: two nodes each, and the times to or from these, NONE where not allowed."""

    nodes: NDArray[np.int32]
    """(k, 2)"""
    times: NDArray[np.int32]
    """(k, 2)"""


class Selection(NamedTuple):
    """What lies above some destinations, in an order in which one may go down to them."""

    row: NDArray[np.int32]
    """(n,) row of each node, or NONE."""
    starts: NDArray[np.int32]
    """(r + 1,) arcs down into each row; rows are nodes, and destinations that are no nodes."""
    above: NDArray[np.int32]
    """The row from which an arc comes, an earlier one."""
    times: NDArray[np.int32]
    place: NDArray[np.int32]
    """(m,) row of each destination; r where there is none."""


class Lanes(NamedTuple):
    """Room for one batch of origins."""

    climbed: NDArray[Lane]
    """(n, 64) times up to nodes, by their position."""
    position: NDArray[np.int32]
    """(n,) of a node in ``climbed``, or NONE."""
    lists: NDArray[np.int32]
    """(3, n) nodes by position, nodes on the way to be given one, and the arc each of these is at."""
    fallen: NDArray[Lane]
    """(r + 1, 64) times to the rows of a selection, and last a row of nothing but the greatest number."""
    seeded: NDArray[np.int32]
    """(r,) position in ``climbed`` of a row that was climbed to, or NONE."""
    least: NDArray[np.int32]
    """(n,) the least lane of each climbed node."""
    lowest: NDArray[np.int32]
    """(r + 1,) the least lane of each row, FAR where nothing is within the limit, as in the last row."""


class Work(NamedTuple):
    """Where a sweep works and writes."""

    lanes: Lanes
    table: NDArray[np.uint64]
    """(origins, words) the lanes' times to the places their batch reached, as many to a word as it holds."""
    reached: NDArray[np.int32]
    """(batches, m + 1) places of the selection that each batch reached, ascending."""
    counts: NDArray[np.int64]
    """(batches,) how many these are."""
    limit: int


class Beside(NamedTuple):
    """Which places of a selection lie on the same piece of road as each origin."""

    spans: NDArray[np.int64]
    """(origins, 2) places[spans[i, 0]:spans[i, 1]] are those beside origin i."""
    places: NDArray[np.int64]


@compiled
def _finish(rows: Rows, node: int, place: NDArray[np.int32], lists: NDArray[np.int32], count: int) -> int:
    """Depth first from a node: all it leads to get their places before it does. How many have one then."""
    if place[node] != NONE:
        return count
    order, stack, at = lists[0], lists[1], lists[2]
    depth = 0
    stack[0], at[0], place[node] = node, rows.starts[node], OPEN
    while depth >= 0:
        here, arc = stack[depth], at[depth]
        if arc < rows.starts[here + 1]:
            at[depth] += 1
            other = rows.others[arc]
            if place[other] == NONE:
                depth += 1
                stack[depth], at[depth], place[other] = other, rows.starts[other], OPEN
        else:
            place[here] = count
            order[count] = here
            count += 1
            depth -= 1
    return count


@compiled
def _is_node(ends: Ends, place: int) -> bool:
    """Whether a place is its first node itself."""
    return bool(ends.times[place, 0] == 0 and ends.times[place, 1] == NONE)


@compiled
def select(down: Rows, ends: Ends, order: NDArray[np.int64]) -> Selection:
    """Everything above the destinations, taken in this order, so that neighbours lie near in memory."""
    n, m = len(down.starts) - 1, len(ends.nodes)
    row, place = np.full(n, NONE, np.int32), np.full(m, NONE, np.int32)
    lists = np.empty((3, n + m), np.int32)
    count = 0
    for destination in order:
        for end in range(2):
            if ends.times[destination, end] != NONE:
                count = _finish(down, ends.nodes[destination, end], row, lists, count)
        if _is_node(ends, destination):
            place[destination] = row[ends.nodes[destination, 0]]
        else:
            place[destination] = count
            lists[0, count] = -1 - destination
            count += 1
    place[place == NONE] = count
    starts, above, times = _arcs_into(down, ends, row, lists[0, :count])
    return Selection(row, starts, above, times, place)


@compiled
def _arcs_into(
    down: Rows, ends: Ends, row: NDArray[np.int32], order: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    room = len(down.others) + 2 * len(ends.nodes)
    starts = np.zeros(len(order) + 1, np.int32)
    above, times = np.empty(room, np.int32), np.empty(room, np.int32)
    count = 0
    for at, node in enumerate(order):
        if node >= 0:
            for arc in range(down.starts[node], down.starts[node + 1]):
                above[count], times[count] = row[down.others[arc]], down.times[arc]
                count += 1
        else:
            for end in range(2):
                if ends.times[-1 - node, end] != NONE:
                    above[count] = row[ends.nodes[-1 - node, end]]
                    times[count] = ends.times[-1 - node, end]
                    count += 1
        starts[at + 1] = count
    return starts, above[:count].copy(), times[:count].copy()


@compiled
def _relax(to: NDArray[Lane], row: int, by: NDArray[Lane], above: int, time: int) -> None:
    """The lesser of what a row has and what comes by another row and takes this long from it.

    So written that it becomes three machine instructions for each 32 lanes of 16 bits.
    """
    kind = to.dtype.type
    most = kind(~kind(0))
    more = kind(min(time, most))
    room = kind(most - more)
    for lane in range(LANES):
        to[row, lane] = min(to[row, lane], kind(min(by[above, lane], room) + more))


@compiled
def _climb(up: Rows, origins: Ends, first: int, last: int, lanes: Lanes) -> int:
    """Times from a batch of origins up to all above them. How many nodes that are."""
    count = 0
    for origin in range(first, last):
        for end in range(2):
            if origins.times[origin, end] != NONE:
                count = _finish(up, origins.nodes[origin, end], lanes.position, lanes.lists, count)
    climbed, most = lanes.climbed, np.int64(lanes.climbed.dtype.type(~lanes.climbed.dtype.type(0)))
    climbed[:count] = most
    lanes.least[:count] = FAR
    for origin in range(first, last):
        for end in range(2):
            time = np.int64(origins.times[origin, end])
            if time != NONE:
                at = lanes.position[origins.nodes[origin, end]]
                climbed[at, origin - first] = min(np.int64(climbed[at, origin - first]), time)
                lanes.least[at] = min(lanes.least[at], time)
    for at in range(count - 1, -1, -1):
        node = lanes.lists[0, at]
        for arc in range(up.starts[node], up.starts[node + 1]):
            head = lanes.position[up.others[arc]]
            _relax(climbed, head, climbed, at, up.times[arc])
            lanes.least[head] = min(lanes.least[head], lanes.least[at] + up.times[arc])
    return count


@compiled
def _seed(selection: Selection, lanes: Lanes, count: int) -> None:
    """Tell the rows that were climbed to, and forget the positions."""
    for at in range(count):
        node = lanes.lists[0, at]
        lanes.position[node] = NONE
        if selection.row[node] != NONE:
            lanes.seeded[selection.row[node]] = at


@compiled
def _fall(selection: Selection, lanes: Lanes, limit: int) -> None:
    """Times down to all rows. Whatever leads past the limit for every lane is passed over."""
    fallen, lowest, limit = lanes.fallen, lanes.lowest, min(limit, FAR - 1)
    most = fallen.dtype.type(~fallen.dtype.type(0))
    for row in range(len(selection.starts) - 1):
        low = FAR
        if lanes.seeded[row] != NONE:
            low = lanes.least[lanes.seeded[row]]
            fallen[row] = lanes.climbed[lanes.seeded[row]]
            lanes.seeded[row] = NONE
        for arc in range(selection.starts[row], selection.starts[row + 1]):
            above, time = selection.above[arc], selection.times[arc]
            via = np.int64(lowest[above]) + time
            if via <= limit:
                if low == FAR:
                    fallen[row] = most
                _relax(fallen, row, fallen, above, time)
                low = min(low, via)
        lowest[row] = low


@compiled
def _pack(fallen: NDArray[Lane], rows: NDArray[np.int32], packed: NDArray[np.uint64]) -> None:
    """Lane by lane the times of two or four rows in one word, so that they are copied as one.

    The first row's come lowest, as memory has them on the little-endian machines that numba compiles for.
    """
    for lane in range(LANES):
        packed[lane] = np.uint64(fallen[rows[0], lane]) | (
            np.uint64(fallen[rows[1], lane]) << np.uint64(8 * fallen.itemsize)
        )
    if len(rows) == 4:
        for lane in range(LANES):
            packed[lane] |= (np.uint64(fallen[rows[2], lane]) << np.uint64(32)) | (
                np.uint64(fallen[rows[3], lane]) << np.uint64(48)
            )


@compiled
def _list_reached(
    selection: Selection, lowest: NDArray[np.int32], listed: NDArray[np.bool_], reached: NDArray[np.int32]
) -> int:
    """Which places somebody of the batch reached, and those ``listed`` in any case. How many they are."""
    count = 0
    for place in range(len(selection.place)):
        reached[count] = place
        count += listed[place] or lowest[selection.place[place]] != FAR
    return count


@compiled
def _list_beside(beside: Beside, first: int, last: int, listed: NDArray[np.bool_], as_said: bool) -> None:
    """Places beside a batch's origins are listed however long the way round by the ends of the road is."""
    for origin in range(first, last):
        for at in range(beside.spans[origin, 0], beside.spans[origin, 1]):
            listed[beside.places[at]] = as_said


@compiled
def _write(selection: Selection, lanes: Lanes, reached: NDArray[np.int32], table: NDArray[np.uint64]) -> None:
    """A batch's part of the table, origins down and destinations across, a square at a time."""
    per_word = 8 // lanes.fallen.itemsize
    nowhere = len(lanes.fallen) - 1
    rows = np.empty(per_word, np.int32)
    square = np.empty((SQUARE, LANES), np.uint64)
    words = (len(reached) + per_word - 1) // per_word
    for first in range(0, words, SQUARE):
        width = min(SQUARE, words - first)
        for word in range(width):
            for part in range(per_word):
                at = (first + word) * per_word + part
                row = selection.place[reached[at]] if at < len(reached) else nowhere
                rows[part] = nowhere if lanes.lowest[row] == FAR else row
            _pack(lanes.fallen, rows, square[word])
        for lane in range(len(table)):
            for word in range(width):
                table[lane, first + word] = square[word, lane]


@compiled
def sweep(up: Rows, selection: Selection, origins: Ends, beside: Beside, work: Work) -> None:
    """Fill in the table, one row for each origin. A time past the limit may be missing.

    ``up`` are the hierarchy's arcs; origins that follow one another are searched for together.
    """
    listed = np.zeros(len(selection.place), np.bool_)
    for batch in range((len(work.table) + LANES - 1) // LANES):
        first, last = batch * LANES, min(batch * LANES + LANES, len(work.table))
        climbed = _climb(up, origins, first, last, work.lanes)
        _seed(selection, work.lanes, climbed)
        _fall(selection, work.lanes, work.limit)
        _list_beside(beside, first, last, listed, True)
        count = _list_reached(selection, work.lanes.lowest, listed, work.reached[batch])
        _list_beside(beside, first, last, listed, False)
        work.counts[batch] = count
        _write(selection, work.lanes, work.reached[batch, :count], work.table[first:last])


@compiled
def _true_times(down: Rows, climbed: int, lanes: Lanes, above: Lanes) -> None:
    """Times by any way, up and down, to the nodes that a batch climbed to; ``above`` is room for them."""
    most = above.climbed.dtype.type(~above.climbed.dtype.type(0))
    count = 0
    for at in range(climbed):
        count = _finish(down, lanes.lists[0, at], above.position, above.lists, count)
    for row in range(count):
        node = above.lists[0, row]
        above.climbed[row] = most
        if lanes.position[node] != NONE:
            above.climbed[row] = lanes.climbed[lanes.position[node]]
        for arc in range(down.starts[node], down.starts[node + 1]):
            _relax(above.climbed, row, above.climbed, above.position[down.others[arc]], down.times[arc])
    for at in range(climbed):
        true = above.climbed[above.position[lanes.lists[0, at]]]
        for lane in range(LANES):
            if true[lane] < lanes.climbed[at, lane]:
                lanes.climbed[at, lane] = most
    for row in range(count):
        above.position[above.lists[0, row]] = NONE


@compiled
def label(up: Rows, down: Rows, places: Ends, lanes: Lanes, above: Lanes) -> NDArray[np.int64]:
    """(rows, 3) place, hub, time: the nodes to which the quickest way only climbs, for 64 places at most."""
    last = len(places.nodes)
    climbed = _climb(up, places, 0, last, lanes)
    _true_times(down, climbed, lanes, above)
    most = np.int64(lanes.climbed.dtype.type(~lanes.climbed.dtype.type(0)))
    found = np.empty((climbed * last, 3), np.int64)
    count = 0
    for place in range(last):
        for at in range(climbed):
            time = np.int64(lanes.climbed[at, place])
            if time != most:
                found[count] = place, np.int64(lanes.lists[0, at]), time
                count += 1
    for at in range(climbed):
        lanes.position[lanes.lists[0, at]] = NONE
    return found[:count].copy()
