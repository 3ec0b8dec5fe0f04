"""``/api/v1/coverage``: the share of residents and of needs within reach, by area."""

import math
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import flask

from geomatch.db import reach
from geomatch.matching.rules import Rules
from geomatch.model import Mode, ResourceKind
from geomatch.services import covering, reaching
from geomatch.services.covering import AREA_KINDS, Asked
from geomatch.services.reaching import Prepared, Reached
from webmap import filters, formats, here
from webmap.errors import ParameterError

blueprint = flask.Blueprint("coverage_api", __name__, url_prefix="/api/v1")

MOST_MINUTES = 60.0
"""The greatest limit that may be asked for: journeys are timed that far once, then answer every limit."""
_NAMES = ("county", "by", "kind", "max_minutes", "mode", "as_of")


@blueprint.get("/coverage")
def coverage() -> flask.Response:
    """Residents and open needs of each area of one kind, and how many are within so many minutes."""
    arguments = flask.request.args
    filters.only(arguments, _NAMES)
    asked = Asked(
        county=here.county().slug,
        by=_required("by", AREA_KINDS),
        kind=ResourceKind(_required("kind", filters.KINDS)),
        max_minutes=_minutes(),
        day=_day(),
        mode=Mode(filters.one_of(arguments, "mode", [str(mode) for mode in Mode]) or Mode.CAR),
    )
    told = here.remembered("coverage", partial(_covered, asked), asked)
    rows = told["rows"]
    if formats.wanted() == formats.GEOJSON:
        rows = [row | {"kind": told["by"], "vintage": told["vintage"]} for row in rows]
    return formats.answer("rows", rows, **{name: told[name] for name in told if name != "rows"})


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


def _required(name: str, allowed: tuple[str, ...]) -> str:
    text = filters.one_of(flask.request.args, name, allowed)
    if text is None:
        raise ParameterError(name, "one of " + ", ".join(allowed), None)
    return text


def _minutes() -> float:
    text = filters.once(flask.request.args, "max_minutes")
    expected = f"a number of minutes above 0, at most {MOST_MINUTES:g}"
    try:
        minutes = float(text or "")
    except ValueError:
        raise ParameterError("max_minutes", expected, text) from None
    if not (math.isfinite(minutes) and 0 < minutes <= MOST_MINUTES):
        raise ParameterError("max_minutes", expected, text)
    return minutes


def _day() -> date:
    text = filters.once(flask.request.args, "as_of")
    if text is None:
        return datetime.now(ZoneInfo("Europe/London")).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ParameterError("as_of", "a day such as 2026-11-02", text) from None
