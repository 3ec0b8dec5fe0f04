"""The forms of the desk for those who post for themselves: without what only a broker knows, and a
catchment in three plain ways. What they do not show stays as it is.
"""

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from geomatch.errors import InputError
from geomatch.importers import catchment_text
from geomatch.importers.report import Issue
from geomatch.services.intake import Cells
from webmap.desk import intake_forms
from webmap.desk.intake_fields import FORMS, Field, Section
from webmap.desk.intake_forms import Typed

_BROKERS = {"weight", "verified_until", "catchment", "asked"}
"""Cells that a broker fills in; so are all about a DBS check that somebody has seen."""

SERVES = Section(
    "Where you would go",
    (
        Field("serves_minutes", "At most so many minutes from home", "One way, such as 20"),
        Field("serves_parishes", "Or only to these parishes", shape="parishes"),
        Field(
            "serves_area",
            "Or only within an area",
            "Pasted as GeoJSON, as a map program draws it: one polygon, longitude before latitude.",
            shape="area",
        ),
    ),
)
_WAYS = tuple(each.name for each in SERVES.fields)

MOST_CHARACTERS = 60_000
"""Of an area that is pasted."""


def sections(kind: str, groups: Sequence[sa.RowMapping]) -> tuple[Section, ...]:
    """The sections of a form, with one's own groups to choose from; none to choose, no such field."""
    made = []
    for section in FORMS[kind]:
        fields = tuple(_own(each, groups) for each in section.fields if _shown(each, groups))
        if fields:
            made.append(replace(section, fields=fields))
    return (*made, SERVES) if kind == "resources" else tuple(made)


SHOWN = MappingProxyType(
    {
        kind: frozenset(
            each.name
            for section in FORMS[kind]
            for each in section.fields
            if each.name not in _BROKERS and not each.name.startswith("dbs_")
        )
        for kind in FORMS
    }
)
"""What may be typed here, by kind; roles of a need are typed as at the desk."""


def blank(kind: str) -> Typed:
    """A form nobody has typed into yet."""
    return _with_ways(intake_forms.blank(kind), "")


def filled(kind: str, cells: Sequence[Cells], *, own: bool) -> Typed:
    """The form of a record that is there.

    An area that somebody drew lies about their home, so only whoever drew it is shown it; for others of the
    group it stays as it is where they say nothing else.
    """
    catchment = cells[0].get("catchment", "")
    veiled = not own and cells[0].get("kind") == "volunteer" and "POLYGON" in catchment
    return _with_ways(intake_forms.filled(kind, cells), "" if veiled else catchment)


def sent(kind: str, given: "MultiDict[str, str]", stands: Typed) -> Typed:
    """What came with a form; what it does not show is as it ``stands``.

    What is wrong with the three ways to say where one would go is told in ``wrong``.
    """
    plain: MultiDict[str, str] = MultiDict(
        (name, value) for name, value in given.items(multi=True) if name not in _WAYS
    )
    typed = intake_forms.sent(kind, plain)
    values = {
        name: value if name in SHOWN[kind] or name.startswith("role-") else stands.at(name)
        for name, value in typed.values.items()
    }
    typed = replace(typed, values=values)
    return _composed(typed, given, stands) if kind == "resources" else typed


def wrong(typed: Typed, issues: Sequence[Issue]) -> dict[str, str]:
    """What to mend, by field; of where one would go, at the way it was said in."""
    told = intake_forms.wrong(typed, issues)
    way = next((name for name in _WAYS if typed.at(name)), "")
    return {way if name == "catchment" else name: message for name, message in told.items()}


def _composed(typed: Typed, given: "MultiDict[str, str]", stands: Typed) -> Typed:
    ways = {
        "serves_minutes": given.get("serves_minutes", "").strip()[:20],
        "serves_parishes": ";".join(given.getlist("serves_parishes")[:500]),
        "serves_area": given.get("serves_area", "").strip()[:MOST_CHARACTERS],
    }
    said = [name for name in _WAYS if ways[name]]
    veiled = "POLYGON" in stands.at("catchment") and not stands.at("serves_area")
    cell, wrong = stands.at("catchment") if veiled else "", dict(typed.wrong)
    if len(said) > 1:
        wrong[said[1]] = "say where you would go in one of these ways, and leave the others empty"
    elif said:
        cell = _CELLS[said[0]].format(ways[said[0]])
        try:
            catchment_text.read(cell)
        except InputError as refused:
            wrong[said[0]] = str(refused)
    return replace(typed, values={**typed.values, **ways, "catchment": cell}, wrong=wrong)


_CELLS = {"serves_minutes": "{} minutes", "serves_parishes": "parishes {}", "serves_area": "{}"}


def _with_ways(typed: Typed, cell: str) -> Typed:
    ways = dict.fromkeys(_WAYS, "")
    if cell.endswith(" minutes"):
        ways["serves_minutes"] = cell.removesuffix(" minutes")
    elif cell.startswith("parishes "):
        ways["serves_parishes"] = cell.removeprefix("parishes ")
    elif "POLYGON" in cell:
        ways["serves_area"] = cell
    return replace(typed, values={**typed.values, **ways})


def _shown(each: Field, groups: Sequence[sa.RowMapping]) -> bool:
    if each.name == "organisation":
        return bool(groups)
    return each.name not in _BROKERS and not each.name.startswith("dbs_")


def _own(each: Field, groups: Sequence[sa.RowMapping]) -> Field:
    if each.name != "organisation":
        return each
    options = (("", "For myself"), *((row["ref"], row["name"]) for row in groups))
    return replace(each, label="For which group", hint="", shape="choice", options=options)
