"""Calendars of many resources at once: which are free, when next, and day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from geomatch.availability import clock, free
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.availability.intervals import Hold
from geomatch.availability.patterns import Seasons
from geomatch.db import calendars, query
from geomatch.model import Truth, Window


@dataclass(frozen=True, slots=True)
class Calendar:
    """Hours and holds by resource id, and the county's named days."""

    hours: Mapping[int, Hours]
    holds: Mapping[int, Sequence[Hold]]
    seasons: Seasons


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a resource is free at the time asked for, and its next free slot where one is known."""

    free: Truth
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
    seasons = calendars.seasons(query.rows(connection, "match_seasons", county=county))
    return Calendar(calendars.hours(rows, openings), holds, seasons)


def answers(
    calendar: Calendar, wanted: Window, *, units: int = 1, minutes: int | None = None
) -> dict[int, Answer]:
    """By resource: is it free for all of ``wanted``, and when next for so many minutes (as long as wanted).

    The next slot is looked for from the start of ``wanted`` on, and is ``wanted`` itself where that is free.
    """
    span = (clock.minute(wanted.starts), clock.minute(wanted.ends))
    length = minutes or clock.length(span)
    return {
        resource: _answer(hours, calendar.holds.get(resource, ()), span, (units, length), calendar.seasons)
        for resource, hours in calendar.hours.items()
    }


def window(span: Interval) -> Window:
    """A stretch of whole minutes as wall times."""
    return Window(clock.moment(span[0]), clock.moment(span[1]))


def _answer(
    hours: Hours, holds: Sequence[Hold], span: Interval, asked: tuple[int, int], seasons: Seasons
) -> Answer:
    units, length = asked
    found = free.is_free(hours, holds, span, units=units, seasons=seasons)
    if found is Truth.YES and length <= clock.length(span):
        return Answer(found, window(clock.lasting(span[0], length)))
    later = free.next_free(hours, holds, span[0], length, units=units, seasons=seasons)
    return Answer(found, window(later) if later else None)
