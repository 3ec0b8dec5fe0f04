"""Openings that repeat, and bookings that take time away, as the intervals in which something is free.

Times are Europe/London wall time, counted in whole minutes since 1970-01-01T00:00 of the same wall clock,
so that no zone is ever crossed. Intervals include their first minute and exclude their last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from dateutil.rrule import rrulestr

from geomatch.errors import InputError
from geomatch.model import Opening, Window

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time has no zone
Interval = tuple[int, int]


def minute(moment: datetime) -> int:
    """Whole minutes of wall time since 1970-01-01T00:00."""
    return (moment - EPOCH) // timedelta(minutes=1)


def moment(minute: int) -> datetime:
    """The wall time of a minute counted by ``minute``."""
    return EPOCH + timedelta(minutes=minute)


def free_intervals(
    openings: Sequence[Opening], bookings: Iterable[Window], horizon: Window
) -> list[Interval] | None:
    """When a resource is free within the horizon, in order and apart; ``None`` where nobody has told us.

    Without an opening that offers time nobody has told us when it is free; closures and bookings still
    take time away then, from the whole horizon. Raises InputError for a rule that cannot be read.
    """
    offered = [one for one in openings if not one.closed]
    busy = [(minute(window.starts), minute(window.ends)) for window in bookings]
    busy += _all_of([one for one in openings if one.closed], horizon)
    if not offered and not busy:
        return None
    whole = (minute(horizon.starts), minute(horizon.ends))
    free = _joined(_all_of(offered, horizon)) if offered else [whole]
    return _without(free, _joined(busy))


def _all_of(openings: Iterable[Opening], horizon: Window) -> list[Interval]:
    found = []
    for opening in openings:
        length = opening.first.ends - opening.first.starts
        for starts in _occurrences(opening, horizon.starts - length, horizon.ends):
            begin = max(minute(starts), minute(horizon.starts))
            end = min(minute(starts + length), minute(horizon.ends))
            if begin < end:
                found.append((begin, end))
    return found


def _occurrences(opening: Opening, after: datetime, before: datetime) -> list[datetime]:
    if opening.rrule is None:
        starts = [opening.first.starts]
    else:
        try:
            rule = rrulestr(opening.rrule, dtstart=opening.first.starts)
            starts = list(rule.between(after, before, inc=True))
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(
                f"opening {opening.first}: cannot read the rule {opening.rrule!r}: {error}"
            ) from error
    excepted = {datetime.combine(day, time()).date() for day in opening.except_dates}
    return [one for one in starts if one.date() not in excepted]


def _joined(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in order, with what overlaps or touches made one."""
    joined: list[Interval] = []
    for begin, end in sorted(intervals):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _without(free: Iterable[Interval], busy: Sequence[Interval]) -> list[Interval]:
    left = []
    for begin, end in free:
        at = begin
        for starts, ends in busy:
            if starts >= end:
                break
            if ends > at:
                if starts > at:
                    left.append((at, starts))
                at = max(at, ends)
        if at < end:
            left.append((at, end))
    return left
