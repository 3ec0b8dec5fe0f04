"""The rule for ties, for one unit per need: of all optimal solutions the first in order of ids.

Needs are gone through by id. Each takes the first of its candidates, by (resource, slot), that some optimal
solution gives it which agrees with what the needs before it took; being left out comes after every
candidate. So the answer depends on the problem alone, and not on how an optimum was found.
"""

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from geomatch.matching.exchanges import Links, settle_from
from geomatch.matching.flow import Flow
from geomatch.matching.problem import Bools, Ints


def first_by_ids(flow: Flow, units: Ints, tight: Bools) -> Ints:
    """The optimal flow that the rule chooses. ``units`` is any optimum; ``tight`` as in ``proof.tight``."""
    units = units.copy()
    first = 0
    while first < len(flow.need):
        links = _links(flow, units, tight, first)
        if not len(links.out):
            break
        # a search that finds nothing looks at all of its part: after some of those, parts are made anew
        first = settle_from(links, units, first, len(flow.need), 20 * len(flow.tail))
    return units


def _links(flow: Flow, units: Ints, tight: Bools, first: int) -> Links:
    """Arcs on which optimal flows differ that agree on the needs before ``first``, in rows by both ends."""
    arc = np.flatnonzero(tight & ((flow.tail >= first) | (flow.tail >= len(flow.need))))
    tail, head = flow.tail[arc], flow.head[arc]
    onward, back = units[arc] < flow.capacity[arc], units[arc] > 0
    # a need has one unit: an arc out of it that carries it has no more to carry
    onward &= ~(back & (tail < len(flow.need)))
    ends = (np.concatenate((tail[onward], head[back])), np.concatenate((head[onward], tail[back])))
    graph = sp.coo_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(flow.nodes, flow.nodes))
    part = connected_components(graph, directed=True, connection="strong")[1]
    arc = arc[part[tail] == part[head]]
    tail, head = flow.tail[arc], flow.head[arc]
    rows = _rows(tail, arc, flow.nodes), _rows(head, arc, flow.nodes)
    return Links(flow.tail, flow.head, flow.capacity, *rows[0], *rows[1])


def _rows(ends: Ints, arc: Ints, nodes: int) -> tuple[Ints, Ints]:
    order = np.argsort(ends, kind="stable")
    return np.searchsorted(ends[order], np.arange(nodes + 1)), arc[order]
