"""A catchment in one cell: ``anywhere``, ``20 minutes``, ``parishes E04011198;E04011199`` or
``POLYGON((easting northing, ...))`` in metres on EPSG:27700, or a polygon in GeoJSON (longitude, latitude).
"""

import json
import re
from typing import Any

import numpy as np
import shapely

from geomatch.crs import geometries_to_grid, geometries_to_lonlat, in_great_britain
from geomatch.errors import InputError
from geomatch.importers import cells
from geomatch.model import Catchment, gss_code

MOST_CORNERS = 10_000
"""Of all rings together; a county's own border drawn to the metre has fewer."""

_MINUTES = re.compile(r"(\S+)\s*min(?:ute)?s?", re.IGNORECASE)
_PARISHES = re.compile(r"parish(?:es)?\s+(.+)", re.IGNORECASE | re.DOTALL)
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_SHAPE = re.compile(r"(MULTI)?POLYGON\b", re.IGNORECASE)


def read(text: str) -> Catchment:
    """Raises InputError for anything but the five forms."""
    if text.lower() == "anywhere":
        return Catchment()
    if found := _MINUTES.fullmatch(text):
        return Catchment("minutes", minutes=cells.number(found[1]))
    if found := _PARISHES.fullmatch(text):
        codes = re.split(r"[;,\s]+", found[1].strip(" ;,"))
        return Catchment("parishes", parishes=tuple(gss_code(code) for code in codes))
    if text.startswith("{"):
        return Catchment("polygon", polygon=_geojson(text))
    if _SHAPE.match(text):
        return Catchment("polygon", polygon=_polygon(text))
    raise InputError(
        f"{text[:60]!r} is not a catchment; expected anywhere, 20 minutes, parishes E04011198;E04011199 "
        "or POLYGON((easting northing, ...)), or a polygon in GeoJSON"
    )


def write(catchment: Catchment) -> str:
    """Text that ``read`` turns into the same catchment."""
    if catchment.kind == "minutes" and catchment.minutes is not None:
        return f"{cells.number_text(catchment.minutes)} minutes"
    if catchment.kind == "parishes":
        return "parishes " + ";".join(catchment.parishes)
    if catchment.kind == "polygon":
        return str(shapely.to_wkt(catchment.polygon, rounding_precision=-1))
    return "anywhere"


def as_geojson(catchment: Catchment) -> str:
    """A drawn area as one geometry of GeoJSON in degrees, to a centimetre, that ``read`` takes.

    Its outer lines run counter-clockwise (RFC 7946).
    """
    [drawn] = geometries_to_lonlat(np.array([catchment.polygon], dtype=object))
    parts = shapely.get_parts(shapely.transform(drawn, lambda points: points.round(7)))
    shape = parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))
    return str(shapely.to_geojson(shapely.orient_polygons(shape)))


def _polygon(text: str) -> shapely.Geometry:
    if (corners := text.count(",")) > MOST_CORNERS:
        raise InputError(
            f"the polygon {text[:60]!r} has {corners:,} corners; expected {MOST_CORNERS:,} at most"
        )
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise InputError(f"{text[:60]!r} is not a polygon in WKT: {str(error).splitlines()[0]}") from error
    return _usable(shape, text)


def _geojson(text: str) -> shapely.Geometry:
    """The polygon of a geometry, a feature, or a collection's only feature (RFC 7946: degrees on WGS 84)."""
    try:
        told = json.loads(text)
        features = told.get("features")
        if features is not None:
            [told] = features
        drawn = shapely.from_geojson(json.dumps(told.get("geometry") or told))
    except (ValueError, AttributeError, TypeError, RecursionError, shapely.errors.ShapelyError) as error:
        raise InputError(f"{text[:60]!r} is not one polygon in GeoJSON") from error
    if shapely.get_type_id(drawn) not in _AREAS:
        raise InputError(f"{text[:60]!r} is a {drawn.geom_type}; expected one polygon in GeoJSON")
    if shapely.get_num_coordinates(drawn) > MOST_CORNERS:
        raise InputError(f"the polygon {text[:60]!r} has more than {MOST_CORNERS:,} corners")
    if not drawn.is_valid:
        raise InputError(_spoilt(drawn, text))
    [shape] = geometries_to_grid(np.array([shapely.force_2d(drawn)], dtype=object), "EPSG:4326")
    return _usable(shape, text)


def _usable(shape: Any, text: str) -> shapely.Geometry:
    if shape.is_empty or not shape.is_valid:
        raise InputError(_spoilt(shape, text))
    west, south, east, north = shape.bounds
    if not (in_great_britain(west, south) and in_great_britain(east, north)):
        raise InputError(f"the polygon {text[:60]!r} is not in Great Britain; expected metres on EPSG:27700")
    usable: shapely.Geometry = shape
    return usable


def _spoilt(shape: Any, text: str) -> str:
    """Why a polygon cannot be used, in plain words where there are any."""
    if shape.is_empty:
        return f"the polygon {text[:60]!r} cannot be used: it is empty"
    reason, _, at = shapely.is_valid_reason(shape).rstrip("]").partition("[")
    if reason in ("Self-intersection", "Ring Self-intersection"):
        return f"the lines of the area cross at {at.replace(' ', ', ')}; draw it so that they do not"
    return f"the polygon {text[:60]!r} cannot be used: {reason} {at}".rstrip()
