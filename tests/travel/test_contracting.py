"""The quick way and the plain way: one answer, to the decisecond, for narrow lanes and for wide ones."""

import sys

import numpy as np
import pytest

from geomatch import travel
from geomatch.errors import InputError
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.roads import MODES, NOT_ALLOWED
from geomatch.travel import Reason, compiled


@pytest.fixture(scope="module")
def rutland(test_data):
    return osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")


@pytest.fixture(scope="module")
def by_mode(rutland):
    """Of each mode the network, and the same contracted."""
    networks = {mode: travel.prepare(rutland, mode) for mode in MODES}
    return {mode: (network, travel.contract(network)) for mode, network in networks.items()}


def scattered(graph, count, seed):
    """Places within some 300 m of a road, some of them just on a junction, some twice, some nowhere."""
    rng = np.random.default_rng(seed)
    places = graph.coords[rng.choice(len(graph.coords), count)] + rng.normal(0, 100, (count, 2))
    places[:20] = graph.node_xy[rng.choice(graph.nodes, 20)]
    places[20:40] = places[40:60]
    places[60:62] = [[0.0, 0.0], [np.nan, 0.0]]
    return places


def identical(a, b):
    return all(
        np.array_equal(getattr(a, name), getattr(b, name)) for name in ("starts", "column", "deciseconds")
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("max_minutes", "k_nearest"), [(None, None), (12.5, None), (None, 5), (30.0, 3), (110.0, None)]
)
def test_a_whole_county_is_alike_by_both_ways(rutland, by_mode, mode, max_minutes, k_nearest):
    network, contracted = by_mode[mode]
    origins = travel.snap(network, scattered(rutland, 200, 1))
    destinations = travel.snap(network, scattered(rutland, 300, 2))
    options = {"max_minutes": max_minutes, "k_nearest": k_nearest}
    plain = travel.matrix(network, origins, destinations, **options)
    quick = travel.matrix(contracted, origins, destinations, **options)
    assert len(plain.column) > 200
    assert identical(quick, plain)
    assert quick.reason(60, 0) == Reason.TOO_FAR_FROM_ROAD
    assert quick.reason(0, 61) == Reason.NOT_A_POINT


def long_road(draw, times):
    """A road of so many pieces, each with its deciseconds."""
    places = [(1000.0 * at, 0.0) for at in range(len(times) + 1)]
    return draw(places, [(at, at + 1, time, time) for at, time in enumerate(times)])


@pytest.mark.parametrize("end", [65_533, 65_534, 65_535, 65_536, 200_000])
def test_the_end_of_sixteen_bits_is_not_the_end_of_the_world(draw, end):
    network = travel.contract(travel.prepare(long_road(draw, [30_000, end - 30_000, 70_000]), Mode.CAR))
    nodes = network.graph.node_xy
    whole = travel.matrix(network, nodes[:1], nodes, max_minutes=None)
    assert whole.deciseconds.tolist() == [0, 30_000, end, end + 70_000]
    within = travel.matrix(network, nodes[:1], nodes, max_minutes=end / 600)
    assert within.deciseconds.tolist() == [0, 30_000, end]
    short = travel.matrix(network, nodes[:1], nodes, max_minutes=(end - 1) / 600)
    assert short.deciseconds.tolist() == [0, 30_000]


def test_times_that_could_overflow_are_refused(draw):
    network = travel.prepare(long_road(draw, [600_000_000, 600_000_000]), Mode.CAR)
    with pytest.raises(InputError, match="2400000000 deciseconds on the roads together"):
        travel.contract(network)


def test_more_shortcuts_than_there_was_room_for_are_no_trouble(draw, monkeypatch):
    from geomatch.travel import contraction

    tried = []
    attempt = contraction.attempt

    def cramped(arcs, room, progress):
        if arcs.nodes > 20:
            tried.append(room)
        return attempt(arcs, len(arcs.heads) if len(tried) == 1 else room, progress)

    monkeypatch.setattr(contraction, "attempt", cramped)
    rng = np.random.default_rng(4)
    places = rng.uniform(0, 9000, (40, 2)).tolist()
    pieces = [(int(a), int(b), int(t), int(t)) for a, b, t in rng.integers(0, 40, (160, 3))]
    network = travel.prepare(draw(places, pieces), Mode.CAR)
    quick = travel.contract(network)
    assert len(tried) == 2
    assert identical(
        travel.matrix(quick, places, places, max_minutes=None),
        travel.matrix(network, places, places, max_minutes=None),
    )


def test_the_hierarchy_holds_every_node_once_and_its_arcs_only_go_up(by_mode):
    network = by_mode[Mode.CAR][1]
    hierarchy = network.hierarchy
    assert sorted(hierarchy.rank.tolist()) == list(range(len(network.nodes)))
    for arcs in (hierarchy.up, hierarchy.down):
        assert (hierarchy.rank[arcs.heads] > hierarchy.rank[arcs.tails()]).all()


def test_places_snapped_before_contracting_are_good_afterwards(cross):
    network = travel.prepare(cross, Mode.CAR)
    snapped = travel.snap(network, np.array([(0.0, 1000.0), (3000.0, 1000.0)]))
    costs = travel.matrix(travel.contract(network), snapped, snapped, max_minutes=None)
    assert costs.minutes.tolist() == [0.0, 3.0, 3.0, 0.0]


def test_a_hierarchy_of_other_roads_is_refused(cross, draw):
    other = travel.contract(travel.prepare(draw([(0, 0), (9, 0)], [(0, 1, 5, 5)]), Mode.CAR)).hierarchy
    with pytest.raises(InputError, match="hierarchy of 2 nodes; expected 5"):
        travel.contract(travel.prepare(cross, Mode.CAR), hierarchy=other)


def test_without_numba_the_plain_way_answers(cross, monkeypatch):
    quick = travel.contract(travel.prepare(cross, Mode.CAR))
    monkeypatch.setattr(compiled, "available", lambda: False)
    for name in ("phast", "sweeping", "compacting"):
        monkeypatch.delitem(sys.modules, f"geomatch.travel.{name}")
    places = cross.node_xy[:3]
    assert travel.contract(travel.prepare(cross, Mode.CAR)).hierarchy is None
    costs = travel.matrix(quick, places, places, max_minutes=1.0)
    assert costs.column.tolist() == [0, 1, 0, 1, 2]
    assert "geomatch.travel.phast" not in sys.modules


def test_one_can_watch_it_being_made_ready(cross):
    told = []
    travel.contract(travel.prepare(cross, Mode.CAR), progress=lambda *word: told.append(word))
    steps = [step for step, _, _ in told]
    assert steps[0] == "making the travel engine ready (a minute at most, once on this machine)"
    assert told[-1] == ("ordering the roads by importance", 10, 10)


def test_a_limit_in_minutes_is_the_last_decisecond_within_it():
    for deciseconds in (0, 1, 7, 12_060, 18_000, 65_534, 10_000_001):
        assert travel.whole_deciseconds(deciseconds / 600) == deciseconds
        assert travel.whole_deciseconds(np.nextafter(deciseconds / 600, -1)) == max(deciseconds - 1, -1)
    assert travel.whole_deciseconds(np.inf) == 2**32 - 2


def test_a_street_one_may_not_go_back_on_is_kept_one_way(draw):
    ring = draw(
        [(0, 0), (900, 0), (900, 900)], [(0, 1, 60, NOT_ALLOWED), (1, 2, 60, NOT_ALLOWED), (2, 0, 60, -1)]
    )
    network = travel.contract(travel.prepare(ring, Mode.CAR))
    nodes = ring.node_xy
    assert travel.matrix(network, nodes, nodes, max_minutes=None).dense().tolist() == [
        [0.0, 0.1, 0.2],
        [0.2, 0.0, 0.1],
        [0.1, 0.2, 0.0],
    ]
