"""The aims of a policy as whole-number costs by arc of a flow, one level after the other."""

from math import lcm

import numpy as np

from geomatch.matching import fairness
from geomatch.matching.flow import Flow
from geomatch.matching.frame import Frame
from geomatch.matching.prices import TRAVEL_THEN_FAIR
from geomatch.matching.problem import Ints
from geomatch.matching.scaling import whole_numbers

ROOM = 2.0**52
"""Sums of costs stay below this: whole in double precision, and far from the end of 64 bits."""
AIMS = {
    "travel-first": ("most", "travel"),
    TRAVEL_THEN_FAIR: ("most", "travel", "fairest"),
    "no-need-lost": ("most", "fairest", "travel"),
    "fairness-first": ("leximin", "most", "travel"),
}
ALIKE = ("most", "leximin", "travel")
"""``fairness-first`` where all needs weigh the same. A matching that is not the most can be added to without
taking from anybody, so the leximin optima are the most there is, and either aim may come first."""


def of_order(flow: Flow, columns: Frame, order: str) -> tuple[Ints, ...]:
    """Costs by arc of every level. ``order`` is a policy's name or ``TRAVEL_THEN_FAIR``.

    Quotas come first where there are any. ``fairness-first`` is exact without quotas only.
    """
    made = {"most": _most, "fairest": _fairest, "leximin": _leximin, "travel": _travel}
    aims = tuple(made[name](flow, columns) for name in names(columns, order))
    return (flow.quota, *aims) if flow.has_quotas else aims


def names(columns: Frame, order: str) -> tuple[str, ...]:
    """The aims in the order in which they are solved."""
    return ALIKE if order == "fairness-first" and len(np.unique(columns.weight)) == 1 else AIMS[order]


def _most(flow: Flow, columns: Frame) -> Ints:
    weight = columns.weight[flow.need]
    return _at(flow, flow.ways_out, whole_numbers(weight, float(weight.sum()), ROOM)[0])


def _travel(flow: Flow, columns: Frame) -> Ints:
    minutes = columns.cost[flow.candidate]
    dearest = np.zeros(len(flow.need))
    np.maximum.at(dearest, flow.tail[: len(minutes)], minutes)
    return _at(
        flow, slice(0, len(minutes)), whole_numbers(minutes, float(dearest.sum()) + len(dearest), ROOM)[0]
    )


def _fairest(flow: Flow, columns: Frame) -> Ints:
    """Ranks, which are enough (see ``fairness``); beside quotas the prices themselves, as finely as fits."""
    needed, place = columns.needed[flow.step_parish], flow.step_place
    if not flow.has_quotas:
        return _at(flow, flow.steps, fairness.phi_ranks(needed, place))
    whole = lcm(*(int(one) for one in np.unique(needed)))
    if whole * float(needed.sum() + len(needed)) < ROOM:
        return _at(flow, flow.steps, (2 * place - 1) * (whole // needed))
    return _at(flow, flow.steps, np.round(fairness.phi_prices(needed, place) * (ROOM / 4 / len(needed))))


def _leximin(flow: Flow, columns: Frame) -> Ints:
    needed = columns.needed[flow.step_parish]
    return _at(flow, flow.steps, fairness.leximin_ranks(needed, flow.step_place))


def _at(flow: Flow, where: slice, values: np.ndarray) -> Ints:
    cost = np.zeros(len(flow.tail), dtype=np.int64)
    cost[where] = values
    return cost
