"""From the optimum in which nobody minds where needs are left out to the one in which parishes do.

Few needs change over, however many there are, so passing them on one by one (see ``passing``) is far quicker
than looking for the fairest from the start. Ranks of what a parish minds decide alone (see ``fairness``).
"""

from dataclasses import dataclass

import numpy as np

from geomatch.matching import passing, proof
from geomatch.matching.flow import ENDLESS, Flow
from geomatch.matching.pivoting import Optimum
from geomatch.matching.problem import Bools, Ints
from geomatch.progress import Progress, silent

PLACES_AT_ONCE = 500


@dataclass(frozen=True, slots=True, eq=False)
class Aims:
    """Costs by arc of the aims ``above`` fairness, of fairness by ``rank``, and of those ``below`` it."""

    above: tuple[Ints, ...]
    rank: Ints
    below: tuple[Ints, ...]

    @property
    def levels(self) -> tuple[Ints, ...]:
        """All of them in their order."""
        return (*self.above, self.rank, *self.below)


def fairest(flow: Flow, aims: Aims, found: Optimum, *, progress: Progress = silent) -> Optimum:
    """The optimum of all aims. ``found`` is that of the aims but fairness, without the parishes' nodes.

    There is at most one aim below; quotas there are none.
    """
    above = tuple(_with_parishes(flow, potential) for potential in found.potentials)[: len(aims.above)]
    travel = aims.below[0] if aims.below else np.zeros(len(flow.tail), dtype=np.int64)
    last = found.potentials[-1] if aims.below else np.zeros_like(found.potentials[-1])
    arcs = _by_head(flow, proof.tight(flow, aims.above, above))
    ways = _ways(flow, arcs, travel)
    hands = _hands(flow, arcs, (ways, found.units), _with_parishes(flow, last))
    order, places = _places(flow, aims.rank)
    at = 0
    while at < len(places[0]):
        progress("matching fairly", at, len(places[0]))
        at = passing.settle(ways, hands, places, at, PLACES_AT_ONCE)
    units = _units(flow, (hands, arcs), (order, places[2]), found.units)
    return Optimum(units, (*above, *_potentials(hands)[: 1 + len(aims.below)]))


def _with_parishes(flow: Flow, potential: Ints) -> Ints:
    """Parishes, which mind nothing yet, stand where the root does."""
    root = potential[-1]
    added = np.full(flow.nodes - len(potential), root)
    return np.concatenate((potential[:-1], added, potential[-1:]))


def _by_head(flow: Flow, free: Bools) -> Ints:
    """The arcs up to the parishes' own steps on which flows may differ, by the node they lead to."""
    arcs = np.flatnonzero(free[: flow.step])
    return arcs[np.argsort(flow.head[arcs], kind="stable")]


def _ways(flow: Flow, arcs: Ints, travel: Ints) -> passing.Ways:
    needs = len(flow.need)
    nodes = flow.nodes - needs
    tail, head = flow.tail[arcs], flow.head[arcs] - needs
    inner = np.flatnonzero((tail >= needs) & (flow.head[arcs] != flow.root))
    above, own = np.full(nodes, passing.NONE), np.full(nodes, passing.NONE)
    above[tail[inner] - needs], own[tail[inner] - needs] = head[inner], inner
    return passing.Ways(
        starts=np.searchsorted(head, np.arange(nodes + 1)),
        tail=np.where(tail < needs, ~tail, tail - needs),
        cost=travel[arcs],
        capacity=flow.capacity[arcs],
        above=above,
        own=own,
    )


def _hands(flow: Flow, arcs: Ints, now: tuple[passing.Ways, Ints], potential: Ints) -> passing.Hands:
    """As the needs stand now; those left out in a parish have no place in it yet."""
    ways, units = now
    needs = len(flow.need)
    nodes = flow.nodes - needs
    used = np.flatnonzero((units[arcs] > 0) & (ways.tail < 0))
    uses = np.empty(needs, dtype=np.int64)
    uses[~ways.tail[used]] = used
    at = flow.head[arcs[uses]] - needs
    out = at[arcs[uses] >= flow.ways_out.start]
    return passing.Hands(
        flow=units[arcs],
        uses=uses,
        at=at,
        paid=ways.cost[uses],
        supply=np.bincount(out[out != nodes - 1], minlength=nodes).astype(np.int64),
        potential=potential[needs:].copy(),
        rank=np.full(nodes, passing.NEVER),
        base=np.zeros(nodes, dtype=np.int64),
        distance=np.full(nodes, passing.FAR),
        via=np.full(nodes, passing.NONE),
        onward=np.full(nodes, passing.NONE),
    )


def _places(flow: Flow, rank: Ints) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
    """Where needs may be left out, in order of rank: first outside all parishes, then step by step.

    The steps' arcs in that order; and of each place its node, rank and room.
    """
    steps = np.arange(flow.steps.start, flow.steps.stop)
    order = steps[np.argsort(rank[steps], kind="stable")]
    node = np.concatenate(([flow.root], flow.tail[order])) - len(flow.need)
    room = np.concatenate(([ENDLESS], flow.capacity[order]))
    return order, (node, np.concatenate(([0], rank[order])), room)


def _units(flow: Flow, now: tuple[passing.Hands, Ints], given: tuple[Ints, Ints], before: Ints) -> Ints:
    hands, arcs = now
    units = np.zeros(len(flow.tail), dtype=np.int64)
    units[: flow.step] = before[: flow.step]
    units[arcs] = hands.flow
    units[: flow.ways_out.stop] = 0
    units[arcs[hands.uses]] = 1
    order, room = given
    units[order] = flow.capacity[order] - room[1:]
    return units


def _potentials(hands: passing.Hands) -> tuple[Ints, Ints]:
    """Of the ranks, and of travel where nothing but equal ranks is left to choose from."""
    last = int(hands.rank[hands.rank != passing.NEVER].max(initial=0))
    rank = -np.where(hands.rank == passing.NEVER, last + 1, hands.rank)
    low = hands.potential - hands.base
    return np.concatenate((rank[hands.at], rank)), np.concatenate((low[hands.at] - hands.paid, low))
