"""Units for one booking of one locked resource, or the words that say what is in the way."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from geomatch.availability import clock, free, units
from geomatch.availability.clock import Interval
from geomatch.availability.free import Hours
from geomatch.availability.units import Seat
from geomatch.db import bookings
from geomatch.errors import ConflictError, InputError
from geomatch.model import Truth, Window
from geomatch.services.calendars import Calendar

if TYPE_CHECKING:
    from geomatch.services.booking import By, Wanted

LONGEST = timedelta(days=31)
FURTHEST = timedelta(days=800)
"""How far ahead things are booked: two years and a little."""


def seat(
    connection: sa.Connection, resource: sa.RowMapping, calendar: Calendar, wanted: "Wanted", by: "By"
) -> tuple[Interval, tuple[int, ...]]:
    """What a booking will hold: minutes with set-up and turn-round, and the numbers of its units.

    Others change their numbers where that makes room. Raises ConflictError naming what is in the way.
    """
    hours = calendar.hours[resource["id"]]
    _require_sensible(resource, wanted, by)
    _require_open(resource, hours, calendar, wanted)
    held = hours.held(_minutes(wanted.during))
    since = min(by.wall, clock.moment(held[0]))
    rows = bookings.seats(connection, resource["id"], since)
    seats = [Seat(row["id"], (row["begins"], row["ends"]), tuple(row["units"])) for row in rows]
    found = units.seated(held, wanted.units, seats, hours.units)
    if found:
        return held, found
    moved = units.reseated(held, wanted.units, seats, hours.units)
    if moved is None:
        raise ConflictError(_in_the_way(resource, hours, calendar, wanted, rows))
    when = {each.booking: each.held for each in seats}
    bookings.reseat(
        connection, resource["id"], [(number, when[number], to) for number, to in moved[1].items()]
    )
    return held, moved[0]


def booked(row: Mapping[Any, Any]) -> str:
    """A booking in words, without whose it is: ``Wick Hall (Thursday 3 December 2026, 19:00 to 21:00)``."""
    return f"{row['name']} ({told(row['starts'], row['ends'])})"


def told(starts: datetime, ends: datetime) -> str:
    """A stretch of wall time in words."""
    if ends.date() == starts.date():
        return f"{_day(starts)}, {starts:%H:%M} to {ends:%H:%M}"
    return f"{_day(starts)}, {starts:%H:%M} to {_day(ends)}, {ends:%H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _minutes(window: Window) -> Interval:
    return clock.minute(window.starts), clock.minute(window.ends)


def _require_sensible(resource: sa.RowMapping, wanted: "Wanted", by: "By") -> None:
    during = wanted.during
    when = f"{resource['name']} ({told(during.starts, during.ends)})"
    if during.ends <= by.wall:
        raise InputError(f"{when}: that is over; expected a time to come")
    if during.ends - during.starts > LONGEST or during.ends > by.wall + FURTHEST:
        raise InputError(
            f"{when}: expected no more than {LONGEST.days} days, and within {FURTHEST.days} days from now"
        )
    if resource["withdrawn_on"] and resource["withdrawn_on"] <= during.ends.date():
        raise ConflictError(f"{resource['name']} is no longer offered from {resource['withdrawn_on']} on")
    if wanted.units > resource["quantity"]:
        raise ConflictError(
            f"{wanted.units} of {resource['name']} asked for; there are {resource['quantity']}"
        )


def _require_open(resource: sa.RowMapping, hours: Hours, calendar: Calendar, wanted: "Wanted") -> None:
    if wanted.despite:
        return
    span = _minutes(wanted.during)
    if free.is_free(hours, (), span, units=wanted.units) is Truth.NO:
        raise ConflictError(
            f"{resource['name']} is not open for all of {told(wanted.during.starts, wanted.during.ends)}"
            + _next(resource, hours, calendar, wanted)
        )


def _in_the_way(
    resource: sa.RowMapping,
    hours: Hours,
    calendar: Calendar,
    wanted: "Wanted",
    rows: Sequence[sa.RowMapping],
) -> str:
    begin, end = hours.held(_minutes(wanted.during))
    there = [row for row in rows if row["begins"] < end and row["ends"] > begin]
    taken = "; ".join(
        f"{told(clock.moment(row['begins']), clock.moment(row['ends']))} "
        f"({len(row['units'])} of {hours.units}, {row['status']})"
        for row in there
    )
    between = ", time between bookings included" if hours.set_up or hours.turn_round else ""
    return (
        f"{resource['name']} is not free for {told(wanted.during.starts, wanted.during.ends)}: "
        f"taken on {taken}{between}" + _next(resource, hours, calendar, wanted)
    )


def _next(resource: sa.RowMapping, hours: Hours, calendar: Calendar, wanted: "Wanted") -> str:
    span = _minutes(wanted.during)
    holds = calendar.holds.get(resource["id"], ())
    later = free.next_free(hours, holds, span[0], clock.length(span), units=wanted.units)
    return f"; next free on {told(clock.moment(later[0]), clock.moment(later[1]))}" if later else ""
