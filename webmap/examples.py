"""One address of every kind, made from what is loaded: for a check that everything answers."""

import math

import flask
import shapely

from geomatch import crs
from geomatch.db import pages
from geomatch.db.pages import Box, Wanted
from geomatch.model import ResourceKind
from webmap import basemap, here

_FINDING = ("search_api.near", "find.index", "find.picture")


def addresses(app: flask.Flask) -> list[str]:
    """Addresses of every kind of page and endpoint, where the first county has any."""
    with app.test_request_context("/"):
        if not here.every_county():
            return [flask.url_for("about.healthy")]
        box = pages.extent(here.connection(), here.county().id)
        return [*_fixed(), *_tiles(), *(_maps(box) if box else []), *_areas(), *_records(), *_journeys()]


def _fixed() -> list[str]:
    told = [f"about.{name}" for name in ("data", "accessibility", "privacy", "complaint", "healthy", "ready")]
    rows = ["api.needs", "api.aspirations", "api.resources", "layers.background", "layers.names"]
    return [
        flask.url_for(endpoint)
        for endpoint in (
            "public.index",
            "places.choices",
            "find.index",
            "account.sign_in",
            "openapi.told",
            "openapi.page",
            *told,
            *rows,
        )
    ]


def _tiles() -> list[str]:
    """The tile in the middle of a map of our own, where there is one."""
    found = basemap.archive(here.county().slug)
    if found is None:
        return []
    west, _, east, north = found.bounds
    zoom, lat = found.zooms[0], math.radians(north)
    x = int(((west + east) / 2 + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * 2**zoom)
    return [flask.url_for("basemap.tile", mark=found.mark, zoom=zoom, x=x, y=y)]


def _maps(box: Box) -> list[str]:
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    bbox = f"{lons[0]:.2f},{lats[0]:.2f},{lons[1]:.2f},{lats[1]:.2f}"
    middle = f"{lons.mean():.4f},{lats.mean():.4f}"
    return [
        flask.url_for("pictures.county"),
        flask.url_for("public.shown", form="csv"),
        flask.url_for("public.shown", form="geojson"),
        flask.url_for("overlays.where", at=middle),
        flask.url_for("layers.points", bbox=bbox, zoom=9),
        flask.url_for("layers.items", bbox=bbox),
        flask.url_for("layers.lanes", bbox=bbox),
        flask.url_for("api.locate", q=middle),
        *(flask.url_for(name, near=middle, kind="venue") for name in _FINDING),
    ]


def _areas() -> list[str]:
    found = []
    for kind in pages.area_kinds(here.connection(), here.county().id):
        first = pages.areas(here.connection(), here.county().id, kind)[0]
        found += [
            flask.url_for("public.index", areas=kind),
            flask.url_for("public.areas", kind=kind),
            flask.url_for("public.area", kind=kind, code=first["code"]),
            flask.url_for("pictures.area", kind=kind, code=first["code"]),
            flask.url_for("api.areas", kind=kind),
            flask.url_for("overlays.shaded", areas=kind),
            flask.url_for("overlays.shaded", areas=kind, colour="coverage"),
            flask.url_for("coverage_api.coverage", by=kind, kind="venue", max_minutes=20),
        ]
    return found


def _records() -> list[str]:
    """One need of every state and one offer, each with its picture where it has a place."""
    found = []
    choices = [Wanted(offers=False, state=state) for state in pages.STATES] + [Wanted(needs=False)]
    for wanted in choices:
        for row in pages.items(here.connection(), here.county().id, wanted, slice_=(1, 0)).rows:
            thing = "need" if row["thing"] == "need" else "resource"
            found.append(flask.url_for(f"public.{thing}", ref=row["ref"]))
            if row["easting"] is not None:
                found.append(flask.url_for(f"pictures.{thing}", ref=row["ref"]))
    for kind in (ResourceKind.VENUE, ResourceKind.EQUIPMENT):
        wanted = Wanted(needs=False, kind=kind)
        offered = pages.items(here.connection(), here.county().id, wanted, slice_=(1, 0)).rows
        found += [flask.url_for("feeds.resource", ref=row["ref"]) for row in offered]
    return found


def _journeys() -> list[str]:
    """What is within reach of where the first main road begins, where there are roads."""
    for row in pages.roads(here.connection(), here.county().id)[:1]:
        lon, lat = shapely.get_coordinates(shapely.from_geojson(row["geometry"]))[0]
        at = f"{lon:.5f},{lat:.5f}"
        return [
            flask.url_for("api.isochrone", at=at, minutes=10),
            flask.url_for("overlays.reach", spot=at, minutes=10),
        ]
    return []
