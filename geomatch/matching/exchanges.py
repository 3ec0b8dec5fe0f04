"""Compiled: exchanges that cost nothing, by which needs come to what the rule for ties gives them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geomatch.matching.compiled import compiled

NONE = -1
Ints = NDArray[np.int64]


class Links(NamedTuple):
    """Ends and capacity of every arc; the arcs that may change, in rows by tail and by head."""

    tail: Ints
    head: Ints
    capacity: Ints
    out_starts: Ints
    out: Ints
    into_starts: Ints
    into: Ints


@compiled
def _reach(links: Links, units: Ints, ends: tuple[int, int], need: int, via: Ints) -> int:
    """Send one unit from one node to another on a way that touches no need up to ``need``.

    How many arcs were looked at in vain, or -1 when there was a way. ``via`` is NONE before and after;
    meanwhile it holds the arc by which each node was reached.
    """
    begin, end = ends
    queue = [begin]
    via[begin] = -2
    looked, at = 0, 0
    while at < len(queue) and via[end] == NONE:
        node = queue[at]
        at += 1
        for place in range(links.out_starts[node], links.out_starts[node + 1]):
            arc = links.out[place]
            other = links.head[arc]
            looked += 1
            if via[other] == NONE and units[arc] < links.capacity[arc]:
                via[other] = arc
                queue.append(other)
        for place in range(links.into_starts[node], links.into_starts[node + 1]):
            arc = links.into[place]
            other = links.tail[arc]
            looked += 1
            if via[other] == NONE and units[arc] > 0 and other > need:
                via[other] = arc
                queue.append(other)
    if via[end] != NONE:
        _push(links, units, ends, via)
        looked = -1
    for node in queue:
        via[node] = NONE
    return looked


@compiled
def _push(links: Links, units: Ints, ends: tuple[int, int], via: Ints) -> None:
    begin, node = ends
    while node != begin:
        arc = via[node]
        if links.head[arc] == node:
            units[arc] += 1
            node = links.tail[arc]
        else:
            units[arc] -= 1
            node = links.head[arc]


@compiled
def settle_from(links: Links, units: Ints, first: int, needs: int, patience: int) -> int:
    """Go through the needs from ``first`` on; the need to go on from once more than ``patience`` arcs were
    looked at in vain, else ``needs``."""
    via = np.full(len(links.out_starts), NONE, np.int64)
    wasted = 0
    for need in range(first, needs):
        begin, end = links.out_starts[need], links.out_starts[need + 1]
        now = NONE
        for place in range(begin, end):
            if units[links.out[place]] > 0:
                now = links.out[place]
        if now == NONE:
            continue
        for place in range(begin, end):
            arc = links.out[place]
            if arc >= now:
                break
            looked = _reach(links, units, (links.head[arc], links.head[now]), need, via)
            if looked < 0:
                units[arc] += 1
                units[now] -= 1
                break
            wasted += looked
        if wasted > patience:
            return need + 1
    return needs
