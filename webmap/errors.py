"""Every refusal, told kindly: a page to a reader, a problem document (RFC 9457) to a program."""

import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import TypeVar

import flask
import sqlalchemy as sa
from werkzeug.exceptions import HTTPException

from geomatch.errors import (
    HTTP_STATUS,
    GeomatchError,
    InputError,
    TooOftenError,
    UnavailableError,
    UnknownPlaceError,
    code_for,
)

_WORDS = {
    404: "There is nothing at this address. It may have been mistyped, or what it showed is gone.",
    405: "This address only shows things; nothing can be sent to it.",
    500: "It is our mistake, not yours. Trying again in a minute may help.",
}

_HEADINGS = {
    401: "This is not open to you",
    403: "This is not open to you",
    404: "Not found",
    405: "Nothing can be sent here",
    409: "That cannot be done now",
    429: "Too often",
    503: "Not available just now",
}


class ParameterError(InputError):
    """A parameter of the address is wrong; ``parameter`` names it."""

    def __init__(self, parameter: str, expected: str, given: str | None) -> None:
        self.parameter = parameter
        shown = "nothing" if given is None else repr(given[:60])
        super().__init__(f"{parameter}: {shown} given; expected {expected}")


class UnreadableError(InputError):
    """A parameter's text means nothing to the engine, which says why; ``parameter`` names it."""

    def __init__(self, parameter: str, why: str) -> None:
        self.parameter = parameter
        super().__init__(f"{parameter}: {why}")


class UnknownValueError(UnknownPlaceError):
    """A parameter names something that is not loaded; ``parameter`` names it."""

    def __init__(self, parameter: str, why: str) -> None:
        self.parameter = parameter
        super().__init__(f"{parameter}: {why}")


Refusal = TypeVar("Refusal", bound=GeomatchError)


def with_ways_on(error: Refusal, ways: Sequence[tuple[str, str]]) -> Refusal:
    """A refusal whose page offers some ways on besides the map, as (words, address)."""
    error.ways_on = list(ways)  # type: ignore[attr-defined]
    return error


def attach(app: flask.Flask) -> None:
    """Answer every refusal and every bug, and turn unreadable addresses away at the door."""
    app.register_error_handler(GeomatchError, refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(sa.exc.OperationalError, _database)

    @app.before_request
    def no_null_characters() -> None:
        for name, value in [("address", flask.request.path), *flask.request.args.items(multi=True)]:
            if "\x00" in value or "\x00" in name:
                raise ParameterError(name.replace("\x00", ""), "text without null characters", value)


def refused(error: GeomatchError) -> flask.Response:
    """The answer to a refusal of ours."""
    status, ways = code_for(error, HTTP_STATUS, 500), getattr(error, "ways_on", ())
    if isinstance(error, TooOftenError):
        ways = [*ways, ("Ask for a link by e-mail", flask.url_for("account.sign_in", county=None))]
    answer = _answer(status, str(error), getattr(error, "parameter", None), ways)
    if isinstance(error, TooOftenError):
        answer.headers["Retry-After"] = str(math.ceil(error.seconds))
    if answer.status_code == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="geomatch"'
    return answer


def _http(error: HTTPException) -> flask.Response:
    status = error.code or 500
    answer = _answer(status, _WORDS.get(status, error.description or ""), None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _database(_: sa.exc.OperationalError) -> flask.Response:
    return refused(UnavailableError("The database does not answer just now. Please try again."))


def _answer(
    status: int, detail: str, parameter: str | None, ways: Sequence[tuple[str, str]] = ()
) -> flask.Response:
    title, sent = HTTPStatus(status).phrase, flask.request.method == "POST"
    wrong = "That cannot be taken as it is" if sent else "That address does not quite work"
    heading = wrong if status == HTTPStatus.BAD_REQUEST else _HEADINGS.get(status, "Something went wrong")
    if flask.request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        if parameter:
            problem["parameter"] = parameter
        answer = flask.make_response(flask.json.dumps(problem) + "\n", status)
        answer.content_type = "application/problem+json"
    else:
        answer = flask.make_response(
            flask.render_template(
                "error.html",
                heading=heading,
                status=status,
                title=title,
                detail=detail,
                parameter=parameter,
                sent=sent,
                ways=ways,
            ),
            status,
        )
    answer.headers["Cache-Control"] = "no-store"
    return answer
