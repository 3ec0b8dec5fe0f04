"""What an LJC sets out to reach, and stories of what was met: kept and changed by its members."""

from datetime import date

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from geomatch.db import quarters
from geomatch.db.quarters import Target
from webmap import filters, here
from webmap.desk import door
from webmap.errors import ParameterError
from webmap.ljc import rooms
from webmap.ljc.rooms import blueprint
from webmap.ljc.told import INDICATORS

_LONGEST_WORDS, _LONGEST_NAME, _GREATEST = 600, 100, 1_000_000


@blueprint.get("/<slug>/targets")
def targets(slug: str) -> str:
    """Targets and stories, each with its form."""
    page = rooms.page(slug, None)
    connection, county = door.connection(), here.county().id
    return here.page(
        "ljc/targets.html",
        INDICATORS=INDICATORS,
        page=page,
        stories=quarters.stories(connection, county, slug, page.quarter),
        targets=quarters.targets(connection, county, slug),
        today=rooms.today(),
    )


@blueprint.post("/<slug>/targets")
def save_target(slug: str) -> Response:
    """Keep a new target, change one, or let one go."""
    rooms.page(slug, None)
    given, county = flask.request.form, here.county().id
    number = filters.whole(given, "number", default=0, most=999_999_999)
    with door.writing() as connection:
        if given.get("act") == "remove":
            quarters.remove_target(connection, county, slug, number)
            words = "The target is gone."
        elif number:
            quarters.change_target(connection, county, _target(slug, given, number), door.actor())
            words = "The target is changed."
        else:
            quarters.add_targets(connection, county, [_target(slug, given, None)], door.actor())
            words = "The target is kept."
        quarters.note(connection, county, slug)
    return door.done(words, flask.url_for("ljc.targets", slug=slug))


@blueprint.post("/<slug>/stories")
def save_story(slug: str) -> Response:
    """Keep a story of the running quarter, or let one go."""
    page = rooms.page(slug, None)
    given, county = flask.request.form, here.county().id
    with door.writing() as connection:
        if given.get("act") == "remove":
            number = filters.whole(given, "number", default=0, most=999_999_999)
            quarters.remove_story(connection, county, slug, number)
            told = "The story is gone."
        else:
            happened, words = _day(given, "happened"), _words(given, "words", _LONGEST_WORDS)
            if not page.quarter.first <= happened <= page.quarter.last:
                raise ParameterError("happened", f"a day in {page.quarter}", happened.isoformat())
            quarters.add_story(connection, county, slug, happened, words, door.actor())
            told = "The story is kept."
        quarters.note(connection, county, slug)
    return door.done(told, flask.url_for("ljc.targets", slug=slug))


def _target(code: str, given: MultiDict[str, str], number: int | None) -> Target:
    indicator = filters.one_of(given, "indicator", tuple(INDICATORS))
    if indicator is None:
        raise ParameterError("indicator", "one of those listed", None)
    baseline, goal = (_number(given, name, INDICATORS[indicator].unit) for name in ("baseline", "target"))
    if baseline == goal:
        raise ParameterError("target", "another number than the baseline", f"{goal:g}")
    owner = _words(given, "owner", _LONGEST_NAME)
    return Target(code, indicator, baseline, goal, _day(given, "due"), owner, id=number)


def _number(given: MultiDict[str, str], name: str, unit: str) -> float:
    most = 100 if unit == "percent" else _GREATEST
    text = filters.once(given, name) or ""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= most:
        raise ParameterError(name, f"a number from 0 to {most:,}", text)
    return value


def _words(given: MultiDict[str, str], name: str, longest: int) -> str:
    text = " ".join((filters.once(given, name) or "").split())
    if not 0 < len(text) <= longest:
        raise ParameterError(name, f"some words, {longest} letters at most", text[:60] or None)
    return text


def _day(given: MultiDict[str, str], name: str) -> date:
    text = filters.once(given, name) or ""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ParameterError(name, "a day, such as 2027-03-31", text) from None
    if not 2000 <= found.year <= 2099:
        raise ParameterError(name, "a day from 2000 to 2099", text)
    return found
