"""Isochrones on the roads that the process holds: a Feature in lon and lat, true to the matrix."""

import numpy as np
import pytest
import shapely
import sqlalchemy as sa

from geomatch import crs, travel
from geomatch.db import counties as stored
from geomatch.errors import InputError, UnavailableError
from geomatch.model import Mode
from geomatch.services import isochrones
from geomatch.services.counties import Loaded
from geomatch.services.holding import Holder
from geomatch.services.isochrones import Asked

Rutland = tuple[sa.Engine, Loaded]
OAKHAM = (-0.7285, 52.6705)


@pytest.mark.parametrize("mode", [Mode.CAR, Mode.FOOT])
@pytest.mark.parametrize("towards", [False, True])
def test_what_is_reached_lies_inside_and_the_rest_does_not(
    rutland: Rutland, mode: Mode, towards: bool
) -> None:
    held, minutes = Holder(), 12.0 if mode is Mode.CAR else 30.0
    with rutland[0].connect() as connection:
        county_id = stored.chosen(connection, None).id
        asked = Asked(OAKHAM, minutes, mode, towards)
        told = isochrones.isochrone(connection, county_id, asked, held=held)
        network = held.network(connection, county_id, mode).network
        ground = held.ground(connection, county_id, mode)
        assert held.ground(connection, county_id, mode) is ground
    shape = shapely.geometry.shape(told["geometry"])
    assert shape.is_valid
    assert told["properties"]["towards"] is towards
    rng = np.random.default_rng(8)
    some = network.graph.coords[rng.choice(len(network.graph.coords), 1500)]
    here = np.column_stack(crs.from_lonlat(*OAKHAM)).reshape(-1, 2)
    ends = (some, here) if towards else (here, some)
    reached = np.isfinite(travel.matrix(network, *ends, max_minutes=minutes).dense().ravel())
    inside = shapely.contains_xy(shape, *crs.to_lonlat(*some.T))
    assert 50 < reached.sum() < 1400
    assert (reached & ~inside).sum() <= 0.01 * reached.sum()
    assert (inside & ~reached).sum() <= 0.06 * reached.sum()  # within the raster's width of the line


def test_a_point_out_at_sea_is_refused_with_its_reason(rutland: Rutland) -> None:
    with rutland[0].connect() as connection:
        county_id = stored.chosen(connection, None).id
        with pytest.raises(InputError, match="refused, too-far-from-road"):
            isochrones.isochrone(connection, county_id, Asked((2.5, 52.0), 10.0), held=Holder())


def test_a_county_without_roads_says_what_to_do(connection: sa.Connection) -> None:
    county = stored.save(connection, slug="bare", name="Bare")
    with pytest.raises(UnavailableError, match="geomatch import roads"):
        isochrones.isochrone(connection, county.id, Asked(OAKHAM, 10.0), held=Holder())
