"""Which field of a boundary file holds the code and which the name, by the publishers' patterns.

The Office for National Statistics writes ``WD25CD`` or ``wd25cd``, with the year in the name; Ordnance
Survey's Boundary-Line ``Census_Code`` and ``Name`` (with a suffix); OpenStreetMap ``ref:gss``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geomatch.errors import InputError
from geomatch.model import AreaKind

CODES = {
    AreaKind.PARISH: r"PAR(NCP)?(\d\d)?CD",
    AreaKind.DIVISION: r"(WD|CED)(\d\d)?CD",
    AreaKind.LAD: r"(LAD|UTLA|CTYUA)(\d\d)?CD",
    AreaKind.LSOA: r"LSOA(\d\d)?CD",
    AreaKind.LJC: r"LJC_?CODE",
}
"""Patterns of the code by kind of area, ignoring case."""

_ANY_CODE = r"ref[_:]gss|gss(_?code)?|Census_Code?|code|slug"
_ANY_NAME = r"name"
_SUFFIX = re.compile(r" (CP|ED)$")

LAYERS = {
    AreaKind.PARISH: ("parish",),
    AreaKind.DIVISION: ("unitary_electoral_division", "district_borough_unitary_ward"),
    AreaKind.LAD: ("district_borough_unitary",),
}
"""Layers of Boundary-Line (Ordnance Survey) by kind of area."""


@dataclass(frozen=True, slots=True)
class Fields:
    """``year`` is the year in the code's name, such as 2025 for WD25CD; ``None`` when there is none."""

    code: str
    name: str
    year: int | None
    suffixed: bool

    def clean_name(self, text: str) -> str:
        """A name without Boundary-Line's suffix for the type."""
        return _SUFFIX.sub("", text) if self.suffixed else text


def choose(
    there: Sequence[str], *, kind: AreaKind, code: str | None, name: str | None, source: str
) -> Fields:
    """The fields asked for, or those found by pattern.

    Raises InputError, with what was looked for and what is there, when one is missing or several fit.
    """
    code_field = _given(there, code, source) if code else _code(there, kind, source)
    name_field = _given(there, name, source) if name else _name(there, code_field, source)
    year = re.search(r"(\d\d)CD$", code_field, re.IGNORECASE)
    return Fields(
        code_field,
        name_field,
        2000 + int(year[1]) if year else None,
        code_field.lower().startswith("census_cod"),
    )


def _code(there: Sequence[str], kind: AreaKind, source: str) -> str:
    for pattern in (CODES[kind], _ANY_CODE):
        found = [field for field in there if re.fullmatch(pattern, field, re.IGNORECASE)]
        if len(found) > 1:
            raise InputError(f"{source}: {', '.join(found)} may all be the code; say which with code")
        if found:
            return found[0]
    wanted = f"{CODES[kind]} or {_ANY_CODE}"
    raise InputError(f"{source}: no field with the code of a {kind} ({wanted}); there are {', '.join(there)}")


def _name(there: Sequence[str], code: str, source: str) -> str:
    twin = re.sub(r"CD$", "NM", code, flags=re.IGNORECASE)
    for pattern in (re.escape(twin), _ANY_NAME):
        found = [field for field in there if re.fullmatch(pattern, field, re.IGNORECASE) and field != code]
        if found:
            return found[0]
    raise InputError(f"{source}: no field with the name ({twin} or name); there are {', '.join(there)}")


def _given(there: Sequence[str], wanted: str, source: str) -> str:
    for field in there:
        if field.lower() == wanted.lower():
            return field
    raise InputError(f"{source}: no field {wanted!r}; there are {', '.join(there)}")
