"""The way to the desk: who may come in, and one transaction for everything one form does."""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import urlsplit

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.db.desk import Moment
from geomatch.errors import ForbiddenError, UnavailableError, UnknownPlaceError
from geomatch.services.booking import By
from geomatch.services.telling import Office
from webmap import filters, here

blueprint = flask.Blueprint("desk", __name__, url_prefix="/broker")

_LARGEST = 2**63 - 1
"""The largest number that a row can have."""

_SAY_IT_THEMSELVES = ("desk.new", "desk.edit", "desk.count", "desk.spreadsheet")
"""Forms that say beside a field what is wrong in it, and lose nothing typed."""

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@blueprint.before_request
def _only_who_may() -> None:
    if not may_enter():
        raise ForbiddenError(
            "The broker's desk is closed here. On the machine itself it opens with GEOMATCH_OPEN_DESK=1."
        )


@blueprint.before_request
def _only_numbers_there_can_be() -> None:
    for name, value in (flask.request.view_args or {}).items():
        if isinstance(value, int) and value > _LARGEST:
            raise UnknownPlaceError(f"{name}: there is none of so large a number")


@blueprint.before_request
def _only_what_one_can_read() -> None:
    if flask.request.endpoint not in _SAY_IT_THEMSELVES:
        filters.readable(flask.request.form)


@blueprint.after_request
def _keep_nothing(answer: flask.Response) -> flask.Response:
    answer.headers["Cache-Control"] = "no-store"
    return answer


def may_enter() -> bool:
    """Whether this request comes from this machine, by a name of this machine, and the desk is open.

    The name counts too: a page elsewhere whose own name was pointed at this machine stays outside.
    """
    asked = flask.request
    if not here.house().config.open_desk or here.house().desk is None:
        return False
    if "X-Forwarded-For" in asked.headers or "Forwarded" in asked.headers:
        return False
    host = urlsplit(f"//{asked.host}").hostname or ""
    return host in _LOOPBACK_NAMES and ip_address(asked.remote_addr or "0.0.0.0").is_loopback  # noqa: S104


def actor() -> str:
    """Who acts, for the record."""
    return "desk"


def by() -> By:
    """Who acts, now."""
    return By(actor(), here.now())


def office() -> Office:
    """The county in whose name letters go out, and how links in them begin."""
    return Office(here.county().id, here.house().config.site)


def moment() -> Moment:
    """Now, with its zone and on the wall clock."""
    return Moment(by().now, by().wall)


def connection() -> sa.Connection:
    """This request's connection as the desk, for reading; given back at the request's end."""
    if "desk_connection" not in flask.g:
        flask.g.desk_connection = _engine().connect()
    found: sa.Connection = flask.g.desk_connection
    return found


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """One transaction: all of what a form asks for, or none of it. Letters it wrote leave when it is done."""
    with _engine().begin() as opened:
        yield opened
    here.house().post()


@contextmanager
def weighing() -> Iterator[sa.Connection]:
    """A transaction that may weigh journeys from exact homes; nothing of them is ever shown, and it is
    written down that they were read.

    Raises UnavailableError where these pages were given none.
    """
    matcher = here.house().matcher
    if matcher is None:
        raise UnavailableError("These pages cannot weigh journeys; start them with: geomatch serve")
    with matcher.begin() as opened:
        yield opened


def done(words: str, address: str) -> Response:
    """After a form: letters leave, what was done is told on the next page."""
    here.house().post()
    flask.flash(words)
    return flask.redirect(address, 303)


def engine() -> sa.Engine:
    """The desk's engine, for services that keep their own transaction."""
    return _engine()


def _engine() -> sa.Engine:
    engine = here.house().desk
    assert engine is not None  # noqa: S101 - nobody enters without one
    return engine
