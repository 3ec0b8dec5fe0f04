"""Tokens by which a broker's programs come in: made, told once, ended."""

from datetime import timedelta

import flask
from werkzeug.wrappers import Response

from geomatch.db import audit, sessions
from geomatch.db.audit import What
from geomatch.services import visitors
from webmap import filters, gate, here
from webmap.account import door
from webmap.account.door import blueprint

LASTS = timedelta(days=365)


@blueprint.post("/tokens")
def make_token() -> str:
    """A new token, shown this once."""
    door.require_fresh()
    who = gate.me()
    name = " ".join((filters.once(flask.request.form, "name") or "a program").split())[:100]
    with gate.door().begin() as connection:
        token = sessions.make_token(connection, who.account, name, now=here.now(), until=here.now() + LASTS)
        audit.write(connection, visitors.entry(who.account, What.ACCOUNT, did="token made"))
    return here.page("account/token.html", token=token, name=name)


@blueprint.post("/tokens/<int:number>/end")
def end_token(number: int) -> Response:
    """A token opens nothing any more."""
    with gate.door().begin() as connection:
        sessions.end_token(connection, gate.me().account, number)
        audit.write(connection, visitors.entry(gate.me().account, What.ACCOUNT, did="token ended"))
    return door.told("That token opens nothing any more.")
