"""Stretches of Europe/London wall time, once or repeating."""

from dataclasses import dataclass
from datetime import date, datetime

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
