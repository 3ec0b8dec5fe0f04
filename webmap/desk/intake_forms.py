"""From what was typed into a form to the cells of a template, and from issues back to the fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from geomatch.importers.report import Issue
from geomatch.services.intake import Cells
from webmap.desk.intake_fields import FORMS, ROLE, Field, named
from webmap.errors import ParameterError

MOST_ROLES = 12
"""Things that one need asks for in the form; more go by spreadsheet."""

_ROLE_NAMES = tuple(each.name for each in named(ROLE))


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form: text by field, a role's fields being called ``role-0-kind``."""

    kind: str
    values: Mapping[str, str]
    roles: int
    wrong: Mapping[str, str] = field(default_factory=dict)
    """What to mend, by field; by the empty name what belongs to none."""

    def at(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")


def blank(kind: str) -> Typed:
    """A form nobody has typed into yet."""
    values = {each.name: each.usual for each in named(FORMS[kind])}
    if kind == "needs":
        values |= role_values(0)
    return Typed(kind, values, 1)


def role_values(number: int) -> dict[str, str]:
    """The fields of one more role, as nobody has typed into them yet."""
    return {role_field(number, each.name): each.usual for each in named(ROLE)}


def role_field(number: int, name: str) -> str:
    """What a role's field is called in the form."""
    return f"role-{number}-{name}"


def sent(kind: str, given: "MultiDict[str, str]") -> Typed:
    """What came with a form. Raises ParameterError for a number of roles that is none."""
    count = given.get("roles", "1")
    if not (count.isascii() and count.isdigit() and len(count) < 4 and 1 <= int(count) <= MOST_ROLES):
        raise ParameterError("roles", f"a whole number from 1 to {MOST_ROLES}", count)
    names = [each.name for each in named(FORMS[kind])]
    if kind == "needs":
        names += [role_field(number, name) for number in range(int(count)) for name in _ROLE_NAMES]
    for name in names:
        if len(given.getlist(name)) > 1:
            raise ParameterError(name, "it once", ", ".join(given.getlist(name)))
    return Typed(kind, {name: given.get(name, "").replace("\r\n", "\n") for name in names}, int(count))


def rows(typed: Typed, identifier: str) -> list[dict[str, str]]:
    """The template's rows that a form stands for: of a need one for each role that has a kind or a sort.

    Empty cells are left out, so that they stand for what is usual.
    """
    whole = {each.name: typed.at(each.name) for each in named(FORMS[typed.kind])} | {"id": identifier}
    if typed.kind == "aspirations":
        return [_filled(whole) | {"title": typed.at("title"), "kind": "", "aspiration": "yes"}]
    if typed.kind != "needs":
        return [_filled(whole) | {name: typed.at(name) for name in ("name", "kind") if name in whole}]
    roles = [
        {name: typed.at(role_field(number, name)) for name in _ROLE_NAMES} for number in used(typed)
    ] or [{"kind": ""}]
    first = _filled(whole) | {"title": typed.at("title")} | _role(roles[0])
    return [first, *({"id": identifier} | _role(role) for role in roles[1:])]


def used(typed: Typed) -> list[int]:
    """The numbers of the roles that somebody filled in."""
    told = ("kind", "subkind", "features", "role", "substitutes")
    return [
        number
        for number in range(typed.roles)
        if any(typed.at(role_field(number, name)).strip() for name in told)
    ]


def filled(kind: str, cells: Sequence[Cells]) -> Typed:
    """The form of a record that is there."""
    first = cells[0]
    values = {each.name: _shown(first, each) for each in named(FORMS[kind])}
    if kind == "needs":
        for number, row in enumerate(cells):
            values |= {role_field(number, each.name): _shown(row, each) for each in named(ROLE)}
    return Typed(kind, values, len(cells))


def wrong(typed: Typed, issues: Sequence[Issue]) -> dict[str, str]:
    """What to mend, by field, in the order of the issues."""
    numbers = used(typed) or [0]
    told: dict[str, str] = {}
    for issue in issues:
        name = issue.column or ""
        if name in _ROLE_NAMES and typed.kind == "needs":
            line = (issue.line or 1) - 1
            name = role_field(numbers[min(line, len(numbers) - 1)], name)
        name = name if name in typed.values else ""
        told.setdefault(name, issue.message)
    return told


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: _coded(cell) if name == "subkind" else cell for name, cell in cells.items() if cell.strip()}


def _coded(sort: str) -> str:
    """A sort as the templates write it: ``Village hall`` as ``village_hall``."""
    return "_".join(sort.lower().split())


def _shown(cells: Mapping[str, str], field: Field) -> str:
    """A cell as a person reads it, ``village_hall`` as ``village hall``, or what is usual."""
    told = cells.get(field.name) or field.usual
    return told.replace("_", " ") if field.name == "subkind" else told


def _role(cells: Mapping[str, str]) -> dict[str, str]:
    return _filled(cells) | {"kind": cells["kind"]}
