"""What repeats, day by day: RFC 5545 rules with exceptions, extra days and named days, over a bounded time.

Rules are expanded by dateutil on the wall clock; an occurrence at 19:00 is at 19:00 in summer and winter.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import takewhile

from geomatch.availability import clock, intervals, rules
from geomatch.availability.clock import Interval
from geomatch.model import Opening

Days = tuple[date, date]
"""First day and last day, both included."""
Seasons = Mapping[str, Sequence[Days]]
"""Named days of a county, such as ``term-time`` or ``bank-holidays``."""

NO_SEASONS: Seasons = {}
CHUNK = 92 * clock.DAY
"""Minutes: rules are expanded, and what they make open remembered, a quarter of a year at a time."""


def spans(openings: Iterable[Opening], horizon: Interval, seasons: Seasons = NO_SEASONS) -> list[Interval]:
    """Every occurrence that lies at least partly in the horizon, cut to it; overlaps are not joined.

    Named days that the county has not stated are no days. Raises InputError for a rule that cannot be read.
    """
    found = [
        (begin, begin + length)
        for opening in openings
        for length in (clock.minute(opening.first.ends) - clock.minute(opening.first.starts),)
        for begin in _starts(opening, (horizon[0] - length, horizon[1]), seasons)
    ]
    real = (clock.existing(span) for span in found)
    return intervals.clipped((span for span in real if span), horizon)


def _starts(opening: Opening, horizon: Interval, seasons: Seasons) -> list[int]:
    """First minutes of the occurrences in the horizon, in no order."""
    found = _regular(opening, horizon)
    if not (opening.extra_dates or opening.except_dates or opening.only_in or opening.not_in):
        return found
    time_of_day = clock.minute(opening.first.starts) % clock.DAY
    excepted = set(opening.except_dates)
    allowed = [
        at for at in found if (day := clock.day_of(at)) not in excepted and _in_season(day, opening, seasons)
    ]
    extra = {clock.minute(_midnight(day)) + time_of_day for day in opening.extra_dates} - set(allowed)
    return allowed + [at for at in sorted(extra) if horizon[0] <= at < horizon[1]]


def _regular(opening: Opening, horizon: Interval) -> list[int]:
    if opening.rrule is None:
        first = clock.minute(opening.first.starts)
        return [first] if horizon[0] <= first < horizon[1] else []
    chunks = range(horizon[0] // CHUNK, horizon[1] // CHUNK + 1)
    return [
        at
        for chunk in chunks
        for at in _expanded(opening.rrule, opening.first.starts, chunk)
        if horizon[0] <= at < horizon[1]
    ]


def _in_season(day: date, opening: Opening, seasons: Seasons) -> bool:
    return (not opening.only_in or _within(day, opening.only_in, seasons)) and not _within(
        day, opening.not_in, seasons
    )


def _within(day: date, names: Iterable[str], seasons: Seasons) -> bool:
    return any(first <= day <= last for name in names for first, last in seasons.get(name, ()))


@lru_cache(maxsize=4096)
def _expanded(text: str, starts: datetime, chunk: int) -> tuple[int, ...]:
    """First minutes of a rule's occurrences in one chunk of time."""
    after, before = clock.moment(chunk * CHUNK), clock.moment((chunk + 1) * CHUNK)
    rule = rules.read(text, starts)
    if before <= starts or rule is None:
        return ()
    found = takewhile(lambda one: one < before, iter(rule))
    return tuple(clock.minute(one) for one in found if one >= after)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - wall time
