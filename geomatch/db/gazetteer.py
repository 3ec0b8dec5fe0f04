"""Postcodes, place names and where people live: columns in, rows by binary COPY."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import copy
from geomatch.db.tables import place_name, population, postcode, uprn
from geomatch.model import Point

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
"""Columns of equal length by the table's own names, and ``easting`` and ``northing`` (EPSG:27700 metres)."""


def save_postcodes(connection: sa.Connection, county_id: int, columns: Columns, *, import_id: int) -> None:
    """Add postcodes, or bring them up to date: postcode, quality, district_code, ward_code."""
    _save(connection, postcode, county_id, columns, import_id=import_id, key="postcode")


def save_names(connection: sa.Connection, county_id: int, columns: Columns, *, import_id: int) -> None:
    """Add place names, or bring them up to date: ref, name, other_name, type, local_type, populated_place."""
    _save(connection, place_name, county_id, columns, import_id=import_id, key="ref")


def save_uprns(connection: sa.Connection, county_id: int, columns: Columns, *, import_id: int) -> None:
    """Add properties by number, or bring them up to date: uprn."""
    _save(connection, uprn, county_id, columns, import_id=import_id, key="uprn")


def save_population(connection: sa.Connection, county_id: int, columns: Columns, *, import_id: int) -> None:
    """Make these the points where residents live: code, residents."""
    connection.execute(population.delete().where(population.c.county_id == county_id))
    _save(connection, population, county_id, columns, import_id=import_id, key="code")


def locate_postcodes(connection: sa.Connection, county_id: int, wanted: Sequence[str]) -> dict[str, Point]:
    """Easting and northing in EPSG:27700 metres of those of the postcodes that are loaded."""
    found = sa.select(
        postcode.c.postcode, sa.func.ST_X(postcode.c.geom), sa.func.ST_Y(postcode.c.geom)
    ).where(postcode.c.county_id == county_id, postcode.c.postcode.in_(sorted(set(wanted))))
    return {text: (easting, northing) for text, easting, northing in connection.execute(found)}


def has_postcodes(connection: sa.Connection, county_id: int) -> bool:
    """Whether any postcode of a county is loaded."""
    mine = sa.select(sa.literal(1)).where(postcode.c.county_id == county_id).limit(1)
    return connection.scalar(mine) is not None


def _save(
    connection: sa.Connection, table: sa.Table, county_id: int, columns: Columns, *, import_id: int, key: str
) -> None:
    names = [name for name in columns if name not in ("easting", "northing")]
    points = copy.wkb(shapely.points(np.column_stack((columns["easting"], columns["northing"]))))
    values = [
        np.asarray(columns[name]).tolist() if hasattr(columns[name], "tolist") else columns[name]
        for name in names
    ]
    rows = ((county_id, import_id, *row, point) for *row, point in zip(*values, points, strict=True))
    copy.upsert(connection, table, ("county_id", "import_id", *names, "geom"), rows, key=("county_id", key))
