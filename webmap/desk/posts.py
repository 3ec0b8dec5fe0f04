"""What people posted for themselves and waits for a look: published, or not, with a reason."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import posting as kept_posts
from geomatch.services import posting
from webmap import here
from webmap.desk import door
from webmap.desk.door import blueprint


@blueprint.get("/posts")
def posts() -> str:
    """What waits, the longest waiting first."""
    rows = kept_posts.waiting(door.connection(), here.county().id)
    return here.page("desk/posts.html", WORDS=posting.WORDS, rows=rows)


@blueprint.post("/posts/<int:number>/publish")
def publish_post(number: int) -> Response:
    """Everybody sees it from now on."""
    trust = flask.request.form.get("trust") == "yes"
    site, county = here.house().config.site, here.county().id
    with door.writing() as connection:
        name = posting.publish(connection, county, site, number, door.by(), trust=trust)
    return door.done(f"Published: {name}.", flask.url_for("desk.posts"))


@blueprint.post("/posts/<int:number>/refuse")
def refuse_post(number: int) -> Response:
    """Nobody sees it; whoever posted it hears why."""
    reason = flask.request.form.get("reason", "")
    with door.writing() as connection:
        name = posting.refuse(connection, here.county().id, number, reason, door.by())
    return door.done(f"Not published: {name}.", flask.url_for("desk.posts"))
