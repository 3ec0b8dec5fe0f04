"""Places beside the road: how far, at what time from either end, and which are refused."""

import numpy as np
import pytest

from geomatch import travel
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.roads import NOT_ALLOWED
from geomatch.travel import Reason


@pytest.fixture(scope="module")
def network(cross):
    return travel.prepare(cross, Mode.CAR)


def test_a_place_beside_a_lane_is_put_on_its_nearest_point(network):
    snapped = travel.snap(network, np.array([[250.0, 1080.0]]))
    assert snapped.edge.tolist() == [0]
    assert snapped.fraction.tolist() == [0.25]
    assert snapped.metres.tolist() == [80.0]
    assert snapped.walk.tolist() == [600]  # 80 m at 4.8 km/h is one minute
    assert snapped.leave.tolist() == [[150, 450]]
    assert snapped.arrive.tolist() == [[150, 450]]


def test_a_one_way_street_is_left_forwards_and_entered_from_its_source(network):
    snapped = travel.snap(network, np.array([[1000.0, 250.0]]))
    assert snapped.edge.tolist() == [3]
    assert snapped.leave.tolist() == [[NOT_ALLOWED, 150]]
    assert snapped.arrive.tolist() == [[450, NOT_ALLOWED]]


def test_at_the_mouth_of_a_one_way_street_any_other_road_may_be_taken(draw):
    graph = draw(
        [(0, 0), (1000, 0), (1000, 1000)],
        [(0, 1, 600, NOT_ALLOWED), (1, 2, 600, 600), (1, 0, 900, NOT_ALLOWED)],
    )
    network = travel.prepare(graph, Mode.CAR)
    corner = travel.snap(network, np.array([[1000.0, 0.0]]))
    assert corner.fraction.tolist() == [1.0]
    assert corner.leave.tolist() == [[NOT_ALLOWED, 0]]
    assert travel.matrix(
        network, corner, np.array([[1000.0, 1000.0]]), max_minutes=None
    ).minutes.tolist() == [1.0]


def test_exactly_at_the_distance_allowed_is_near_enough(network):
    snapped = travel.snap(network, np.array([[250.0, 1080.0], [250.0, 1080.001]]), max_metres=80.0)
    assert snapped.accepted.tolist() == [True, False]


def test_a_place_too_far_from_any_road_is_refused_with_its_distance(network):
    snapped = travel.snap(network, np.array([[250.0, 2500.0], [250.0, 1000.0]]), max_metres=500.0)
    assert snapped.reason(0) == Reason.TOO_FAR_FROM_ROAD
    assert snapped.reason(1) is None
    assert snapped.metres[0] == pytest.approx(np.hypot(750, 500))
    assert snapped.edge.tolist() == [-1, 0]
    assert snapped.leave[0].tolist() == [NOT_ALLOWED, NOT_ALLOWED]


def test_a_place_beside_an_island_is_refused_as_another_component(network):
    snapped = travel.snap(network, np.array([[50_500.0, 10.0]]))
    assert snapped.reason(0) == Reason.DIFFERENT_COMPONENT
    assert snapped.metres[0] > 40_000


def test_coordinates_that_are_not_numbers_are_refused_and_stop_nobody(network):
    snapped = travel.snap(network, np.array([[np.nan, 1.0], [np.inf, 1.0], [250.0, 1000.0]]))
    assert [snapped.reason(row) for row in range(3)] == [Reason.NOT_A_POINT, Reason.NOT_A_POINT, None]


def test_no_places_are_no_trouble(network):
    assert len(travel.snap(network, np.array([]))) == 0


def test_points_of_another_shape_are_refused_in_one_line(network):
    with pytest.raises(InputError, match=r"points of shape \(3,\); expected \(k, 2\)"):
        travel.snap(network, np.array([1.0, 2.0, 3.0]))


def test_a_negative_distance_is_refused(network):
    with pytest.raises(InputError, match=r"max_metres -1"):
        travel.snap(network, np.array([[0.0, 0.0]]), max_metres=-1)


def test_of_roads_equally_near_the_first_is_taken(draw):
    graph = draw(
        [(0, 0), (1000, 0), (0, 200), (1000, 200)], [(0, 1, 600, 600), (2, 3, 600, 600), (1, 3, 100, 100)]
    )
    snapped = travel.snap(travel.prepare(graph, Mode.CAR), np.array([[500.0, 100.0]]))
    assert snapped.edge.tolist() == [0]


def test_a_road_without_length_has_one_place_and_both_ends_there(draw):
    graph = draw([(0, 0), (0, 0), (1000, 0)], [(0, 1, 0, 0), (1, 2, 600, 600)])
    snapped = travel.snap(travel.prepare(graph, Mode.CAR), np.array([[-80.0, 0.0]]))
    assert (snapped.leave.tolist(), snapped.arrive.tolist()) == ([[0, 0]], [[0, 0]])


def test_a_place_that_is_only_about_right_is_moved_onto_the_nearest_road_however_far(network):
    about = np.array([[250.0, 1080.0], [250.0, 9000.0], [250.0, 1080.0], [np.nan, 0.0]])
    moved = travel.onto_road(network, about, np.array([True, True, False, True]))
    snapped = travel.snap(network, moved)
    assert snapped.walk[:3].tolist() == [0, 0, 600]
    assert snapped.accepted.tolist() == [True, True, True, False]
    assert moved[0].tolist() == [250.0, 1000.0]
    assert moved[2].tolist() == about[2].tolist()
