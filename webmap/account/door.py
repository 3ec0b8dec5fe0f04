"""What the pages of an account share: the way on after each step, and who may change how they come in."""

import flask
from werkzeug.wrappers import Response

from geomatch.errors import ConflictError
from geomatch.services import visitors
from geomatch.services.visitors import Visitor
from webmap import gate, here

blueprint = flask.Blueprint("account", __name__, url_prefix="/account")

STEPS = {"code": "account.second", "set-up": "account.set_up"}
"""The page for what is missing of the second step."""


def onward(token: str | None = None) -> Response:
    """Where somebody goes on to: the next step of coming in, else where they wanted to go."""
    who = visitors.visitor(gate.door(), token, here.now()) if token else gate.me()
    wanted = gate.wanted()
    if who is not None and who.second is not None:
        return flask.redirect(flask.url_for(STEPS[who.second], next=wanted or None), 303)
    return flask.redirect(wanted or usual(who), 303)


def usual(who: Visitor | None) -> str:
    """Where somebody's work is, who wanted to go nowhere else."""
    return flask.url_for("desk.index" if who is not None and who.is_("broker") else "account.index")


def require_fresh() -> None:
    """Only whoever came in a short while ago changes how they come in; a browser left open does not.

    Raises ConflictError.
    """
    if not gate.me().fresh(here.now()):
        raise ConflictError("it is a while since you came in: sign out, come in again, and then change this")


def told(words: str) -> Response:
    """Back to the account's page, which says what was done."""
    here.house().post()
    flask.flash(words)
    return flask.redirect(flask.url_for("account.index"), 303)
