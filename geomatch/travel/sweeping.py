"""Compiled: shortest times from many places to many, 64 places at a time, over a contraction hierarchy.

The method is Delling, Goldberg, Nowatzyk and Werneck, "PHAST" (IPDPS 2011), restricted to the nodes that
matter for the destinations as in Delling, Goldberg and Werneck, "Faster Batched Shortest Paths in Road
Networks" (ATMOS 2011): up from the origins, then down to the destinations, one row of lanes for each node.
Lanes hold how much more than the least of their row they take, which is little where origins are neighbours,
in 16 or 32 bits; the greatest number of a lane stands for "this much or more".
"""

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.compiled import compiled
from geomatch.travel.forms import Beside, Ends, Lane, Lanes, Rows, Selection, Work

LANES = 64
"""Origins in a batch: measured on a county, faster than 32 and hardly slower than 128."""
NONE = -1
OPEN = -2
FAR = 2**31 - 1
NEVER = 2**40
"""More than a lane of any width holds."""
SQUARE = 8
"""Pairs of places across in one go of writing: a line of the processor's cache."""


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
def _set(to: NDArray[Lane], row: int, by: NDArray[Lane], above: int, time: int) -> None:
    """What comes by another row, whatever the row had."""
    kind = to.dtype.type
    most = kind(~kind(0))
    more = kind(min(time, most))
    room = kind(most - more)
    for lane in range(LANES):
        to[row, lane] = kind(min(by[above, lane], room) + more)


@compiled
def _set_least(rows: NDArray[Lane], row: int, above: tuple[int, int], times: tuple[int, int]) -> None:
    """The lesser of what comes by two other rows, whatever the row had."""
    kind = rows.dtype.type
    most = kind(~kind(0))
    one, other = kind(min(times[0], most)), kind(min(times[1], most))
    room, rest = kind(most - one), kind(most - other)
    for lane in range(LANES):
        rows[row, lane] = min(
            kind(min(rows[above[0], lane], room) + one), kind(min(rows[above[1], lane], rest) + other)
        )


@compiled
def _least(up: Rows, origins: Ends, first: int, last: int, lanes: Lanes) -> int:
    """All nodes above a batch of origins, and the least time of any to each. How many nodes that are."""
    count, least = 0, lanes.least
    for origin in range(first, last):
        for end in range(2):
            if origins.times[origin, end] != NONE:
                count = _finish(up, origins.nodes[origin, end], lanes.position, lanes.lists, count)
    least[:count] = FAR
    for origin in range(first, last):
        for end in range(2):
            if origins.times[origin, end] != NONE:
                at = lanes.position[origins.nodes[origin, end]]
                least[at] = min(least[at], origins.times[origin, end])
    for at in range(count - 1, -1, -1):
        node = lanes.lists[0, at]
        for arc in range(up.starts[node], up.starts[node + 1]):
            head = lanes.position[up.others[arc]]
            least[head] = min(least[head], least[at] + up.times[arc])
    return count


@compiled
def _climb(up: Rows, origins: Ends, first: int, last: int, lanes: Lanes) -> int:
    """Times from a batch of origins up to all above them, past the least. How many nodes that are."""
    count = _least(up, origins, first, last, lanes)
    climbed, least = lanes.climbed, lanes.least
    most = np.int64(climbed.dtype.type(~climbed.dtype.type(0)))
    climbed[:count] = most
    for origin in range(first, last):
        for end in range(2):
            if origins.times[origin, end] != NONE:
                at = lanes.position[origins.nodes[origin, end]]
                past = min(np.int64(origins.times[origin, end]) - least[at], most)
                climbed[at, origin - first] = min(np.int64(climbed[at, origin - first]), past)
    for at in range(count - 1, -1, -1):
        node = lanes.lists[0, at]
        for arc in range(up.starts[node], up.starts[node + 1]):
            head = lanes.position[up.others[arc]]
            _relax(climbed, head, climbed, at, np.int64(least[at]) + up.times[arc] - least[head])
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
def _past(selection: Selection, lowest: NDArray[np.int32], arc: int, low: int) -> int:
    """How long the least way by an arc takes past the least of all; NEVER where there is none."""
    by = np.int64(lowest[selection.above[arc]])
    return NEVER if by == FAR else by + selection.times[arc] - low


@compiled
def _fall(selection: Selection, lanes: Lanes, limit: int) -> None:
    """Times down to all rows. A row that nobody reaches within the limit is passed over."""
    fallen, lowest, above = lanes.fallen, lanes.lowest, selection.above
    for row in range(len(selection.starts) - 1):
        arc, end, seed = selection.starts[row], selection.starts[row + 1], lanes.seeded[row]
        low = np.int64(FAR if seed == NONE else lanes.least[seed])
        for each in range(arc, end):
            low = min(low, np.int64(lowest[above[each]]) + selection.times[each])
        lanes.seeded[row] = NONE
        lowest[row] = low if low <= limit else FAR
        if low > limit:
            continue
        if seed != NONE:
            _set(fallen, row, lanes.climbed, seed, lanes.least[seed] - low)
        elif end - arc == 1:
            _set(fallen, row, fallen, above[arc], 0)
            arc += 1
        else:
            past = _past(selection, lowest, arc, int(low)), _past(selection, lowest, arc + 1, int(low))
            _set_least(fallen, row, (above[arc], above[arc + 1]), past)
            arc += 2
        for each in range(arc, end):
            _relax(fallen, row, fallen, above[each], _past(selection, lowest, each, int(low)))


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
def _fits(selection: Selection, lanes: Lanes, reached: NDArray[np.int32], count: int, limit: int) -> bool:
    """Whether lanes are wide enough for all times within the limit of the batch's ``count`` origins."""
    kind = lanes.fallen.dtype.type
    most = kind(~kind(0))
    greatest = np.zeros(LANES, lanes.fallen.dtype)
    for place in reached:
        row = selection.place[place]
        if np.int64(lanes.lowest[row]) + most <= limit:
            for lane in range(LANES):
                greatest[lane] = max(greatest[lane], lanes.fallen[row, lane])
    return bool((greatest[:count] < most).all())


@compiled
def _pack(lanes: Lanes, one: int, other: int, packed: NDArray[np.uint64]) -> None:
    """Lane by lane the times of two rows in one word, the first row's lowest; FAR where there is none."""
    fallen = lanes.fallen
    kind = fallen.dtype.type
    most = np.int64(kind(~kind(0)))
    low, high = np.int64(lanes.lowest[one]), np.int64(lanes.lowest[other])
    room, rest = kind(min(most, FAR - low)), kind(min(most, FAR - high))
    both = np.uint64(low) | (np.uint64(high) << np.uint64(32))
    for lane in range(LANES):
        packed[lane] = both + (
            np.uint64(min(fallen[one, lane], room))
            | (np.uint64(min(fallen[other, lane], rest)) << np.uint64(32))
        )


@compiled
def _write(
    selection: Selection,
    lanes: Lanes,
    reached: NDArray[np.int32],
    rows: NDArray[np.int64],
    table: NDArray[np.int32],
) -> None:
    """A batch's rows of the table, origins down and destinations across, a square at a time."""
    square = np.empty((SQUARE, LANES), np.uint64)
    nowhere, m = len(lanes.fallen) - 1, len(reached)
    for first in range(0, m, 2 * SQUARE):
        for word in range(SQUARE):
            at = first + 2 * word
            one = selection.place[reached[at]] if at < m else nowhere
            other = selection.place[reached[at + 1]] if at + 1 < m else nowhere
            _pack(lanes, one, other, square[word])
        if first + 2 * SQUARE <= m:
            for lane in range(len(rows)):
                line = table[rows[lane], first : first + 2 * SQUARE]
                for word in range(SQUARE):
                    line[2 * word] = np.int32(square[word, lane])
                    line[2 * word + 1] = np.int32(square[word, lane] >> np.uint64(32))
        else:
            for lane in range(len(rows)):
                for at in range(m - first):
                    pair = square[at // 2, lane]
                    table[rows[lane], first + at] = np.int32(pair >> np.uint64(32 * (at % 2)))


@compiled
def sweep(up: Rows, selection: Selection, origins: Ends, beside: Beside, work: Work) -> bool:
    """Fill in a row of the table for each origin; whether the lanes were wide enough, or else anything.

    ``up`` are the hierarchy's arcs; origins that follow one another are searched for together. A time past
    the limit may be any other past the limit.
    """
    listed = np.zeros(len(selection.place), np.bool_)
    for batch in range((len(work.rows) + LANES - 1) // LANES):
        first, last = batch * LANES, min(batch * LANES + LANES, len(work.rows))
        climbed = _climb(up, origins, first, last, work.lanes)
        _seed(selection, work.lanes, climbed)
        _fall(selection, work.lanes, work.limit)
        _list_beside(beside, first, last, listed, True)
        count = _list_reached(selection, work.lanes.lowest, listed, work.reached[batch])
        _list_beside(beside, first, last, listed, False)
        work.counts[batch] = count
        reached = work.reached[batch, :count]
        if not _fits(selection, work.lanes, reached, last - first, work.limit):
            return False
        _write(selection, work.lanes, reached, work.rows[first:last], work.table)
    return True


@compiled
def _from_nothing(lanes: Lanes, count: int) -> None:
    """Make times past the least of a node into times."""
    most = lanes.climbed.dtype.type(~lanes.climbed.dtype.type(0))
    for at in range(count):
        for lane in range(LANES):
            if lanes.climbed[at, lane] != most:
                lanes.climbed[at, lane] += lanes.least[at]


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
    _from_nothing(lanes, climbed)
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
