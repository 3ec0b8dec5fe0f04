"""A bundle looked at before it is proposed, with minutes, costs and the day's calendar; then proposed."""

from collections.abc import Mapping

import flask
from werkzeug.wrappers import Response

from geomatch.db import pages
from geomatch.errors import InputError
from geomatch.model import Window
from geomatch.services import brokering, bundles, repeating
from geomatch.services.brokering import Plan
from geomatch.services.options import Option, Options
from webmap import here
from webmap.desk import choice, door, series
from webmap.desk.choice import Choice
from webmap.desk.door import blueprint
from webmap.desk.need import failing, options_of
from webmap.errors import ParameterError

Picked = list[tuple[str, Option, int]]


@blueprint.get("/bundle/<path:ref>")
def look(ref: str) -> str:
    """What the chosen things come to together."""
    chosen = choice.read(flask.request.args)
    found = options_of(ref, chosen)
    picked = picks(found, chosen)
    if not picked:
        raise InputError("nothing was chosen; go back and choose one thing or more")
    when = chosen.window or next((one.window for _, one, _ in picked if one.window), None)
    return here.page(
        "desk/bundle.html",
        REPEATS=series.REPEATS,
        failing=failing,
        calendar=_calendar(picked, when),
        chosen=chosen,
        need=pages.need(here.connection(), here.county().id, ref),
        picked=picked,
        seasons=sorted(series.seasons()),
        total=_total(ref, picked, when),
        when=when,
    )


@blueprint.post("/bundle/<path:ref>")
def propose(ref: str) -> Response:
    """Keep these things and ask everybody; or book them at once, with everybody's word."""
    if flask.request.form.get("repeats"):
        return flask.redirect(flask.url_for("desk.dates", ref=ref), 307)
    plan, chosen = plan_of(ref)
    address = flask.url_for("desk.need", ref=ref)
    if chosen.series:
        told = repeating.replace_in(door.engine(), door.office(), chosen.series, plan.wanted[0], door.by())
        return door.done(series.told(told), address + "#progress")
    brokering.propose(door.engine(), door.office(), plan, door.by(), round_=chosen.round)
    return door.done("Proposed. Everybody with an e-mail address has been asked.", address + "#progress")


def plan_of(ref: str) -> tuple[Plan, Choice]:
    """What the form sent asks for: the plan, and the choice behind it. Raises ParameterError for no time."""
    given = flask.request.form
    chosen = choice.read(given)
    if chosen.window is None:
        raise ParameterError("day", "a day and times, such as 2026-12-03, 19:00 and 21:00", None)
    picked = picks(options_of(ref, chosen), chosen)
    if chosen.series and len(picked) != 1:
        raise InputError("expected one thing for the whole series; the others stay as they are")
    plan = brokering.plan(
        ref,
        [(role, one.ref, units) for role, one, units in picked],
        chosen.window,
        despite=_reasons(picked, given),
        replaces=chosen.replaces,
        into=chosen.into,
    )
    return plan, chosen


def picks(found: Options, chosen: Choice) -> Picked:
    """(role, option, units) in the order of the roles; raises InputError for what is no such thing."""
    picked: Picked = []
    for part in found.parts:
        left = part.role["quantity"]
        for ref in chosen.picks.get(part.role["role"], ()):
            one = found.find(part.role["role"], ref)
            if one is None:
                raise InputError(
                    f"{ref} cannot be the {part.role['role']} of this need; choose from its list"
                )
            units = max(1, min(left, one.offer["quantity"]))
            left -= units
            picked.append((part.role["role"], one, units))
    return picked


def _reasons(picked: Picked, given: Mapping[str, str]) -> dict[str, str]:
    """Written reasons by role for what fails a hard test. Raises ParameterError where one is missing."""
    reasons = {}
    for role, one, _ in picked:
        if one.failed:
            words = given.get(f"despite-{role}", "").strip()
            if not words:
                failed = " and ".join(failing(one))
                raise ParameterError(
                    f"despite-{role}", f"a written reason, for {one.offer['name']} {failed}", None
                )
            reasons[role] = f"{', '.join(one.failed)}: {words[:500]}"
    return reasons


def _total(ref: str, picked: Picked, when: Window | None) -> bundles.Sum | None:
    if when is None:
        return None
    return bundles.total(door.connection(), here.county().id, picked, during=when, need=ref)


def _calendar(picked: Picked, when: Window | None) -> list[bundles.Entry]:
    if when is None:
        return []
    refs = [one.ref for _, one, _ in picked]
    return bundles.calendar(door.connection(), here.county().id, refs, when, door.by())
