"""The pages anybody sees: the map with its list, and the story of one area, need or resource."""

from collections.abc import Mapping
from typing import Any

import flask
from werkzeug.wrappers import Response

from geomatch.db import pages
from geomatch.model import ResourceKind
from geomatch.services import calendars
from geomatch.services.calendars import Fortnight
from webmap import believed, chosen, formats, front, here, ladder, places, security

blueprint = flask.Blueprint("public", __name__)

_WITH_CALENDAR = (ResourceKind.VENUE, ResourceKind.EQUIPMENT, ResourceKind.SKILL)


@blueprint.get("/")
def index() -> flask.Response:
    """The map and the same content as a list, driven by the same filters."""
    asked = chosen.filters_()
    spot = places.chosen(asked)
    if asked.place and spot is None:
        return places.to_choices(asked)
    return flask.make_response(front.page(asked, spot))


@blueprint.get("/shown.<any(csv, geojson):form>")
def shown(form: str) -> flask.Response:
    """Exactly what the map and the list show by the same filters, as a file."""
    asked = chosen.filters_()
    if asked.place and places.chosen(asked) is None:
        return places.to_choices(asked)
    kind = formats.CSV if form == "csv" else formats.GEOJSON
    body = here.remembered(
        "shown",
        lambda: formats.file(front.everything(asked), kind),
        kind,
        chosen.wanted(asked),
        flask.request.host_url,
    )
    return formats.saved("shown", body, kind)


@blueprint.get("/needs/<path:ref>")
def need(ref: str) -> flask.Response:
    """What was asked, whom it was matched with, or why not."""
    told = pages.need(here.connection(), here.county().id, ref)
    detail = told["detail"] or {}
    believed_ = None if told["status"] == "met" else believed.need(told)
    shown = here.page(
        "need.html", need=told, believed=believed_, others=_others(detail), steps=_steps(detail)
    )
    return security.public(flask.make_response(shown))


@blueprint.get("/resources/<path:ref>")
def resource(ref: str) -> Response:
    """What is offered, by whom, how accessible, when, and which needs it serves."""
    other = here.moved("resource", ref, lambda now: flask.url_for("public.resource", ref=now))
    if other is not None:
        return other
    told = pages.resource(here.connection(), here.county().id, ref)
    shown = here.page(
        "resource.html", resource=told, believed=believed.offer(told), fortnight=_fortnight(told)
    )
    return security.public(flask.make_response(shown))


def _fortnight(told: Mapping[str, Any]) -> Fortnight | None:
    """The next two weeks of what has a calendar for everybody: not of people, nor of what is never booked."""
    if told["kind"] not in _WITH_CALENDAR or told["withdrawn_on"]:
        return None
    return calendars.fortnight(here.connection(), here.county().id, told["id"], here.now())


def _steps(detail: Mapping[str, Any]) -> list[str]:
    """The changes that would help, in sentences."""
    steps = detail.get("ladder") or []
    known = pages.names(here.connection(), here.county().id, **ladder.mentioned(steps))
    return ladder.told(steps, known)


def _others(detail: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The needs, resources and areas that a reason mentions, as (ref, name), in its order."""
    mentioned = {
        "needs": [str(ref) for ref in detail.get("needs", ())],
        "resources": [str(each["resource"]) for each in detail.get("supply", ())],
        "areas": [str(detail["quota"]["area"])] if detail.get("quota") else [],
    }
    known = pages.names(here.connection(), here.county().id, **mentioned)
    return {
        things: [(ref, known[(things[:-1], ref)]) for ref in refs if (things[:-1], ref) in known]
        for things, refs in mentioned.items()
    }
