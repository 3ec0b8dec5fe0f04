"""Calendars of many resources at once: which are free, when next, and day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from geomatch.availability import clock, free, intervals
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.availability.intervals import Hold
from geomatch.db import calendars, query
from geomatch.model import Truth, Window

Hour = tuple[str, str]
"""From and to, such as ``("09:00", "24:00")``."""

DAYS_SHOWN = 14
SHOWN_SLOT_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours and holds by resource id."""

    hours: Mapping[int, Hours]
    holds: Mapping[int, Sequence[Hold]]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a resource is free at the time asked for, and its next free slot where one is known."""

    free: Truth
    next: Window | None


@dataclass(frozen=True, slots=True)
class Day:
    """One day: when it is open, and when of that it is free; in hours of the wall clock, up to 24:00."""

    day: date
    opened: tuple[Hour, ...]
    free: tuple[Hour, ...]


@dataclass(frozen=True, slots=True)
class Fortnight:
    """Fourteen days from today and the next free hour; without meaning where the hours are not ``known``."""

    known: bool
    days: tuple[Day, ...]
    next: Window | None


def read(
    connection: sa.Connection,
    county: int,
    resources: Iterable[int],
    *,
    now: datetime,
    since: datetime,
) -> Calendar:
    """Calendars of resources as they stand ``now`` (with a zone); holds are those after ``since`` (wall)."""
    ids = sorted(set(resources))
    rows = query.rows(connection, "free_resources", resources=ids)
    openings = query.rows(connection, "book_openings", resources=ids)
    holds: dict[int, list[Hold]] = defaultdict(list)
    for row in query.rows(connection, "free_holds", resources=ids, now=now, since=since):
        holds[row["resource_id"]].append((row["begins"], row["ends"], row["quantity"]))
    seasons = query.rows(connection, "match_seasons", county=county)
    return Calendar(calendars.hours(rows, openings, seasons), holds)


def answers(
    calendar: Calendar, wanted: Window, *, units: int = 1, minutes: int | None = None
) -> dict[int, Answer]:
    """By resource: is it free for all of ``wanted``, and when next for so many minutes (as long as wanted).

    The next slot is looked for from the start of ``wanted`` on, and is ``wanted`` itself where that is free.
    """
    span = (clock.minute(wanted.starts), clock.minute(wanted.ends))
    asked = (units, minutes or clock.length(span))
    alike: dict[Hours, Answer] = {}
    told = {}
    for resource, hours in calendar.hours.items():
        holds = calendar.holds.get(resource)
        if holds:
            told[resource] = _answer(hours, holds, span, asked)
        else:
            told[resource] = alike.get(hours) or alike.setdefault(hours, _answer(hours, (), span, asked))
    return told


def fortnight(connection: sa.Connection, county: int, resource: int, now: datetime) -> Fortnight:
    """The next two weeks of one resource in the database, as everybody may see them, from ``now`` on."""
    utc = now.astimezone(UTC).replace(tzinfo=None)
    start = clock.wall(clock.minute(utc))
    calendar = read(connection, county, [resource], now=now, since=clock.moment(start))
    hours, holds = calendar.hours[resource], calendar.holds.get(resource, ())
    today = start // clock.DAY * clock.DAY
    whole = (today, today + DAYS_SHOWN * clock.DAY)
    opened = free.opened(hours, whole)
    left = free.free(hours, holds, whole) or []
    ahead = intervals.clipped(left, (start, whole[1]))
    slot = free.next_free(hours, holds, start, SHOWN_SLOT_MINUTES)
    days = tuple(_day(at, opened, ahead) for at in range(*whole, clock.DAY))
    return Fortnight(hours.known, days, window(slot) if slot else None)


def window(span: Interval) -> Window:
    """A stretch of whole minutes as wall times."""
    return Window(clock.moment(span[0]), clock.moment(span[1]))


def _day(at: int, opened: Iterable[Interval], left: Iterable[Interval]) -> Day:
    def hours(spans: Iterable[Interval]) -> tuple[Hour, ...]:
        return tuple((_clock(begin - at), _clock(end - at)) for begin, end in intervals.clipped(spans, here))

    here = (at, at + clock.DAY)
    return Day(clock.day_of(at), hours(opened), hours(left))


def _clock(minute: int) -> str:
    return f"{minute // clock.HOUR:02}:{minute % clock.HOUR:02}"


def _answer(hours: Hours, holds: Sequence[Hold], span: Interval, asked: tuple[int, int]) -> Answer:
    units, length = asked
    found = free.is_free(hours, holds, span, units=units)
    if found is Truth.YES and length <= clock.length(span):
        return Answer(found, window(clock.lasting(span[0], length)))
    later = free.next_free(hours, holds, span[0], length, units=units)
    return Answer(found, window(later) if later else None)
