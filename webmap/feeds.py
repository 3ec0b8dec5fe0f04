"""Calendars to subscribe to: of one resource, and behind a long secret address of one broker."""

import flask

from geomatch.exporters.ical import MEDIA_TYPE
from geomatch.services import feeds
from webmap import here, security

blueprint = flask.Blueprint("feeds", __name__)

_BROKERS_SECONDS = 300


@blueprint.get("/resources/<path:ref>.ics")
def resource(ref: str) -> flask.Response:
    """When a resource is held or booked, without a word about by whom."""
    return security.public(_answer(feeds.of_resource(here.connection(), here.county().id, ref, here.now())))


@blueprint.get("/calendars/<token>.ics")
def broker(token: str) -> flask.Response:
    """What the broker who was given this address has booked. Found by no search engine, kept by no proxy."""
    made = _answer(feeds.of_broker(here.connection(), token, here.now()))
    made.headers["Cache-Control"] = f"private, max-age={_BROKERS_SECONDS}"
    made.headers["X-Robots-Tag"] = "noindex"
    return made


def _answer(body: bytes) -> flask.Response:
    made = flask.make_response(body)
    made.content_type = MEDIA_TYPE
    return made
