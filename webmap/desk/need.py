"""One need: what is asked, who could help and why not others, what is proposed, and everybody's next step."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import flask

from geomatch.db import desk, pages
from geomatch.errors import UnknownPlaceError
from geomatch.model import Window
from geomatch.services import options, repeating
from geomatch.services.options import Asked, Option, Options
from webmap import here, ladder, words
from webmap.desk import cards, choice, door
from webmap.desk.choice import Choice
from webmap.desk.door import blueprint

_DAY = re.compile(r"\d{4}-\d\d-\d\d")

TESTS = {
    "kind": "another kind of thing",
    "attributes": "not known to have all that it must",
    "safeguarding": "without a DBS check on record that is deep enough and good",
    "availability": "not free then",
    "catchment": "not offered to this place",
    "budget": "further than they will go",
    "travel": "too far away",
    "freshness": "not confirmed lately",
}
"""What a hard test that fails says of a thing."""


@blueprint.get("/needs/<path:ref>")
def need(ref: str) -> flask.typing.ResponseReturnValue:
    """The page of one need; of a wish for one day the form that makes a need of it."""
    told = pages.need(here.connection(), here.county().id, ref)
    if told["aspiration"]:
        return flask.redirect(flask.url_for("desk.edit", kind="needs", ref=ref), 303)
    chosen = choice.read(flask.request.args)
    rows = desk.bundles(door.connection(), here.county().id, door.by().now, need=ref)
    asks = desk.asks(door.connection(), {row["bundle_id"] for row in rows})
    return here.page(
        "desk/need.html",
        TESTS=TESTS,
        again=_again,
        acts=desk.acts(door.connection(), here.county().id, _ever(), need_id=told["id"])[:20],
        asker=desk.asker(door.connection(), here.county().id, ref),
        bundles=cards.together(cards.of(rows, asks, door.by().wall), _repeats(rows)),
        changes=_changes((told["detail"] or {}).get("ladder", [])),
        chosen=chosen,
        failing=failing,
        need=told,
        now=door.by().now,
        options=_options(ref, chosen),
    )


def _repeats(rows: desk.Rows) -> dict[int, str]:
    """How the series among these bookings repeat, by number."""
    numbers = {row["series_id"] for row in rows} - {None}
    found = desk.series_of(door.connection(), numbers) if numbers else {}
    return {number: _by_day(repeating.words(row)) for number, row in found.items()}


def _by_day(text: str) -> str:
    """Days as one reads them in place of how they are written."""
    return _DAY.sub(lambda found: words.day(date.fromisoformat(found[0])), text)


def failing(one: Option) -> list[str]:
    """What the tests that an option fails say of it."""
    return [TESTS[name] for name in one.failed]


def options_of(ref: str, chosen: Choice) -> Options:
    """Candidates of a need for what was chosen so far. Raises UnknownPlaceError when it is not open."""
    asked = Asked(ref, door.moment().today, dict(chosen.picks), chosen.window)

    def weighed() -> Options:
        return options.of_need(door.connection(), here.county(), asked)

    key = tuple(sorted((role, refs) for role, refs in chosen.picks.items()))
    return here.remembered("options", weighed, ref, key, chosen.window)


def _options(ref: str, chosen: Choice) -> Options | None:
    try:
        return options_of(ref, chosen)
    except UnknownPlaceError:
        return None


def _changes(steps: list[Any]) -> list[str]:
    """What change would help a need that the matching left out."""
    mentioned = ladder.mentioned(steps)
    return ladder.told(steps, pages.names(here.connection(), here.county().id, **mentioned))


def _again(begin: str, minutes: int) -> str:
    """The window of an occurrence that could not be had, as a parameter."""
    starts = datetime.fromisoformat(begin)
    return str(Window(starts, starts + timedelta(minutes=minutes)))


def _ever() -> Any:
    return door.by().now.replace(year=door.by().now.year - 5, month=1, day=1)
