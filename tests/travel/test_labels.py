"""Hub labels joined as a database would join them: the same minutes as the matrix."""

from collections import defaultdict

import numpy as np
import pytest
import shapely

from geomatch import travel
from geomatch.errors import InputError, UnavailableError
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.roads import MODES
from geomatch.travel import compiled
from geomatch.travel.raster import RASTER_METRES


def joined(out, into):
    """Minutes between all places, by the two statements of SQL in the docstring, in words of Python."""
    best = np.full((len(out.places), len(into.places)), np.inf)
    at_hub = defaultdict(list)
    for place, hub, time in zip(into.place, into.hub, into.deciseconds, strict=True):
        at_hub[hub].append((place, time))
    for place, hub, time in zip(out.place, out.hub, out.deciseconds, strict=True):
        for other, more in at_hub[hub]:
            best[place, other] = min(best[place, other], time + more)
    a, b = out.places, into.places
    for i in np.flatnonzero(a.accepted):
        for j in np.flatnonzero(b.accepted & (b.edge == a.edge[i])):
            walks = a.walk[i] + b.walk[j]
            if b.fraction[j] >= a.fraction[i] and not np.isnan(out.forward[i]):
                best[i, j] = min(best[i, j], walks + into.forward[j] - out.forward[i])
            if b.fraction[j] <= a.fraction[i] and not np.isnan(out.backward[i]):
                best[i, j] = min(best[i, j], walks + out.backward[i] - into.backward[j])
    return best / 600


def asked_one_by_one(network, places, labels, *, towards=False):
    """Minutes between each of some places and all those labelled."""
    hubs, found = travel.Hubs.of(labels), []
    for place in places:
        times = hubs.deciseconds(travel.label(network, place.reshape(1, 2), towards=towards))
        found.append(np.where(times == travel.NEVER, np.inf, times / 600))
    return np.array(found)


@pytest.mark.parametrize("mode", MODES)
def test_labels_matrix_reach_and_isochrones_are_one_on_a_whole_county(test_data, mode):
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    network = travel.contract(travel.prepare(graph, mode))
    rng = np.random.default_rng(11)
    origins = graph.coords[rng.choice(len(graph.coords), 70)] + rng.normal(0, 60, (70, 2))
    destinations = np.concatenate([origins[:20] + 30.0, graph.node_xy[rng.choice(graph.nodes, 40)]])
    origins[3] = np.nan
    costs = travel.matrix(network, origins, destinations, max_minutes=None).dense()
    assert np.array_equal(travel.reach(network, origins, max_minutes=None).at(destinations), costs)
    out, into = travel.label(network, origins), travel.label(network, destinations, towards=True)
    assert np.array_equal(joined(out, into), costs)
    assert np.array_equal(asked_one_by_one(network, origins, into), costs)
    back = asked_one_by_one(network, destinations, out, towards=True)
    assert np.array_equal(back.T, costs)
    assert len(out.place) / 69 < 60
    assert 3 not in out.place
    ground = travel.ground(network)
    for row in (0, 1, 2):
        shape = travel.isochrone(ground, origins[row : row + 1], minutes=15.0)
        off = shapely.distance(shape, shapely.points(destinations))
        assert (off[costs[row] <= 15.0] < 1.5 * RASTER_METRES).all()
        assert (costs[row][off == 0.0] <= 15.0 + RASTER_METRES / 80).all()


def test_a_world_of_one_way_streets_and_islands(cross):
    network = travel.contract(travel.prepare(cross, Mode.CAR))
    rng = np.random.default_rng(2)
    places = np.concatenate([cross.node_xy, rng.uniform(0, 3000, (40, 2))])
    costs = travel.matrix(network, places, places, max_minutes=None).dense()
    assert not np.array_equal(costs, costs.T)
    out, into = travel.label(network, places), travel.label(network, places, towards=True)
    assert np.array_equal(joined(out, into), costs)


def test_rows_come_by_place_and_hub_and_each_hub_once(cross):
    network = travel.contract(travel.prepare(cross, Mode.CAR))
    labels = travel.label(network, cross.node_xy[::-1])
    rows = list(zip(labels.place.tolist(), labels.hub.tolist(), strict=True))
    assert rows == sorted(set(rows))
    assert labels.place.dtype == labels.hub.dtype == labels.deciseconds.dtype == np.int32


def test_no_places_have_no_labels(cross):
    network = travel.contract(travel.prepare(cross, Mode.CAR))
    assert len(travel.label(network, np.array([])).place) == 0


def test_only_one_place_labelled_the_other_way_may_ask(cross):
    network = travel.contract(travel.prepare(cross, Mode.CAR))
    hubs = travel.Hubs.of(travel.label(network, np.array([[0.0, 1000.0]])))
    for places, towards in ((1, False), (2, True)):
        with pytest.raises(InputError, match="labelled the other way"):
            hubs.deciseconds(travel.label(network, np.full((places, 2), 1000.0), towards=towards))


def test_a_network_without_hierarchy_is_refused(cross):
    with pytest.raises(InputError, match=r"expected one made by travel\.contract"):
        travel.label(travel.prepare(cross, Mode.CAR), cross.node_xy)


def test_without_numba_there_are_no_labels_and_it_is_said(cross, monkeypatch):
    network = travel.contract(travel.prepare(cross, Mode.CAR))
    monkeypatch.setattr(compiled, "available", lambda: False)
    with pytest.raises(UnavailableError, match="need numba"):
        travel.label(network, cross.node_xy)
