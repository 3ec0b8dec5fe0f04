"""A booking that repeats: every occurrence is a bundle of its own, and all belong to one series."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from geomatch.availability import clock, patterns, rules
from geomatch.db import bookings, calendars, query
from geomatch.errors import ConflictError, InputError
from geomatch.model import Opening, Window
from geomatch.services import booking
from geomatch.services.booking import HOLD, Ask, By, Proposal
from geomatch.services.settling import settled

MOST_OCCURRENCES = 110
"""Twice a week for a year."""
_TOLD = 5


@dataclass(frozen=True, slots=True)
class Repeat:
    """``first`` is the first occurrence with all its things; the others are at the same times of day.

    ``pattern`` begins with the first thing's own time; its rule, exceptions and named days say when it comes
    again, until the last day ``until``.
    """

    first: Ask
    pattern: Opening
    until: date

    def __post_init__(self) -> None:
        if self.pattern.first != self.first.wanted[0].during or self.pattern.rrule is None:
            raise InputError("the pattern of a series begins with its first thing's time and has a rule")
        rules.check(self.pattern.rrule, self.pattern.first.starts)

    def at(self, starts: datetime) -> Ask:
        """The occurrence that begins at a wall time. Raises InputError where the clocks leave it out."""
        later = starts - self.pattern.first.starts
        wanted = tuple(
            replace(each, during=Window(each.during.starts + later, each.during.ends + later))
            for each in self.first.wanted
        )
        return replace(self.first, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A series, what was booked of it, and what was not: when, and why."""

    series: int
    proposals: tuple[Proposal, ...]
    refused: tuple[tuple[datetime, str], ...]


def propose(
    door: sa.Engine, repeat: Repeat, by: By, *, all_or_nothing: bool = True, hold: timedelta = HOLD
) -> Outcome:
    """Propose every occurrence, or with ``all_or_nothing`` false those that are free, and list the others.

    Raises ConflictError telling the occurrences that are not free when all are wanted, or when none is free.
    """
    until = by.until(hold)
    return settled(
        door,
        lambda connection: propose_within(connection, repeat, by, until, all_or_nothing=all_or_nothing),
    )


def confirm(door: sa.Engine, series: int, by: By) -> None:
    """Confirm every occurrence that is still proposed, all of them or none."""

    def work(connection: sa.Connection) -> None:
        members = booking.locked(connection, by, series_=[series])
        bundles = sorted({row["bundle_id"] for row in members if row["status"] == "proposed"})
        if not bundles:
            raise ConflictError("nothing in this series is waiting to be confirmed")
        booking.confirm_within(connection, bundles, by)

    settled(door, work)


def cancel(door: sa.Engine, series: int, reason: str, by: By) -> int:
    """Call off all that is still to come of a series; gives how many bookings that were."""

    def work(connection: sa.Connection) -> int:
        members = booking.locked(connection, by, series_=[series])
        ahead = [
            row["id"]
            for row in members
            if row["status"] in ("proposed", "confirmed") and row["starts"] >= by.wall
        ]
        told = booking.said(reason)
        bookings.become(connection, ahead, "cancelled", who=by.who, now=by.now, reason=told)
        return len(ahead)

    return settled(door, work)


def occurrences(connection: sa.Connection, repeat: Repeat) -> list[datetime]:
    """When a series begins each time, in wall time. Raises InputError for more than 110 times."""
    seasons = calendars.seasons_of(query.rows(connection, "match_seasons", county=repeat.first.county))
    last = datetime.combine(repeat.until, time()) + timedelta(days=1)
    horizon = (clock.minute(repeat.pattern.first.starts), clock.minute(last))
    found = sorted({begin for begin, _ in patterns.spans([repeat.pattern], horizon, seasons)})
    if not 1 <= len(found) <= MOST_OCCURRENCES:
        raise InputError(
            f"the series happens {len(found)} times until {repeat.until}; expected 1 to {MOST_OCCURRENCES}"
        )
    return [clock.moment(begin) for begin in found]


def propose_within(
    connection: sa.Connection, repeat: Repeat, by: By, until: datetime, *, all_or_nothing: bool
) -> Outcome:
    """Propose inside the caller's transaction, as ``propose`` does; ``until`` ends the hold."""
    starts = occurrences(connection, repeat)
    series = bookings.add_series(
        connection,
        need_id=repeat.first.need,
        first=bookings.window_range(repeat.pattern.first),
        rrule=repeat.pattern.rrule,
        except_dates=list(repeat.pattern.except_dates),
        extra_dates=list(repeat.pattern.extra_dates),
        only_in=list(repeat.pattern.only_in),
        not_in=list(repeat.pattern.not_in),
        made_by=by.who,
        made_at=by.now,
    )
    proposals, refused = tried(connection, repeat, starts, by, until=until, series=series)
    if refused and (all_or_nothing or not proposals):
        raise ConflictError(_listed(refused, len(starts)))
    return Outcome(series, tuple(proposals), tuple(refused))


def tried(
    connection: sa.Connection,
    repeat: Repeat,
    starts: list[datetime],
    by: By,
    *,
    until: datetime,
    series: int | None = None,
) -> tuple[list[Proposal], list[tuple[datetime, str]]]:
    """Propose at each of these times what can be had, and say why the rest cannot."""
    proposals, refused = [], []
    for begin in starts:
        try:
            with connection.begin_nested():
                made = booking.propose_within(connection, repeat.at(begin), by, until, series=series)
            proposals.append(made)
        except InputError as error:
            refused.append((begin, str(error)))
    return proposals, refused


def _listed(refused: list[tuple[datetime, str]], wanted: int) -> str:
    more = f"; and {len(refused) - _TOLD} more" if len(refused) > _TOLD else ""
    return (
        f"{len(refused)} of {wanted} times are not to be had: "
        + "; ".join(why for _, why in refused[:_TOLD])
        + more
    )
