"""The API told to programs as OpenAPI 3.1 and to people as a page, both from what stands beside its code."""

import re
from http import HTTPStatus
from typing import Any

import flask
from werkzeug.routing import Rule

import geomatch
from webmap import described, formats, here, limits, schemas, security
from webmap.described import Description

blueprint = flask.Blueprint("openapi", __name__)

ROOT = "/api/v1/"
_SILENT = {"HEAD", "OPTIONS"}
_REFUSALS = {
    400: "A parameter is wrong; the problem names it.",
    404: "An area or a county that is not loaded.",
    406: "None of the types asked for can be given.",
    414: f"The address is longer than {limits.MOST_ADDRESS_BYTES:,} bytes.",
    429: "Too many requests from one address; `Retry-After` says for how many seconds to wait.",
    503: "Something it needs is not there just now, such as roads; the problem says what.",
}
_BESIDE = {
    401: "No token came along, or one that is none: `Authorization: Bearer …`.",
    403: "Not for whoever asks.",
}
_OPENAPI = {
    "type": "object",
    "properties": {"openapi": {"type": "string"}, "paths": {"type": "object"}},
    "required": ["openapi", "info", "paths"],
}


@blueprint.get("/api/v1/openapi.json")
@described.described("This description", answers={formats.JSON: _OPENAPI})
def told() -> flask.Response:
    """Every address of the API with its parameters and answers, as OpenAPI 3.1."""
    app = flask.current_app
    body = here.house().memory.recall((0, "openapi"), "", lambda: formats.dumped(document(app)))
    return formats.reply(body, formats.JSON)


@blueprint.get("/about/api")
def page() -> flask.Response:
    """The same for people."""
    shown = here.page("api.html", operations=operations(flask.current_app), problems=_REFUSALS)
    return security.public(flask.make_response(shown))


def operations(app: flask.Flask) -> list[tuple[str, str, Description, str]]:
    """Path, method, description and endpoint of every address of the API that is described, by path."""
    found = []
    for rule in rules(app):
        told = described.of(app, rule.endpoint)
        methods = (rule.methods or set()) - _SILENT
        found += [(_path(rule), each, told, rule.endpoint) for each in methods if told]
    return sorted(found, key=lambda each: each[:2])


def rules(app: flask.Flask) -> list[Rule]:
    """Every address of the API, described or not."""
    return [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]


def document(app: flask.Flask) -> dict[str, Any]:
    """The whole API in OpenAPI 3.1."""
    paths: dict[str, Any] = {}
    for path, method, told, endpoint in operations(app):
        paths.setdefault(path, {})[method.lower()] = _operation(path, told, endpoint)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "geomatch",
            "version": geomatch.__version__,
            "summary": "Needs, offers, areas and journeys of a rural county",
            "description": "Public data, no login. Sources and licences: `/about/data`.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": schemas.components()},
    }


def _path(rule: Rule) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)


def _operation(path: str, told: Description, endpoint: str) -> dict[str, Any]:
    placed = [
        {"name": name, "in": "path", "required": True, "schema": schemas.TEXT}
        for name in re.findall(r"{(\w+)}", path)
    ]
    operation: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        "summary": told.summary,
        "description": told.detail,
        "parameters": placed + [each.document() for each in told.parameters],
        "responses": {str(told.status): _answer(told)} | {str(each): _refusal(each) for each in _may(told)},
    }
    if told.body:
        operation["requestBody"] = {"required": True, "content": _content(told.body)}
    return operation


def _may(told: Description) -> list[int]:
    beside = {413, *told.refusals} if told.body else set(told.refusals)
    return sorted({*_REFUSALS, *beside})


def _answer(told: Description) -> dict[str, Any]:
    link = {"description": 'The rest, as RFC 8288 says: `rel="next"`.', "schema": schemas.TEXT}
    tag = {"description": "To ask again by, with `If-None-Match`.", "schema": schemas.TEXT}
    return {
        "description": told.summary,
        "headers": {"ETag": tag, "Link": link} if told.status == 200 else {},
        "content": _content(told.answers),
    }


def _refusal(status: int) -> dict[str, Any]:
    words = _REFUSALS.get(status) or _BESIDE.get(status) or HTTPStatus(status).phrase
    refused: dict[str, Any] = {
        "description": words,
        "content": {"application/problem+json": {"schema": schemas.PROBLEM}},
    }
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = {"description": "Seconds.", "required": True, "schema": {"type": "integer", "minimum": 1}}
        refused["headers"] = {"Retry-After": wait}
    return refused


def _content(shapes: Any) -> dict[str, Any]:
    return {kind: {"schema": schema} for kind, schema in shapes.items()}
