"""Calendars as telephones and office programs subscribe to them (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from geomatch.availability import clock

LONDON = "Europe/London"
MEDIA_TYPE = "text/calendar; charset=utf-8"
STATES = ("TENTATIVE", "CONFIRMED", "CANCELLED")

_MAKER = "-//geomatch//bookings//EN"
_REFRESH = timedelta(hours=1)
_SINCE = 1996
"""Since this year the clocks have changed by today's rule."""


@dataclass(frozen=True, slots=True)
class Event:
    """One booking, in wall time.

    ``uid`` never changes; ``sequence`` counts its changes, the last of them at ``changed``.
    """

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    status: str
    changed: datetime
    summary: str
    description: str = ""
    location: str = ""


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """A calendar to subscribe to; the same events give the same bytes."""
    made = icalendar.Calendar()
    made.add("prodid", _MAKER)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", LONDON)
    made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    made.add_component(_zone())
    for event in events:
        made.add_component(_event(event))
    return bytes(made.to_ical())


def _event(event: Event) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed.astimezone(UTC))
    made.add("last-modified", event.changed.astimezone(UTC))
    starts, ends = _moments(event.starts, event.ends)
    made.add("dtstart", starts)
    made.add("dtend", ends)
    made.add("status", event.status)
    made.add("transp", "TRANSPARENT" if event.status == "CANCELLED" else "OPAQUE")
    for name in ("summary", "description", "location"):
        if text := getattr(event, name):
            made.add(name, text)
    return made


def _moments(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    """Wall times with their zone; in UTC where one lies in the hour that the clocks repeat.

    That hour is booked whole: a start in it is its first pass, an end in it its second, which a wall time
    alone cannot say.
    """
    first, last = clock.repeated(starts.year)
    begin, end = clock.minute(starts), clock.minute(ends)
    if first <= begin < last or first < end < last:
        early, late = clock.real(begin), clock.real(begin) + clock.length((begin, end))
        return tuple(clock.moment(at).replace(tzinfo=UTC) for at in (early, late))  # type: ignore[return-value]
    zone = ZoneInfo(LONDON)
    return starts.replace(tzinfo=zone), ends.replace(tzinfo=zone)


def _zone() -> icalendar.Timezone:
    zone = icalendar.Timezone()
    zone.add("tzid", LONDON)
    summer, winter = icalendar.TimezoneDaylight(), icalendar.TimezoneStandard()
    forward, back = clock.left_out(_SINCE)[0], clock.repeated(_SINCE)[1]
    for part, starts, month, hours, name in (
        (summer, forward, 3, (0, 1), "BST"),
        (winter, back, 10, (1, 0), "GMT"),
    ):
        part.add("dtstart", clock.moment(starts))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=hours[0]))
        part.add("tzoffsetto", timedelta(hours=hours[1]))
        part.add("tzname", name)
        zone.add_component(part)
    return zone
