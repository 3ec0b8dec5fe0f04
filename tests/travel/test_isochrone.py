"""Shapes of what is reached: valid, true to the raster's width, both ways."""

import numpy as np
import pytest
import shapely

from geomatch import travel
from geomatch.errors import InputError
from geomatch.importers import osm
from geomatch.model import Mode
from geomatch.roads import MODES
from geomatch.travel import compiled
from geomatch.travel.raster import RASTER_METRES


@pytest.fixture(scope="module")
def lanes(draw):
    """A crossroads of lanes of 20 km at 60 km/h; the northern one may only be driven away from it."""
    places = [(0, 0), (20_000, 0), (0, 20_000), (-20_000, 0), (20_000, 20_000)]
    pieces = [(0, 1, 12_000, 12_000), (0, 2, 12_000, -1), (0, 3, 12_000, 12_000)]
    pieces += [(2, 4, 60_000, -1), (4, 1, 60_000, -1)]
    return travel.ground(travel.prepare(draw(places, pieces), Mode.CAR))


def test_ten_minutes_along_a_lane_and_a_walk_beside_it(lanes):
    shape = travel.isochrone(lanes, np.array([(0.0, 0.0)]), minutes=10.0)
    west, south, east, north = shape.bounds
    assert (west, east, north) == pytest.approx((-10_000, 10_000, 10_000), abs=RASTER_METRES)
    assert -1000 < south < -10 * 80 + RASTER_METRES
    assert shape.is_valid


def test_towards_a_place_one_way_streets_are_taken_the_other_way(lanes):
    shape = travel.isochrone(lanes, np.array([(0.0, 0.0)]), minutes=10.0, towards=True)
    assert shape.bounds[3] < 1000
    assert shape.bounds[2] == pytest.approx(10_000, abs=RASTER_METRES)


@pytest.mark.parametrize("minutes", [0.0, 0.2])
def test_hardly_any_time_reaches_hardly_any_ground(lanes, minutes):
    shape = travel.isochrone(lanes, np.array([(5050.0, 3.0)]), minutes=minutes)
    assert shape.is_valid
    assert shape.covers(shapely.Point(5050.0, 0.0))
    assert 0 < shape.area < (12 * RASTER_METRES) ** 2


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("towards", [False, True])
def test_of_a_whole_county_the_reached_lies_inside_and_the_rest_outside(test_data, mode, towards):
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    network = travel.prepare(graph, mode)
    ground = travel.ground(network)
    rng = np.random.default_rng(5)
    places = graph.coords[rng.choice(len(graph.coords), 2500)] + rng.normal(0, 150, (2500, 2))
    snapped = travel.snap(network, places)
    minutes = {Mode.CAR: 12.0, Mode.CYCLE: 20.0, Mode.FOOT: 30.0}[mode]
    missed = doubtful = reached_in_all = 0
    for origin in (486_100.0, 308_900.0), (489_000.0, 303_000.0), (494_000.0, 311_000.0):
        shape = travel.isochrone(ground, np.array([origin]), minutes=minutes, towards=towards)
        assert shape.is_valid
        at = travel.reach(network, np.array([origin]), max_minutes=minutes, towards=towards).at(snapped)[0]
        reached = np.isfinite(at)
        reached_in_all += reached.sum()
        assert shapely.distance(shape, shapely.points(places[reached])).max() < 1.5 * RASTER_METRES
        missed += (~shapely.contains_xy(shape, places[reached])).sum()
        a_width_more = minutes + RASTER_METRES / 80
        wider = travel.reach(network, np.array([origin]), max_minutes=a_width_more, towards=towards).at(
            snapped
        )
        doubtful += (shapely.contains_xy(shape, places) & ~np.isfinite(wider[0])).sum()
    assert reached_in_all > 200
    assert missed <= 0.01 * reached_in_all
    assert doubtful <= 0.01 * reached_in_all


def test_a_place_that_is_refused_is_named_with_its_reason(lanes):
    with pytest.raises(InputError, match="refused, too-far-from-road"):
        travel.isochrone(lanes, np.array([(0.0, 90_000.0)]), minutes=5.0)


def test_more_than_one_place_is_refused(lanes):
    with pytest.raises(InputError, match="isochrone of 2 places"):
        travel.isochrone(lanes, np.zeros((2, 2)), minutes=5.0)


def test_minutes_below_nothing_are_refused(lanes):
    with pytest.raises(InputError, match="minutes -1"):
        travel.isochrone(lanes, np.zeros((1, 2)), minutes=-1.0)


def test_a_raster_without_width_is_refused(lanes):
    with pytest.raises(InputError, match="raster_metres 0"):
        travel.ground(lanes.network, raster_metres=0)


@pytest.mark.parametrize("mode", MODES)
def test_the_ground_is_put_on_the_road_as_any_place_is(test_data, mode, monkeypatch):
    graph = osm.read(test_data / "rutland" / "rutland_2021-05-07.osm.pbf")
    network = travel.prepare(graph, mode)
    quick = travel.ground(network, raster_metres=250.0)
    monkeypatch.setattr(compiled, "available", lambda: False)
    plain = travel.ground(network, raster_metres=250.0)
    on = plain.points.accepted
    assert on.any()
    assert not on.all()
    assert np.array_equal(quick.points.accepted, on)
    assert np.allclose(quick.points.metres[on], plain.points.metres[on], atol=1e-6)
    alike = on & (quick.points.edge == plain.points.edge)
    assert alike.sum() > 0.999 * on.sum()  # two pieces may be equally near but for rounding
    for name in ("walk", "leave", "arrive"):
        columns = [getattr(side.points, name)[alike].astype(int) for side in (quick, plain)]
        assert np.abs(columns[0] - columns[1]).max() <= 1


@pytest.mark.parametrize("towards", [False, True])
def test_compiled_or_not_the_shape_is_the_same(lanes, towards, monkeypatch):
    at = np.array([(400.0, 30.0)])
    quick = travel.isochrone(lanes, at, minutes=6.0, towards=towards)
    monkeypatch.setattr(compiled, "available", lambda: False)
    plain = travel.isochrone(lanes, at, minutes=6.0, towards=towards)
    assert quick.equals_exact(plain)
    assert quick.area > 1e6
