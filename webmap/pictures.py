"""Addresses of the drawn maps: the county's, and one for every area, need and resource."""

from collections.abc import Iterable
from typing import Any

import flask

from geomatch.db import areapages, pages
from geomatch.db.pages import Box
from geomatch.errors import UnknownPlaceError
from geomatch.locate import Match
from webmap import (
    chosen,
    clusters,
    drawing,
    here,
    near,
    overlays,
    parameters,
    places,
    security,
    shades,
    words,
)
from webmap.drawing import Frame, Picture

blueprint = flask.Blueprint("pictures", __name__)

_COUNTY_PIXELS, _SMALL_PIXELS = 760, 560
_AROUND_METRES = 6_000.0
ON = parameters.day("on", "As boundaries stood on this day; as they stand if not said.")
_NAMED = 7
"""With this many ends or more, names would only hide each other."""


@blueprint.get("/map.svg")
def county() -> flask.Response:
    """The whole county with whatever the filters leave, as the live map shows it."""
    asked = chosen.filters_()
    wanted = chosen.wanted(asked)
    box = pages.extent(here.connection(), here.county().id)
    if box is None:
        raise UnknownPlaceError("no boundaries are loaded for this county")
    spot, reached = places.chosen(asked), near.around_it(asked)
    around = _about(spot) if spot else box.grown(0.03)
    if reached is not None and not reached.shape.is_empty:
        around = Box(*reached.shape.bounds).grown(0.03)
    frame = drawing.frame(around, width=_COUNTY_PIXELS, shape=0.9)
    by = overlays.kind_of_area(asked)
    shading = shades.shading(asked, by, overlays.counted(by, asked.kind)) if by else None

    def draw() -> str:
        title = f"Map of {spot.label if spot else here.county().name}: needs and offers"
        shaded = (by, shading.colour) if by and shading else None
        picture = drawing.ground(here.connection(), here.county().id, frame, title=title, shaded=shaded)
        if reached is not None:
            picture.ground(reached.shape)
        if here.county().illustrative:
            picture.keep_clear(280, 32)
        for each in clusters.gather(
            here.connection(), here.county().id, wanted, frame.box, metres=1 / frame.scale
        ):
            picture.cluster(each)
        if spot:
            picture.square(*spot.point, 2 * spot.precision_metres)
        picture.labels(pages.places(here.connection(), here.county().id, frame.box), ranks=3 if spot else 2)
        return picture.svg()

    return _svg(here.remembered("map.svg", draw, wanted, spot, by, asked.colour, asked.minutes, asked.mode))


def _about(spot: Match) -> Box:
    """The box round a place that was found: some twelve kilometres, and more where it is known less well."""
    reach = max(_AROUND_METRES, 1.5 * spot.precision_metres)
    easting, northing = spot.point
    return Box(easting - reach, northing - reach, easting + reach, northing + reach)


@blueprint.get("/areas/<kind>/<code>/map.svg")
def area(kind: str, code: str) -> flask.Response:
    """One area among its neighbours, as boundaries stood on the day ``on``."""
    day = ON.read(flask.request.args)
    found = areapages.area(here.connection(), here.county().id, kind, code, day or here.today())
    box = Box(found["west"], found["south"], found["east"], found["north"]).grown(0.35)
    frame = drawing.frame(box, width=_SMALL_PIXELS, shape=0.75)

    def draw() -> str:
        title = f"Map of {found['name']} and its neighbours"
        picture = drawing.ground(
            here.connection(), here.county().id, frame, title=title, here=(kind, code), day=day
        )
        name_places(picture, frame)
        return picture.svg()

    return _svg(here.remembered("area.svg", draw, kind, code, day))


@blueprint.get("/needs/<path:ref>/map.svg")
def need(ref: str) -> flask.Response:
    """One need and whoever it was matched with."""
    told = pages.need(here.connection(), here.county().id, ref)
    title = f"Map of the need: {told['title']}"
    return _svg(_pairs(told, told["matches"], title=title, needs=(words.state(told), None)))


@blueprint.get("/resources/<path:ref>/map.svg")
def resource(ref: str) -> flask.Response:
    """One resource and the needs it serves."""
    told = pages.resource(here.connection(), here.county().id, ref)
    title = f"Map of what is offered: {told['name']}"
    return _svg(_pairs(told, told["matches"], title=title, needs=(None, "matched")))


def _pairs(middle: Any, others: Iterable[Any], *, title: str, needs: tuple[str | None, str | None]) -> str:
    """A record and those it is matched with, joined by lines; volunteers as a round of ground.

    ``needs`` is the state of the record and of the others where they are needs, None where offers.
    """
    if not drawing.named(middle):
        raise UnknownPlaceError("it has no place on a map")
    centre = (middle["easting"], middle["northing"])
    placed = [each for each in others if drawing.named(each)]
    frame = _round([centre, *((each["easting"], each["northing"]) for each in placed)])
    picture = drawing.ground(here.connection(), here.county().id, frame, title=title)
    ends = [(each, (each["easting"], each["northing"])) for each in placed]
    for _, end in ends:
        picture.line(centre, end)
    for each, end in [*ends, (middle, centre)]:
        name = str(each.get("title") or each.get("name"))
        if each.get("kind") == "volunteer":
            picture.circle(*end, each["precision_metres"])
        picture.mark(end, need=needs[each is not middle], text=name if len(ends) < _NAMED else "")
    name_places(picture, frame)
    return picture.svg()


def _round(points: list[tuple[float, float]]) -> Frame:
    """A frame round some points, at least some six kilometres wide."""
    eastings, northings = [each[0] for each in points], [each[1] for each in points]
    box = Box(min(eastings) - 3000, min(northings) - 2000, max(eastings) + 3000, max(northings) + 2000)
    return drawing.frame(box.grown(0.05), width=_SMALL_PIXELS, shape=0.75)


def name_places(picture: Picture, frame: Frame) -> None:
    """Write the names of towns and villages where there is room."""
    names = pages.places(here.connection(), here.county().id, frame.box)
    picture.labels(names, ranks=3 if frame.scale > 1 / 60 else 2)


def _svg(body: str) -> flask.Response:
    answer = flask.make_response(body)
    answer.content_type = "image/svg+xml; charset=utf-8"
    return security.public(answer)
