"""Somebody's own account: name, password, second step, and where they are signed in."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import accounts, sessions
from geomatch.errors import InputError
from geomatch.services import signing, visitors
from webmap import filters, gate, here
from webmap.account import door
from webmap.account.door import blueprint


@blueprint.get("/")
def index() -> str:
    """What is kept of somebody's account, and what they can change."""
    return _page()


def _page(wrong: str = "") -> str:
    who, county = gate.me(), here.county().id
    with gate.door().connect() as connection:
        return here.page(
            "account/index.html",
            codes_left=accounts.codes_left(connection, who.account),
            fresh=who.fresh(here.now()),
            kept=accounts.one(connection, who.account),
            organisations=accounts.organisations(connection, who.account, county),
            roles=accounts.role_rows(connection, who.account),
            sessions=sessions.listed(connection, who.account, here.now()),
            tokens=sessions.tokens(connection, who.account, here.now()),
            wants_second=visitors.wants_second(who.roles),
            who=who,
            wrong=wrong,
        )


@blueprint.post("/")
def save() -> flask.typing.ResponseReturnValue:
    """Another name, or another password."""
    given = flask.request.form
    if given.get("do") == "password":
        door.require_fresh()
        try:
            signing.set_password(gate.door(), gate.me(), given.get("password", ""))
        except InputError as refused:
            return _page(str(refused)), 400
        return door.told("Your password is kept. Everybody signed in elsewhere is signed out.")
    name = " ".join((filters.once(given, "name") or "").split())[:100]
    with gate.door().begin() as connection:
        accounts.change(connection, gate.me().account, name=name)
    return door.told("Kept.")


@blueprint.post("/sessions/<int:number>/end")
def end_session(number: int) -> Response:
    """Sign out on one device."""
    with gate.door().begin() as connection:
        sessions.end(connection, gate.me().account, only=number)
    return door.told("Signed out there.")


@blueprint.post("/sessions/end")
def end_others() -> Response:
    """Sign out everywhere but here."""
    with gate.door().begin() as connection:
        sessions.end(connection, gate.me().account, but=gate.me().session)
    return door.told("Signed out everywhere else.")
