"""Postcodes, their sectors and outcodes, and postcodes not yet typed to the end."""

import re

from geomatch.locate.readings import PostcodePart, PostcodeStart

UNIT, SECTOR, OUTCODE = "postcode", "sector", "outcode"

_OUT = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_UNIT = re.compile(rf"({_OUT})([0-9][A-Z]{{2}})")
_WITHIN = re.compile(rf"\b{_OUT} ?[0-9][A-Z]{{2}}\b")
_MENDED = re.compile(rf"({_OUT})([OIL0-9][A-Z]{{2}})")
_START = re.compile(rf"{_OUT}[0-9][A-Z]")
_SECTOR = re.compile(rf"({_OUT})[ .-]*([0-9])")
_OUTCODE = re.compile(_OUT)
_FIGURES = str.maketrans("OIL", "011")


def unit(text: str) -> PostcodePart | None:
    """A whole postcode in any spacing and case, O for 0 and I for 1 mended; None for anything else."""
    packed = _packed(text)
    found = _UNIT.fullmatch(packed) or _MENDED.fullmatch(packed)
    if not found:
        return None
    return PostcodePart(UNIT, f"{found[1]} {found[2][0].translate(_FIGURES)}{found[2][1:]}")


def parts(text: str) -> tuple[PostcodePart | PostcodeStart, ...]:
    """An outcode, a sector or the start of a postcode; both where the spacing leaves it open, as in SY78."""
    spaced, packed = text.strip().upper(), _packed(text)
    readings: list[PostcodePart | PostcodeStart] = []
    if _OUTCODE.fullmatch(spaced):
        readings.append(PostcodePart(OUTCODE, packed))
    sector = _SECTOR.fullmatch(spaced)
    if sector:
        readings.append(PostcodePart(SECTOR, f"{sector[1]} {sector[2]}"))
    if _START.fullmatch(packed):
        readings.append(PostcodeStart(packed))
    return tuple(readings)


def inside(text: str) -> PostcodePart | None:
    """The last postcode that stands in a longer text, such as an address, or None."""
    found = [unit(each[0]) for each in _WITHIN.finditer(text.upper())]
    return found[-1] if found else None


def _packed(text: str) -> str:
    return re.sub(r"[\s.-]+", "", text).upper()
