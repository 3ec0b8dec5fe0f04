"""How an opening repeats: ``Mon-Fri``, ``alternate Thu``, ``1st,3rd Tue``, ``last Fri``; and as RRULE."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from geomatch.errors import InputError
from geomatch.importers import cells

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ORDINALS = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5, "last": -1}
_ORDINAL_WORDS = {number: word for word, number in _ORDINALS.items()}

_DAY = f"(?:{'|'.join(_DAYS)})"
_ORDINAL = f"(?:{'|'.join(_ORDINALS)})"
WORDS = (
    rf"(?:every\s+(?P<weeks>\d\d?)\s+weeks\s+|(?P<alternate>alternate)\s+)?(?P<days>daily|{_DAY}(?:\s*[-,]\s*{_DAY})*)"
    rf"|(?P<ordinals>{_ORDINAL}(?:\s*,\s*{_ORDINAL})*)\s+(?P<day>{_DAY})"
)
"""A regular expression (ignore case) of the words this module reads."""

_WORDS = re.compile(WORDS, re.IGNORECASE)
_RULE_DAY = f"(?:[1-5]|-1)?(?:{'|'.join(_CODES)})"
_RRULE = re.compile(
    rf"FREQ=(?:WEEKLY|MONTHLY)(?:;INTERVAL=(?P<weeks>[1-9]\d?))?;BYDAY=(?P<days>{_RULE_DAY}(?:,{_RULE_DAY})*)"
    r"(?:;UNTIL=(?P<until>\d{8})T235959)?"
)
_LONGEST_WAIT_DAYS = 400
"""More than any of these rules lets pass: a fifth weekday comes at least four times a year."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Weekdays (0 is Monday) every so many weeks, or with ordinals that weekday of each month.

    ``until`` is the last day on which it may happen.
    """

    days: tuple[int, ...]
    ordinals: tuple[int, ...] = ()
    weeks: int = 1
    until: date | None = None

    def __post_init__(self) -> None:
        if not self.days or (self.ordinals and (len(self.days) > 1 or self.weeks > 1)):
            raise InputError("expected some weekdays, or one weekday of the month")
        if self.weeks < 1:
            raise InputError(f"every {self.weeks} weeks; expected 1 or more")

    @classmethod
    def from_words(cls, text: str, until: date | None = None) -> "Recurrence":
        """Raises InputError for other words."""
        found = _WORDS.fullmatch(text)
        if not found:
            raise InputError(f"{text!r} is not a repetition; expected something like Mon-Fri or 1st Tue")
        if found["day"]:
            ordinals = {_ORDINALS[word.strip().lower()] for word in found["ordinals"].split(",")}
            return cls((_weekday(found["day"]),), tuple(sorted(ordinals, key=lambda n: n % 7)), until=until)
        weeks = 2 if found["alternate"] else int(found["weeks"] or 1)
        return cls(_weekdays(found["days"]), weeks=weeks, until=until)

    @classmethod
    def from_rrule(cls, rrule: str) -> "Recurrence":
        """Raises InputError for a rule that these words cannot say."""
        found = _RRULE.fullmatch(rrule)
        if not found:
            raise InputError(f"the rule {rrule!r} cannot be written in words such as Mon-Fri or 1st Tue")
        end = found["until"]
        until = cells.day(f"{end[:4]}-{end[4:6]}-{end[6:]}") if end else None
        parts = found["days"].split(",")
        days = tuple(sorted({_CODES.index(part[-2:]) for part in parts}))
        ordinals = tuple(int(part[:-2]) for part in parts if part[:-2])
        return cls(days, ordinals, int(found["weeks"] or 1), until)

    def rrule(self) -> str:
        """The rule as RFC 5545 writes it, in local time."""
        frequency = "MONTHLY" if self.ordinals else "WEEKLY"
        interval = f";INTERVAL={self.weeks}" if self.weeks > 1 else ""
        names = [f"{n}{_CODES[self.days[0]]}" for n in self.ordinals] or [_CODES[day] for day in self.days]
        until = f";UNTIL={self.until:%Y%m%d}T235959" if self.until else ""
        return f"FREQ={frequency}{interval};BYDAY={','.join(names)}{until}"

    def words(self) -> str:
        """The words ``from_words`` reads, without ``until``."""
        if self.ordinals:
            return f"{','.join(_ORDINAL_WORDS[n] for n in self.ordinals)} {_DAYS[self.days[0]]}"
        prefix = f"every {self.weeks} weeks " if self.weeks > 1 else ""
        return prefix + _days_text(self.days)

    def first(self, start: date) -> date:
        """The first day on or after ``start``, whether or not that is past ``until``."""
        days = (start + timedelta(days=ahead) for ahead in range(_LONGEST_WAIT_DAYS))
        return next(day for day in days if self._falls_on(day))

    def _falls_on(self, day: date) -> bool:
        if day.weekday() not in self.days:
            return False
        last = (day + timedelta(days=7)).month != day.month
        return not self.ordinals or (day.day + 6) // 7 in self.ordinals or (last and -1 in self.ordinals)


def _weekday(text: str) -> int:
    return _DAYS.index(text.strip().capitalize())


def _weekdays(text: str) -> tuple[int, ...]:
    if text.lower() == "daily":
        return tuple(range(7))
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin = _weekday(first)
        length = (_weekday(last) - begin) % 7 if last else 0
        found.update((begin + step) % 7 for step in range(length + 1))
    return tuple(sorted(found))


def _days_text(days: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_run_text(run) for run in runs)


def _run_text(run: list[int]) -> str:
    names = [_DAYS[day] for day in run]
    return f"{names[0]}-{names[-1]}" if len(names) > 2 else ",".join(names)
