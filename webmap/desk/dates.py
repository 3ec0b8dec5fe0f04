"""A series before it is proposed, date by date, and what is done with all of it at once."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import desk, pages
from geomatch.errors import UnknownPlaceError
from geomatch.services import repeating
from webmap import filters, here
from webmap.desk import door, series
from webmap.desk.bundle import plan_of
from webmap.desk.door import blueprint
from webmap.errors import ParameterError

ENDS = ("released", "cancelled")


@blueprint.post("/series/<path:ref>/dates")
def dates(ref: str) -> flask.typing.ResponseReturnValue:
    """Each date of a series and whether it can be had; proposed once that was looked at."""
    given = flask.request.form
    plan, chosen = plan_of(ref)
    assert chosen.window is not None  # noqa: S101 - there is no plan without
    how, until = series.pattern(given, chosen.window)
    if given.get("do") == "propose":
        told = repeating.propose(door.engine(), door.office(), plan, how, door.by(), until=until)
        return door.done(series.told(told), flask.url_for("desk.need", ref=ref) + "#progress")
    found = repeating.look(door.engine(), door.office(), plan, how, door.by(), until=until)
    return here.page(
        "desk/dates.html",
        chosen=chosen,
        dates=found,
        despite={name: given[name] for name in given if name.startswith("despite-")},
        fields=series.fields(),
        free=sum(not each.why for each in found),
        need=pages.need(here.connection(), here.county().id, ref),
        plan=plan,
        names=desk.offers(door.connection(), here.county().id, [each.resource for each in plan.wanted]),
    )


@blueprint.post("/series/<int:number>/confirm")
def confirm_series(number: int) -> Response:
    """The broker has everybody's word for every date."""
    ref = _need(number)
    count = repeating.confirm(door.engine(), door.office(), number, door.by())
    dates_ = "date is" if count == 1 else "dates are"
    return door.done(f"{count} {dates_} booked. Everybody with an e-mail address is told.", _address(ref))


@blueprint.post("/series/<int:number>/end")
def end_series(number: int) -> Response:
    """Release or cancel all that is still to come, with a reason."""
    given = flask.request.form
    status = filters.one_of(given, "status", ENDS)
    if status is None:
        raise ParameterError("status", "one of " + ", ".join(ENDS), None)
    ref = _need(number)
    reason = (given.get("reason") or "")[:500]
    repeating.end(door.engine(), door.office(), number, door.by(), status=status, reason=reason)
    return door.done("Done for all dates to come, and everybody concerned is told.", _address(ref))


def _need(number: int) -> str:
    rows = desk.bundles(door.connection(), here.county().id, door.by().now, series=number)
    if not rows or rows[0]["need"] is None:
        raise UnknownPlaceError(f"there is no series {number} in this county")
    return str(rows[0]["need"])


def _address(ref: str) -> str:
    return flask.url_for("desk.need", ref=ref) + "#progress"
