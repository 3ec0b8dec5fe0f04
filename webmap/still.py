"""The page behind the link in a letter: still true, without a login, for all that somebody offers."""

import flask

from geomatch.services import still
from geomatch.services.booking import By
from webmap import gate, here

blueprint = flask.Blueprint("still", __name__, url_prefix="/still-true")


@blueprint.get("/<token>")
def ask(token: str) -> str:
    """What is asked about."""
    with gate.door().connect() as connection:
        asked = still.question(connection, token, _by())
    rows = list(zip(asked.rows, asked.until, strict=True))
    return here.page("still.html", rows=rows, today=_by().wall.date(), done=None)


@blueprint.post("/<token>")
def take(token: str) -> str:
    """It still is true, all but what is ticked as gone."""
    gone = [int(each) for each in flask.request.form.getlist("gone") if each.isascii() and each.isdigit()]
    done = still.answer(gate.door(), token, gone, _by())
    return here.page("still.html", rows=[], today=_by().wall.date(), done=done)


def _by() -> By:
    return By("whoever offers it", here.now())
