"""The forms of the desk for those who post for themselves: without what only a broker knows, and with where
one would go in plain words. What they do not show stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import sqlalchemy as sa
from werkzeug.datastructures import MultiDict

from geomatch.importers.report import Issue
from geomatch.services.intake import Cells
from webmap.desk import intake_forms
from webmap.desk.intake_fields import FORMS, Field, Section
from webmap.desk.intake_forms import Typed
from webmap.posts import serves

_BROKERS = {"weight", "verified_until", "catchment", "asked"}
"""Cells that a broker fills in; so are all about a DBS check that somebody has seen."""


_TITLES = {"Journeys and weight": "Journeys"}
"""Of sections of which a broker fills in more."""


def sections(kind: str, groups: Sequence[sa.RowMapping]) -> tuple[Section, ...]:
    """The sections of a form, with one's own groups to choose from; none to choose, no such field."""
    made = []
    for section in FORMS[kind]:
        fields = tuple(_own(each, groups) for each in section.fields if _shown(each, groups))
        if fields:
            made.append(replace(section, fields=fields, title=_TITLES.get(section.title, section.title)))
    return (*made, serves.SECTION) if kind == "resources" else tuple(made)


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
    return _with(intake_forms.blank(kind), serves.shown(""))


def filled(kind: str, cells: Sequence[Cells], *, own: bool) -> Typed:
    """The form of a record that is there.

    An area that somebody drew lies about their home, so only whoever drew it is shown it; for others of the
    group it stays as it is where they say nothing else.
    """
    catchment = cells[0].get("catchment", "")
    veiled = not own and cells[0].get("kind") == "volunteer" and "POLYGON" in catchment
    return _with(intake_forms.filled(kind, cells), serves.shown(catchment, veiled=veiled))


def sent(kind: str, given: "MultiDict[str, str]", stands: Typed) -> Typed:
    """What came with a form; what it does not show is as it ``stands``.

    What is wrong with where one would go is told in ``wrong``.
    """
    plain: MultiDict[str, str] = MultiDict(
        (name, value) for name, value in given.items(multi=True) if name not in serves.FIELDS
    )
    typed = intake_forms.sent(kind, plain)
    values = {
        name: value if name in SHOWN[kind] or name.startswith("role-") else stands.at(name)
        for name, value in typed.values.items()
    }
    typed = replace(typed, values=values)
    if kind != "resources":
        return typed
    told, mend = serves.sent(given, stands.values)
    return replace(_with(typed, told), wrong={**typed.wrong, **mend})


def wrong(typed: Typed, issues: Sequence[Issue]) -> dict[str, str]:
    """What to mend, by field; of where one would go, at the way it was said in."""
    told = intake_forms.wrong(typed, issues)
    way = serves.field(typed.at("serves"))
    return {way if name == "catchment" else name: message for name, message in told.items()}


def _with(typed: Typed, more: Mapping[str, str]) -> Typed:
    return replace(typed, values={**typed.values, **more})


def _shown(each: Field, groups: Sequence[sa.RowMapping]) -> bool:
    if each.name == "organisation":
        return bool(groups)
    return each.name not in _BROKERS and not each.name.startswith("dbs_")


def _own(each: Field, groups: Sequence[sa.RowMapping]) -> Field:
    if each.name != "organisation":
        return each
    options = (("", "For myself"), *((row["ref"], row["name"]) for row in groups))
    return replace(each, label="For which group", hint="", shape="choice", options=options)
