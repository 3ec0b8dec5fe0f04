"""Two records of the same hall or group: pointed out, looked at side by side, and made one."""

import re
from datetime import date
from typing import Any

import flask
from werkzeug.wrappers import Response

from geomatch.db import merging as kept
from geomatch.db import pages
from geomatch.services import comparing, merging
from geomatch.services.comparing import Field
from geomatch.services.merging import WHAT, ClashError, Pair
from webmap import filters, here, words
from webmap.desk import door
from webmap.desk.door import blueprint
from webmap.desk.intake_fields import FORMS, named
from webmap.errors import ParameterError

SHOWN = 50
"""Pairs that one page points out."""
_LONGEST_TEXT = 100
_KIND = "<any(resources, organisations):kind>"

_CODES = re.compile(r"\b[EW]\d{8}\b")

LABELS = {
    "place": "Where",
    "organisation_id": "Group",
    "checks": "DBS check that somebody has seen",
    "contacts": "How it is reached",
    "withdrawn_on": "No longer offered since",
}
"""Fields that no form has under one label; the others are called as in the forms."""


@blueprint.get("/duplicates")
def duplicates() -> str:
    """Pairs that may be the same, and a search for one that was not pointed out."""
    kind = filters.one_of(flask.request.args, "kind", tuple(WHAT)) or "resources"
    text = _text()
    county = here.county().id
    return here.page(
        "desk/duplicates.html",
        found=kept.named(door.connection(), county, WHAT[kind], text, limit=SHOWN) if text else [],
        kind=kind,
        kind_words=words.kind,
        pairs=kept.pairs(door.connection(), county, WHAT[kind], limit=SHOWN),
        text=text,
    )


@blueprint.get(f"/merge/{_KIND}/<path:ref>")
def merge(kind: str, ref: str) -> flask.typing.ResponseReturnValue:
    """Both side by side, once the other is chosen."""
    gone = here.moved(WHAT[kind], ref, lambda now: flask.url_for("desk.merge", kind=kind, ref=now))
    if gone is not None:
        return gone
    other = filters.once(flask.request.args, "with")
    return _compared(kind, ref, other) if other else _other(kind, ref)


@blueprint.post(f"/merge/{_KIND}/<path:ref>")
def merge_them(kind: str, ref: str) -> flask.typing.ResponseReturnValue:
    """Make them one, as was chosen field by field."""
    given = flask.request.form
    other = filters.once(given, "with")
    if not other:
        raise ParameterError("with", "the id of the other record", other)
    taken = {name.removeprefix("take-"): given[name] for name in given if name.startswith("take-")}
    try:
        merging.merge(door.engine(), here.county().id, (kind, ref, other), taken, door.by())
    except ClashError as clash:
        return _compared(kind, ref, other, clash=clash.rows, taken=taken), 409
    return _done(kind, ref)


@blueprint.get("/merges/<int:number>")
def merged(number: int) -> str:
    """What stood in two records that were merged: nothing of it is lost."""
    row = kept.one(door.connection(), here.county().id, number)
    return here.page("desk/merged.html", merge=row, rows=_rows(row))


def _done(kind: str, ref: str) -> Response:
    told = "They are one record now. Until the end of the day this can be undone under Done today."
    return door.done(told, flask.url_for("desk.edit", kind=kind, ref=ref))


def _other(kind: str, ref: str) -> str:
    county, what, text = here.county().id, WHAT[kind], _text()
    one = kept.locked(door.connection(), county, what, ref)
    named_ = kept.named(door.connection(), county, what, text or one.name, ref=ref, kind=one.kind)
    return here.page("desk/merge_with.html", found=named_, kind=kind, one=one, text=text)


def _compared(kind: str, ref: str, other: str, **shown: Any) -> str:
    two = merging.pair(door.connection(), here.county().id, kind, ref, other)
    return here.page(
        "desk/merge.html",
        **{"clash": (), "taken": {}, **shown},
        fields=merging.fields(door.connection(), here.county().id, two),
        hanging=_hanging(two),
        kind=kind,
        said=_said(kind),
        two=two,
    )


def _hanging(two: Pair) -> list[tuple[str, int, int]]:
    """What hangs on either, with how much of it."""
    mine, theirs = (kept.hanging(door.connection(), one, door.by().wall) for one in (two.kept, two.gone))
    if two.kept.what == "resource":
        labels = {
            "coming": "Bookings to come",
            "past": "Bookings over or ended",
            "matches": "Matches of all rounds",
        }
    else:
        labels = {"offers": "Offers", "needs": "Needs"}
    return [(label, mine[name], theirs[name]) for name, label in labels.items()]


def _said(kind: str) -> dict[str, Any]:
    """How fields and their choices are told: ``label`` of a field, ``words`` of what stands in it."""
    fields = {each.name: each for each in named(FORMS[kind])}

    def label(one: Field) -> str:
        if one.name.startswith(comparing.FEATURE):
            return one.name.removeprefix(comparing.FEATURE)
        return LABELS.get(one.name) or fields[one.name].label

    def told(one: Field, text: str) -> str:
        options = dict(fields[one.name].options) if one.name in fields else {}
        return options.get(text) or _by_name(_as_day(text))

    return {"label": label, "words": told}


def _as_day(text: str) -> str:
    try:
        return words.day(date.fromisoformat(text))
    except ValueError:
        return text


def _by_name(text: str) -> str:
    """Parishes by their names in place of their codes."""
    codes = _CODES.findall(text)
    known = pages.names(here.connection(), here.county().id, areas=codes) if codes else {}
    return _CODES.sub(lambda found: known.get(("area", found[0]), found[0]), text)


def _rows(row: Any) -> list[tuple[str, str, str]]:
    """What both records said, by column, as it was written down."""
    mine, theirs = row["kept"]["record"], row["gone"]["record"]
    plain = [
        (name, _plain(mine[name]), _plain(theirs.get(name)))
        for name in mine
        if name not in ("id", "county_id", "import_id", "geom", "catchment")
    ]
    parts = [(name, _plain(row["kept"][name]), _plain(row["gone"][name])) for name in kept.PARTS]
    return [each for each in (*plain, *parts) if each[1] or each[2]]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_plain(each) for each in value)
    if isinstance(value, dict):
        parts = {name: each for name, each in value.items() if name != "id" and not name.endswith("_id")}
        return ", ".join(
            f"{name} {_plain(each)}" for name, each in parts.items() if each not in (None, [], "")
        )
    return "" if value is None else str(value)


def _text() -> str:
    return (filters.once(flask.request.args, "text") or "").strip()[:_LONGEST_TEXT]
