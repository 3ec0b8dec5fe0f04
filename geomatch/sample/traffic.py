"""How traffic runs: roundabouts where main roads meet, and one-way streets in two town centres."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geomatch.model import Point
from geomatch.sample.drawing import ONE_WAY, ROUNDABOUT, Drawing, joined
from geomatch.sample.mesh import Ints
from geomatch.sample.routes import STREET, TERTIARY

RING = 28.0
"""Radius of a roundabout, metres."""

CENTRE = 420.0
"""How far from its middle a town's one-way streets go, metres."""


def with_roundabouts(drawing: Drawing, spots: Sequence[Point]) -> Drawing:
    """A ring in place of the node nearest to each spot, where three or more main roads meet there.

    Traffic keeps left: rings run clockwise.
    """
    for node in sorted({int(np.argmin(np.hypot(*(drawing.points - spot).T))) for spot in spots}):
        touching = np.flatnonzero((drawing.pieces == node).any(axis=1))
        if np.count_nonzero(drawing.rank[touching] >= TERTIARY) >= 3:
            drawing = _ring(drawing, node, touching)
    return drawing


def _ring(drawing: Drawing, node: int, touching: Ints) -> Drawing:
    """The pieces at ``node`` moved to points of a ring about it; the node becomes the first of them."""
    other = drawing.pieces[touching].sum(axis=1) - node
    ahead = drawing.points[other] - drawing.points[node]
    bearing = np.arctan2(ahead[:, 1], ahead[:, 0])
    clockwise = np.argsort(-bearing, kind="stable")
    reach = np.minimum(RING, np.hypot(*ahead.T) * 0.4)
    on_ring = np.round(drawing.points[node] + ahead * (reach / np.hypot(*ahead.T))[:, None])
    numbers = np.r_[node, len(drawing.points) + np.arange(len(touching) - 1)]
    points, pieces = drawing.points.copy(), drawing.pieces.copy()
    for number, place in zip(numbers, clockwise, strict=True):
        row = pieces[touching[place]]
        pieces[touching[place]] = np.where(row == node, number, row)
    points[node] = on_ring[clockwise[0]]
    rank = int(drawing.rank[touching].max())
    moved = Drawing(points, pieces, drawing.rank, drawing.road, drawing.special, drawing.home)
    every = np.ones(len(numbers), dtype=np.int64)
    road = int(drawing.road[touching[int(np.argmax(drawing.rank[touching]))]])
    ring = Drawing(
        on_ring[clockwise[1:]],
        np.column_stack([numbers, np.roll(numbers, -1)]),
        every * rank,
        every * road,
        every * ROUNDABOUT,
        every[1:] * drawing.home[node],
    )
    return joined(moved, ring)


def with_one_way_streets(drawing: Drawing, centres: Sequence[Point], rng: np.random.Generator) -> Drawing:
    """A third of the centres' streets made one-way, as far as every corner can still be reached and left."""
    start, end = drawing.pieces.T
    middle = (drawing.points[start] + drawing.points[end]) / 2
    central = np.zeros(len(start), dtype=bool)
    for centre in centres:
        central |= np.hypot(*(middle - centre).T) < CENTRE
    dead_end = (drawing.degree()[drawing.pieces] == 1).any(axis=1)
    able = central & (drawing.rank == STREET) & ~dead_end & (drawing.special == 0)
    one_way = able & (rng.random(len(start)) < 0.34)
    while True:
        special = np.where(one_way, ONE_WAY, drawing.special)
        both = (special != ONE_WAY) & (special != ROUNDABOUT)
        ends = np.r_[start, end[both]], np.r_[end, start[both]]
        size = len(drawing.points)
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(size, size)).tocsr()
        label = connected_components(graph, directed=True, connection="strong")[1]
        trapped = one_way & (label[start] != label[end])
        if not trapped.any():
            break
        one_way &= ~trapped
    return Drawing(drawing.points, drawing.pieces, drawing.rank, drawing.road, special, drawing.home)
