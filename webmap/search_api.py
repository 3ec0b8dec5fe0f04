"""What is near a place, for other programs: the document of ``geomatch search``."""

from typing import Any

import flask

from geomatch.matching.wishes import LAYOUTS
from geomatch.model import Mode, ResourceKind
from geomatch.services import occasions, search
from webmap import asking, believed, formats, parameters, schemas, searching
from webmap.described import described
from webmap.parameters import Parameter, Schema

blueprint = flask.Blueprint("search_api", __name__, url_prefix="/api/v1")

_LISTED = (
    parameters.choice("kind", "What is wanted; may be given several times.", tuple(ResourceKind)),
    parameters.text("subkind", "Of which sort, such as village_hall; several times.", longest=100),
    parameters.choice("layout", "How its seats are counted; several times.", tuple(LAYOUTS)),
    parameters.text("feature", "What it must have, such as step_free; several times.", longest=100),
)
_ONCE: tuple[Parameter[Any], ...] = (
    asking.COUNTY,
    parameters.text("near", "A postcode, village, hall, grid reference or coordinates.", longest=200),
    parameters.text("spot", "longitude,latitude: which of several places of that name.", longest=60),
    parameters.number(
        "max_minutes", "How far away at most.", least=0.1, most=search.WIDEST_MINUTES, unit="minutes"
    ),
    parameters.number(
        "radius_metres", "How far in a straight line.", least=1, most=search.WIDEST_METRES, unit="metres"
    ),
    parameters.choice("mode", "How one travels; else by car.", tuple(Mode)),
    parameters.text("at", "A day, a window of time, or a pattern.", longest=200),
    parameters.whole("for_minutes", "For how long, where a day alone is given.", least=1, most=1440).default(
        occasions.USUAL_MINUTES
    ),
    parameters.whole("seats", "For how many people.", least=1, most=search.MOST_SEATS),
    parameters.whole("units", "How many are wanted.", least=1, most=search.MOST_UNITS).default(1),
    parameters.text("max_pence", "The most an hour may cost, in pence.", longest=16),
    parameters.choice("back", "Whether the way back counts too.", ("yes", "no")),
    parameters.choice("widen", "Whether to look further; yes unless said.", ("yes", "no")),
    parameters.whole("limit", "How many results.", least=1, most=search.MOST_RESULTS).default(
        search.USUAL_RESULTS
    ),
)
_RESULTS: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"confidence": believed.FIGURE, "confirmed_until": schemas.DAY_OR_NULL},
    },
}
_FOUND: Schema = {
    "type": "object",
    "required": ["place", "widened_to", "results", "near_misses"],
    "properties": {
        "place": {"type": "object"},
        "widened_to": schemas.NUMBER_OR_NULL,
        "results": _RESULTS,
        "near_misses": _RESULTS,
    },
}
_ANSWERS: dict[str, Schema] = {
    formats.JSON: _FOUND,
    formats.GEOJSON: {"type": "object", "required": ["type", "features"]},
    formats.CSV: schemas.TEXT,
}


@blueprint.get("/search")
@described(
    "The few best answers near a place",
    *(each.several() for each in _LISTED),
    *_ONCE,
    answers=_ANSWERS,
)
def near() -> flask.Response:
    """What is near ``near``, best first, with reasons and near misses.

    GeoJSON and CSV hold the results alone. Minutes to a volunteer are to the nearest 5.
    """
    found = searching.found(flask.request.args)
    if formats.wanted() == formats.JSON:
        return formats.reply(formats.dumped(found.as_dict()), formats.JSON)
    return formats.answer("search", [_flat(row) for row in found.results])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A result with its reasons in one line."""
    return {**row, "reasons": " · ".join(row["reasons"])}
