"""A catchment in one cell: ``anywhere``, ``20 minutes``, ``parishes E04011198;E04011199`` or
``POLYGON((easting northing, ...))`` in metres on EPSG:27700.
"""

import re

import shapely

from geomatch.crs import in_great_britain
from geomatch.errors import InputError
from geomatch.importers import cells
from geomatch.model import Catchment, gss_code

MOST_CORNERS = 10_000
"""Of all rings together; a county's own border drawn to the metre has fewer."""

_MINUTES = re.compile(r"(\S+)\s*min(?:ute)?s?", re.IGNORECASE)
_PARISHES = re.compile(r"parish(?:es)?\s+(.+)", re.IGNORECASE | re.DOTALL)
_SHAPE = re.compile(r"(MULTI)?POLYGON\b", re.IGNORECASE)


def read(text: str) -> Catchment:
    """Raises InputError for anything but the four forms."""
    if text.lower() == "anywhere":
        return Catchment()
    if found := _MINUTES.fullmatch(text):
        return Catchment("minutes", minutes=cells.number(found[1]))
    if found := _PARISHES.fullmatch(text):
        codes = re.split(r"[;,\s]+", found[1].strip(" ;,"))
        return Catchment("parishes", parishes=tuple(gss_code(code) for code in codes))
    if _SHAPE.match(text):
        return Catchment("polygon", polygon=_polygon(text))
    raise InputError(
        f"{text[:60]!r} is not a catchment; expected anywhere, 20 minutes, parishes E04011198;E04011199 "
        "or POLYGON((easting northing, ...))"
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


def _polygon(text: str) -> shapely.Geometry:
    if (corners := text.count(",")) > MOST_CORNERS:
        raise InputError(
            f"the polygon {text[:60]!r} has {corners:,} corners; expected {MOST_CORNERS:,} at most"
        )
    try:
        shape = shapely.from_wkt(text)
    except shapely.errors.ShapelyError as error:
        raise InputError(f"{text[:60]!r} is not a polygon in WKT: {str(error).splitlines()[0]}") from error
    if shape.is_empty or not shape.is_valid:
        reason = "it is empty" if shape.is_empty else shapely.is_valid_reason(shape)
        raise InputError(f"the polygon {text[:60]!r} cannot be used: {reason}")
    west, south, east, north = shape.bounds
    if not (in_great_britain(west, south) and in_great_britain(east, north)):
        raise InputError(f"the polygon {text[:60]!r} is not in Great Britain; expected metres on EPSG:27700")
    return shape
