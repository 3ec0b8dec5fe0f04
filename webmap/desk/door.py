"""The desk's own doors: who acts, and one transaction for everything one form does."""

from collections.abc import Iterator
from contextlib import contextmanager

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.db.desk import Moment
from geomatch.services.booking import By
from geomatch.services.telling import Office
from webmap import filters, gate, here

blueprint = flask.Blueprint("desk", __name__, url_prefix="/broker")

_SAY_IT_THEMSELVES = ("desk.new", "desk.edit", "desk.count", "desk.spreadsheet")
"""Forms that say beside a field what is wrong in it, and lose nothing typed."""


@blueprint.before_request
def _only_what_one_can_read() -> None:
    if flask.request.endpoint not in _SAY_IT_THEMSELVES:
        filters.readable(flask.request.form)


def actor() -> str:
    """Who acts, for the record."""
    return gate.me().called


def by() -> By:
    """Who acts, now."""
    return By(actor(), here.now(), gate.me().account)


def office() -> Office:
    """The county in whose name letters go out, and how links in them begin."""
    return Office(here.county().id, here.house().config.site)


def moment() -> Moment:
    """Now, with its zone and on the wall clock."""
    return Moment(by().now, by().wall)


def connection() -> sa.Connection:
    """This request's connection as the desk, for reading; given back at the request's end."""
    if "desk_connection" not in flask.g:
        flask.g.desk_connection = gate.door().connect()
    found: sa.Connection = flask.g.desk_connection
    return found


@contextmanager
def writing() -> Iterator[sa.Connection]:
    """One transaction: all of what a form asks for, or none of it. Letters it wrote leave when it is done."""
    with gate.door().begin() as opened:
        yield opened
    here.house().post()


def done(words: str, address: str) -> Response:
    """After a form: letters leave, what was done is told on the next page."""
    here.house().post()
    flask.flash(words)
    return flask.redirect(address, 303)


def engine() -> sa.Engine:
    """The desk's engine, for services that keep their own transaction."""
    return gate.door()
