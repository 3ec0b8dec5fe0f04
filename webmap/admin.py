"""People and roles, and the record of what was done: for administrators."""

import flask
from werkzeug.wrappers import Response

from geomatch.db import accounts, areas, audit, sessions
from geomatch.db.audit import What
from geomatch.errors import InputError
from geomatch.model import AreaKind
from geomatch.services import people, signing
from geomatch.services.booking import By
from geomatch.services.people import Wish
from webmap import filters, gate, here
from webmap.account.words import ROLES

blueprint = flask.Blueprint("admin", __name__, url_prefix="/admin")

SIZE = 50


@blueprint.get("/")
def index() -> str:
    """Everybody with an account."""
    return _everybody()


def _everybody(wrong: str = "") -> str:
    asked = flask.request.args
    page = filters.whole(asked, "page", default=1, most=10_000, least=1)
    text = filters.once(asked, "text")
    with gate.door().connect() as connection:
        rows = accounts.listed(connection, text, slice_=(SIZE, (page - 1) * SIZE))
    total = rows[0]["total"] if rows else 0
    return here.page(
        "admin/index.html",
        ROLES=ROLES,
        areas=_areas(),
        given=flask.request.form,
        page=page,
        pages=max(1, -(-total // SIZE)),
        rows=rows,
        text=text or "",
        wrong=wrong,
    )


@blueprint.post("/")
def invite() -> flask.typing.ResponseReturnValue:
    """Somebody new, with a role: they get a letter with a link."""
    given = flask.request.form
    name = " ".join((filters.once(given, "name") or "").split())[:100]
    try:
        email = signing.address((filters.once(given, "email") or "")[:300])
        wishes = [_wish()] if given.get("role") else []
        number, token = people.invite(gate.door(), email, name, wishes, by())
    except InputError as refused:
        return _everybody(str(refused)), 400
    with gate.door().begin() as connection:
        signing.write_invitation(connection, here.house().config.site, (email, name), token)
    here.house().post()
    flask.flash(f"{email} gets a letter with a link, good for three days.")
    return flask.redirect(flask.url_for("admin.person", number=number), 303)


@blueprint.get("/people/<int:number>")
def person(number: int) -> str:
    """One account: its roles, where it is signed in, what it did."""
    return _person(number)


def _person(number: int, wrong: str = "") -> str:
    with gate.door().connect() as connection:
        kept = accounts.one(connection, number)
        return here.page(
            "admin/person.html",
            ROLES=ROLES,
            areas=_areas(),
            kept=kept,
            lines=audit.lines(connection, about=f"account/{number}", slice_=(20, 0)),
            roles=accounts.role_rows(connection, number),
            sessions=sessions.listed(connection, number, here.now()),
            wrong=wrong,
        )


@blueprint.post("/people/<int:number>/roles")
def give(number: int) -> flask.typing.ResponseReturnValue:
    """One more role."""
    try:
        people.give(gate.door(), number, _wish(), by())
    except InputError as refused:
        return _person(number, str(refused)), 400
    return _told(number, "Given.")


@blueprint.post("/people/<int:number>/roles/<int:role>/take")
def take(number: int, role: int) -> Response:
    """One role less."""
    people.take(gate.door(), number, role, by())
    return _told(number, "Taken away.")


@blueprint.post("/people/<int:number>/close")
def close(number: int) -> Response:
    """Close an account, or open it again."""
    yes = filters.one_of(flask.request.form, "closed", ("yes", "no")) == "yes"
    people.close(gate.door(), number, by(), yes=yes)
    return _told(number, "Closed: it opens nothing any more." if yes else "Open again.")


@blueprint.post("/people/<int:number>/second/forget")
def forget_second(number: int) -> Response:
    """Let somebody who lost telephone and codes set up the second step anew."""
    people.forget_second(gate.door(), number, by())
    return _told(number, "They set up the second step anew when they next come in.")


@blueprint.post("/people/<int:number>/sessions/end")
def end_sessions(number: int) -> Response:
    """Sign somebody out everywhere."""
    people.end_sessions(gate.door(), number, by())
    return _told(number, "Signed out everywhere.")


@blueprint.get("/audit", endpoint="audit")
def record() -> str:
    """The lines of the audit, the newest first."""
    asked = flask.request.args
    what = filters.one_of(asked, "what", tuple(What))
    about = filters.once(asked, "about")
    page = filters.whole(asked, "page", default=1, most=10_000, least=1)
    with gate.door().connect() as connection:
        lines = audit.lines(connection, what=what, about=about, slice_=(SIZE + 1, (page - 1) * SIZE))
        head = audit.head(connection)
    return here.page(
        "admin/audit.html",
        WHAT=tuple(What),
        about=about or "",
        head=head,
        lines=lines[:SIZE],
        more=len(lines) > SIZE,
        page=page,
        what=what,
    )


def by() -> By:
    """Who acts, now."""
    return By(gate.me().called, here.now(), gate.me().account)


def _wish() -> Wish:
    """The role chosen, in this county; an administrator's in all of them."""
    given = flask.request.form
    role = filters.one_of(given, "role", ("", *ROLES))
    if not role:
        raise InputError("choose a role")
    county = None if role == "administrator" else here.county().slug
    area = (filters.once(given, "area") or None) if role == "ljc_member" else None
    if role == "ljc_member" and area is None:
        raise InputError("choose the area whose LJC they are a member of")
    return Wish(role, county, area)


def _areas() -> list[tuple[str, str]]:
    return areas.names(here.connection(), here.county().id, AreaKind.LJC)


def _told(number: int, words: str) -> Response:
    flask.flash(words)
    return flask.redirect(flask.url_for("admin.person", number=number), 303)
