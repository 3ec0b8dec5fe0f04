"""Rutland's own roads: every journey as scipy's plain search has it, node by node."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geomatch import travel
from geomatch.importers import osm
from geomatch.roads import MODES


@pytest.fixture(scope="module")
def rutland(test_data):
    return osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")


def plain_search(graph, mode, nodes):
    """Deciseconds between graph nodes, over all pieces, by a dictionary of arcs and an unbounded search."""
    arcs = {}
    for source, target, (forward, backward) in zip(
        graph.source, graph.target, graph.times(mode), strict=True
    ):
        for tail, head, time in ((source, target, forward), (target, source, backward)):
            if time >= 0:
                arcs[tail, head] = min(time, arcs.get((tail, head), time))
    tails, heads = np.array(list(arcs)).T
    matrix = csr_array(
        (np.array(list(arcs.values()), float), (tails, heads)), shape=(graph.nodes, graph.nodes)
    )
    return dijkstra(matrix, indices=nodes)[:, nodes]


@pytest.mark.parametrize("mode", MODES)
def test_minutes_between_junctions_are_those_of_a_plain_search(rutland, mode):
    network = travel.prepare(rutland, mode)
    nodes = np.random.default_rng(7).choice(network.nodes, 60, replace=False)
    # On a node itself nobody walks to the road, and the nearest piece starts or ends there. A barrier has two
    # nodes at one place: leave those out.
    nodes = nodes[~np.isin(np.abs(rutland.node_ids[nodes]), -rutland.node_ids[rutland.node_ids < 0])]
    places = rutland.node_xy[nodes]
    true = plain_search(rutland, mode, nodes) / 600
    assert np.array_equal(travel.matrix(network, places, places, max_minutes=None).dense(), true)
    within = travel.matrix(network, places, places, max_minutes=12.5).dense()
    assert np.array_equal(within, np.where(true <= 12.5, true, np.inf))
    towards = travel.reach(network, places[:5], max_minutes=12.5, towards=True).at(places)
    assert np.array_equal(towards, within[:, :5].T)


def test_one_way_streets_make_the_two_ways_differ(rutland):
    network = travel.prepare(rutland, MODES[0])
    places = rutland.coords[np.random.default_rng(3).choice(len(rutland.coords), 80, replace=False)]
    minutes = travel.matrix(network, places, places, max_minutes=None).dense()
    assert (minutes != minutes.T).any()


def test_oakham_to_stamford_by_the_a606_comes_near_35_mph(rutland):
    """From the middle of Oakham to the county's edge at Stamford, 17 km: some streets, then the A road."""
    network = travel.prepare(rutland, MODES[0])
    oakham, stamford_edge = (486_100.0, 308_900.0), (500_500.0, 308_200.0)
    there = travel.matrix(network, np.array([oakham]), np.array([stamford_edge]), max_minutes=None)
    mph = 17.0 / 1.609344 / (there.minutes[0] / 60)
    assert 31 < mph < 38
