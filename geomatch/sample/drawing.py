"""The road net as a drawing: nodes, pieces between them and what each piece is.

Each step takes a drawing and gives a new one, with bends eased, drives added or roundabouts put in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geomatch.sample.mesh import Barriers, Ints
from geomatch.sample.noise import Floats
from geomatch.sample.routes import LANE, NONE, SECONDARY, STREET, Network

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Drawing:
    """``points`` (n, 2) metres; ``pieces`` (m, 2) from node to node; the rest (m,) by piece.

    ``rank`` is a number in ``routes.CLASSES``, ``road`` that of its main road or NONE, ``home`` (n,) the
    settlement a node lies in or NONE, ``special`` 0 or one of the marks below.
    """

    points: Floats
    pieces: Ints
    rank: Ints
    road: Ints
    special: Ints
    home: Ints

    def degree(self) -> Ints:
        """How many pieces meet at each node."""
        return np.asarray(np.bincount(self.pieces.ravel(), minlength=len(self.points)), dtype=np.int64)

    def lengths(self) -> Floats:
        """Metres of each piece."""
        start, end = self.pieces.T
        return np.asarray(np.hypot(*(self.points[start] - self.points[end]).T))


BRIDGE, ROUNDABOUT, ONE_WAY, DRIVE, PRIVATE, ISLAND = 1, 2, 3, 4, 5, 6


def of(network: Network) -> Drawing:
    """The pieces of the mesh that became roads and hang together, with only the nodes they use."""
    mesh = network.mesh
    built = np.flatnonzero(network.rank > NONE)
    size = len(mesh.points)
    graph = coo_array((np.ones(len(built)), tuple(mesh.edges[built].T)), shape=(size, size)).tocsr()
    part = connected_components(graph, directed=False)[1]
    built = built[part[mesh.edges[built, 0]] == np.bincount(part).argmax()]
    used, pieces = np.unique(mesh.edges[built], return_inverse=True)
    special = np.zeros(len(built), dtype=np.int64)
    special[np.isin(built, list(mesh.gates.values()))] = BRIDGE
    return Drawing(
        mesh.points[used],
        pieces.reshape(-1, 2).astype(np.int64),
        network.rank[built],
        network.road[built],
        special,
        mesh.home[used],
    )


def eased(drawing: Drawing, barriers: Barriers) -> Drawing:
    """Nodes drawn towards the line of the greatest road through them, so that main roads run smoothly.

    A node whose pieces would come to pass a barrier goes back to where it was.
    """
    points = drawing.points.copy()
    for _ in range(14):
        points = np.where(_movable(drawing, SECONDARY)[:, None], _towards(drawing, points, 0.5), points)
    for _ in range(4):
        points = np.where(_movable(drawing, LANE)[:, None], _towards(drawing, points, 0.5), points)
    points = np.round(points)
    start, end = drawing.pieces.T
    while True:
        wrong = barriers.crossed(points[start], points[end]) & (drawing.special != BRIDGE)
        moved = np.any(points != drawing.points, axis=1)
        back = np.unique(drawing.pieces[wrong])
        if not np.any(moved[back]):
            return _with_points(drawing, points)
        points[back] = drawing.points[back]


def _greatest(drawing: Drawing) -> tuple[Ints, Bools, Bools]:
    """Each node's greatest rank, and which pieces are of that rank at their start and at their end."""
    start, end = drawing.pieces.T
    top = np.full(len(drawing.points), NONE)
    np.maximum.at(top, start, drawing.rank)
    np.maximum.at(top, end, drawing.rank)
    return top, drawing.rank == top[start], drawing.rank == top[end]


def _movable(drawing: Drawing, least: int) -> Bools:
    """Nodes with exactly two pieces of their greatest rank, which is at least ``least``, and no bridge."""
    start, end = drawing.pieces.T
    top, at_start, at_end = _greatest(drawing)
    size = len(drawing.points)
    through = np.bincount(start[at_start], minlength=size) + np.bincount(end[at_end], minlength=size)
    bridged = np.zeros(size, dtype=bool)
    bridged[drawing.pieces[drawing.special == BRIDGE]] = True
    in_town = (drawing.home != NONE) & (top < SECONDARY)
    moving: Bools = (through == 2) & (top >= least) & (top != STREET) & ~bridged & ~in_town
    return moving


def _towards(drawing: Drawing, points: Floats, share: float) -> Floats:
    """Every node moved by ``share`` of the way to the middle of its neighbours on its greatest road."""
    start, end = drawing.pieces.T
    _, at_start, at_end = _greatest(drawing)
    total, count = np.zeros_like(points), np.zeros(len(points))
    for here, there, counts in ((start, end, at_start), (end, start, at_end)):
        for axis in (0, 1):
            total[:, axis] += np.bincount(
                here[counts], weights=points[there[counts], axis], minlength=len(points)
            )
        count += np.bincount(here[counts], minlength=len(points))
    middle = total / np.maximum(count, 1)[:, None]
    return np.where(count[:, None] > 0, points + share * (middle - points), points)


def curved(drawing: Drawing, barriers: Barriers) -> Drawing:
    """Every long piece outside towns bent at its middle, following the pieces before and after it."""
    start, end = drawing.pieces.T
    away = drawing.lengths()
    before, after = _continuation(drawing)
    points = drawing.points
    middle = np.round((9 * (points[start] + points[end]) - before - after) / 16)
    bent = (away > 110) & (drawing.special == 0)
    bent &= ~barriers.crossed(points[start], middle) & ~barriers.crossed(middle, points[end])
    return _split(drawing, np.flatnonzero(bent), middle[bent])


def _continuation(drawing: Drawing) -> tuple[Floats, Floats]:
    """For each piece the point before its start and after its end along the same road.

    Where the road does not simply go on, the piece itself is continued straight.
    """
    start, end = drawing.pieces.T
    points = drawing.points
    _, at_start, at_end = _greatest(drawing)
    goes_on = _movable(drawing, STREET)
    total = np.zeros_like(points)
    for here, there, counts in ((start, end, at_start), (end, start, at_end)):
        np.add.at(total, here[counts], points[there[counts]])
    onward = (goes_on[start] & at_start)[:, None], (goes_on[end] & at_end)[:, None]
    before = np.where(onward[0], total[start] - points[end], 2 * points[start] - points[end])
    after = np.where(onward[1], total[end] - points[start], 2 * points[end] - points[start])
    return before, after


def _split(drawing: Drawing, which: Ints, middles: Floats) -> Drawing:
    """The drawing with the pieces ``which`` each cut in two at a new node."""
    new = len(drawing.points) + np.arange(len(which))
    first = drawing.pieces.copy()
    first[which, 1] = new
    second = np.column_stack([new, drawing.pieces[which, 1]])
    return Drawing(
        np.vstack([drawing.points, middles]),
        np.vstack([first, second]),
        np.r_[drawing.rank, drawing.rank[which]],
        np.r_[drawing.road, drawing.road[which]],
        np.r_[drawing.special, drawing.special[which]],
        np.r_[drawing.home, np.full(len(which), NONE)],
    )


def joined(drawing: Drawing, other: Drawing) -> Drawing:
    """Two drawings as one; the other's node numbers already count from this one's last node."""
    return Drawing(
        np.vstack([drawing.points, other.points]),
        np.vstack([drawing.pieces, other.pieces]),
        np.r_[drawing.rank, other.rank],
        np.r_[drawing.road, other.road],
        np.r_[drawing.special, other.special],
        np.r_[drawing.home, other.home],
    )


def _with_points(drawing: Drawing, points: Floats) -> Drawing:
    return Drawing(points, drawing.pieces, drawing.rank, drawing.road, drawing.special, drawing.home)
