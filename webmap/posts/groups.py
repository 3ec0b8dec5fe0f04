"""The groups somebody belongs to: looked up, asked to join, answered, left."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import accounts
from geomatch.db import joining as kept
from geomatch.services import joining
from webmap import filters, gate, here
from webmap.desk import door
from webmap.posts.own import blueprint


@blueprint.get("/groups")
def groups() -> str:
    """Somebody's own groups, who asks to join them, and a way to find another."""
    given, county, mine = flask.request.args, here.county().id, gate.me().account
    text, ref = (filters.once(given, "q") or "")[:100], (filters.once(given, "id") or "")[:200]
    with gate.door().connect() as connection:
        belongs = accounts.organisations(connection, mine, county)
        asked = kept.asked_by(connection, county, mine)
        waiting = kept.waiting(connection, county, member_of=mine)
        found = kept.named(connection, county, text, ref=ref) if text or ref else None
    known = {row["ref"] for row in (*belongs, *asked)}
    return here.page(
        "posts/groups.html", asked=asked, belongs=belongs, found=found, known=known, q=text, waiting=waiting
    )


@blueprint.post("/groups/<path:ref>/ask")
def ask_to_join(ref: str) -> Response:
    """Ask to belong to a group."""
    words, site = flask.request.form.get("words", ""), here.house().config.site
    with door.writing() as connection:
        name = joining.ask(connection, here.county().id, site, ref, words, door.by())
    return door.done(f"Asked. You hear by letter when somebody of {name} has answered.", _back())


@blueprint.post("/groups/<path:ref>/leave")
def leave(ref: str) -> Response:
    """Belong to a group no more, or ask no more."""
    with door.writing() as connection:
        joining.leave(connection, here.county().id, ref, door.by())
    return door.done("You do not belong to it any more.", _back())


@blueprint.post("/joining/<int:number>/yes")
def take_in(number: int) -> Response:
    """Somebody of the group says yes."""
    return _answered(number, yes=True)


@blueprint.post("/joining/<int:number>/no")
def turn_down(number: int) -> Response:
    """Somebody of the group says no."""
    return _answered(number, yes=False)


def _answered(number: int, *, yes: bool) -> Response:
    site = here.house().config.site
    with door.writing() as connection:
        who = joining.answer_as_member(connection, here.county().id, site, number, door.by(), yes=yes)
    return door.done(f"{who} belongs to it now." if yes else f"{who} was told no.", _back())


def _back() -> str:
    return flask.url_for("posts.groups")
