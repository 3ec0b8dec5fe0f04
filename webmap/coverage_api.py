"""``/api/v1/coverage``: the share of residents and of needs within reach, by area."""

from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import flask

from geomatch.db import reach
from geomatch.matching.ranking import in_fives
from geomatch.matching.rules import Rules
from geomatch.model import PEOPLE, ResourceKind
from geomatch.services import covering, reaching
from geomatch.services.covering import AREA_KINDS, Asked
from geomatch.services.reaching import Prepared, Reached
from webmap import asking, formats, helping, here, parameters, schemas
from webmap.described import asked as described_asked
from webmap.described import described
from webmap.parameters import Schema
from webmap.schemas import NUMBER, NUMBER_OR_NULL, TEXT, TEXT_OR_NULL, WHOLE, WHOLE_OR_NULL

blueprint = flask.Blueprint("coverage_api", __name__, url_prefix="/api/v1")

MOST_MINUTES = 60.0
"""The greatest limit that may be asked for: journeys are timed that far once, then answer every limit."""
_BY = parameters.choice("by", "The kind of area to count by.", AREA_KINDS).required("parish")
_KIND = parameters.choice("kind", "The kind of resource to be within reach of.", tuple(ResourceKind))
_MINUTES = parameters.number(
    "max_minutes", "How far, inclusive.", least=0.1, most=MOST_MINUTES, unit="a number of minutes"
)
_OFFERED = _KIND.required("venue")
_WITHIN = _MINUTES.required("20")
_DAY = parameters.day("as_of", "On which day; today if not said.")
_OF_PEOPLE = (
    "People who help, volunteers and those with a skill together, are told in fives and not below ten; "
    "what they could be counted by (places, origin_indicator, e2sfca) is not told."
)
_SHARE = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_ROW: dict[str, Schema] = {
    "code": TEXT,
    "name": TEXT,
    "residents": NUMBER_OR_NULL,
    "residents_within": NUMBER_OR_NULL,
    "share_residents": _SHARE,
    "residents_within_accessible": NUMBER_OR_NULL,
    "share_residents_accessible": _SHARE,
    "needs": WHOLE,
    "needs_within": WHOLE,
    "share_needs": _SHARE,
    "places": WHOLE_OR_NULL,
    "people": WHOLE_OR_NULL,
    "people_told": TEXT_OR_NULL,
    "points": NUMBER_OR_NULL,
    "points_within": NUMBER_OR_NULL,
    "share_points": NUMBER_OR_NULL,
    "destination_indicator": NUMBER_OR_NULL,
    "origin_indicator": NUMBER_OR_NULL,
    "average_minimum_minutes": NUMBER_OR_NULL,
    "e2sfca": NUMBER_OR_NULL,
}
_BESIDE = {"by": TEXT, "kind": TEXT, "max_minutes": NUMBER, "mode": TEXT, "as_of": TEXT, "minutes": TEXT}


@blueprint.get("/coverage")
@described(
    "Who is within reach, by area",
    *(asking.COUNTY, _BY, _OFFERED, _WITHIN, asking.MODE, _DAY),
    answers=schemas.rows(
        "rows",
        _ROW,
        more={**_BESIDE, "vintage": TEXT_OR_NULL, "assumed": schemas.listed(TEXT)},
        drawn={"kind": TEXT, "vintage": TEXT_OR_NULL},
    ),
)
def coverage() -> flask.Response:
    """Residents and open needs of each area of one kind, and how many are within so many minutes."""
    wanted = described_asked()
    asked = Asked(
        county=here.county().slug,
        by=wanted[_BY],
        kind=wanted[_OFFERED],
        max_minutes=wanted[_WITHIN],
        day=wanted[_DAY] or datetime.now(ZoneInfo("Europe/London")).date(),
        mode=wanted[asking.MODE],
    )
    told = covered(asked)
    rows = [_public(asked, row) for row in told["rows"]]
    if formats.wanted() == formats.GEOJSON:
        rows = [row | {"kind": told["by"], "vintage": told["vintage"]} for row in rows]
    beside = {name: told[name] for name in told if name != "rows"}
    if asked.kind in PEOPLE:
        beside["assumed"] = [*told["assumed"], _OF_PEOPLE]
    return formats.answer("rows", rows, **beside)


def _public(asked: Asked, row: dict[str, Any]) -> dict[str, Any]:
    """A row as everybody may have it: of people their figure, and nothing that they could be counted by.

    Mean places within reach, and supply by head, add up to how many there are. Minutes are in fives.
    """
    if asked.kind not in PEOPLE:
        return row | {"people": None, "people_told": None}
    people, minutes = helping.told().of(asked.by, row["code"], asked.day), row["average_minimum_minutes"]
    return row | {
        "places": None,
        "people": people.value,
        "people_told": str(people),
        "origin_indicator": None,
        "e2sfca": None,
        "average_minimum_minutes": None if minutes is None else in_fives(minutes),
    }


def covered(asked: Asked) -> dict[str, Any]:
    """The document of ``geomatch coverage``, kept until the county changes."""
    return here.remembered("coverage", partial(_covered, asked), asked)


def _covered(asked: Asked) -> dict[str, Any]:
    connection, county = here.connection(), here.county().id
    drawn = here.remembered(
        "drawn",
        lambda: covering.read_areas(connection, county, asked.by, asked.day),
        asked.by,
        asked.day,
    )
    found = here.remembered("reached", partial(_reached, asked), asked.kind, asked.mode, asked.day)
    return covering.document(drawn, asked, found)


def _reached(asked: Asked) -> Reached:
    connection, county = here.connection(), here.county().id
    prepared = here.remembered("prepared", partial(_prepared, asked), asked.kind, asked.day)
    return reaching.reached(prepared, asked.mode, reaching.networks(connection, county))


def _prepared(asked: Asked) -> Prepared:
    ground = reach.ground(here.connection(), here.county().id, asked.day)
    rules = Rules.of(here.county().settings.get("matching", {}))
    return reaching.prepare(ground, asked.kind, asked.day, max_minutes=MOST_MINUTES, rules=rules)
