"""Who asks to belong to a group, for brokers: yes or no where nobody of the group answers."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import joining as kept
from geomatch.services import joining as service
from webmap import here
from webmap.desk import door
from webmap.desk.door import blueprint


@blueprint.get("/joining")
def joining() -> str:
    """Who waits, the longest first."""
    return here.page("desk/joining.html", rows=kept.waiting(door.connection(), here.county().id))


@blueprint.post("/joining/<int:number>/<any(yes, no):said>")
def answer_joining(number: int, said: str) -> Response:
    """The answer."""
    site = here.house().config.site
    with door.writing() as connection:
        who = service.answer(connection, here.county().id, site, number, door.by(), yes=said == "yes")
    words = f"{who} belongs to it now." if said == "yes" else f"{who} was told no."
    return door.done(words, flask.url_for("desk.joining"))
