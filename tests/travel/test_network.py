"""One mode's network: its arcs, its components, its refusals."""

from dataclasses import replace

import numpy as np
import pytest

from geomatch import travel
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import NOT_ALLOWED


def test_components_are_numbered_by_size_then_by_their_first_node(cross):
    network = travel.prepare(cross, Mode.CAR)
    assert network.component.tolist() == [0, 0, 0, 0, 0, 1, 1]
    assert network.nodes.tolist() == [0, 1, 2, 3, 4]
    assert network.edges.tolist() == [0, 1, 2, 3, 4]


def test_a_street_one_can_enter_and_not_leave_is_no_part_of_the_network(draw):
    graph = draw([(0, 0), (100, 0), (200, 0)], [(0, 1, 60, 60), (1, 2, 60, NOT_ALLOWED)])
    network = travel.prepare(graph, Mode.CAR)
    assert network.edges.tolist() == [0]
    assert network.component.tolist() == [0, 0, 1]


def test_of_two_roads_between_the_same_places_the_quicker_counts_each_way(draw):
    graph = draw([(0, 0), (100, 0)], [(0, 1, 60, 90), (1, 0, 80, 70)])
    arcs = travel.prepare(graph, Mode.CAR).arcs
    assert arcs.tails().tolist() == [0, 1]
    assert arcs.heads.tolist() == [1, 0]
    assert arcs.deciseconds.tolist() == [60, 80]
    back = arcs.reversed()
    assert (back.heads.tolist(), back.deciseconds.tolist()) == ([1, 0], [80, 60])


def test_modes_have_networks_of_their_own(draw):
    graph = draw([(0, 0), (100, 0), (200, 0)], [(0, 1, 60, 60), (1, 2, 60, 60)])
    times = graph.deciseconds.copy()
    times[1, 0] = NOT_ALLOWED
    graph = replace(graph, deciseconds=times)
    assert len(travel.prepare(graph, Mode.CAR).nodes) == 2
    assert len(travel.prepare(graph, Mode.FOOT).nodes) == 3


def test_roads_that_lead_nowhere_and_back_are_refused(draw):
    graph = draw([(0, 0), (100, 0)], [(0, 1, 60, NOT_ALLOWED)])
    with pytest.raises(InputError, match=r"of 1 pieces of road, 1 may be used by car and none"):
        travel.prepare(graph, Mode.CAR)


def test_the_graph_is_not_changed_by_preparing_it(cross):
    before = cross.deciseconds.copy()
    travel.prepare(cross, Mode.CAR)
    assert np.array_equal(cross.deciseconds, before)
