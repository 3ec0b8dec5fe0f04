"""Openings in one cell: ``Mon-Fri 09:00-17:00; 1st Tue 19:00-21:00; not 2026-12-25``.

Each item is days and times, or ``once`` and a date; ``not`` takes time away (without times, all day).
``from`` and ``until`` with a date, ``only in`` and ``not in`` with names of days that the county states, and
``also`` and ``except`` with dates may follow, in this order. Where no ``from`` stands, the first occurrence
is the first one on or after the start the caller gives.
"""

import re
from collections.abc import Iterable
from datetime import date, time

from geomatch.errors import InputError
from geomatch.importers import cells, recurrence, windows_text
from geomatch.importers.recurrence import Recurrence
from geomatch.importers.windows_text import DAY, TIMES
from geomatch.model import Opening, Window

_DAYS = rf"{DAY}(?:\s*,\s*{DAY})*"
_NAMES = r"[a-z0-9]+(?:[-_][a-z0-9]+)*(?:\s*,\s*[a-z0-9]+(?:[-_][a-z0-9]+)*)*"
_ITEM = re.compile(
    rf"(?P<closed>not\s+)?(?:(?:once\s+)?(?P<once>{DAY})|(?P<words>{recurrence.WORDS}))"
    rf"(?:\s+(?P<times>{TIMES}(?:\s*,\s*{TIMES})*))?"
    rf"(?:\s+from\s+(?P<start>{DAY}))?(?:\s+until\s+(?P<until>{DAY}))?"
    rf"(?:\s+only\s+in\s+(?P<only>{_NAMES}))?(?:\s+not\s+in\s+(?P<never>{_NAMES}))?"
    rf"(?:\s+also\s+(?P<also>{_DAYS}))?(?:\s+except\s+(?P<except>{_DAYS}))?",
    re.IGNORECASE,
)
_REPEATING = ("start", "until", "only", "never", "also", "except")
_ALL_DAY = "00:00-24:00"


def read(text: str, start: date | None) -> tuple[Opening, ...]:
    """Openings in the order written, their first occurrences on or after ``start``.

    Raises InputError naming the item that cannot be read, and for one that repeats when neither it nor
    the caller says from when.
    """
    return tuple(opening for item in cells.words(text) for opening in _openings(item, start))


def write(openings: Iterable[Opening], start: date | None) -> str:
    """Text that ``read`` with the same ``start`` turns into the same openings.

    Raises InputError for a rule that these words cannot say.
    """
    return "; ".join(_written(opening, start) for opening in openings)


def earliest(openings: Iterable[Opening]) -> date | None:
    """The first day of the openings that repeat: the start to write them with."""
    return min((opening.first.starts.date() for opening in openings if opening.rrule), default=None)


def _openings(item: str, start: date | None) -> list[Opening]:
    found = _ITEM.fullmatch(item)
    if not found or not (found["times"] or found["closed"]):
        raise InputError(f"{item!r} is not an opening; expected something like Mon-Fri 09:00-17:00")
    if found["once"] and any(found[name] for name in _REPEATING):
        raise InputError(f"{item!r} happens once; what follows its times belongs to what repeats")
    rule = _rule(found)
    first = rule.first(_start(found, start)) if rule else cells.day(found["once"])
    if rule and rule.until and first > rule.until:
        raise InputError(f"{item!r} never happens; the first day would be {first}")
    return [
        Opening(
            windows_text.on_day(first, times.strip()),
            rule.rrule() if rule else None,
            _dates(found["except"]),
            bool(found["closed"]),
            _dates(found["also"]),
            _names(found["only"]),
            _names(found["never"]),
        )
        for times in (found["times"] or _ALL_DAY).split(",")
    ]


def _dates(text: str | None) -> tuple[date, ...]:
    return tuple(cells.day(day.strip()) for day in text.split(",")) if text else ()


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip().lower() for name in text.split(",")) if text else ()


def _rule(found: re.Match[str]) -> Recurrence | None:
    until = cells.day(found["until"]) if found["until"] else None
    return Recurrence.from_words(found["words"], until) if found["words"] else None


def _start(found: re.Match[str], start: date | None) -> date:
    if found["start"]:
        return cells.day(found["start"])
    if start is None:
        raise InputError(f"{found[0]!r} repeats; expected a day from when, as from YYYY-MM-DD")
    return start


def _written(opening: Opening, start: date | None) -> str:
    text = _item(opening, start)
    if _openings(text, start) != [opening]:
        raise InputError(f"opening {opening} cannot be written in words; the nearest is {text!r}")
    return text


def _item(opening: Opening, start: date | None) -> str:
    first = opening.first.starts.date()
    parts = ["not"] if opening.closed else []
    rule = Recurrence.from_rrule(opening.rrule) if opening.rrule else None
    parts.append(rule.words() if rule else str(first) if opening.closed else f"once {first}")
    if not (opening.closed and _is_all_day(opening.first)):
        parts.append(windows_text.times_text(opening.first))
    if rule and (start is None or rule.first(start) != first):
        parts.append(f"from {first}")
    if rule and rule.until:
        parts.append(f"until {rule.until}")
    for words, values in (
        ("only in", opening.only_in),
        ("not in", opening.not_in),
        ("also", opening.extra_dates),
        ("except", opening.except_dates),
    ):
        if values:
            parts.append(f"{words} {', '.join(map(str, values))}")
    return " ".join(parts)


def _is_all_day(window: Window) -> bool:
    return window.starts.time() == time.min and windows_text.times_text(window) == _ALL_DAY
