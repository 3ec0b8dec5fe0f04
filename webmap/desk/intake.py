"""Needs, offers and groups by form: typed in, looked at, counted, and kept or not."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import flask
import sqlalchemy as sa

from geomatch.db import areas, gazetteer
from geomatch.errors import ConflictError, InputError, UnknownPlaceError
from geomatch.model import AreaKind, Need, postcode
from geomatch.roads import SPEEDS
from geomatch.services import counting, intake, posting, routing
from geomatch.services.importing import Job
from geomatch.services.intake import Cells, Look, RefusedError
from webmap import here, words
from webmap.desk import door, drawn, intake_forms
from webmap.desk.door import blueprint
from webmap.desk.intake_fields import FORMS, ONE, RECORDS, ROLE
from webmap.desk.intake_forms import Typed

_PUBLIC = {"needs": "public.need", "aspirations": "public.need", "resources": "public.resource"}
_BOTH = ("GET", "POST")
_LONDON = ZoneInfo("Europe/London")

Link = Callable[[str, str], str]
"""The address of a record, by kind and ref."""


def job(connection: sa.Connection) -> Job:
    """The desk at work in the chosen county, today."""
    today = here.now().astimezone(_LONDON).date()
    secret = here.house().config.secret.encode()
    return Job(connection, here.county(), today, SPEEDS, held=routing.HELD, secret=secret)


@blueprint.route("/needs/new", methods=["GET", "POST"], defaults={"kind": "needs"})
@blueprint.route("/aspirations/new", methods=["GET", "POST"], defaults={"kind": "aspirations"})
@blueprint.route("/resources/new", methods=["GET", "POST"], defaults={"kind": "resources"})
@blueprint.route("/organisations/new", methods=["GET", "POST"], defaults={"kind": "organisations"})
def new(kind: str) -> flask.typing.ResponseReturnValue:
    """A need, an offer or a group that is not there yet."""
    if flask.request.method == "GET":
        return _form(intake_forms.blank(kind))
    return _answered(intake_forms.sent(kind, flask.request.form), None)


@blueprint.route("/needs/<path:ref>/edit", methods=_BOTH, defaults={"kind": "needs"})
@blueprint.route("/aspirations/<path:ref>/edit", methods=_BOTH, defaults={"kind": "aspirations"})
@blueprint.route("/resources/<path:ref>/edit", methods=_BOTH, defaults={"kind": "resources"})
@blueprint.route(
    "/organisations/<path:ref>/edit", methods=["GET", "POST"], defaults={"kind": "organisations"}
)
def edit(kind: str, ref: str) -> flask.typing.ResponseReturnValue:
    """One that is there. A person's home is not shown, and stays as it is where none is typed."""
    other = here.moved(
        kind.removesuffix("s"), ref, lambda now: flask.url_for("desk.edit", kind=kind, ref=now)
    )
    if other is not None:
        return other
    cells = written(job(door.connection()), kind, ref)
    mark = intake.mark(cells)
    if flask.request.method == "GET":
        turned = kind == "needs" and cells[0].get("aspiration") == "yes"
        filled = drawn.veiled(intake_forms.filled(kind, cells), cells)
        return _form(filled, ref=ref, mark=mark, turned=turned)
    return _answered(intake_forms.sent(kind, flask.request.form), ref)


@blueprint.post("/needs/count", defaults={"kind": "needs"})
@blueprint.post("/aspirations/count", defaults={"kind": "aspirations"})
@blueprint.post("/resources/count", defaults={"kind": "resources"})
@blueprint.post("/organisations/count", defaults={"kind": "organisations"})
def count(kind: str) -> flask.Response:
    """What can be said while somebody types: how many could meet it, and what may be there already."""
    typed = intake_forms.sent(kind, flask.request.form)
    ref = flask.request.form.get("ref") or None
    with door.writing() as connection:
        return flask.jsonify(glance(job(connection), typed, ref))


def _answered(typed: Typed, ref: str | None) -> flask.typing.ResponseReturnValue:
    """What the button pressed asks for: another role, a count, or to keep it."""
    asked = flask.request.form.get("do", "keep")
    mark = flask.request.form.get("mark", "")
    if asked == "role" and typed.kind == "needs" and typed.roles < intake_forms.MOST_ROLES:
        values = dict(typed.values) | intake_forms.role_values(typed.roles)
        return _form(replace(typed, values=values, roles=typed.roles + 1), ref=ref, mark=mark)
    if asked == "count":
        with door.writing() as connection:
            told = glance(job(connection), typed, ref)
        return _form(typed, ref=ref, mark=mark, glance=told)
    return _kept(typed, ref, mark, sure=asked == "sure")


def _kept(typed: Typed, ref: str | None, mark: str, *, sure: bool) -> flask.typing.ResponseReturnValue:
    identifier = ref or intake.fresh_id(typed.at("title") or typed.at("name"))
    try:
        with door.writing() as connection:
            work = job(connection)
            stood = written(work, typed.kind, ref) if ref is not None else []
            if ref is not None and intake.mark(stood) != mark:
                raise ConflictError("somebody changed this meanwhile; open it again to see what stands there")
            seen = _seen(work, typed, identifier, stood)
            if seen.good and not (sure or told_apart(seen)):
                return _form(typed, ref=ref, mark=mark, alike=_alike(typed.kind, seen)), 409
            intake.keep(work, seen)
            if typed.kind == "needs" and stood and stood[0].get("aspiration"):
                site = here.house().config.site
                posting.turned_into_need(connection, work.county.id, site, identifier, door.by())
    except RefusedError as refused:
        wrong = intake_forms.wrong(typed, refused.issues)
        return _form(replace(typed, wrong=wrong), ref=ref, mark=mark), 400
    except ConflictError as refused:
        return _form(replace(typed, wrong={"": str(refused)}), ref=ref, mark=mark), 409
    return flask.redirect(flask.url_for("desk.edit", kind=typed.kind, ref=identifier, kept=1), 303)


def told_apart(seen: Look) -> bool:
    """Whether there is nothing alike but what somebody said, while typing, is another one."""
    others = set(flask.request.form.getlist("other"))
    return all(row["ref"] in others for rows in seen.alike.values() for row in rows)


def _seen(work: Job, typed: Typed, identifier: str, stands: Sequence[Cells] = ()) -> Look:
    """What was typed in place of what ``stands``, looked at; a group may be called by its name."""
    cells = intake_forms.rows(typed, identifier)
    drawn.unveiled(cells, stands)
    if name := cells[0].get("organisation"):
        cells[0]["organisation"] = intake.group(work, name)
    return intake.look(work, RECORDS[typed.kind], cells)


def written(work: Job, kind: str, ref: str) -> list[Cells]:
    """A record that is there, as rows of cells. Raises UnknownPlaceError when it is none of this kind."""
    cells = intake.written(work, RECORDS[kind], ref)
    if kind == "aspirations" and not cells[0].get("aspiration"):
        raise UnknownPlaceError(f"{ref!r} is a need by now, and no wish for one day any more")
    return cells


def glance(work: Job, typed: Typed, ref: str | None, link: Link | None = None) -> dict[str, object]:
    """How many could meet what was typed so far, and what may be there already."""
    name = typed.at("title") or typed.at("name")
    found = (
        [] if not name.strip() else intake.alike(work, typed.kind, name.strip()[:200], _point(work, typed))
    )
    return {
        "count": _count(work, typed, ref) if typed.kind == "needs" else "",
        "alike": [known(typed.kind, row, link) for row in found if row["ref"] != ref],
    }


def _count(work: Job, typed: Typed, ref: str | None) -> str:
    identifier = ref or intake.fresh_id("")
    with_title = replace(typed, values={**typed.values, "title": typed.at("title") or "-"})
    try:
        seen = _seen(work, with_title, identifier)
        if not seen.good:
            return "Nothing to count yet: " + "; ".join(_issues(typed, seen)[:2])
        need = seen.records[0]
        counted = counting.count(work, need) if isinstance(need, Need) else ()
    except InputError as refused:
        return f"Nothing to count yet: {refused}"
    told = [f"{each.found:,} for {words.kind(str(each.kind), each.wanted)} ({each.role})" for each in counted]
    return "Could meet it: " + words.listed(told) + "."


def _issues(typed: Typed, seen: Look) -> list[str]:
    labels = {each.name: each.label for section in (*FORMS[typed.kind], *ROLE) for each in section.fields}
    return [
        f"{labels.get(issue.column or '', issue.column or 'the whole')}: {issue.message}"
        for issue in seen.report.issues
    ]


def _point(work: Job, typed: Typed) -> tuple[float, float] | None:
    try:
        wanted = postcode(typed.at("postcode"))
    except InputError:
        return None
    return gazetteer.locate_postcodes(work.connection, work.county.id, [wanted]).get(wanted)


def _alike(kind: str, seen: Look) -> list[dict[str, object]]:
    return [known(kind, row) for rows in seen.alike.values() for row in rows]


def known(kind: str, row: sa.RowMapping, link: Link | None = None) -> dict[str, object]:
    """A record that may be the same, with a link to it: the desk's own, unless another is given."""
    return {
        "name": row["name"],
        "far": _far(row["metres"]),
        "ref": row["ref"],
        "href": (link or _desk_link)(kind, row["ref"]),
    }


def _desk_link(kind: str, ref: str) -> str:
    return flask.url_for("desk.edit", kind=kind, ref=ref)


def _far(metres: int | None) -> str:
    if metres is None:
        return ""
    return f"{metres:,} m away" if metres < 2000 else f"{metres / 1000:.0f} km away"


def _form(typed: Typed, **shown: object) -> str:
    """The form with what stands in it; nothing typed is lost."""
    return here.page(
        "desk/intake_form.html",
        typed=typed,
        sections=FORMS[typed.kind],
        role_sections=ROLE,
        one=ONE[typed.kind],
        parishes=areas.names(here.connection(), here.county().id, AreaKind.PARISH),
        public=_PUBLIC.get(typed.kind),
        most_roles=intake_forms.MOST_ROLES,
        **{"ref": None, "mark": "", "alike": [], "glance": None, "turned": False, **shown},
    )
