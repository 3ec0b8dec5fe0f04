"""Finding a place: the page of choices where a text may mean several, and the place that was chosen."""

from typing import Any

import flask

from geomatch import crs
from geomatch.errors import InputError
from geomatch.locate import MOST_LETTERS, Located, Match, telling
from geomatch.services import finding
from webmap import chosen as choices_made
from webmap import here, security
from webmap.filters import Filters
from webmap.maps import View

blueprint = flask.Blueprint("places", __name__)

_ZOOMS = ((150, 15.0), (600, 14.0), (2_000, 13.0), (6_000, 12.0), (20_000, 10.0))
"""Leaflet's zoom level at which a place of that many metres' precision fits the map."""


@blueprint.get("/places")
def choices() -> flask.Response:
    """The places that ``place`` may mean, each a link to the map; without scripts, the way to any of them."""
    asked = choices_made.filters_()
    found, error = None, ""
    if asked.place:
        try:
            found = _located(asked.place)
        except InputError as refused:
            error = str(refused)
    shown = here.page("places.html", asked=asked, found=found, error=error)
    return security.public(flask.make_response(shown, 400 if error else 200))


def chosen(asked: Filters) -> Match | None:
    """The place to show; None when none was asked for, or the person who asked has to choose."""
    if not asked.place:
        return None
    try:
        found = _located(asked.place)
    except InputError:
        return None
    if asked.spot is None:
        return found.best
    easting, northing = crs.from_lonlat(*asked.spot)
    return found.nearest((float(easting), float(northing)))


def to_choices(asked: Filters) -> flask.Response:
    """Send a reader to the page of choices, whatever else was chosen kept."""
    kept: dict[str, Any] = asked.address(spot=None, view=None, page=1)
    answer = flask.redirect(flask.url_for("places.choices", **kept))
    answer.headers["Cache-Control"] = "no-cache"
    return flask.make_response(answer)


def view(place: Match) -> View:
    """Where the map looks to show a place, the closer the better it is known."""
    zoom = next((zoom for metres, zoom in _ZOOMS if place.precision_metres <= metres), 9.0)
    return View(zoom, place.lat, place.lon)


def told(place: Match) -> str:
    """``a village, to within 500 m``; and whether it lies outside the county."""
    words = f"{telling.kind(place.kind)}, to within {telling.distance(place.precision_metres)}"
    return words if place.in_county else f"{words}, outside {here.county().name}"


def attach(app: flask.Flask) -> None:
    """Make the words known to templates."""
    app.jinja_env.globals.update(told_place=told, MOST_LETTERS=MOST_LETTERS)


def _located(text: str) -> Located:
    return finding.locate(here.connection(), here.county(), text)
