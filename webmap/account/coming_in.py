"""Coming in by a link in a letter or by a password, and going out again."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import sessions
from geomatch.errors import InputError
from geomatch.services import signing
from webmap import filters, gate, here
from webmap.account import door
from webmap.account.door import blueprint


@blueprint.get("/sign-in")
def sign_in() -> str:
    """The one form for everybody, with an account or without."""
    return _form()


@blueprint.post("/sign-in")
def come_in() -> flask.typing.ResponseReturnValue:
    """By a letter with a link, or by a password."""
    given = flask.request.form
    text = (filters.once(given, "email") or "")[:300]
    try:
        email = signing.address(text)
    except InputError as refused:
        return _form(email=text, wrong=str(refused)), 400
    if given.get("do") == "password":
        return _by_password(email, given.get("password", ""))
    site, wanted = here.house().config.site, gate.wanted()
    signing.ask_for_link(gate.door(), gate.keys(), site, email, gate.coming(), wanted=wanted)
    here.house().post()
    return _page("account/letter.html", email=email)


@blueprint.get("/link/<token>")
def link(token: str) -> str:
    """What a link does, with a button to do it: programs that only look at links use none up."""
    with gate.door().connect() as connection:
        email = sessions.link(connection, token, now=here.now())
    return _page("account/link.html", email=email)


@blueprint.post("/link/<token>")
def use_link(token: str) -> Response:
    """Come in by the link."""
    session = signing.by_link(gate.door(), token, gate.coming())
    return gate.let_in(door.onward(session), session)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session."""
    who = gate.visitor()
    if who is not None:
        with gate.door().begin() as connection:
            sessions.end(connection, who.account, only=who.session)
    flask.session.clear()
    flask.flash("You are signed out.")
    return gate.let_out(flask.redirect(flask.url_for("account.sign_in"), 303))


def _by_password(email: str, password: str) -> flask.typing.ResponseReturnValue:
    mark, coming = gate.known_mark(), gate.coming()
    session = signing.by_password(gate.door(), gate.keys(), email, password, coming, mark=mark)
    if session is None:
        wrong = "address and password do not belong together; or come in by a link, without one"
        return _form(email=email, wrong=wrong), 400
    return gate.let_in(door.onward(session), session)


def _form(**shown: object) -> str:
    return _page("account/sign_in.html", **{"email": "", "wrong": "", **shown})


def _page(template: str, **shown: object) -> str:
    """A page of the site; with no county loaded too, so that the first one comes in."""
    return here.page(template, **shown) if here.every_county() else flask.render_template(template, **shown)
