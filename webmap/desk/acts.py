"""What was done today, each with a button that undoes it."""

from datetime import timedelta

import flask
from werkzeug.wrappers import Response

from geomatch.db import desk, letters
from geomatch.services import undoing
from webmap import here
from webmap.desk import door
from webmap.desk.door import blueprint


@blueprint.get("/today")
def today() -> str:
    """Acts of the day, the newest first, and letters that wait."""
    at = door.moment()
    since = at.now - timedelta(hours=at.wall.hour, minutes=at.wall.minute, seconds=at.wall.second)
    return here.page(
        "desk/today.html",
        UNDOABLE=undoing.UNDOABLE,
        acts=desk.acts(door.connection(), here.county().id, since),
        waiting=letters.unsent(door.connection()),
    )


@blueprint.post("/acts/<int:number>/undo")
def undo(number: int) -> Response:
    """Undo one of them."""
    words = undoing.undo(door.engine(), door.office(), number, door.by())
    return door.done(f"Undone: {words}.", flask.url_for("desk.today"))
