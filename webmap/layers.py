"""What the live map fetches: marks, what lies under one, and the roads and names behind them all."""

from typing import Any

import flask

from geomatch import crs
from geomatch.db import pages
from geomatch.db.pages import Box, Wanted
from webmap import asking, chosen, clusters, filters, formats, here, parameters, schemas, security, words
from webmap.clusters import Cluster
from webmap.described import asked, described
from webmap.parameters import Parameter
from webmap.schemas import NUMBER, TEXT, TEXT_OR_NULL, WHOLE

blueprint = flask.Blueprint("layers", __name__, url_prefix="/api/v1/map")

CHOSEN: tuple[Parameter[Any], ...] = (
    asking.COUNTY,
    parameters.choice("show", "What to show.", filters.SHOW),
    asking.KIND,
    asking.WITHIN,
    parameters.text("place", "A place, as one would type it.", longest=200),
    parameters.text("spot", "The place itself: longitude,latitude.", longest=60),
    parameters.whole(
        "minutes", "Only within so many minutes of the place.", least=1, most=filters.MOST_MINUTES
    ),
    asking.MODE,
    parameters.choice("colour", "What areas are coloured by.", filters.COLOURS),
    *(
        parameters.text(name, "Part of a page's own address; it changes nothing here.", longest=200)
        for name in ("areas", "page", "at")
    ),
)
_BBOX = parameters.box("bbox", "West, south, east and north in degrees.").required("-2.8,52.5,-2.6,52.7")
_ZOOM = parameters.number("zoom", "How near.", least=0, most=22, unit="a zoom level").required("10")
_NAMED = {
    "thing": {"enum": ["need", "aspiration", "resource"]},
    "name": TEXT,
    "kind": TEXT_OR_NULL,
    "state": TEXT_OR_NULL,
    "words": TEXT,
    "href": TEXT,
}
_MARK = {
    "items": WHOLE,
    "needs": WHOLE,
    "unmatched": WHOLE,
    "aspirations": WHOLE,
    "words": TEXT,
    "box": schemas.listed(NUMBER),
    "at": schemas.listed(NUMBER),
}
_MARKS = {formats.JSON: schemas.record({"marks": schemas.listed(schemas.record(_MARK, _NAMED))})}
_ITEMS = {formats.JSON: schemas.record({"total": WHOLE, "items": schemas.listed(schemas.record(_NAMED))})}
_ROAD = {"number": TEXT_OR_NULL, "class": WHOLE, "geometry": schemas.GEOMETRY}
_BACKGROUND = {
    formats.JSON: schemas.record(
        {"roads": schemas.listed(schemas.record(_ROAD)), "places": schemas.listed({"type": "array"})}
    )
}
_NUMBER = {"number": TEXT, "class": WHOLE, "points": schemas.listed(schemas.listed(NUMBER))}
_NAMES = {
    formats.JSON: schemas.record(
        {"roads": schemas.listed(schemas.record(_NUMBER)), "places": schemas.listed({"type": "array"})}
    )
}
_LINES = {formats.JSON: schemas.record({"lanes": schemas.listed(schemas.GEOMETRY)})}
_LISTED = 40
_WHOLE_BELOW = 11.5
"""The zoom level below which a map shows so much that marks are made for the whole county at once."""
_LANES_WIDEST_METRES = 25_000


@blueprint.get("/points")
@described("Marks of a map", *CHOSEN, _BBOX, _ZOOM, answers=_MARKS)
def points() -> flask.Response:
    """Marks for needs and offers in ``bbox`` at ``zoom``: a record alone, or how many of each."""
    box, zoom = asked()[_BBOX], asked()[_ZOOM]
    wanted = chosen.wanted(chosen.filters_())
    if zoom < _WHOLE_BELOW:
        whole = here.remembered("marks", lambda: _whole(wanted, zoom), wanted, zoom)
        found = [each for each in whole if box.holds(each.easting, each.northing)]
    else:
        found = _gathered(wanted, box, zoom)
    return formats.reply(formats.dumped({"marks": _marks(found)}), formats.JSON)


def _whole(wanted: Wanted, zoom: float) -> list[Cluster]:
    """Every mark of the county and what lies about it: made once, then looked up by whoever moves the map."""
    box = pages.everywhere(here.connection(), here.county().id)
    return _gathered(wanted, box, zoom) if box else []


def _gathered(wanted: Wanted, box: Box, zoom: float) -> list[Cluster]:
    middle = crs.to_lonlat((box.west + box.east) / 2, (box.south + box.north) / 2)
    metres = clusters.metres_per_pixel(zoom, float(middle[1]))
    return clusters.gather(here.connection(), here.county().id, wanted, box, metres=metres)


@blueprint.get("/items")
@described("What lies under a mark", *CHOSEN, _BBOX, answers=_ITEMS)
def items() -> flask.Response:
    """What lies in ``bbox``: the first 40 names, needs first, and how many there are in all."""
    box = asked()[_BBOX]
    found = pages.items(
        here.connection(),
        here.county().id,
        chosen.wanted(chosen.filters_()),
        box=box.grown(0.01),
        slice_=(_LISTED, 0),
    )
    named = [_named(row) for row in found.rows]
    return formats.reply(formats.dumped({"total": found.total, "items": named}), formats.JSON)


@blueprint.get("/background")
@described("What a map is drawn on", asking.COUNTY, answers=_BACKGROUND)
def background() -> flask.Response:
    """Main roads and names of cities, towns and villages, for the whole county and a little beyond."""
    return formats.reply(here.remembered("background", _background), formats.JSON)


@blueprint.get("/names")
@described("Names of a map", asking.COUNTY, answers=_NAMES)
def names() -> flask.Response:
    """Names of cities, towns and villages; numbers of main roads, with points where each may stand."""
    return security.thorough(formats.reply(here.remembered("names", _named_ground), formats.JSON))


@blueprint.get("/lanes")
@described("Lanes of a map", asking.COUNTY, _BBOX, answers=_LINES)
def lanes() -> flask.Response:
    """Lanes and streets in ``bbox``; none when it is wider than 25 km, where they would only blur."""
    box = asked()[_BBOX]
    near = box.east - box.west <= _LANES_WIDEST_METRES and box.north - box.south <= _LANES_WIDEST_METRES
    rows = pages.lanes(here.connection(), here.county().id, box) if near else []
    body = '{"lanes":[' + ",".join(row["geometry"] for row in rows) + "]}"
    return formats.reply(body, formats.JSON)


def _named_ground() -> str:
    found = pages.road_numbers(here.connection(), here.county().id)
    told = []
    for row in found:
        points = [[float(number) for number in point.split()[::-1]] for point in row["points"].split(",")]
        told.append({"number": row["number"], "class": row["class"], "points": points})
    return formats.dumped({"roads": told, "places": _places()})


def _places() -> list[list[Any]]:
    county = here.county().id
    around = pages.extent(here.connection(), county)
    found = pages.places(here.connection(), county, around.grown(0.1)) if around else []
    return [[row["name"], row["rank"], row["lat"], row["lon"]] for row in formats.with_lonlat(found)]


def _background() -> str:
    county = here.county().id
    drawn = ",".join(
        f'{{"number":{formats.dumped(row["number"])},"class":{row["class"]},"geometry":{row["geometry"]}}}'
        for row in pages.roads(here.connection(), county)
    )
    return f'{{"roads":[{drawn}],"places":{formats.dumped(_places())}}}'


def _marks(found: list[Cluster]) -> list[dict[str, Any]]:
    lons, lats = crs.to_lonlat([each.easting for each in found], [each.northing for each in found])
    return [
        _mark(each) | {"at": [round(float(lat), 5), round(float(lon), 5)]}
        for each, lon, lat in zip(found, lons, lats, strict=True)
    ]


def _mark(cluster: Cluster) -> dict[str, Any]:
    told: dict[str, Any] = {
        "items": cluster.items,
        "needs": cluster.needs,
        "unmatched": cluster.unmatched,
        "aspirations": cluster.aspirations,
        "box": _degrees(cluster.box),
        "words": words.near_here(cluster.unmatched, cluster.needs, cluster.offers, cluster.aspirations),
    }
    return told | _named(cluster.single) if cluster.single else told


def _degrees(box: Box) -> list[float]:
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    return [round(float(number), 5) for number in (lons[0], lats[0], lons[1], lats[1])]


def _named(row: Any) -> dict[str, Any]:
    endpoint = "public.resource" if row["thing"] == "resource" else "public.need"
    return {
        "thing": row["thing"],
        "name": row["name"],
        "kind": row["kind"],
        "state": row["state"],
        "words": words.record(row["thing"], row["kind"], row["state"]),
        "href": flask.url_for(endpoint, ref=row["ref"]),
    }
