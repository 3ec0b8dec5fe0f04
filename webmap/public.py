"""The pages anybody sees: the map with its list, and the story of one need or resource."""

from collections.abc import Mapping
from typing import Any

import flask

from geomatch import crs
from geomatch.db import pages
from geomatch.locate import Match
from geomatch.model import ResourceKind
from geomatch.services import calendars
from geomatch.services.calendars import Fortnight
from webmap import chosen, here, ladder, maps, places, security
from webmap.filters import Filters
from webmap.maps import LiveMap, View

blueprint = flask.Blueprint("public", __name__)

_WITH_CALENDAR = (ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.SKILL)


@blueprint.get("/")
def index() -> flask.Response:
    """The map and the same content as a list, driven by the same filters."""
    asked = chosen.filters_()
    county = here.county()
    spot = places.chosen(asked)
    if asked.place and spot is None:
        return places.to_choices(asked)
    kinds = pages.area_kinds(here.connection(), county.id)
    areas = asked.areas if asked.areas in kinds else next(iter(kinds), None)
    size = here.house().config.page_size
    wanted, slice_ = chosen.wanted(asked), (size, (asked.page - 1) * size)
    connection = here.connection()
    found = here.remembered(
        "list", lambda: pages.items(connection, county.id, wanted, slice_=slice_), wanted, slice_
    )
    shown = here.page(
        "map.html",
        asked=asked,
        areas=_counted(areas) if areas else [],
        area_kind=areas,
        found=found,
        kinds=kinds,
        live=_live(asked, areas, spot),
        pages=max(1, -(-found.total // size)),
        size=size,
        spot=spot,
        summary=here.remembered("summary", lambda: pages.summary(connection, county.id)),
        within=pages.area(here.connection(), county.id, *asked.within) if asked.within else None,
    )
    return flask.make_response(shown)


@blueprint.get("/needs/<path:ref>")
def need(ref: str) -> flask.Response:
    """What was asked, whom it was matched with, or why not."""
    told = pages.need(here.connection(), here.county().id, ref)
    detail = told["detail"] or {}
    shown = here.page("need.html", need=told, others=_others(detail), steps=_steps(detail))
    return security.public(flask.make_response(shown))


@blueprint.get("/resources/<path:ref>")
def resource(ref: str) -> flask.Response:
    """What is offered, by whom, how accessible, when, and which needs it serves."""
    told = pages.resource(here.connection(), here.county().id, ref)
    shown = here.page("resource.html", resource=told, fortnight=_fortnight(told))
    return security.public(flask.make_response(shown))


def _fortnight(told: Mapping[str, Any]) -> Fortnight | None:
    """The next two weeks of what has a calendar for everybody: not of people, nor of what is never booked."""
    if told["kind"] not in _WITH_CALENDAR or told["withdrawn_on"]:
        return None
    return calendars.fortnight(here.connection(), here.county().id, told["id"], here.now())


def _counted(kind: str) -> pages.Rows:
    """Areas of one kind with what is needed and offered in each."""
    connection, county = here.connection(), here.county().id
    return here.remembered("counted", lambda: pages.areas(connection, county, kind), kind)


def _steps(detail: Mapping[str, Any]) -> list[str]:
    """The changes that would help, in sentences."""
    steps = detail.get("ladder") or []
    known = pages.names(here.connection(), here.county().id, **ladder.mentioned(steps))
    return ladder.told(steps, known)


def _others(detail: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The needs, resources and areas that a reason mentions, as (ref, name), in its order."""
    mentioned = {
        "needs": [str(ref) for ref in detail.get("needs", ())],
        "resources": [str(each["resource"]) for each in detail.get("supply", ())],
        "areas": [str(detail["quota"]["area"])] if detail.get("quota") else [],
    }
    known = pages.names(here.connection(), here.county().id, **mentioned)
    return {
        things: [(ref, known[(things[:-1], ref)]) for ref in refs if (things[:-1], ref) in known]
        for things, refs in mentioned.items()
    }


def _live(asked: Filters, areas: str | None, spot: Match | None) -> LiveMap | None:
    """The live map, or None before boundaries are loaded.

    Its sources are our own addresses and numbers; the page adds its filters to them by itself.
    """
    box = pages.extent(here.connection(), here.county().id)
    if box is None:
        return None
    lons, lats = crs.to_lonlat([box.west, box.east], [box.south, box.north])
    bounds = [[float(lats[0]), float(lons[0])], [float(lats[1]), float(lons[1])]]
    look = None
    if asked.within:
        shown = pages.area(here.connection(), here.county().id, *asked.within)
        lons, lats = crs.to_lonlat([shown["west"], shown["east"]], [shown["south"], shown["north"]])
        look = [[float(lats[0]), float(lons[0])], [float(lats[1]), float(lons[1])]]
    middle = View(10, (bounds[0][0] + bounds[1][0]) / 2, (bounds[0][1] + bounds[1][1]) / 2)
    with_ljc = areas != "ljc" and "ljc" in pages.area_kinds(here.connection(), here.county().id)
    sources = {
        "areas": flask.url_for("api.areas", kind=areas),
        "frames": flask.url_for("api.areas", kind="ljc") if with_ljc else None,
        "area": flask.url_for("public.area", kind=areas, code="CODE"),
        "points": flask.url_for("layers.points"),
        "items": flask.url_for("layers.items"),
        "background": flask.url_for("layers.background"),
        "lanes": flask.url_for("layers.lanes"),
        "bounds": bounds,
        "look": look,
        "fixed": asked.view is not None or spot is not None,
        "spot": [spot.lat, spot.lon, spot.precision_metres] if spot else None,
    }
    return maps.compose(asked.view or (places.view(spot) if spot else middle), sources)
