"""From a text to every way of reading it."""

import re
import unicodedata

from geomatch.errors import InputError
from geomatch.locate import degrees, gridrefs, metres, postcodes
from geomatch.locate.readings import Named, PostcodeStart, Question, Reading, Uprn

MOST_LETTERS = 200
"""The longest text that is looked at."""

EXPECTED = "expected a postcode, a grid reference, coordinates, a UPRN or the name of a place"

_CLOSE = r"(?:near(?:est)?(?: to)?|nr\.?|close to|not far from)"
_NEAR = re.compile(rf"{_CLOSE}\s+(?P<rest>.+)", re.IGNORECASE)
_NEAR_INSIDE = re.compile(rf"(?P<name>.+?),?\s+\(?{_CLOSE}\s+(?P<near>.+?)\)?", re.IGNORECASE)
_GRID = re.compile(
    r"(?:os(?:gr)?\s+)?(?:grid\s*ref(?:erence)?|n?gr|osgr)\.?[:\s]\s*(?P<rest>.+)", re.IGNORECASE
)
_UPRN = re.compile(r"(?P<word>uprn\s*[:#]?\s*)?0*(?P<number>[1-9]\d{0,11})", re.IGNORECASE)
_POSTCODE = re.compile(r"(?:post\s*code|pc)[:\s]\s*(?P<rest>.+)", re.IGNORECASE)
_SORT = re.compile(
    r"(?P<name>.+?)(?:\s*\((?P<sort>(?:civil )?parish|division|ljc|council area)\)|,?\s+(?:civil\s+)?parish)",
    re.IGNORECASE,
)
_PARISH_OF = re.compile(r"(?:the\s+)?(?:civil\s+)?parish of\s+(?P<name>.+)", re.IGNORECASE)
_AREA = re.compile(r"[A-Z]{1,2}", re.IGNORECASE)
_SORTS = {"division": "division", "ljc": "ljc", "council area": "lad"}
_IN = re.compile(r"(?P<name>.+?)\s+in\s+(?P<within>.+)", re.IGNORECASE)
_UNTYPED = ("Cc", "Cs", "Co", "Cn")
"""Unicode categories that no keyboard types: controls, surrogates, private and unassigned."""
_NEVER_IN_A_NAME = re.compile(r"[<>{}\[\]=;\\|`^~%$@*]")
_NOT_A_NUMBER = re.compile(r"[+-]?(?:nan|inf(?:inity)?)", re.IGNORECASE)


def understand(text: str) -> Question:
    """Every reading of what a person typed, the likeliest first; there is at least one.

    Raises InputError for what cannot be a place: nothing, too much, control characters, signs that stand in
    no name, a grid reference of an odd number of figures, coordinates outside Great Britain.
    """
    tidy = _tidied(text)
    near = None if _is_grid_reference(tidy) else _NEAR.fullmatch(tidy)
    wanted = near["rest"] if near else tidy
    readings = _readings(wanted)
    if not readings:
        raise InputError(f"{tidy!r} is no place; {EXPECTED}")
    return Question(wanted, readings, near=near is not None)


def _tidied(text: str) -> str:
    if len(text) > MOST_LETTERS:
        raise InputError(f"a text of {len(text):,} letters; {EXPECTED}, at most {MOST_LETTERS} letters")
    if any(unicodedata.category(letter) in _UNTYPED and letter not in "\t\n\r" for letter in text):
        raise InputError(f"a text with control characters; {EXPECTED}")
    shown = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    tidy = " ".join(unicodedata.normalize("NFKC", shown).split()).strip(" ,.;")
    if not tidy:
        raise InputError(f"nothing given; {EXPECTED}")
    return tidy


def _readings(text: str) -> tuple[Reading, ...]:
    for pattern in (_GRID, _POSTCODE):
        found = pattern.fullmatch(text)
        if found:
            inside = _codes(found["rest"])
            if inside:
                return inside
    codes = _codes(text)
    if codes:
        return codes
    part = postcodes.inside(text)
    return ((part,) if part else ()) + _names(text)


def _is_grid_reference(text: str) -> bool:
    """NR is a square of Kintyre before it is short for near."""
    try:
        return gridrefs.parse(text) is not None
    except InputError:
        return False


def _codes(text: str) -> tuple[Reading, ...]:
    """Readings of what is no name."""
    unit = postcodes.unit(text)
    if unit:
        return (unit,)
    parts: tuple[Reading, ...] = postcodes.parts(text)
    try:
        grid = gridrefs.parse(text)
    except InputError:
        if not parts:
            raise
        grid = None
    if parts or grid:
        return (*parts, *((grid,) if grid else ()), *((Named(text),) if parts else ()))
    uprn = _UPRN.fullmatch(text)
    if uprn:
        return (Uprn(int(uprn["number"])), *(() if uprn["word"] else metres.parse(text)))
    return metres.parse(text) or degrees.parse(text)


def _names(text: str) -> tuple[Reading, ...]:
    strange = _NEVER_IN_A_NAME.search(text)
    if strange:
        raise InputError(f"{text[:60]!r} holds {strange[0]!r}, which stands in no name; {EXPECTED}")
    if all(_NOT_A_NUMBER.fullmatch(part) for part in re.split(r"[\s,]+", text)):
        raise InputError(f"{text!r} is no number and no name; {EXPECTED}")
    if not any(letter.isalpha() for letter in text):
        return ()
    near = _NEAR_INSIDE.fullmatch(text)
    if near:
        return (Named(near["name"].strip(" ,"), near=near["near"]),)
    area = (PostcodeStart(text.upper()),) if _AREA.fullmatch(text) else ()
    return (*_plainly(text), *area)


def _plainly(text: str) -> list[Reading]:
    """A name with its parish after a comma or after "in", and the whole text as a name."""
    readings: list[Reading] = []
    sort = _PARISH_OF.fullmatch(text) or _SORT.fullmatch(text)
    if sort:
        readings.append(_of_a_sort(sort["name"], _SORTS.get((sort.groupdict().get("sort") or "").lower())))
    head, comma, tail = text.rpartition(",")
    inside = _IN.fullmatch(text)
    if comma and head.strip(" ,") and tail.strip():
        readings.append(Named(head.strip(" ,"), within=tail.strip()))
    elif inside:
        readings += [Named(text), Named(inside["name"], within=inside["within"])]
    readings.append(Named(text))
    return list(dict.fromkeys(readings))


def _of_a_sort(name: str, sort: str | None) -> Named:
    """An area by its sort, a parish unless said; "Newton, Wem parish" is Newton in that parish."""
    head, comma, tail = name.rpartition(",")
    if comma and not sort:
        return Named(head.strip(), within=tail.strip())
    return Named(name.strip(), kind=sort or "parish")
