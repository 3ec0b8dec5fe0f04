"""Windows in one cell: ``2026-12-03 19:00-21:00; 2026-12-04 19:00-01:00``.

An end that is not after its start lies on the next day; ``24:00`` is midnight at the end of the day.
A window of a day or more names its last day: ``2026-12-03 18:00-2026-12-05 12:00``.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from geomatch.errors import InputError
from geomatch.importers import cells
from geomatch.model import Window

DAY = r"\d{4}-\d\d-\d\d"
CLOCK = r"\d\d:\d\d"
TIMES = rf"{CLOCK}\s*-\s*(?:{DAY}\s+)?{CLOCK}"

_ITEM = re.compile(rf"({DAY})\s+({TIMES})")
_TIMES = re.compile(rf"({CLOCK})\s*-\s*(?:({DAY})\s+)?({CLOCK})")
_ONE_DAY = timedelta(days=1)


def read(text: str) -> tuple[Window, ...]:
    """Windows in the order written. Raises InputError naming the one that cannot be read."""
    return tuple(_window(item) for item in cells.words(text))


def write(windows: Iterable[Window]) -> str:
    """Text that ``read`` turns into the same windows. Raises InputError for parts of a minute."""
    return "; ".join(f"{window.starts.date()} {times_text(window)}" for window in windows)


def on_day(first: date, times: str) -> Window:
    """The window that begins on ``first`` at times such as ``19:00-21:00``.

    Raises InputError for times that do not exist and for a window that ends when it starts.
    """
    found = _TIMES.fullmatch(times)
    if not found:
        raise InputError(f"{times!r} are not times; expected something like 19:00-21:00")
    starts = _moment(first, found[1])
    ends = _moment(cells.day(found[2]) if found[2] else first, found[3])
    if starts == ends:
        raise InputError(f"{times!r} ends when it starts; a whole day is 00:00-24:00")
    return Window(starts, ends + _ONE_DAY if ends < starts and not found[2] else ends)


def times_text(window: Window) -> str:
    """The times of a window, with its last day only where they would not say it."""
    starts, ends = window.starts, window.ends
    if starts != _to_minute(starts) or ends != _to_minute(ends):
        raise InputError(f"window {starts.isoformat()} to {ends.isoformat()}: expected whole minutes")
    if ends.time() == time.min and ends.date() == starts.date() + _ONE_DAY:
        return f"{starts:%H:%M}-24:00"
    if ends - starts < _ONE_DAY:
        return f"{starts:%H:%M}-{ends:%H:%M}"
    return f"{starts:%H:%M}-{ends.date()} {ends:%H:%M}"


def _window(item: str) -> Window:
    found = _ITEM.fullmatch(item)
    if not found:
        raise InputError(f"{item!r} is not a window; expected something like 2026-12-03 19:00-21:00")
    return on_day(cells.day(found[1]), found[2])


def _moment(day: date, clock: str) -> datetime:
    if clock == "24:00":
        return datetime.combine(day + _ONE_DAY, time.min)
    hour, minute = (int(part) for part in clock.split(":"))
    if hour > 23 or minute > 59:
        raise InputError(f"{clock!r} is not a time of day; expected 00:00 to 24:00")
    return datetime.combine(day, time(hour, minute))


def _to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
