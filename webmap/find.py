"""The page that finds: a place and a wish, a list of the few best answers with their reasons, and a map."""

from typing import Any

import flask

from geomatch import crs
from geomatch.db.pages import Box
from geomatch.errors import InputError
from geomatch.locate import Located
from geomatch.matching.wishes import LAYOUTS
from geomatch.model import ACCESSIBILITY, Mode
from geomatch.services.found import Found
from webmap import drawing, filters, here, searching, security, words
from webmap import pictures as drawn

blueprint = flask.Blueprint("find", __name__)

_WIDTH = 560
_LEAST_METRES = 3_000.0
_NAMED = 6
"""With more answers than this, names on the map would only hide each other."""


@blueprint.get("/find")
def index() -> flask.Response:
    """The form; with ``near`` also what is found, or the places that it may mean."""
    arguments = flask.request.args
    filters.only(arguments, searching.PARAMETERS)
    given = searching.address(arguments)
    located, found, error = None, None, None
    if given:
        given.setdefault("kind", ["venue"])
        try:
            searching.read(_with_kind(given))
            located = searching.understood(arguments) if "near" in given else None
            found = _found(located, given) if located else None
        except InputError as refused:
            error = refused
    shown = here.page(
        "find.html",
        error=str(error) if error else "",
        found=found,
        given=given,
        layouts=LAYOUTS,
        located=located,
        loosened=_loosened(given) if found and not found.results else [],
        modes=Mode,
        wrong=getattr(error, "parameter", "near") if error else None,
    )
    return security.public(flask.make_response(shown, 400 if error else 200))


@blueprint.get("/find/map.svg")
def picture() -> flask.Response:
    """The place and what was found, as far as it lies somewhere."""
    arguments = flask.request.args
    filters.only(arguments, searching.PARAMETERS)
    found = searching.found(arguments)
    answer = flask.make_response(_svg(found))
    answer.content_type = "image/svg+xml; charset=utf-8"
    return security.public(answer)


def attach(app: flask.Flask) -> None:
    """Make what the form shows known to templates."""
    app.jinja_env.globals.update(CHECKED=ACCESSIBILITY[:3], distance=distance)


def distance(row: dict[str, Any]) -> str:
    """How far a result is, in words: minutes, or kilometres where no way leads there."""
    if row["travels"] == "nobody":
        return "no journey"
    if row["minutes"] is None:
        return f"{row['metres'] / 1000:.1f} km"
    return words.minutes(row["minutes"], row["kind"])


def _found(located: Located, given: dict[str, list[str]]) -> Found | None:
    """What is found near the place, or None where somebody has to choose it first."""
    if not located.matches or (located.best is None and "spot" not in given):
        return None
    return searching.found(_with_kind(given))


def _with_kind(given: dict[str, list[str]]) -> filters.Arguments:
    """What the address asks, and for which kind where it does not say."""
    arguments = flask.request.args.copy()
    arguments.setlistdefault("kind", given["kind"])
    return arguments


def _loosened(given: dict[str, list[str]]) -> list[tuple[str, dict[str, list[str]]]]:
    """The same search asking for less, one thing left out at a time."""
    asked = {
        "at": "at any time", "seats": "of any size", "feature": "whatever it has", "subkind": "of any sort",
        "max_pence": "at any price", "units": "however many", "max_minutes": "as far as is usual",
    }  # fmt: skip
    return [
        (told, {key: texts for key, texts in given.items() if key != name})
        for name, told in asked.items()
        if name in given
    ]


def _svg(found: Found) -> str:
    placed = [row for row in found.results if row["lon"] is not None]
    ends = [_grid(row["lon"], row["lat"]) for row in placed]
    middle = found.place.point
    frame = drawing.frame(_round([middle, *ends]), width=_WIDTH, shape=0.8)
    title = f"Map of what was found near {found.place.label}"
    picture = drawing.ground(here.connection(), here.county().id, frame, title=title)
    for row, end in zip(placed, ends, strict=True):
        if row["precision_metres"]:
            picture.circle(*end, row["precision_metres"])
    for row, end in reversed(list(zip(placed, ends, strict=True))):
        picture.mark(end, need=None, text=str(row["name"]) if len(placed) <= _NAMED else "")
    picture.square(*middle, max(2 * found.place.precision_metres, 200))
    drawn.name_places(picture, frame)
    return picture.svg()


def _grid(lon: float, lat: float) -> tuple[float, float]:
    easting, northing = crs.from_lonlat(lon, lat)
    return float(easting), float(northing)


def _round(points: list[tuple[float, float]]) -> Box:
    eastings, northings = zip(*points, strict=True)
    more = _LEAST_METRES / 2
    box = Box(min(eastings) - more, min(northings) - more, max(eastings) + more, max(northings) + more)
    return box.grown(0.08)
