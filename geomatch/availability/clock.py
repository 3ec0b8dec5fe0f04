"""Wall time of Europe/London in whole minutes, and what the clock does twice a year.

A wall minute counts from 1970-01-01T00:00 of the same wall clock, so a pattern of wall times never crosses a
zone. Real minutes (UTC) are needed only where a length is: the hour that the clocks leave out in March has no
minutes, and the hour that they repeat in October has twice as many. Rule of the Summer Time Order 2002, in
force in this form since 1996: from the last Sunday of March to the last of October, at 01:00 UTC.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache

from geomatch.errors import InputError

Interval = tuple[int, int]
"""First minute, and the first minute that no longer belongs to it."""

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time has no zone
HOUR = 60
DAY = 24 * HOUR
_ONE_DAY = timedelta(days=1)


def minute(moment: datetime) -> int:
    """Whole minutes of wall time since 1970-01-01T00:00."""
    return (moment - EPOCH) // timedelta(minutes=1)


def moment(minute: int) -> datetime:
    """The wall time of a minute counted by ``minute``."""
    return EPOCH + timedelta(minutes=minute)


def day_of(minute: int) -> date:
    """The day on which a wall minute lies."""
    return moment(minute).date()


@lru_cache(maxsize=512)
def left_out(year: int) -> Interval:
    """The wall minutes 01:00 to 02:00 that a year does not have: its clocks go forward."""
    return _hour_after_one(_last_sunday(year, 3))


@lru_cache(maxsize=512)
def repeated(year: int) -> Interval:
    """The wall minutes 01:00 to 02:00 that a year has twice: its clocks go back."""
    return _hour_after_one(_last_sunday(year, 10))


def require_real(wall: datetime) -> None:
    """Raises InputError for a wall time that the clocks leave out."""
    begin, end = left_out(wall.year)
    if begin <= minute(wall) < end:
        raise InputError(
            f"{wall:%H:%M on %d %B %Y} does not exist: the clocks go forward from 01:00 to 02:00; "
            "expected a time before or after"
        )


def real(wall: int, *, second: bool = False) -> int:
    """The UTC minute of a wall minute; of the repeated hour the first pass, or the ``second``.

    A minute that the clocks leave out is the moment at which they change.
    """
    year = moment(wall).year
    forward, back = left_out(year), repeated(year)
    if wall < forward[0] or wall >= back[1] or (second and wall >= back[0]):
        return wall
    return max(wall - HOUR, forward[0])


def wall(real: int) -> int:
    """The wall minute of a UTC minute."""
    year = moment(real).year
    return real + HOUR if left_out(year)[0] <= real < repeated(year)[0] else real


def ends_at(real: int) -> int:
    """The wall minute at which something ends that has run to a UTC minute.

    Within the repeated hour one wall time means two moments, so that hour is taken whole.
    """
    begin, end = repeated(moment(real).year)
    return end if begin - HOUR < real < end else wall(real)


def starts_at(real: int) -> int:
    """The wall minute at which something starts; within the repeated hour, the start of that hour."""
    begin, end = repeated(moment(real).year)
    return begin if begin - HOUR <= real < end else wall(real)


def stretched(wanted: Interval, before: int, after: int) -> Interval:
    """Wall minutes from ``before`` real minutes earlier to ``after`` real minutes later.

    Widened to the whole repeated hour where an end would lie within it: two stretches that are apart by the
    clock on the wall are then apart in fact.
    """
    begin, end = wanted
    return starts_at(real(begin) - before), ends_at(_real_end(end) + after)


def length(wanted: Interval) -> int:
    """Real minutes of a stretch of wall time, in the widest reading of the repeated hour."""
    return _real_end(wanted[1]) - real(wanted[0])


def lasting(start: int, minutes: int) -> Interval:
    """The stretch of wall time that begins at ``start`` and holds so many real minutes or a little more.

    A start that the clocks leave out becomes the moment at which they change.
    """
    begin = wall(real(start))
    return begin, ends_at(real(begin) + minutes)


def existing(span: Interval) -> Interval | None:
    """The span without an end that lies in the hour left out, or ``None`` when all of it does."""
    begin, end = span
    for year in {moment(begin).year, moment(end).year}:
        first, last = left_out(year)
        begin = last if first <= begin < last else begin
        end = first if first < end < last and begin < first else end
    return (begin, end) if begin < end else None


def _real_end(wall: int) -> int:
    """The UTC minute at which a stretch ends: of the repeated hour's own minutes the second pass."""
    return real(wall, second=wall != repeated(moment(wall).year)[0])


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - _ONE_DAY * ((last.weekday() + 1) % 7)


def _hour_after_one(day: date) -> Interval:
    one = (day - EPOCH.date()).days * DAY + HOUR
    return one, one + HOUR
