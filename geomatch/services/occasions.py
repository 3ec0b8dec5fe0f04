"""When something is wanted, as people write it: a day, a time, a window, or a pattern (alternate Tuesdays).

A pattern is looked at over the next quarter of a year. Europe/London wall time.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.availability import clock, patterns, timetable
from geomatch.availability import free as free_time
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.availability.intervals import Hold
from geomatch.availability.patterns import Seasons
from geomatch.db import calendars, query
from geomatch.errors import InputError
from geomatch.importers import openings_text
from geomatch.matching.problem import Ints
from geomatch.model import Opening, Truth, Window
from geomatch.services.calendars import window
from geomatch.services.shelf import Shelf
from geomatch.services.shelves import Held

USUAL_MINUTES = 60
"""How long something is wanted where nobody says."""
LONGEST_DAYS = 31
"""The longest window."""
AHEAD_DAYS = 400
"""The latest day on which it may begin."""
PATTERN_DAYS = 92
MOST_OCCASIONS = 100
LONGEST_TEXT = 200

EXPECTED = (
    "2026-12-03, 2026-12-03T19:00, 2026-12-03T19:00/21:00, 2026-12-03T19:00/2026-12-04T01:00 "
    "or a pattern such as alternate Tue 19:00-21:00 only in term-time"
)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?")
_SPAN = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00)?\s*[/-]\s*"
    r"(?:(\d{4}-\d\d-\d\d)[T ])?(\d\d:\d\d)(?::00)?"
)
_DAY_NAMES = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)(?:s|nes|rs|r|ur)?(?:days?)?\b", re.IGNORECASE)
_SEASON = re.compile(r",?\s+(?:only\s+)?(?:in\s+|during\s+)?term[\s-]time(?:\s+only)?\b", re.IGNORECASE)
_NO_TIMES = re.compile(r"\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Occasions:
    """Every time it is wanted, in order; with ``minutes`` for so long, anywhere within the window."""

    windows: tuple[Window, ...]
    minutes: int | None = None

    def from_now(self, wall: datetime) -> "Occasions":
        """Without what is over of a day that has begun: whoever asks for today means the rest of it."""
        if self.minutes is None:
            return self
        left = [Window(wall, each.ends) if each.starts < wall < each.ends else each for each in self.windows]
        return Occasions(tuple(left), self.minutes)

    @property
    def spans(self) -> tuple[Interval, ...]:
        """The windows as minutes of wall time."""
        return tuple((clock.minute(each.starts), clock.minute(each.ends)) for each in self.windows)

    @property
    def last_day(self) -> date:
        """The last day on which anything is wanted."""
        return (max(each.ends for each in self.windows) - timedelta(minutes=1)).date()


@dataclass(frozen=True, slots=True)
class Freedom:
    """Whether it is free every time, on how many of the times, and when first (or next, where on none)."""

    free: Truth
    times: int
    next: Window | None


def read(
    text: str,
    *,
    today: date,
    minutes: int = USUAL_MINUTES,
    seasons: Callable[[], Seasons] = lambda: patterns.NO_SEASONS,
) -> Occasions:
    """The occasions a text means. ``minutes`` is for how long, where it gives a day or a start only.

    ``seasons`` gives the county's named days; only a pattern asks for them.

    Raises InputError for a text that means no time, for a window of more than ``LONGEST_DAYS`` days, for a
    day in the past or more than ``AHEAD_DAYS`` ahead, and for a pattern that does not happen soon.
    """
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a time of {len(text)} letters; expected {EXPECTED}")
    found = _once(text, minutes)
    if found is None:
        return Occasions(_repeating(text, today, seasons()))
    _require_soon(found.windows[0], today)
    return found


def seasons(connection: sa.Connection, county: int) -> Seasons:
    """A county's named days."""
    return calendars.seasons_of(query.rows(connection, "match_seasons", county=county))


def freedom(hours: Hours, holds: Sequence[Hold], occasions: Occasions, *, units: int = 1) -> Freedom:
    """Whether so many units of one resource are free on every occasion, on how many, and when."""
    told = [_told(hours, holds, span, occasions.minutes, units) for span in occasions.spans]
    times = told.count(timetable.FREE)
    first = occasions.spans[told.index(timetable.FREE) if times else 0]
    length = occasions.minutes or clock.length(first)
    if times and occasions.minutes is None:
        slot: Interval | None = clock.lasting(first[0], length)
    else:
        slot = free_time.next_free(hours, holds, first[0], length, units=units)
    return Freedom(_TRUTHS[min(told)], times, window(slot) if slot else None)


def free(
    shelf: Shelf, held: Held, rows: Ints, occasions: Occasions, *, units: int, now: datetime
) -> NDArray[np.int64]:
    """Whether so many units of each of some rows are free on every occasion, as ``freedom`` says it."""
    found = np.full(len(shelf.rows), timetable.FREE, dtype=np.int64)
    wanted = frozenset(rows.tolist())
    for span in occasions.spans:
        if occasions.minutes is None:
            by_hours = shelf.timetable.throughout(span, units=units)
        else:
            by_hours = shelf.timetable.within(span, occasions.minutes, units=units)
        told = by_hours[shelf.hour]
        for row in held.near(span, shelf.timetable.margin) & wanted:
            hours = shelf.timetable.hours[shelf.hour[row]]
            told[row] = _told(hours, held.of(row, now), span, occasions.minutes, units)
        np.minimum(found, told, out=found)
    return found[rows]


_TRUTHS = {code: truth for truth, code in timetable.CODES.items()}


def _told(hours: Hours, holds: Sequence[Hold], span: Interval, minutes: int | None, units: int) -> int:
    if minutes is None:
        return timetable.throughout(hours, holds, span, units=units)
    return timetable.within(hours, holds, span, minutes, units=units)


def _once(text: str, minutes: int) -> Occasions | None:
    try:
        if _DAY.fullmatch(text):
            start = datetime.combine(date.fromisoformat(text), datetime.min.time())
            return Occasions((Window(start, start + timedelta(days=1)),), minutes)
        if at := _MOMENT.fullmatch(text):
            begin = clock.minute(_moment(at[1], at[2]))
            return Occasions((window(clock.lasting(begin, minutes)),))
        if span := _SPAN.fullmatch(text):
            starts, ends = _moment(span[1], span[2]), _moment(span[3] or span[1], span[4])
            return Occasions((Window(starts, ends + timedelta(days=ends <= starts and not span[3])),))
    except (ValueError, OverflowError) as error:
        raise InputError(f"{text!r} is no time: {error}; expected {EXPECTED}") from error
    return None


def _moment(day: str, clock_: str) -> datetime:
    if clock_ == "24:00":
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), datetime.min.time())
    return datetime.fromisoformat(f"{day}T{clock_}")


def _require_soon(wanted: Window, today: date) -> None:
    ahead = (wanted.starts.date() - today).days
    if not -1 <= ahead <= AHEAD_DAYS:
        raise InputError(
            f"{wanted} is {'past' if ahead < 0 else 'too far ahead'}; expected a time from {today} "
            f"to {today + timedelta(days=AHEAD_DAYS)}"
        )
    if wanted.ends - wanted.starts > timedelta(days=LONGEST_DAYS):
        raise InputError(f"{wanted} is too long; expected {LONGEST_DAYS} days at most")


def plainly(text: str) -> str:
    """A pattern as people write it in the words of openings: ``alternate Tuesdays, term time``."""
    words = _SEASON.sub(" only in term-time", _DAY_NAMES.sub(lambda found: found[1], text))
    return re.sub(r"^\s*(?:every|on)\s+(?!\d)", "", words, flags=re.IGNORECASE)


def require_stated(openings: Iterable[Opening], text: str, seasons: Seasons) -> None:
    """Raises InputError for named days that the county does not state."""
    unknown = sorted({name for each in openings for name in (*each.only_in, *each.not_in)} - seasons.keys())
    if unknown:
        stated = ", ".join(seasons) or "none"
        raise InputError(f"{text[:80]!r}: the county states no {', '.join(unknown)}; stated: {stated}")


def _repeating(text: str, today: date, seasons: Seasons) -> tuple[Window, ...]:
    if not _NO_TIMES.search(text):
        raise InputError(f"{text[:80]!r} is no time; expected {EXPECTED}")
    try:
        openings = openings_text.read(plainly(text), today)
    except InputError as error:
        raise InputError(f"{text[:80]!r} is no time: {error}; expected {EXPECTED}") from error
    require_stated(openings, text, seasons)
    first = clock.minute(datetime.combine(today, datetime.min.time()))
    horizon = (first, first + PATTERN_DAYS * clock.DAY)
    never = patterns.spans([each for each in openings if each.closed], horizon, seasons)
    spans = [
        (begin, end)
        for begin, end in patterns.spans([each for each in openings if not each.closed], horizon, seasons)
        if not any(starts < end and ends > begin for starts, ends in never)
    ]
    if not spans or len(spans) > MOST_OCCASIONS:
        raise InputError(
            f"{text[:80]!r} happens {len(spans)} times in {PATTERN_DAYS} days; expected 1 to {MOST_OCCASIONS}"
        )
    return tuple(window(span) for span in sorted(spans))
