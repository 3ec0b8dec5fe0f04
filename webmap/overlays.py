"""What lies over the live map besides marks: colours of areas, the ground within reach, where one is."""

from typing import Any

import flask
import numpy as np
import shapely

from geomatch import crs
from geomatch.db import pages
from geomatch.services import covering
from webmap import asking, chosen, formats, here, layers, near, parameters, schemas, shades
from webmap.described import asked, described
from webmap.errors import UnreadableError
from webmap.filters import Filters
from webmap.schemas import TEXT, WHOLE

blueprint = flask.Blueprint("overlays", __name__, url_prefix="/api/v1/map")

_BY = parameters.choice("areas", "The kind of area.", covering.AREA_KINDS).required("parish")
_SHADES = {
    formats.JSON: schemas.record(
        {
            "colours": schemas.listed(TEXT),
            "areas": {"type": "object", "additionalProperties": WHOLE},
            "told": {"type": "object", "additionalProperties": TEXT},
        }
    )
}
_AREA = schemas.record({"code": TEXT, "name": TEXT, "href": TEXT})
_HERE = {formats.JSON: schemas.record({}, dict.fromkeys(pages.AREA_KINDS, _AREA))}
_REACHED = {formats.GEOJSON: schemas.feature({"minutes": WHOLE, "mode": TEXT})}
_OTHERS = tuple(each for each in layers.CHOSEN if each.name != "areas")


@blueprint.get("/shades")
@described("Colours of areas", *_OTHERS, _BY, answers=_SHADES)
def shaded() -> flask.Response:
    """The class and the share of every area by code, and the colours of the classes in order."""
    wanted, by = chosen.filters_(), asked()[_BY]
    found = shades.shading(wanted, by, counted(by, wanted.kind))
    told: dict[str, Any] = shades.document(found) if found else {"colours": [], "areas": {}, "told": {}}
    return formats.reply(formats.dumped(told), formats.JSON)


@blueprint.get("/reach")
@described("The ground within reach", *layers.CHOSEN, answers=_REACHED)
def reach() -> flask.Response:
    """Everywhere within ``minutes`` of the place, drawn as finely as a whole county can be seen."""
    wanted = chosen.filters_()
    found = near.around_it(wanted)
    if found is None:
        raise UnreadableError("minutes", "needs minutes, and a place (place or spot) to count them from")
    (moved,) = crs.geometries_to_lonlat(np.array([found.shape], dtype=object))
    drawn = shapely.to_geojson(shapely.set_precision(shapely.make_valid(moved), 1e-4))
    properties = formats.dumped({"minutes": wanted.minutes, "mode": str(wanted.mode)})
    body = f'{{"type":"Feature","geometry":{drawn},"properties":{properties}}}'
    return formats.reply(body, formats.GEOJSON)


@blueprint.get("/here")
@described("Where a point lies", asking.COUNTY, asking.AT, answers=_HERE)
def where() -> flask.Response:
    """The parish, the division and the committee that a point lies in, as far as there are any."""
    easting, northing = crs.from_lonlat(*asked()[asking.AT])
    found = pages.areas_here(here.connection(), here.county().id, (float(easting), float(northing)))
    told = {
        kind: {
            "code": row["code"],
            "name": row["name"],
            "href": flask.url_for("public.area", kind=kind, code=row["code"]),
        }
        for kind, row in found.items()
    }
    return formats.reply(formats.dumped(told), formats.JSON)


def kind_of_area(wanted: Filters) -> str | None:
    """The kind of area asked for where the county has it, else the most telling that it has."""
    kinds = pages.area_kinds(here.connection(), here.county().id)
    return wanted.areas if wanted.areas in kinds else next(iter(kinds), None)


def counted(by: str, kind: str | None) -> pages.Rows:
    """Areas of one kind with what is needed and offered in each but people, of every kind or of one."""
    connection, county = here.connection(), here.county().id
    return here.remembered("counted", lambda: pages.areas(connection, county, by, of=kind), by, kind)
