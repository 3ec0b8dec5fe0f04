"""Postcodes, place names and where people live."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import copy
from geomatch.db.tables import place_name, population, postcode
from geomatch.model import Point


def _points(easting: NDArray[np.float64], northing: NDArray[np.float64]) -> NDArray[Any]:
    return copy.wkb(shapely.points(np.column_stack((easting, northing))))


def save_postcodes(
    connection: sa.Connection,
    county_id: int,
    postcodes: Sequence[str],
    *,
    points: tuple[NDArray[np.float64], NDArray[np.float64]],
    details: tuple[Sequence[int | None], Sequence[str | None], Sequence[str | None]],
    import_id: int,
) -> None:
    """Add postcodes or bring them up to date.

    ``points`` are eastings and northings in EPSG:27700 metres; ``details`` quality, district and ward code.
    """
    columns = ("county_id", "import_id", "postcode", "quality", "district_code", "ward_code", "geom")
    rows = (
        (county_id, import_id, text, quality, district, ward, geometry)
        for text, quality, district, ward, geometry in zip(postcodes, *details, _points(*points), strict=True)
    )
    copy.upsert(connection, postcode, columns, rows, key=("county_id", "postcode"))


def locate_postcodes(connection: sa.Connection, county_id: int, wanted: Sequence[str]) -> dict[str, Point]:
    """Easting and northing in EPSG:27700 metres of those of the postcodes that are loaded."""
    found = sa.select(
        postcode.c.postcode, sa.func.ST_X(postcode.c.geom), sa.func.ST_Y(postcode.c.geom)
    ).where(postcode.c.county_id == county_id, postcode.c.postcode.in_(sorted(set(wanted))))
    return {text: (easting, northing) for text, easting, northing in connection.execute(found)}
