"""Somebody's rights at the administrators' pages: everything about one person as a file, or erased for good.

Whom it is about is typed into a form and stands in no address, so that no log and no history keeps it.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.errors import InputError, UnavailableError
from geomatch.services import persons
from geomatch.services.persons import Asker
from webmap import filters, gate, here

blueprint = flask.Blueprint("rights", __name__, url_prefix="/admin/rights")

WAYS = ("by letter", "by e-mail", "by telephone", "in person", "through this site")
"""How somebody asked. Fixed, since the audit is for ever and no name may come into it."""

FILES: Mapping[str, tuple[str, Callable[[dict[str, Any]], str]]] = MappingProxyType(
    {"json": ("application/json", persons.as_json), "csv": ("text/csv; charset=utf-8", persons.as_csv)}
)


@blueprint.get("/")
def index() -> str:
    """Both forms."""
    return _page("", {})


@blueprint.post("/export")
def export() -> Response | tuple[str, int]:
    """Everything about one person, as a file."""
    given = flask.request.form
    kind = filters.one_of(given, "file", tuple(FILES)) or "json"
    try:
        told = persons.export(_owner(), here.county().slug, _who("who"), _asker())
    except InputError as wrong:
        return _page("export", given, str(wrong)), 400
    sort, made = FILES[kind]
    answer = flask.Response(made(told), content_type=sort)
    answer.headers["Content-Disposition"] = f"attachment; filename=everything-about-one-person.{kind}"
    return answer


@blueprint.post("/erase")
def erase() -> Response | tuple[str, int]:
    """Everything about one person gone, once it was typed twice."""
    given = flask.request.form
    try:
        who = _who("who")
        if _who("again").lower() != who.lower():
            raise InputError("what was typed to confirm is another; nothing was erased")
        secret = here.house().config.secret.encode()
        done = persons.erase(_owner(), here.county().slug, who, _asker(), secret=secret)
    except InputError as wrong:
        return _page("erase", given, str(wrong)), 400
    rows = sum(done["removed"].values())
    flask.flash(f"{rows} rows about them are gone. What is left of them is called {done['stand_in']}.")
    return flask.redirect(flask.url_for("rights.index"), 303)


def _page(form: str, given: Mapping[str, str], wrong: str = "") -> str:
    return here.page("admin/rights.html", WAYS=WAYS, form=form, given=given, wrong=wrong)


def _who(name: str) -> str:
    who = (filters.once(flask.request.form, name) or "").strip()[:300]
    if not who:
        raise InputError("expected an e-mail address or a volunteer's id, and nothing was typed")
    return who


def _asker() -> Asker:
    way = filters.one_of(flask.request.form, "way", WAYS) or WAYS[0]
    me = gate.me()
    return Asker(f"account {me.account}", f"asked {way}", me.account)


def _owner() -> sa.Engine:
    """Who may read and remove everything. Raises UnavailableError where these pages were given none."""
    owner = here.house().matcher
    if owner is None:
        raise UnavailableError(
            "These pages cannot reach everything that is kept; start them with: geomatch serve"
        )
    return owner
