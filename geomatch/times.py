"""Stretches of Europe/London wall time, once or repeating, and quarters of a year."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from geomatch.errors import InputError


@dataclass(frozen=True, slots=True)
class Window:
    """From ``starts`` to ``ends`` (not included), Europe/London wall time."""

    starts: datetime
    ends: datetime

    def __post_init__(self) -> None:
        if self.starts.tzinfo or self.ends.tzinfo:
            raise InputError(f"window {self.starts}: expected Europe/London wall time without an offset")
        if self.starts >= self.ends:
            raise InputError(f"window from {self.starts} to {self.ends}: it ends before it starts")

    def __str__(self) -> str:
        return f"{self.starts.isoformat(timespec='minutes')}/{self.ends.isoformat(timespec='minutes')}"


@dataclass(frozen=True, slots=True)
class Opening:
    """A first occurrence and how it repeats (an RFC 5545 RRULE, ``None`` for once).

    ``closed`` takes the time away instead of offering it. ``except_dates`` and ``extra_dates`` (EXDATE and
    RDATE) are days without it and further days with it, at the same time of day. ``only_in`` and ``not_in``
    name days that the county states, such as ``term-time``; extra days hold whatever those say.
    """

    first: Window
    rrule: str | None = None
    except_dates: tuple[date, ...] = ()
    closed: bool = False
    extra_dates: tuple[date, ...] = ()
    only_in: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the calendar, written ``2026-q3``. Raises InputError for one there cannot be."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.number <= 4):
            raise InputError(f"quarter {self}: expected a year and 1 to 4, such as 2026-q3")

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def read(cls, text: str) -> "Quarter":
        """``2026-q3`` as a quarter. Raises InputError for anything else."""
        found = re.fullmatch(r"([0-9]{4})-q([1-4])", text, re.ASCII)
        if not found:
            raise InputError(f"quarter {text[:60]!r}; expected a year and one of q1 to q4, such as 2026-q3")
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}-q{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.before(-1).first - timedelta(days=1)

    def before(self, quarters: int) -> "Quarter":
        """The quarter so many earlier."""
        years, number = divmod(4 * self.year + self.number - 1 - quarters, 4)
        return Quarter(years, number + 1)
