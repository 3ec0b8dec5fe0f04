"""The page behind the link in a letter: still true, without a login, for all that somebody told of."""

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
    rows = [(row, still.mark(row), until) for row, until in zip(asked.rows, asked.until, strict=True)]
    return here.page("still.html", rows=rows, today=_by().wall.date(), done=None)


@blueprint.post("/<token>")
def take(token: str) -> str:
    """It still is true, all but what is ticked as gone."""
    done = still.answer(gate.door(), token, flask.request.form.getlist("gone"), _by())
    return here.page("still.html", rows=[], today=_by().wall.date(), done=done)


def _by() -> By:
    return By("whoever told of it", here.now())
