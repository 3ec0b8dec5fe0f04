"""What lies within so many minutes of a place: the records, and the shape of it on a map.

Only places that everybody may see are asked for: a volunteer counts where the public square lies.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db import pages
from geomatch.db.pages import Near
from geomatch.model import Mode
from geomatch.services import routing
from geomatch.services.holding import Holder
from geomatch.travel import Snapped

_GAP_METRES = 350.0
_LEAST_SQUARE_METRES = 1_500_000.0
_SHAPE_METRES = 60.0
"""How finely the shape is drawn: a pixel or two at the zoom levels where all of it is seen."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Within so many minutes, inclusive, from a point (easting, northing) by one mode."""

    point: tuple[float, float]
    minutes: float
    mode: Mode = Mode.CAR


@dataclass(frozen=True, slots=True, eq=False)
class Around:
    """The records within reach, and the shape of the ground within reach (EPSG:27700)."""

    near: Near
    shape: shapely.MultiPolygon


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Every record that lies somewhere, put on the roads by one mode."""

    things: NDArray[np.str_]
    refs: NDArray[np.str_]
    places: Snapped


def around(
    connection: sa.Connection,
    county_id: int,
    asked: Asked,
    *,
    kept: Callable[[Callable[[], Records]], Records] = lambda make: make(),
    held: Holder = routing.HELD,
) -> Around:
    """What is within reach. ``kept`` may hand back records put on the roads before.

    Raises UnavailableError without roads, InputError where they lead nowhere by the mode.
    """
    ground = held.ground(connection, county_id, asked.mode)
    place = travel.snap(ground.network, np.array([asked.point], dtype=np.float64))
    found = kept(lambda: records(connection, county_id, asked.mode, held=held))
    minutes = travel.reach(ground.network, place, max_minutes=asked.minutes).at(found.places)[0]
    within = np.isfinite(minutes)
    refs = {
        thing: tuple(found.refs[within & (found.things == thing)].tolist()) for thing in ("need", "resource")
    }
    shape = travel.isochrone(ground, place, minutes=asked.minutes)
    return Around(Near(refs["need"], refs["resource"]), _smooth(shape))


def _smooth(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """The shape as a person would draw it: without gaps, holes and islands too small to mean anything."""
    closed = shape.buffer(_GAP_METRES, quad_segs=3).buffer(-_GAP_METRES, quad_segs=3)
    parts = [each for each in shapely.get_parts(closed) if each.area >= _LEAST_SQUARE_METRES]
    filled = [
        shapely.Polygon(
            each.exterior, [ring for ring in each.interiors if _area(ring) >= _LEAST_SQUARE_METRES]
        )
        for each in parts or list(shapely.get_parts(closed))
    ]
    simple = shapely.make_valid(shapely.simplify(shapely.MultiPolygon(filled), _SHAPE_METRES))
    return shapely.MultiPolygon([part for part in shapely.get_parts(simple) if part.geom_type == "Polygon"])


def _area(ring: shapely.LinearRing) -> float:
    return float(shapely.Polygon(ring).area)


def records(connection: sa.Connection, county_id: int, mode: Mode, *, held: Holder = routing.HELD) -> Records:
    """Every record of the county that lies somewhere, on the roads by one mode."""
    rows = pages.points(connection, county_id)
    points = np.array([(row["easting"], row["northing"]) for row in rows], dtype=np.float64).reshape(-1, 2)
    network = held.ground(connection, county_id, mode).network
    return Records(
        things=np.array([row["thing"] for row in rows], dtype=np.str_),
        refs=np.array([row["ref"] for row in rows], dtype=np.str_),
        places=travel.snap(network, points),
    )
