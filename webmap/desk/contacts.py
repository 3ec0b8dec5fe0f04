"""How somebody is reached, and how and when they agreed to it: for callers without e-mail above all."""

from datetime import date
from typing import Any

import flask
from werkzeug.wrappers import Response

from geomatch.db import desk
from geomatch.db.tables.desk import CONSENT_WAYS
from geomatch.errors import InputError, UnknownPlaceError
from webmap import filters, here
from webmap.desk import door
from webmap.desk.door import blueprint
from webmap.errors import ParameterError


@blueprint.get("/contacts/<any(need, resource):thing>/<path:ref>")
def contact(thing: str, ref: str) -> str:
    """What is recorded, and a form to change it."""
    owner, name = _owner(thing, ref)
    kept = desk.contacts(door.connection(), owner)
    return here.page(
        "desk/contact.html",
        WAYS=CONSENT_WAYS,
        back=_back(thing, ref),
        kept=kept,
        name=name,
        today=door.moment().today,
    )


@blueprint.post("/contacts/<any(need, resource):thing>/<path:ref>")
def save_contact(thing: str, ref: str) -> Response:
    """Keep it. Without consent nothing is kept."""
    given = flask.request.form
    owner, _ = _owner(thing, ref)
    how = filters.one_of(given, "consent_how", CONSENT_WAYS)
    if how is None or not given.get("agreed"):
        raise InputError("tick that they agreed, and say how; without their consent nothing is kept")
    email, telephone = ((filters.once(given, name) or "")[:200] or None for name in ("email", "telephone"))
    if email and (
        email.count("@") != 1 or any(each.isspace() for each in email) or email[0] == "@" or email[-1] == "@"
    ):
        raise ParameterError("email", "an e-mail address such as ann@example.org", email)
    if not email and not telephone:
        raise ParameterError("telephone", "an e-mail address or a telephone number", None)
    with door.writing() as connection:
        desk.save_contact(
            connection,
            owner,
            county_id=here.county().id,
            name=(filters.once(given, "name") or "")[:200],
            email=email,
            telephone=telephone,
            consent_how=how,
            consent_on=_day(given),
            consent_words=(given.get("consent_words") or "").strip()[:1000],
            recorded_by=door.actor(),
            recorded_at=door.by().now,
        )
    return door.done("Kept, with how and when they agreed.", _back(thing, ref))


def _owner(thing: str, ref: str) -> tuple[dict[str, int], str]:
    county = here.county().id
    if thing == "need":
        row = desk.asker(door.connection(), county, ref)
        return {"need_id": row["id"]}, row["title"]
    found = desk.offers(door.connection(), county, [ref])
    if ref not in found:
        raise UnknownPlaceError(f"nothing offered has the id {ref!r} in this county")
    return {"resource_id": found[ref]["id"]}, found[ref]["name"]


def _back(thing: str, ref: str) -> str:
    if thing == "need":
        return flask.url_for("desk.need", ref=ref)
    of = flask.request.values.get("of", "")
    return flask.url_for("desk.need", ref=of) if of else flask.url_for("desk.index")


def _day(given: Any) -> date:
    text = filters.once(given, "consent_on") or ""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise ParameterError("consent_on", "a day, such as 2026-11-22", text) from None
    if found > door.moment().today:
        raise ParameterError("consent_on", "today or a day before", text)
    return found
