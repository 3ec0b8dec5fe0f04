"""One cell of a table: text in, value out. Every function raises InputError for what it cannot read."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from geomatch.errors import InputError
from geomatch.model import Truth

Choice = TypeVar("Choice", bound=StrEnum)

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS = range(1900, 2200)
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def number(text: str) -> float:
    """A finite decimal number with a point and no thousands mark."""
    value = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if value - value != 0:
        raise InputError(f"{text!r} is not a number; expected something like 12.5")
    return value


def whole(text: str) -> int:
    """A whole number; spreadsheets' ``12.0`` is taken as 12."""
    if not _WHOLE.fullmatch(text):
        raise InputError(f"{text!r} is not a whole number; expected something like 12")
    return int(text.partition(".")[0])


def day(text: str) -> date:
    """A date as YYYY-MM-DD, from 1900 to 2199."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise InputError(f"{text!r} is not a date; expected YYYY-MM-DD, such as 2026-12-03")
    return found


def yes_no(text: str) -> bool:
    """``yes`` or ``no`` (also true, false, 1, 0), in any case."""
    if text.lower() not in _YES_NO:
        raise InputError(f"{text!r} is neither yes nor no")
    return _YES_NO[text.lower()]


def truth(text: str) -> Truth:
    """``yes``, ``no`` or ``unknown``, in any case."""
    return choice(Truth)(text)


def choice(kind: type[Choice]) -> Callable[[str], Choice]:
    """A reader of one word of an enumeration, in any case."""

    def chosen(text: str) -> Choice:
        try:
            return kind(text.lower())
        except ValueError:
            raise InputError(f"{text!r} is not one of {', '.join(kind)}") from None

    return chosen


def words(text: str) -> tuple[str, ...]:
    """Words divided by semicolons, the empty ones left out."""
    return tuple(word for part in text.split(";") if (word := part.strip()))


def words_text(values: Iterable[str]) -> str:
    """Text that ``words`` turns into the same words. Raises InputError for a word it cannot give back."""
    given = tuple(values)
    text = ";".join(given)
    if words(text) != given:
        raise InputError(f"{given!r} cannot stand in one cell; expected words without semicolons")
    return text


def number_text(value: float) -> str:
    """The shortest decimal that reads back as the same number, without a needless ``.0``."""
    return repr(float(value)).removesuffix(".0")
