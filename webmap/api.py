"""The same data for other programs: areas, needs, resources, what a typed place is, what is within reach."""

from typing import Any

import flask

from geomatch.confidence import Confidence
from geomatch.db import pages
from geomatch.db.pages import STATES, Wanted
from geomatch.errors import InputError
from geomatch.model import ACCESSIBILITY, AreaKind, ResourceKind, Travels
from geomatch.services import finding, isochrones
from webmap import asking, believed, formats, here, parameters, schemas, security
from webmap.described import asked, described
from webmap.errors import UnreadableError
from webmap.schemas import DAY_OR_NULL, NUMBER, NUMBER_OR_NULL, TEXT, TEXT_OR_NULL, WHOLE, YES_OR_NO

blueprint = flask.Blueprint("api", __name__, url_prefix="/api/v1")

MOST_ROWS = 10_000
USUAL_ROWS = 200
MOST_MINUTES = 60
"""The furthest an isochrone goes: beyond that most of a county is inside."""

_LIMIT = parameters.whole("limit", f"How many at most; {USUAL_ROWS} if not said.", least=1, most=MOST_ROWS)
_OFFSET = parameters.whole("offset", "After how many.", least=0, most=100_000_000).default(0)
_STATE = parameters.choice("state", "Only needs of which this may be said.", STATES)
_Q = parameters.text("q", "The place as one would type it.", longest=200).required("SY7 8BQ")
_MATCHES = parameters.whole("limit", "How many at most.", least=1, most=finding.MOST_MATCHES).default(
    finding.USUAL_MATCHES
)
_MINUTES = parameters.number(
    "minutes", "How far, inclusive.", least=0, most=MOST_MINUTES, unit="a number of minutes"
).required("20")
_TOWARDS = parameters.flag("towards", "`1` for everywhere from which the place is reached so.")

_AREA = {
    "code": TEXT,
    "name": TEXT,
    "kind": {"enum": [str(kind) for kind in AreaKind]},
    "vintage": DAY_OR_NULL,
}
_PLACE = {"parish": TEXT_OR_NULL, "division": TEXT_OR_NULL}
_POINT = {"lon": NUMBER_OR_NULL, "lat": NUMBER_OR_NULL}
_NEED = {
    "id": TEXT,
    "title": TEXT,
    "organisation": TEXT_OR_NULL,
    "kinds": {"type": ["string", "null"], "description": "Kinds of resource, a space between them."},
    "state": {"enum": list(STATES)},
    "asked": DAY_OR_NULL,
    "closes": DAY_OR_NULL,
    "confidence": believed.FIGURE,
    **_PLACE,
    **_POINT,
}
_ASPIRATION = {
    "id": TEXT,
    "title": TEXT,
    "description": TEXT,
    "organisation": TEXT_OR_NULL,
    **_PLACE,
    **_POINT,
}
_RESOURCE = {
    "id": TEXT,
    "kind": {"enum": [str(kind) for kind in ResourceKind]},
    "subkind": TEXT_OR_NULL,
    "name": TEXT,
    "organisation": TEXT_OR_NULL,
    "quantity": WHOLE,
    "travels": {"enum": [str(each) for each in Travels]},
    "max_minutes": NUMBER_OR_NULL,
    "verified_until": DAY_OR_NULL,
    "confirmed_until": DAY_OR_NULL,
    "confidence": believed.FIGURE,
    **_PLACE,
    "precision_metres": {
        "type": ["integer", "null"],
        "description": "How far the point may be from the place.",
    },
    "access": schemas.ACCESS,
    **_POINT,
}
_MATCH = {
    "label": TEXT,
    "kind": TEXT,
    "lon": NUMBER,
    "lat": NUMBER,
    "precision_metres": NUMBER,
    "in_county": YES_OR_NO,
    "parish": TEXT_OR_NULL,
    "exact": YES_OR_NO,
}
_REACHED = schemas.feature(
    {
        "lon": NUMBER,
        "lat": NUMBER,
        "minutes": NUMBER,
        "mode": TEXT,
        "towards": YES_OR_NO,
        "metres_to_road": NUMBER,
        "square_kilometres": NUMBER,
    }
)


@blueprint.get("/areas")
@described("Areas of one kind", asking.COUNTY, asking.AREA_KIND, answers=schemas.rows("areas", _AREA))
def areas() -> flask.Response:
    """Current areas of one kind with code, name, kind and vintage; outlines simplified to 50 m in GeoJSON."""
    county, kind = here.county().id, asked()[asking.AREA_KIND]
    rows = here.remembered("areas", lambda: pages.area_shapes(here.connection(), county, kind), kind)
    return security.thorough(formats.answer("areas", rows))


@blueprint.get("/needs")
@described(
    "What communities need",
    *(asking.COUNTY, asking.KIND, asking.WITHIN, _STATE, _LIMIT, _OFFSET),
    answers=schemas.rows("needs", _NEED, paged=True),
)
def needs() -> flask.Response:
    """Needs by id, with what the latest matching says of each; 200 at a time unless ``limit`` says else."""
    wanted = _wanted(asked()[_STATE])
    rows = pages.needs(here.connection(), here.county().id, wanted, slice_=_one_more())
    told = [_told(row, believed.need(row)) for row in rows[: _slice()[0]]]
    return formats.answer("needs", told, **_more(len(rows)))


@blueprint.get("/aspirations")
@described(
    "What communities would like one day",
    *(asking.COUNTY, asking.WITHIN, _LIMIT, _OFFSET),
    answers=schemas.rows("aspirations", _ASPIRATION, paged=True),
)
def aspirations() -> flask.Response:
    """Wishes for one day by id: without a date, never matched and not among needs; 200 at a time."""
    wanted = Wanted(within=_inside())
    rows = pages.aspirations(here.connection(), here.county().id, wanted, slice_=_one_more())
    return formats.answer("aspirations", rows[: _slice()[0]], **_more(len(rows)))


@blueprint.get("/resources")
@described(
    "What is offered",
    *(asking.COUNTY, asking.KIND, asking.WITHIN, _LIMIT, _OFFSET),
    answers=schemas.rows("resources", _RESOURCE, paged=True),
)
def resources() -> flask.Response:
    """Things offered by id; of each, what is known of access, unknown included; 200 at a time.

    A volunteer's place is somewhere near home, never at home: within ``precision_metres``.
    """
    rows = pages.resources(here.connection(), here.county().id, _wanted(None), slice_=_one_more())
    told = [
        _told(row, believed.offer(row))
        | {"access": {name: row["access"].get(name, "unknown") for name in ACCESSIBILITY}}
        for row in rows[: _slice()[0]]
    ]
    return formats.answer("resources", told, **_more(len(rows)))


@blueprint.get("/locate")
@described(
    "What a typed place may mean",
    *(asking.COUNTY, _Q, _MATCHES),
    answers=schemas.rows("matches", _MATCH, more={"understood": TEXT, "choose": YES_OR_NO}),
)
def locate() -> flask.Response:
    """What ``q`` may mean, best first, with its precision in metres; the document of ``geomatch locate``."""
    county, wanted = here.county(), asked()
    try:
        found = finding.locate(here.connection(), county, wanted[_Q], limit=wanted[_MATCHES])
    except InputError as refused:
        raise UnreadableError("q", str(refused)) from refused
    told = found.as_dict()
    return formats.answer("matches", told.pop("matches"), **told)


@blueprint.get("/isochrone")
@described(
    "Everywhere within so many minutes",
    *(asking.COUNTY, asking.AT, _MINUTES, asking.MODE, _TOWARDS),
    answers={formats.JSON: _REACHED, formats.GEOJSON: _REACHED},
)
def isochrone() -> flask.Response:
    """The shape of what a place reaches by road; the Feature of ``geomatch isochrone``.

    Walking between the road and the place is counted.
    """
    wanted, county = asked(), here.county().id
    question = isochrones.Asked(
        wanted[asking.AT], wanted[_MINUTES], wanted[asking.MODE], towards=wanted[_TOWARDS]
    )
    try:
        body = here.remembered("isochrone", lambda: _drawn(county, question), question)
    except InputError as refused:
        raise UnreadableError("at", str(refused)) from refused
    return formats.reply(body, formats.wanted((formats.JSON, formats.GEOJSON)))


def _drawn(county: int, question: isochrones.Asked) -> str:
    return formats.dumped(isochrones.isochrone(here.connection(), county, question))


def _told(row: pages.Row, word: Confidence) -> dict[str, Any]:
    """A row with the figure of how far it can be believed."""
    told = {name: value for name, value in row.items() if name != "stated_on"}
    return told | {"confidence": word.figure}


def _wanted(state: str | None) -> Wanted:
    return Wanted(state=state, kind=asked()[asking.KIND], within=_inside())


def _inside() -> pages.Within | None:
    within = asked()[asking.WITHIN]
    return here.within(*within.split("/", 1)) if within else None


def _slice() -> tuple[int, int]:
    return asked()[_LIMIT] or USUAL_ROWS, asked()[_OFFSET]


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
