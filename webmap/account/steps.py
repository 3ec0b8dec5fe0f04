"""The second step of coming in: giving its code, and setting it up."""

import flask
import segno
from werkzeug.wrappers import Response

from geomatch.services import credentials, second_step
from webmap import filters, gate, here
from webmap.account import door
from webmap.account.door import blueprint


@blueprint.get("/second")
def second() -> flask.typing.ResponseReturnValue:
    """Asks for the code."""
    if gate.me().second != "code":
        return door.onward()
    return _code()


@blueprint.post("/second")
def give_second() -> flask.typing.ResponseReturnValue:
    """Takes it."""
    if gate.me().second != "code":
        return door.onward()
    code = (filters.once(flask.request.form, "code") or "")[:50]
    session = second_step.give_code(gate.door(), gate.keys(), gate.me(), code, here.now())
    if session is None:
        return _code("this code is not right, or was used; wait for the next one and type that"), 400
    return gate.let_in(door.onward(session), session)


@blueprint.get("/second/set-up")
def set_up() -> flask.typing.ResponseReturnValue:
    """A secret for the telephone's app, as a picture and to be typed."""
    if gate.me().second == "code":
        return door.onward()
    if gate.me().second is None:
        door.require_fresh()
    return _set_up(*second_step.start(gate.keys()))


@blueprint.post("/second/set-up")
def keep_second() -> flask.typing.ResponseReturnValue:
    """Keeps it, once a code shows that the app has it; tells the recovery codes, this once."""
    if gate.me().second is None:
        door.require_fresh()
    given = flask.request.form
    sealed, code = given.get("sealed", "")[:1000], (filters.once(given, "code") or "")[:50]
    kept = second_step.set_up(gate.door(), gate.keys(), gate.me(), sealed, code, here.now())
    if kept is None:
        secret = second_step.sealed_secret(gate.keys(), sealed)
        return _set_up(secret, sealed, "this code is not right; wait for the next one and type that"), 400
    session, codes = kept
    return gate.let_in(_codes(codes, gate.wanted() or door.usual(gate.me())), session)


@blueprint.post("/codes")
def new_codes() -> Response:
    """New recovery codes in place of the old."""
    door.require_fresh()
    codes = second_step.renew_codes(gate.door(), gate.keys(), gate.me())
    return _codes(codes, flask.url_for("account.index"))


def _code(wrong: str = "") -> str:
    return here.page("account/second.html", wrong=wrong)


def _set_up(secret: str, sealed: str, wrong: str = "") -> str:
    address = credentials.address(secret, gate.me().email)
    return here.page(
        "account/set_up.html",
        picture=segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff"),
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        sealed=sealed,
        wrong=wrong,
    )


def _codes(codes: list[str], onward: str) -> Response:
    return flask.make_response(here.page("account/codes.html", codes=codes, next=onward))
