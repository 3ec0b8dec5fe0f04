"""The same data for other programs, and its two questions: where a place is, and what is near it."""

from typing import Any

import flask

from geomatch.db import pages
from geomatch.db.pages import STATES, Wanted
from geomatch.errors import InputError
from geomatch.model import ACCESSIBILITY, AreaKind
from geomatch.services import finding
from webmap import filters, formats, here, searching
from webmap.errors import ParameterError, UnreadableError

blueprint = flask.Blueprint("api", __name__, url_prefix="/api/v1")

MOST_ROWS = 10_000
USUAL_ROWS = 200
_LISTED = ("county", "kind", "within", "limit", "offset")


@blueprint.get("/areas")
def areas() -> flask.Response:
    """Current areas of one kind with code, name, kind and vintage; outlines simplified to 50 m in GeoJSON."""
    arguments = flask.request.args
    filters.only(arguments, ("county", "kind"))
    kind = filters.one_of(arguments, "kind", [str(each) for each in AreaKind])
    if kind is None:
        raise ParameterError("kind", "one of " + ", ".join(AreaKind), None)
    county = here.county().id
    rows = here.remembered("areas", lambda: pages.area_shapes(here.connection(), county, kind), kind)
    return formats.answer("areas", rows)


@blueprint.get("/needs")
def needs() -> flask.Response:
    """Needs by id, with what the latest matching says of each; 200 at a time unless ``limit`` says else."""
    arguments = flask.request.args
    filters.only(arguments, (*_LISTED, "state"))
    state = filters.one_of(arguments, "state", STATES)
    rows = pages.needs(here.connection(), here.county().id, _wanted(state), slice_=_one_more())
    return formats.answer("needs", rows[: _slice()[0]], **_more(len(rows)))


@blueprint.get("/resources")
def resources() -> flask.Response:
    """Things offered by id; of each, what is known of access, unknown included; 200 at a time.

    A volunteer's place is the centre of a kilometre square.
    """
    filters.only(flask.request.args, _LISTED)
    rows = pages.resources(here.connection(), here.county().id, _wanted(None), slice_=_one_more())
    told = [
        {**row, "access": {name: row["access"].get(name, "unknown") for name in ACCESSIBILITY}}
        for row in rows[: _slice()[0]]
    ]
    return formats.answer("resources", told, **_more(len(rows)))


@blueprint.get("/locate")
def locate() -> flask.Response:
    """What ``q`` may mean, best first, with its precision in metres; the document of ``geomatch locate``."""
    arguments = flask.request.args
    filters.only(arguments, ("county", "q", "limit"))
    limit = filters.whole(
        arguments, "limit", default=finding.USUAL_MATCHES, most=finding.MOST_MATCHES, least=1
    )
    county, text = here.county(), filters.once(arguments, "q") or ""
    try:
        found = finding.locate(here.connection(), county, text, limit=limit)
    except InputError as refused:
        raise UnreadableError("q", str(refused)) from refused
    return formats.reply(formats.dumped(found.as_dict()), formats.JSON)


@blueprint.get("/search")
def search() -> flask.Response:
    """What is near ``near``, best first, with reasons and near misses; the document of ``geomatch search``.

    GeoJSON and CSV hold the results alone. Minutes to a volunteer are to the nearest 5.
    """
    arguments = flask.request.args
    filters.only(arguments, searching.PARAMETERS)
    found = searching.found(arguments)
    if formats.wanted() == formats.JSON:
        return formats.reply(formats.dumped(found.as_dict()), formats.JSON)
    return formats.answer("search", [_flat(row) for row in found.results])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A result with its reasons in one line."""
    return {**row, "reasons": " · ".join(row["reasons"])}


def _wanted(state: str | None) -> Wanted:
    asked = filters.read(flask.request.args)
    inside = pages.within(here.connection(), here.county().id, *asked.within) if asked.within else None
    return Wanted(state=state, kind=asked.kind, within=inside)


def _slice() -> tuple[int, int]:
    arguments = flask.request.args
    limit = filters.whole(arguments, "limit", default=USUAL_ROWS, most=MOST_ROWS, least=1)
    return limit, filters.whole(arguments, "offset", default=0, most=100_000_000)


def _one_more() -> tuple[int, int]:
    """The slice asked for and one row beyond it, to know whether there is a rest."""
    limit, offset = _slice()
    return limit + 1, offset


def _more(count: int) -> dict[str, Any]:
    """Where the rest is, when there is a rest."""
    limit, offset = _slice()
    if count <= limit:
        return {}
    arguments: dict[str, Any] = flask.request.args.to_dict()
    arguments |= {"limit": str(limit), "offset": str(offset + limit)}
    return {"next": flask.url_for(flask.request.endpoint or "", **arguments)}
