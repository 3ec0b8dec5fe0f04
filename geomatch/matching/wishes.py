"""What a search asks of whatever it finds: attributes in a few words, how many, and on which day."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from geomatch.errors import InputError
from geomatch.model import FEATURES, FeatureType, Truth

LAYOUTS = {"theatre": "seats_theatre", "tables": "seats_tables", "standing": "standing"}
"""How a room may be set out, and the attribute that says how many it holds then."""
PRICE = "pence_per_hour"

_CONDITION = re.compile(r"\s*([a-z][a-z0-9_]*)\s*(?:(>=|<=|=)\s*(.*?))?\s*", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,3})?")
_GRAMMAR = "NAME, NAME=yes,unknown, NAME>=NUMBER, NAME<=NUMBER or NAME=TEXT"


@dataclass(frozen=True, slots=True)
class Stated:
    """What somebody has stated of one attribute; ``until`` is the last day on which it holds."""

    value: Truth | float | str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked for: any of ``names`` as one of ``truths``, from ``least`` to ``most``, or ``text``.

    What nobody stated, and what has run out, is unknown: it passes only where ``truths`` holds unknown.
    """

    names: tuple[str, ...]
    truths: frozenset[Truth] = frozenset()
    least: float | None = None
    most: float | None = None
    text: str | None = None

    def met(self, stated: dict[str, Stated], day: date) -> bool:
        """Whether what is stated is enough, on a day."""
        return any(self._met(stated.get(name), day) for name in self.names)

    def _met(self, found: Stated | None, day: date) -> bool:
        known = found if found and (found.until is None or found.until >= day) else None
        if self.truths:
            return (known.value if known else Truth.UNKNOWN) in self.truths
        if known is None:
            return False
        if self.text is not None:
            return str(known.value).casefold() == self.text.casefold()
        number = float(known.value)
        return (self.least is None or number >= self.least) and (self.most is None or number <= self.most)


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything a search asks of a resource itself.

    ``units`` of it, and of a room ``seats`` in one of ``layouts``. ``day`` is the last day on which skills
    and certificates have to hold; somebody's word has to be good ``today``.
    """

    today: date
    day: date
    conditions: tuple[Condition, ...] = ()
    units: int = 1
    seats: int | None = None
    layouts: tuple[str, ...] = tuple(LAYOUTS)

    def every_condition(self) -> tuple[Condition, ...]:
        """The conditions, the room for so many among them."""
        if self.seats is None:
            return self.conditions
        names = tuple(LAYOUTS[layout] for layout in self.layouts)
        return (Condition(names, least=float(self.seats)), *self.conditions)


def condition(text: str) -> Condition:
    """One condition as people write it: ``step_free``, ``hearing_loop=yes,unknown``, ``deposit_pence<=1000``.

    Raises InputError naming what cannot be read.
    """
    found = _CONDITION.fullmatch(text)
    if not found or found[1] not in FEATURES:
        raise InputError(
            f"{text[:60]!r} is no attribute to search by; expected {_GRAMMAR}, a NAME being one of "
            + ", ".join(FEATURES)
        )
    name, sign, value = found[1], found[2], found[3]
    match FEATURES[name]:
        case FeatureType.TRUTH:
            return _truths(text, name, sign, value)
        case FeatureType.NUMBER:
            return _number(text, name, sign, value)
        case _:
            return _text(text, name, sign, value)


def price(most_pence: float) -> Condition:
    """An hour at no more than so many pence; what has no price is not known to be cheap."""
    return Condition((PRICE,), most=most_pence)


def conditions(texts: Iterable[str]) -> tuple[Condition, ...]:
    """Several conditions, each once. Raises InputError as ``condition``."""
    return tuple(dict.fromkeys(condition(text) for text in texts))


def _truths(text: str, name: str, sign: str | None, value: str | None) -> Condition:
    words = [word.strip() for word in (value or "").split(",")] if sign else [str(Truth.YES)]
    if sign not in (None, "=") or not all(word in tuple(Truth) for word in words):
        raise InputError(
            f"{text[:60]!r}: {name} is {', '.join(Truth)}; expected {name} or {name}=yes,unknown"
        )
    return Condition((name,), truths=frozenset(Truth(word) for word in words))


def _number(text: str, name: str, sign: str | None, value: str | None) -> Condition:
    if sign is None or not _NUMBER.fullmatch(value or ""):
        raise InputError(f"{text[:60]!r}: {name} is a number; expected {name}>=NUMBER or {name}<=NUMBER")
    number = float(value or 0)
    return Condition((name,), least=None if sign == "<=" else number, most=None if sign == ">=" else number)


def _text(text: str, name: str, sign: str | None, value: str | None) -> Condition:
    if sign != "=" or not value:
        raise InputError(f"{text[:60]!r}: {name} is a text; expected {name}=TEXT")
    return Condition((name,), text=value)
