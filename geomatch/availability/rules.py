"""Rules as RFC 5545 writes them, read by dateutil once they are known to come to an end of searching.

dateutil looks for the next occurrence until the year 9999, whatever UNTIL says, so a rule that never happens
costs it most of a minute. What could do that is refused, or found out once and remembered.
"""

import calendar
from datetime import datetime
from functools import lru_cache

from dateutil.rrule import rrule, rrulestr

from geomatch.errors import InputError

_ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"}
_PARTS = {
    "DAILY": _ALWAYS | {"BYMONTH", "BYMONTHDAY", "BYDAY"},
    "WEEKLY": _ALWAYS | {"BYMONTH", "BYDAY"},
    "MONTHLY": _ALWAYS | {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS"},
    "YEARLY": _ALWAYS | {"BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYYEARDAY", "BYWEEKNO"},
}
"""Parts that RFC 5545 gives a meaning by frequency; times of day belong to the first occurrence."""

MOST_INTERVAL = 99
MOST_COUNT = 5000
_A_LEAP_YEAR = 2024


def check(text: str, starts: datetime) -> None:
    """Raises InputError for a rule that cannot be read, and for one that never happens."""
    if read(text, starts) is None:
        raise InputError(f"opening from {starts}: the rule {text!r} never happens; expected one that does")


@lru_cache(maxsize=4096)
def read(text: str, starts: datetime) -> rrule | None:
    """The rule, or ``None`` when it never happens. Raises InputError when it cannot be read."""
    try:
        _require_searchable(dict(part.split("=", 1) for part in text.split(";")))
        rule = rrulestr(text, dtstart=starts)
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"opening from {starts}: cannot read the rule {text!r}: {error}") from error
    return rule if isinstance(rule, rrule) and next(iter(rule), None) is not None else None


def _require_searchable(parts: dict[str, str]) -> None:
    frequency = parts.get("FREQ", "")
    strange = sorted(parts.keys() - _PARTS.get(frequency, set()))
    if strange:
        raise ValueError(f"{', '.join(strange)} has no place here")
    if int(parts.get("INTERVAL", 1)) not in range(1, MOST_INTERVAL + 1):
        raise ValueError(f"INTERVAL is not 1 to {MOST_INTERVAL}")
    if int(parts.get("COUNT", 1)) not in range(1, MOST_COUNT + 1):
        raise ValueError(f"COUNT is not 1 to {MOST_COUNT}")
    if frequency == "DAILY" and "INTERVAL" in parts and len(parts.keys() - _ALWAYS):
        raise ValueError("every so many days and BY… together may never meet; write it weekly or monthly")
    months = [int(month) for month in parts.get("BYMONTH", "1").split(",")]
    longest = max(calendar.monthrange(_A_LEAP_YEAR, month)[1] for month in months)
    if all(abs(int(day)) > longest for day in parts.get("BYMONTHDAY", "1").split(",")):
        raise ValueError("no such day in these months")
