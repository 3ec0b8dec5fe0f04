"""Features in one cell: ``projector; seats_theatre=120; dbs_enhanced until 2027-03-01; step_free=no``.

A name alone means yes; it may be written with spaces or hyphens. A text with a semicolon, an equals sign or
the like stands in double quotes, a quotation mark in it doubled:
``layout_note="Stage left; ""green room"" behind"``.
"""

import re
from collections.abc import Iterable

from geomatch.errors import InputError
from geomatch.importers import cells
from geomatch.model import FEATURES, Feature, FeatureType, Truth

_QUOTED = r'"(?:[^"]|"")*"'
_ITEMS = re.compile(rf'(?:[^";]|{_QUOTED})+|;')
_ITEM = re.compile(
    rf"(?P<name>\w+(?:[ -]\w+){{0,3}}?)"
    rf"(?:\s*=\s*(?P<value>{_QUOTED}|.*?))?(?:\s+until\s+(?P<until>\d{{4}}-\d\d-\d\d))?",
    re.DOTALL,
)
_PLAIN = re.compile(r'(?!.*\buntil\b)[^\s";=]+(?: [^\s";=]+)*', re.IGNORECASE)


def read(text: str) -> tuple[Feature, ...]:
    """Features in the order written. Raises InputError naming the item that cannot be read."""
    found = _ITEMS.findall(text)
    if "".join(found) != text:
        raise InputError(f"{text!r}: a quotation mark is never closed")
    features = tuple(_feature(item) for part in found if (item := part.strip()) not in ("", ";"))
    names = [feature.name for feature in features]
    if len(set(names)) != len(names):
        raise InputError(f"{text!r}: the same feature twice")
    return features


def write(features: Iterable[Feature]) -> str:
    """Text that ``read`` turns into the same features."""
    return "; ".join(_item(feature) for feature in features)


def _feature(item: str) -> Feature:
    found = _ITEM.fullmatch(item)
    if not found:
        raise InputError(f"{item!r} is not a feature; expected name, name=value or name until YYYY-MM-DD")
    name = re.sub("[ -]", "_", found["name"].lower())
    until = cells.day(found["until"]) if found["until"] else None
    return Feature(name, _value(name, found["value"]), until)


def _value(name: str, text: str | None) -> Truth | float | str:
    kind = FEATURES.get(name, FeatureType.TRUTH)  # an unknown name is refused by Feature itself
    if kind is FeatureType.TRUTH:
        return cells.truth(text) if text is not None else Truth.YES
    if text is None:
        raise InputError(f"feature {name!r} has no value; expected {name}=a {kind}")
    if kind is FeatureType.NUMBER:
        return cells.number(text)
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def _item(feature: Feature) -> str:
    until = f" until {feature.until}" if feature.until else ""
    return f"{feature.name}{_value_text(feature.value)}{until}"


def _value_text(value: Truth | float | str) -> str:
    if value is Truth.YES:
        return ""
    if isinstance(value, float):
        return f"={cells.number_text(value)}"
    if isinstance(value, Truth) or _PLAIN.fullmatch(value):
        return f"={value}"
    return '="' + value.replace('"', '""') + '"'
