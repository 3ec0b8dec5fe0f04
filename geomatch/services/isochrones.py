"""Isochrones for a person to see: a place on the map and minutes in, a GeoJSON Feature out."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from geomatch import crs, travel
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.services import routing
from geomatch.services.holding import Holder
from geomatch.travel import Ground

_DECIMALS = 6
"""How finely a shape is told, in decimals of a degree: a tenth of a metre."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Everywhere within so many minutes of a point (lon, lat, WGS 84), or from where it is reached so."""

    at: tuple[float, float]
    minutes: float
    mode: Mode = Mode.CAR
    towards: bool = False


def isochrone(
    connection: sa.Connection,
    county_id: int,
    asked: Asked,
    *,
    held: Holder = routing.HELD,
    progress: Progress = silent,
) -> dict[str, Any]:
    """The Feature on the county's current roads, which the process holds: warm, some milliseconds.

    Raises InputError for a point that is refused, minutes below 0 or roads that lead nowhere by the mode, and
    UnavailableError without roads.
    """
    return feature(held.ground(connection, county_id, asked.mode, progress=progress), asked)


def feature(ground: Ground, asked: Asked) -> dict[str, Any]:
    """The Feature on a ground at hand: a MultiPolygon in lon and lat, and what was asked."""
    easting, northing = crs.from_lonlat(*asked.at)
    place = travel.snap(ground.network, np.array([[float(easting), float(northing)]]))
    shape = travel.isochrone(ground, place, minutes=asked.minutes, towards=asked.towards)
    (drawn,) = crs.geometries_to_lonlat(np.array([shapely.orient_polygons(shape)], dtype=object))
    return {
        "type": "Feature",
        "geometry": {"type": "MultiPolygon", "coordinates": _coordinates(drawn)},
        "properties": {
            "lon": asked.at[0],
            "lat": asked.at[1],
            "minutes": asked.minutes,
            "mode": str(asked.mode),
            "towards": asked.towards,
            "metres_to_road": round(float(place.metres[0]), 1),
            "square_kilometres": round(shape.area / 1e6, 3),
        },
    }


def _coordinates(shape: shapely.MultiPolygon) -> list[Any]:
    """Polygons of rings of [lon, lat], as GeoJSON has them: all at once, as there may be many thousand."""
    _, points, (ring_ends, polygon_ends, _) = shapely.to_ragged_array([shape])
    told = np.round(points, _DECIMALS).tolist()
    rings = [told[first:last] for first, last in pairwise(ring_ends)]
    return [rings[first:last] for first, last in pairwise(polygon_ends)]
