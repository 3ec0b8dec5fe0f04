"""One's own needs, offers and groups: listed, posted, changed, taken back."""

from dataclasses import replace
from datetime import date, timedelta

import flask
import sqlalchemy as sa
from werkzeug.wrappers import Response

from geomatch.confidence import ASK_DAYS
from geomatch.db import accounts, areas
from geomatch.db import posting as kept_posts
from geomatch.errors import ConflictError
from geomatch.model import AreaKind
from geomatch.services import intake, posting, still
from geomatch.services.booking import By
from geomatch.services.intake import RefusedError
from geomatch.services.posting import Own
from webmap import gate, here, words
from webmap.desk import intake as desk_intake
from webmap.desk import intake_forms
from webmap.desk.intake_fields import ONE, RECORDS, ROLE
from webmap.desk.intake_forms import Typed
from webmap.posts import forms, serves

blueprint = flask.Blueprint("posts", __name__, url_prefix="/account/posts")

_KIND = "<any(needs, aspirations, resources, organisations):kind>"
_PUBLIC = {"needs": "public.need", "aspirations": "public.need", "resources": "public.resource"}


@blueprint.get("/")
def index() -> str:
    """What somebody posted, and what they may post."""
    with gate.door().connect() as connection:
        rows = kept_posts.of_account(connection, here.county().id, gate.me().account)
        groups = _groups(connection)
    return here.page(
        "posts/index.html", today=here.today(), due=_due(), groups=groups, public=_PUBLIC, rows=rows
    )


@blueprint.route(f"/{_KIND}/new", methods=["GET", "POST"])
def new(kind: str) -> flask.typing.ResponseReturnValue:
    """Something that is not there yet."""
    stands = forms.blank(kind)
    if flask.request.method == "GET":
        return _form(stands)
    return _answered(forms.sent(kind, flask.request.form, stands), None)


@blueprint.route(f"/{_KIND}/<path:ref>/edit", methods=["GET", "POST"])
def edit(kind: str, ref: str) -> flask.typing.ResponseReturnValue:
    """Something of one's own. A home is not shown, and stays as it is where none is typed."""
    with gate.door().connect() as connection:
        mine = posting.own(connection, here.county().id, gate.me().account, kind, ref)
        cells = desk_intake.written(desk_intake.job(connection), kind, ref)
    stands = forms.filled(kind, cells, own=mine.mine)
    if flask.request.method == "GET":
        return _form(stands, ref=ref, mark=intake.mark(cells))
    return _answered(forms.sent(kind, flask.request.form, stands), mine)


@blueprint.post(f"/{_KIND}/<path:ref>/withdraw")
def withdraw(kind: str, ref: str) -> Response:
    """Take it back."""
    with gate.door().begin() as connection:
        mine = posting.own(connection, here.county().id, gate.me().account, kind, ref)
        posting.withdraw(connection, here.county().id, gate.me().account, mine, here.now())
    flask.flash("Taken back: nobody sees it any more.")
    return flask.redirect(flask.url_for("posts.index"), 303)


@blueprint.post("/resources/<path:ref>/still-true")
def still_true(ref: str) -> Response:
    """It still is true: it is offered for as long again as a word about its kind is good."""
    with gate.door().begin() as connection:
        mine = posting.own(connection, here.county().id, gate.me().account, "resources", ref)
        until = still.confirm(connection, here.county(), mine.ref, By("whoever offers it", here.now()))
    flask.flash(f"Confirmed. It is good until {words.day(until)}.")
    return flask.redirect(flask.url_for("posts.index"), 303)


@blueprint.post(f"/{_KIND}/count")
def count(kind: str) -> flask.Response:
    """What can be said while somebody types: how many could meet it, and what may be there already."""
    typed = forms.sent(kind, flask.request.form, forms.blank(kind))
    with gate.door().begin() as connection:
        ref = flask.request.form.get("ref") or None
        return flask.jsonify(desk_intake.glance(desk_intake.job(connection), typed, ref, _link))


def _answered(typed: Typed, mine: Own | None) -> flask.typing.ResponseReturnValue:
    """What the button pressed asks for: another thing, a count, or to keep it."""
    asked, mark = flask.request.form.get("do", "keep"), flask.request.form.get("mark", "")
    shown = {"ref": mine and mine.ref, "mark": mark}
    if asked == "role" and typed.kind == "needs" and typed.roles < intake_forms.MOST_ROLES:
        values = dict(typed.values) | intake_forms.role_values(typed.roles)
        return _form(replace(typed, values=values, roles=typed.roles + 1), **shown)
    if asked == "count":
        with gate.door().begin() as connection:
            told = desk_intake.glance(desk_intake.job(connection), typed, mine.ref if mine else None, _link)
        return _form(typed, glance=told, **shown)
    if typed.wrong:
        return _form(typed, **shown), 400
    return _kept(typed, mine, mark, sure=asked == "sure")


def _kept(typed: Typed, mine: Own | None, mark: str, *, sure: bool) -> flask.typing.ResponseReturnValue:
    ref = mine.ref if mine else intake.fresh_id(typed.at("title") or typed.at("name"))
    shown = {"ref": mine and mine.ref, "mark": mark}
    try:
        with gate.door().begin() as connection:
            work = desk_intake.job(connection)
            if mine and intake.mark(desk_intake.written(work, typed.kind, ref)) != mark:
                raise ConflictError("somebody changed this meanwhile; open it again to see what stands there")
            seen = intake.look(work, RECORDS[typed.kind], intake_forms.rows(typed, ref))
            intake.must_lie_somewhere(work, seen)
            if mine is None and seen.good and not (sure or desk_intake.told_apart(seen)):
                alike = [
                    desk_intake.known(typed.kind, row, _link) for rows in seen.alike.values() for row in rows
                ]
                return _form(typed, alike=alike, **shown), 409
            if mine:
                posting.change(work, mine, seen, here.now())
                state = mine.state
            else:
                state = posting.post(work, gate.me().account, seen, here.now(), kind=typed.kind)
    except RefusedError as refused:
        return _form(replace(typed, wrong=forms.wrong(typed, refused.issues)), **shown), 400
    except ConflictError as refused:
        return _form(replace(typed, wrong={"": str(refused)}), **shown), 409
    flask.flash(_TOLD.get(state, "Kept."))
    return flask.redirect(flask.url_for("posts.index"), 303)


_TOLD = {
    "waiting": "Kept. A broker looks at it before everybody sees it, and writes to you.",
    "published": "Kept, and everybody sees it.",
}


def _form(typed: Typed, **shown: object) -> str:
    """The form with what stands in it; nothing typed is lost."""
    with gate.door().connect() as connection:
        groups = _groups(connection)
    return here.page(
        "desk/intake_form.html",
        nav="posts/_nav.html",
        new_url=flask.url_for("posts.new", kind=typed.kind),
        count_url=flask.url_for("posts.count", kind=typed.kind),
        typed=typed,
        sections=forms.sections(typed.kind, groups),
        sources=serves.sources() if typed.kind == "resources" else None,
        role_sections=ROLE,
        one=ONE[typed.kind],
        parishes=areas.names(here.connection(), here.county().id, AreaKind.PARISH),
        public=None,
        most_roles=intake_forms.MOST_ROLES,
        **{"ref": None, "mark": "", "alike": [], "glance": None, "turned": False, **shown},
    )


def _due() -> date:
    """Up to this day a word is about to run out."""
    return here.today() + timedelta(days=ASK_DAYS)


def _groups(connection: sa.Connection) -> list[sa.RowMapping]:
    return list(accounts.organisations(connection, gate.me().account, here.county().id))


def _link(kind: str, ref: str) -> str:
    """Where a record that may be the same is shown to anybody; of a group, where one asks to belong to it."""
    page = _PUBLIC.get(kind)
    return flask.url_for(page, ref=ref) if page else flask.url_for("posts.groups", id=ref)
