"""The cost matrix, by examples a child can check."""

import numpy as np
import pytest

from geomatch import travel
from geomatch.errors import InputError
from geomatch.model import Mode
from geomatch.travel import Reason

WEST, CENTRE, EAST, NORTH, SOUTH = (
    (0.0, 1000.0),
    (1000.0, 1000.0),
    (3000.0, 1000.0),
    (1000.0, 2000.0),
    (1000.0, 0.0),
)


@pytest.fixture(scope="module")
def network(cross):
    return travel.prepare(cross, Mode.CAR)


def minutes(network, origins, destinations, **options):
    options.setdefault("max_minutes", None)
    return travel.matrix(network, np.array(origins), np.array(destinations), **options).dense().tolist()


def test_one_minute_west_to_centre_and_two_more_to_the_east_end(network):
    assert minutes(network, [WEST], [WEST, CENTRE, EAST, NORTH]) == [[0.0, 1.0, 3.0, 2.0]]


def test_a_one_way_street_takes_longer_to_come_back_from(network):
    assert minutes(network, [CENTRE], [SOUTH]) == [[1.0]]
    assert minutes(network, [SOUTH], [CENTRE]) == [[7.0]]


def test_two_places_on_the_same_lane_do_not_go_by_its_ends(network):
    assert minutes(network, [(250.0, 1000.0)], [(750.0, 1000.0)]) == [[0.5]]


def test_back_along_a_one_way_street_goes_all_the_way_round(network):
    upper, lower = (1000.0, 750.0), (1000.0, 250.0)
    assert minutes(network, [upper], [lower]) == [[0.5]]
    assert minutes(network, [lower], [upper]) == [[0.25 + 5.0 + 2.0 + 0.25]]


def test_two_at_one_place_on_a_one_way_street_are_no_time_apart(network):
    assert minutes(network, [(1000.0, 250.0)], [(1000.0, 250.0)]) == [[0.0]]


def test_the_walks_at_both_ends_are_counted(network):
    assert minutes(network, [(250.0, 1080.0)], [(750.0, 920.0)]) == [[2.5]]


def test_exactly_at_the_limit_counts_as_reached(network):
    assert minutes(network, [WEST], [CENTRE, EAST], max_minutes=3.0) == [[1.0, 3.0]]
    assert minutes(network, [WEST], [CENTRE, EAST], max_minutes=2.999) == [[1.0, np.inf]]


def test_a_limit_that_is_no_binary_fraction_is_still_inclusive(draw):
    graph = draw([(0, 0), (1000, 0)], [(0, 1, 12_060, 12_060)])
    network = travel.prepare(graph, Mode.CAR)
    assert minutes(network, [(0.0, 0.0)], [(1000.0, 0.0)], max_minutes=20.1) == [[20.1]]


def test_only_so_many_nearest_are_kept_and_of_equals_the_first(network):
    costs = travel.matrix(
        network, np.array([CENTRE]), np.array([EAST, NORTH, WEST, CENTRE]), max_minutes=None, k_nearest=2
    )
    assert costs.column.tolist() == [1, 3]
    assert costs.minutes.tolist() == [1.0, 0.0]
    assert costs.reason(0, 2) == Reason.NOT_AMONG_NEAREST


def test_every_pair_knows_its_reason(network):
    island, moor, nowhere = (50_500.0, 0.0), (1000.0, 9000.0), (np.nan, 0.0)
    costs = travel.matrix(
        network, np.array([WEST, island]), np.array([CENTRE, EAST, island, moor, nowhere]), max_minutes=2.0
    )
    assert [costs.reason(0, column) for column in range(5)] == [
        Reason.REACHED,
        Reason.BEYOND_LIMIT,
        Reason.DIFFERENT_COMPONENT,
        Reason.TOO_FAR_FROM_ROAD,
        Reason.NOT_A_POINT,
    ]
    assert costs.reason(1, 0) == Reason.DIFFERENT_COMPONENT
    assert costs.minutes_between(0, 0) == 1.0
    assert costs.minutes_between(0, 1) == np.inf
    assert costs.shape == (2, 5)


@pytest.mark.parametrize("quick", [False, True])
def test_a_pair_beyond_the_limit_still_tells_its_real_minutes(network, quick):
    network = travel.contract(network) if quick else network
    island = (50_500.0, 0.0)
    costs = travel.matrix(network, np.array([SOUTH, WEST]), np.array([CENTRE, EAST, island]), max_minutes=5.0)
    assert [costs.minutes_between(0, column) for column in range(3)] == [np.inf, 5.0, np.inf]
    assert [costs.real_minutes(0, column) for column in range(3)] == [7.0, 5.0, np.inf]
    assert costs.real_minutes(1, 1) == 3.0
    with pytest.raises(InputError, match=r"pair \(2, 0\)"):
        costs.real_minutes(2, 0)


def test_a_pair_not_among_the_nearest_still_tells_its_real_minutes(network):
    costs = travel.matrix(network, np.array([WEST]), np.array([CENTRE, EAST]), max_minutes=None, k_nearest=1)
    assert (costs.minutes_between(0, 1), costs.real_minutes(0, 1)) == (np.inf, 3.0)


def test_more_destinations_than_16_bits_can_count_are_told_apart(network):
    many = np.tile(np.array([NORTH, EAST]), (33_000, 1))
    costs = travel.matrix(travel.contract(network), np.array([WEST]), many, max_minutes=2.0)
    assert costs.column.tolist() == list(range(0, 66_000, 2))
    assert set(costs.minutes.tolist()) == {2.0}


def test_rows_and_columns_come_in_order(network):
    costs = travel.matrix(network, np.array([EAST, WEST, EAST]), np.array([NORTH, WEST]), max_minutes=None)
    assert costs.row.tolist() == [0, 0, 1, 1, 2, 2]
    assert costs.column.tolist() == [0, 1, 0, 1, 0, 1]
    assert costs.row.dtype == costs.column.dtype == np.int32


def test_no_origins_or_no_destinations_are_no_trouble(network):
    assert travel.matrix(network, np.array([]), np.array([WEST]), max_minutes=5).shape == (0, 1)
    empty = travel.matrix(network, np.array([WEST]), np.array([]), max_minutes=5)
    assert (empty.shape, len(empty.minutes)) == ((1, 0), 0)


def test_progress_is_told_and_every_origin_once(network):
    told = []
    travel.matrix(
        network,
        np.array([WEST, EAST, WEST]),
        np.array([NORTH]),
        max_minutes=None,
        progress=lambda step, done, total: told.append((step, done, total)),
    )
    assert told == [("timing journeys", done, 3) for done in (1, 2, 3)]


@pytest.mark.parametrize("limit", [-1.0, float("nan")])
def test_a_limit_below_nothing_is_refused(network, limit):
    with pytest.raises(InputError, match="max_minutes"):
        travel.matrix(network, np.array([WEST]), np.array([EAST]), max_minutes=limit)


def test_fewer_than_one_nearest_is_refused(network):
    with pytest.raises(InputError, match="k_nearest 0"):
        travel.matrix(network, np.array([WEST]), np.array([EAST]), max_minutes=None, k_nearest=0)


def test_a_pair_outside_the_matrix_is_refused(network):
    costs = travel.matrix(network, np.array([WEST]), np.array([EAST]), max_minutes=None)
    with pytest.raises(InputError, match=r"pair \(0, 1\)"):
        costs.reason(0, 1)


def test_places_on_another_network_are_refused(network, cross):
    elsewhere = travel.snap(travel.prepare(cross, Mode.FOOT), np.array([WEST]))
    with pytest.raises(InputError, match="another network"):
        travel.matrix(network, elsewhere, np.array([EAST]), max_minutes=None)


def test_reach_counts_from_the_place_and_towards_it(network):
    away = travel.reach(network, np.array([SOUTH]), max_minutes=5.0)
    assert away.minutes.tolist() == [[np.inf, np.inf, 5.0, np.inf, 0.0]]
    assert away.at(np.array([EAST, CENTRE])).tolist() == [[5.0, np.inf]]
    towards = travel.reach(network, np.array([SOUTH]), max_minutes=2.0, towards=True)
    assert towards.minutes.tolist() == [[2.0, 1.0, np.inf, 2.0, 0.0]]


def test_reach_counts_the_walk_to_the_road_against_the_limit(network):
    reached = travel.reach(network, np.array([(250.0, 1080.0)]), max_minutes=1.5)
    assert reached.minutes.tolist() == [[1.25, np.inf, np.inf, np.inf, np.inf]]


def test_reach_of_a_refused_place_is_nothing(network):
    nowhere = travel.reach(network, np.array([[np.nan, 0.0]]), max_minutes=5.0)
    assert not np.isfinite(nowhere.minutes).any()
    assert nowhere.at(np.array([WEST])).tolist() == [[np.inf]]
