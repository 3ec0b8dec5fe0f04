"""A twin that tries everything, on small worlds of one-ways, islands, ties and roads without length."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geomatch import travel
from geomatch.errors import InputError
from geomatch.model import Mode

NEVER = math.inf
TIMES = st.integers(-1, 900) | st.sampled_from([-1, 0, 60, 120])
MINUTES = st.sampled_from([None, 0.0, 0.5, 1.0, 1.7, 3.0])


@st.composite
def worlds(draw_from):
    """Places on a coarse grid (so that some coincide), pieces of road between them, and where people are.

    Times of few values make ties; some pieces take no time, and some people stand where others do.
    """
    grid = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(lambda at: (at[0] * 100.0, at[1] * 100.0))
    places = draw_from(st.lists(grid, min_size=2, max_size=6))
    node = st.integers(0, len(places) - 1)
    pieces = draw_from(st.lists(st.tuples(node, node, TIMES, TIMES), min_size=1, max_size=9))
    people = st.tuples(st.integers(-4, 16), st.integers(-4, 16)).map(lambda at: (at[0] * 25.0, at[1] * 25.0))
    apart = draw_from(st.lists(people, min_size=1, max_size=5))
    return places, pieces, apart + draw_from(st.lists(st.sampled_from(apart), max_size=2))


def everything(count, arcs):
    """Shortest times between all nodes, by Floyd and Warshall."""
    best = [[0 if i == j else NEVER for j in range(count)] for i in range(count)]
    for tail, head, time in arcs:
        best[tail][head] = min(best[tail][head], time)
    for via in range(count):
        for i in range(count):
            for j in range(count):
                best[i][j] = min(best[i][j], best[i][via] + best[via][j])
    return best


def ways(pieces):
    for source, target, forward, backward in pieces:
        if forward >= 0:
            yield source, target, forward
        if backward >= 0:
            yield target, source, backward


def largest_component(count, pieces):
    """Nodes that reach one another: the largest such set, of equals the one with the first node."""
    best = everything(count, ways(pieces))
    used = sorted({node for piece in pieces if max(piece[2:]) >= 0 for node in piece[:2]})
    sets = [[b for b in used if best[a][b] < NEVER and best[b][a] < NEVER] for a in used]
    return set(max(sets, key=len, default=[]))


def nearest(places, pieces, allowed, person):
    """Metres to the nearest road one may join."""
    px, py = person
    gaps = []
    for row in allowed:
        (ax, ay), (bx, by) = places[pieces[row][0]], places[pieces[row][1]]
        length = (bx - ax) ** 2 + (by - ay) ** 2
        share = ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length if length else 0.0
        share = min(1.0, max(0.0, share))
        gaps.append(math.hypot(ax + share * (bx - ax) - px, ay + share * (by - ay) - py))
    return min(gaps)


def twin(places, pieces, network, snapped):
    """Deciseconds between all people: every stop on every piece becomes a node, and everything is tried."""
    arcs = []
    for row, (source, target, forward, backward) in enumerate(pieces):
        here = [p for p in range(len(snapped)) if network.edges[snapped.edge[p]] == row]
        stops = [(0.0, source), (1.0, target)] + [(snapped.fraction[p], len(places) + p) for p in here]
        for a, stop_a in stops:
            for b, stop_b in stops:
                if a == b:
                    arcs.append((stop_a, stop_b, 0))
                elif a < b and forward >= 0:
                    arcs.append((stop_a, stop_b, round(forward * b) - round(forward * a)))
                elif a > b and backward >= 0:
                    arcs.append((stop_a, stop_b, round(backward * a) - round(backward * b)))
    best = everything(len(places) + len(snapped), arcs)
    walk = [round(metres * 7.5) for metres in snapped.metres]
    people = range(len(snapped))
    return [[best[len(places) + a][len(places) + b] + walk[a] + walk[b] for b in people] for a in people]


def identical(a, b):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in ("starts", "column", "deciseconds")
    )


def prepared(draw, places, pieces):
    try:
        return travel.prepare(draw(places, pieces), Mode.CAR)
    except InputError:
        assume(False)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(world=worlds(), max_minutes=MINUTES, k_nearest=st.sampled_from([None, 1, 2]))
def test_the_matrix_is_as_good_as_trying_everything(draw, world, max_minutes, k_nearest):
    places, pieces, people = world
    network = prepared(draw, places, pieces)
    component = largest_component(len(places), pieces)
    assert set(network.nodes.tolist()) == component
    snapped = travel.snap(network, np.array(people))
    assert snapped.accepted.all()
    for person, metres in zip(people, snapped.metres, strict=True):
        assert metres == pytest.approx(nearest(places, pieces, network.edges.tolist(), person), abs=1e-9)
    limit = NEVER if max_minutes is None else max_minutes
    true = [
        [ds / 600 if ds / 600 <= limit else NEVER for ds in row]
        for row in twin(places, pieces, network, snapped)
    ]
    for row in true if k_nearest else []:
        kept = sorted(range(len(row)), key=lambda column: (row[column], column))[:k_nearest]
        row[:] = [row[column] if column in kept else NEVER for column in range(len(row))]
    costs = travel.matrix(network, snapped, np.array(people), max_minutes=max_minutes, k_nearest=k_nearest)
    assert costs.dense().tolist() == true
    quick = travel.matrix(
        travel.contract(network), snapped, np.array(people), max_minutes=max_minutes, k_nearest=k_nearest
    )
    assert identical(quick, costs)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(world=worlds(), max_minutes=MINUTES)
def test_reach_there_and_towards_here_are_the_matrix_and_its_mirror(draw, world, max_minutes):
    places, pieces, people = world
    network = prepared(draw, places, pieces)
    points = np.array(people)
    costs = travel.matrix(network, points, points, max_minutes=max_minutes).dense()
    assert np.array_equal(travel.reach(network, points, max_minutes=max_minutes).at(points), costs)
    towards = travel.reach(network, points, max_minutes=max_minutes, towards=True)
    assert np.array_equal(towards.at(points), costs.T)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(world=worlds(), data=st.data())
def test_the_order_of_people_changes_nothing(draw, world, data):
    places, pieces, people = world
    network = prepared(draw, places, pieces)
    order = np.array(data.draw(st.permutations(range(len(people)))))
    points = np.array(people)
    costs = travel.matrix(network, points, points, max_minutes=2.0).dense()
    shuffled = travel.matrix(network, points[order], points[order], max_minutes=2.0).dense()
    assert np.array_equal(shuffled, costs[np.ix_(order, order)])
