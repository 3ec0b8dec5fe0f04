"""Whether a flow is the optimum of its levels, by its potentials alone: no word of how it was found."""

import numpy as np

from geomatch.matching.flow import Flow
from geomatch.matching.problem import Bools, Ints


def tight(flow: Flow, levels: tuple[Ints, ...], potentials: tuple[Ints, ...]) -> Bools:
    """Arcs whose reduced cost is 0 on every level: those on which optimal flows may differ."""
    free = np.ones(len(flow.tail), dtype=bool)
    for cost, potential in zip(levels, potentials, strict=True):
        free &= _reduced(flow, cost, potential) == 0
    return free


def is_flow(flow: Flow, units: Ints) -> bool:
    """Whether every need sends one unit to the root, and every arc carries from 0 to its capacity."""
    balance = np.zeros(flow.nodes, dtype=np.int64)
    np.add.at(balance, flow.tail, units)
    np.subtract.at(balance, flow.head, units)
    wanted = np.zeros(flow.nodes, dtype=np.int64)
    wanted[: len(flow.need)], wanted[flow.root] = 1, -len(flow.need)
    return bool((units >= 0).all() and (units <= flow.capacity).all() and (balance == wanted).all())


def is_optimal(flow: Flow, levels: tuple[Ints, ...], units: Ints, potentials: tuple[Ints, ...]) -> bool:
    """Whether the potentials prove that no flow is better.

    On each level, among the arcs that earlier levels left free: none with room has a reduced cost below 0
    and none in use one above. An arc whose reduced cost is not 0 then carries the same in every optimum.
    """
    free = np.ones(len(flow.tail), dtype=bool)
    for cost, potential in zip(levels, potentials, strict=True):
        reduced = _reduced(flow, cost, potential)
        gains = free & (((reduced < 0) & (units < flow.capacity)) | ((reduced > 0) & (units > 0)))
        if gains.any():
            return False
        free &= reduced == 0
    return is_flow(flow, units)


def _reduced(flow: Flow, cost: Ints, potential: Ints) -> Ints:
    return cost + potential[flow.tail] - potential[flow.head]
