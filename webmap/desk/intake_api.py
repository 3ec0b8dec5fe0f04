"""Needs and offers from other programs: ``POST /api/v1/needs`` and ``/resources``, by the templates' columns.

Open to programs with a broker's token, and to brokers; told apart from a form on somebody else's page by what
a program or our own page alone sends: JSON as such, and no foreign ``Origin``.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import flask

from geomatch.errors import ForbiddenError
from geomatch.importers.cells import number_text
from geomatch.services import intake
from geomatch.services.intake import RefusedError
from webmap import asking, filters, formats
from webmap.described import described
from webmap.desk import door
from webmap.desk.intake import job
from webmap.errors import ParameterError

blueprint = flask.Blueprint("desk_api", __name__, url_prefix="/api/v1")

MOST_RECORDS = 1_000
"""Rows taken at once."""

_RECORD = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
_BODY = {formats.JSON: {"anyOf": [_RECORD, {"type": "array", "items": _RECORD, "maxItems": MOST_RECORDS}]}}
_ANSWERS = {
    formats.JSON: {
        "type": "object",
        "required": ["kept", "alike", "merged"],
        "properties": {
            "kept": {"type": "array"},
            "alike": {"type": "object"},
            "merged": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    }
}


def attach(app: flask.Flask) -> None:
    """A program has no form, so no token of one; ``Content-Type`` and ``Origin`` say where it comes from."""
    for view in (needs, resources):
        app.extensions["csrf"].exempt(view)


@blueprint.before_request
def _only_from_here() -> None:
    """A browser's own session is no proof of who sends: it comes along from any page there is."""
    asked = flask.request
    origin = asked.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != asked.host:
        raise ForbiddenError("This comes from a page of another site.")
    if asked.mimetype != "application/json":
        raise ParameterError("Content-Type", "application/json", asked.mimetype or None)


@blueprint.post("/needs")
@described("Take in needs", asking.COUNTY, answers=_ANSWERS, body=_BODY, status=201, refusals=(401, 403))
def needs() -> flask.Response:
    """Keep needs, one row for each role: all of them or none."""
    return _kept("needs")


@blueprint.post("/resources")
@described(
    "Take in what is offered",
    asking.COUNTY,
    answers=_ANSWERS,
    body=_BODY,
    status=201,
    refusals=(401, 403),
)
def resources() -> flask.Response:
    """Keep things offered: all of them or none."""
    return _kept("resources")


def _kept(kind: str) -> flask.Response:
    filters.only(flask.request.args, ("county",))
    rows = [_cells(number, row) for number, row in enumerate(_rows(), 1)]
    with door.writing() as connection:
        work = job(connection)
        seen = intake.look(work, kind, rows)
        try:
            intake.keep(work, seen)
        except RefusedError as refused:
            return _refused(refused)
    known = [{"id": each.id, "updated": each.id in seen.known} for each in seen.records]
    alike = {
        ref: [{"id": row["ref"], "name": row["name"], "metres": row["metres"]} for row in rows]
        for ref, rows in seen.alike.items()
    }
    answer = flask.jsonify({"kept": known, "alike": alike, "merged": dict(seen.merged)})
    answer.status_code = 201
    return _unkept(answer)


def _rows() -> list[Any]:
    """The records sent. Raises ParameterError for a body that holds none, or too many."""
    try:
        body = flask.request.get_json(silent=True, cache=False)
    except (RecursionError, ValueError):  # nested too deep, or a number of too many digits
        body = None
    rows = [body] if isinstance(body, dict) else body
    if not isinstance(rows, list) or not rows:
        raise ParameterError("body", "a JSON record by column, or a list of them", None)
    if len(rows) > MOST_RECORDS:
        raise ParameterError("body", f"{MOST_RECORDS} records at most", str(len(rows)))
    return rows


def _cells(number: int, row: Any) -> dict[str, str]:
    if not isinstance(row, Mapping):
        raise ParameterError("body", f"record {number} to be an object by column", str(row))
    return {name.lower(): _cell(name, value) for name, value in row.items() if value is not None}


def _cell(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        try:
            return number_text(value)
        except (OverflowError, ValueError):
            return str(value)[:100]
    if not isinstance(value, str):
        raise ParameterError(name[:60], "text, a number, true, false or null", str(value))
    return value


def _refused(refused: RefusedError) -> flask.Response:
    """A problem document with every issue, by row and column."""
    problem = {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": str(refused),
        "issues": [
            {"row": each.line, "column": each.column, "value": each.value, "message": each.message}
            for each in refused.issues
        ],
    }
    answer = flask.make_response(flask.json.dumps(problem) + "\n", 400)
    answer.content_type = "application/problem+json"
    return _unkept(answer)


def _unkept(answer: flask.Response) -> flask.Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer
