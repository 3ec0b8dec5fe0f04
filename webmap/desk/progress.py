"""What becomes of a bundle once it is proposed: answers by telephone, confirming, ending, the day after."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import desk
from geomatch.db.tables.desk import CONSENT_WAYS
from geomatch.errors import InputError, UnknownPlaceError
from geomatch.services import answers, brokering
from geomatch.services.answers import Said
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint
from webmap.errors import ParameterError

ENDS = ("declined", "released", "cancelled")
_NEXT = {
    "waiting": "Written down. Others are still to answer.",
    "booked": "Written down. Everybody has said yes, so it is booked and they are told.",
    "looking": "Written down. Look for another in its place.",
}


@blueprint.post("/bundles/<int:number>/confirm")
def confirm(number: int) -> Response:
    """The broker has everybody's word."""
    ref = _need(number)
    brokering.confirm(door.engine(), door.office(), number, door.by())
    return door.done("Booked. Everybody with an e-mail address is told.", _address(ref))


@blueprint.post("/bundles/<int:number>/end")
def end(number: int) -> Response:
    """Decline, release or cancel some of a bundle's bookings, with a reason."""
    given = flask.request.form
    status = filters.one_of(given, "status", ENDS)
    if status is None:
        raise ParameterError("status", "one of " + ", ".join(ENDS), None)
    numbers = [
        int(each) for each in given.getlist("booking") if each.isascii() and each.isdigit() and len(each) < 18
    ]
    ref = _need(number)
    mine = {
        row["id"]
        for row in desk.bundles(door.connection(), here.county().id, door.by().now, bundles=[number])
    }
    if not numbers or not mine.issuperset(numbers):
        raise ParameterError(
            "booking", "one booking of this bundle or more", ", ".join(given.getlist("booking"))
        )
    reason = (given.get("reason") or "")[:500]
    brokering.end(door.engine(), door.office(), numbers, door.by(), status=status, reason=reason)
    return door.done("Done, and everybody concerned is told. The need is open again.", _address(ref))


@blueprint.post("/bundles/<int:number>/happened")
def happened(number: int) -> Response:
    """After the day: did it happen?"""
    given = flask.request.form
    yes = filters.one_of(given, "happened", ("yes", "no"))
    if yes is None:
        raise ParameterError("happened", "yes or no", None)
    ref = _need(number)
    reason = (given.get("reason") or "")[:500]
    brokering.tell_happened(door.engine(), door.office(), number, door.by(), yes=yes == "yes", reason=reason)
    return door.done("Thank you: written down.", _address(ref))


@blueprint.post("/asks/<int:number>/answer")
def answer(number: int) -> Response:
    """What somebody told the broker by telephone, or however."""
    given = flask.request.form
    how = filters.one_of(given, "how", CONSENT_WAYS)
    said = filters.one_of(given, "answer", (answers.YES, answers.NO))
    if how is None or said is None:
        raise InputError("expected an answer, yes or no, and how it was given")
    one = desk.one_ask(door.connection(), number)
    if one["county_id"] != here.county().id:
        raise UnknownPlaceError(f"nobody was asked under the number {number}")
    ref = _need(one["bundles"][0])
    words = Said(said, how, (given.get("reason") or "")[:500])
    told = answers.by_broker(door.engine(), door.office(), number, words, door.by())
    return door.done(_NEXT[told], _address(ref))


def _need(bundle: int) -> str:
    rows = desk.bundles(door.connection(), here.county().id, door.by().now, bundles=[bundle])
    if not rows or rows[0]["need"] is None:
        raise UnknownPlaceError(f"there is no bundle {bundle} in this county")
    return str(rows[0]["need"])


def _address(ref: str) -> str:
    return flask.url_for("desk.need", ref=ref) + "#progress"
