"""Booking several things together, safely for many brokers at once.

Each function is one transaction. It locks the resources in the order of their ids, gives back what proposals
hold that have run out, looks, and writes; so two who want the last projector take turns, and the second is
told who was first. The database's own exclusion constraint stands behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from geomatch.availability import clock
from geomatch.db import audit, bookings
from geomatch.db.audit import Entry, What
from geomatch.errors import ConflictError, InputError, UnknownPlaceError
from geomatch.model import Window
from geomatch.services import calendars, seating
from geomatch.services.settling import settled

HOLD = timedelta(hours=48)
"""How long a proposal keeps things for those who are asked: two days, as halls usually do."""
LONGEST_HOLD = timedelta(days=31)
MOST_THINGS = 50


@dataclass(frozen=True, slots=True)
class By:
    """Who acts (as the record shall name them) and when (a moment with a zone); their account, if any."""

    who: str
    now: datetime
    account: int | None = None

    def __post_init__(self) -> None:
        if not self.who.strip() or self.now.tzinfo is None:
            raise InputError(f"acting as {self.who!r} at {self.now}: expected a name and a time with a zone")

    @property
    def accountable(self) -> str:
        """How the audit names who acts: by the number of an account, never by a name."""
        if self.account is not None:
            return f"account {self.account}"
        return self.who if self.who in ("command", "postman") else "somebody by a link"

    def until(self, hold: timedelta) -> datetime:
        """The end of a hold that begins now. Raises InputError for none, or for more than a month."""
        if not timedelta() < hold <= LONGEST_HOLD:
            raise InputError(f"hold of {hold}; expected more than nothing, at most {LONGEST_HOLD.days} days")
        return self.now + hold

    @property
    def wall(self) -> datetime:
        """The same moment on the wall clock of Europe/London."""
        utc = self.now.astimezone(UTC).replace(tzinfo=None)
        return clock.moment(clock.wall(clock.minute(utc)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many units of a resource (by its own id) at a time.

    ``despite`` is the written reason for booking it when it is not open. ``replaces`` is the id of a booking
    of the same bundle that came to nothing.
    """

    resource: str
    during: Window
    units: int = 1
    role: str = ""
    despite: str = ""
    replaces: int | None = None

    def __post_init__(self) -> None:
        if self.units < 1:
            raise InputError(f"{self.units} of {self.resource}; expected 1 or more")
        clock.require_real(self.during.starts)
        clock.require_real(self.during.ends)


@dataclass(frozen=True, slots=True)
class Ask:
    """Things of one county to be had together, or added to the bundle ``into``, for a need (its row's id)."""

    county: int
    wanted: tuple[Wanted, ...]
    need: int | None = None
    into: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.wanted) <= MOST_THINGS:
            raise InputError(f"{len(self.wanted)} things in one bundle; expected 1 to {MOST_THINGS}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A bundle, its new bookings in the order asked, and until when they are kept."""

    bundle: int
    bookings: tuple[int, ...]
    held_until: datetime


def propose(door: sa.Engine, ask: Ask, by: By, *, hold: timedelta = HOLD) -> Proposal:
    """Keep things for a while, so that the people asked can say yes: all of them or none.

    Raises ConflictError naming what is in the way, UnknownPlaceError for things that are not offered, and
    InputError for times that are over, too long or too far ahead.
    """
    until = by.until(hold)
    return settled(door, lambda connection: propose_within(connection, ask, by, until))


def book(door: sa.Engine, ask: Ask, by: By) -> Proposal:
    """Propose and confirm in one step, for a broker who has everybody's word already."""

    def both(connection: sa.Connection) -> Proposal:
        made = propose_within(connection, ask, by, by.now + HOLD)
        bookings.become(connection, made.bookings, "confirmed", who=by.who, now=by.now)
        return made

    return settled(door, both)


def propose_within(
    connection: sa.Connection,
    ask: Ask,
    by: By,
    held_until: datetime,
    *,
    series: int | None = None,
) -> Proposal:
    """Propose inside the caller's transaction, as ``propose`` does."""
    ids = _known(bookings.resource_ids(connection, ask.county, (each.resource for each in ask.wanted)), ask)
    things = bookings.lock(connection, ids.values())
    if len(things) < len(set(ids.values())):
        raise ConflictError("one of these things was made one with another just now; look again")
    bookings.release_run_out(connection, things, by.now)
    bundle = _bundle(connection, ask, by, series)
    calendar = calendars.read(connection, ask.county, things, now=by.now, since=by.wall)
    made = []
    for each in ask.wanted:
        row = things[ids[each.resource]]
        held, numbers = seating.seat(connection, row, calendar, each, by)
        number = bookings.add(
            connection,
            numbers,
            resource_id=row["id"],
            need_id=ask.need,
            bundle_id=bundle,
            during=bookings.window_range(each.during),
            held=bookings.minutes_range(held),
            quantity=each.units,
            role=each.role,
            despite=each.despite,
            replaces_id=each.replaces,
            held_until=held_until,
            made_by=by.who,
            made_at=by.now,
            changed_by=by.who,
            changed_at=by.now,
        )
        made.append(number)
        if each.despite:
            audit.write(connection, _overridden(ask.county, number, by))
    return Proposal(bundle, tuple(made), held_until)


def _overridden(county: int, number: int, by: By) -> Entry:
    """A hard test was set aside. The reason stays with the booking: it may say something of somebody."""
    return Entry(by.accountable, What.OVERRIDE, f"booking/{number}", account_id=by.account, county_id=county)


def confirm(door: sa.Engine, bundle: int, by: By) -> None:
    """Confirm all of a bundle's proposals, or none.

    Raises ConflictError when one has run out, or came to nothing and was not replaced.
    """
    settled(door, lambda connection: confirm_within(connection, [bundle], by))


def confirm_within(connection: sa.Connection, bundles: Sequence[int], by: By) -> None:
    """Confirm inside the caller's transaction, as ``confirm`` does."""
    found = locked(connection, by, bundles=bundles)
    for row in found:
        told = seating.booked(row)
        if row["status"] not in ("proposed", "confirmed") and not row["replaced"]:
            raise ConflictError(f"{told} was {row['status']}; put something in its place first")
        if row["status"] == "proposed" and row["held_until"] <= by.now:
            raise ConflictError(f"the proposal of {told} has run out; propose it again")
    proposed = [row["id"] for row in found if row["status"] == "proposed"]
    if not proposed:
        first = min(found, key=lambda row: row["id"])
        raise ConflictError(f"{seating.booked(first)} is confirmed already")
    bookings.become(connection, proposed, "confirmed", who=by.who, now=by.now)


def decline(door: sa.Engine, booking: int, reason: str, by: By) -> None:
    """Whoever was asked says no to a proposal. Raises ConflictError when it is none any more."""
    _end(door, [booking], "declined", said(reason), by, among=("proposed",))


def release(door: sa.Engine, bookings_: Sequence[int], by: By, *, reason: str = "given back") -> None:
    """The broker gives back what is proposed, or confirmed by mistake."""
    _end(door, bookings_, "released", said(reason), by, among=("proposed", "confirmed"))


def cancel(door: sa.Engine, bookings_: Sequence[int], reason: str, by: By) -> None:
    """Somebody calls off what was proposed or confirmed."""
    _end(door, bookings_, "cancelled", said(reason), by, among=("proposed", "confirmed"))


def done(door: sa.Engine, booking: int, by: By, *, happened: bool, reason: str = "") -> None:
    """After the day: did it happen? Raises ConflictError before its end."""

    def work(connection: sa.Connection) -> None:
        [row] = locked(connection, by, bookings=[booking])
        if row["ends"] > by.wall:
            raise ConflictError(f"{seating.booked(row)} is not over yet; ask again when it is")
        _require(row, ("confirmed",), "done")
        bookings.become(
            connection, [booking], "done", who=by.who, now=by.now, reason=reason, happened=happened
        )

    settled(door, work)


def _bundle(connection: sa.Connection, ask: Ask, by: By, series: int | None) -> int:
    if ask.into is None:
        return bookings.add_bundle(
            connection, need_id=ask.need, series_id=series, made_by=by.who, made_at=by.now
        )
    if not any(
        row["county_id"] == ask.county for row in bookings.members(connection, by.now, bundles=[ask.into])
    ):
        raise UnknownPlaceError(f"there is no bundle {ask.into} in this county")
    return ask.into


def _end(
    door: sa.Engine, numbers: Sequence[int], status: str, reason: str, by: By, *, among: tuple[str, ...]
) -> None:
    def work(connection: sa.Connection) -> None:
        for row in locked(connection, by, bookings=numbers):
            _require(row, among, status)
        bookings.become(connection, numbers, status, who=by.who, now=by.now, reason=reason)

    settled(door, work)


def locked(connection: sa.Connection, by: By, **which: Sequence[int]) -> bookings.Rows:
    """Bookings by ``bookings``, ``bundles`` or ``series_``, as they stand once their resources are locked.

    Raises UnknownPlaceError when there is none, or not each of ``bookings``.
    """
    resources = {row["resource_id"] for row in bookings.members(connection, by.now, **which)}
    bookings.lock(connection, resources)
    found = bookings.members(connection, by.now, **which)
    missing = set(which.get("bookings", ())) - {row["id"] for row in found}
    if missing or not found:
        listed = ", ".join(map(str, sorted(missing))) or str(which)
        raise UnknownPlaceError(f"there is no such booking: {listed}")
    return found


def _require(row: bookings.Row, among: tuple[str, ...], status: str) -> None:
    if row["status"] not in among:
        raise ConflictError(f"{seating.booked(row)} is {row['status']} and cannot become {status}")


def said(reason: str) -> str:
    """A reason without spaces round it. Raises InputError for none."""
    if not reason.strip():
        raise InputError("no reason given; expected a few words why")
    return reason.strip()


def _known(ids: dict[str, int], ask: Ask) -> dict[str, int]:
    for each in ask.wanted:
        if each.resource not in ids:
            raise UnknownPlaceError(f"nothing offered has the id {each.resource!r} in this county")
    return ids
