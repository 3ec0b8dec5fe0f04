"""What a broker does for one need, each job one transaction with its letters: all of it happens, or none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from geomatch.db import audit, bookings, desk
from geomatch.db.audit import Entry, What
from geomatch.errors import ConflictError, InputError
from geomatch.model import Window
from geomatch.services import booking, telling
from geomatch.services.booking import HOLD, Ask, By, Proposal, Wanted
from geomatch.services.settling import settled
from geomatch.services.telling import Office

LIVE = ("proposed", "confirmed")


@dataclass(frozen=True, slots=True)
class Plan:
    """A bundle for a need (its own id): things wanted, all in one window, or added to the bundle ``into``."""

    need: str
    wanted: tuple[Wanted, ...]
    into: int | None = None

    def __post_init__(self) -> None:
        if not self.wanted:
            raise InputError("nothing was chosen; expected one thing or more")


def plan(need: str, picks: Iterable[tuple[str, str, int]], during: Window, **more: Any) -> Plan:
    """A plan of (role, resource, units), all at one time; ``despite`` are written reasons by role."""
    reasons, replaces = more.get("despite", {}), more.get("replaces")
    wanted = tuple(
        Wanted(resource, during, units, role, reasons.get(role, ""), replaces)
        for role, resource, units in picks
    )
    return Plan(need, wanted, more.get("into"))


def propose(door: sa.Engine, office: Office, wanted: Plan, by: By, *, round_: int | None = None) -> Proposal:
    """Keep things for a need and ask everybody. Raises as ``booking.propose``.

    With ``round_`` it is what the broker made of that matching round's line.
    """

    def work(connection: sa.Connection) -> Proposal:
        made = propose_within(connection, office, wanted, by)
        if round_ is not None:
            number = desk.asker(connection, office.county, wanted.need)["id"]
            said = {"said": "edited", "bundle_id": made.bundle, "made_by": by.who, "made_at": by.now}
            desk.decide(connection, office.county, round_, number, **said)
        return made

    return settled(door, work)


def propose_within(
    connection: sa.Connection, office: Office, wanted: Plan, by: By, *, told: str = "proposed"
) -> Proposal:
    """The same inside the caller's transaction."""
    asker = desk.asker(connection, office.county, wanted.need)
    made = booking.propose_within(
        connection, Ask(office.county, wanted.wanted, asker["id"], wanted.into), by, by.now + HOLD
    )
    ask_everybody(connection, office, asker, [made], by)
    about = {"bundle": made.bundle, "bookings": list(made.bookings)}
    remember(
        connection, office, asker, by, ("propose", f"{told} {_names(connection, office, made, by)}", about)
    )
    return made


def ask_everybody(
    connection: sa.Connection, office: Office, asker: sa.RowMapping, made: Sequence[Proposal], by: By
) -> None:
    """Ask all parties about new bookings, each of them once whatever the number of bundles."""
    numbers = {number for each in made for number in each.bookings}
    listed = desk.bundles(connection, office.county, by.now, bundles=[each.bundle for each in made])
    rows = [row for row in listed if row["id"] in numbers]
    offers = desk.offers(connection, office.county, (row["ref"] for row in rows))
    for party in telling.parties(asker, [(row["id"], offers[row["ref"]]) for row in rows]):
        telling.ask(connection, office, asker, party, rows=rows, by=by, until=made[0].held_until)


def confirm(door: sa.Engine, office: Office, bundle: int, by: By) -> None:
    """The broker has everybody's word. Raises ConflictError as ``booking.confirm``."""

    def work(connection: sa.Connection) -> None:
        asker = confirm_within(connection, office, [bundle], by)
        remember(connection, office, asker, by, ("confirm", "confirmed the booking", {"bundle": bundle}))

    settled(door, work)


def confirm_within(
    connection: sa.Connection, office: Office, bundles: Sequence[int], by: By
) -> sa.RowMapping:
    """Confirm bundles of one need, tell everybody, and the need is met; gives who asked for it."""
    booking.confirm_within(connection, bundles, by)
    rows = desk.bundles(connection, office.county, by.now, bundles=list(bundles))
    asker = desk.asker(connection, office.county, rows[0]["need"])
    held = [row for row in rows if row["status"] == "confirmed"]
    telling.outcome(
        connection,
        office,
        asker,
        desk.asks(connection, bundles),
        rows=held,
        words=("It is booked", "Everybody has said yes, and it is booked."),
    )
    desk.close_asks(connection, bundles, by.now)
    desk.set_status(connection, asker["id"], "met")
    return asker


def end(door: sa.Engine, office: Office, numbers: Sequence[int], by: By, *, status: str, reason: str) -> None:
    """Decline, release or cancel bookings; those concerned are told, and the need is open again.

    Raises InputError without a reason, ConflictError for bookings that have ended already.
    """

    def work(connection: sa.Connection) -> None:
        asker, states = end_within(connection, office, numbers, by, status=status, reason=reason)
        words = f"{status}: {booking.said(reason)}"
        remember(connection, office, asker, by, ("end", words, {"bookings": states}))

    settled(door, work)


def end_within(
    connection: sa.Connection, office: Office, numbers: Sequence[int], by: By, *, status: str, reason: str
) -> tuple[sa.RowMapping, dict[str, str]]:
    """The same inside the caller's transaction; gives who asked, and the state of each booking before."""
    found = booking.locked(connection, by, bookings=numbers)
    among = ("proposed",) if status == "declined" else LIVE
    for row in found:
        if row["status"] not in among or row["county_id"] != office.county:
            raise ConflictError(f"{row['name']} is {row['status']} and cannot become {status}")
    bookings.become(connection, numbers, status, who=by.who, now=by.now, reason=booking.said(reason))
    bundles = sorted({row["bundle_id"] for row in found})
    rows = desk.bundles(connection, office.county, by.now, bundles=bundles)
    asker = desk.asker(connection, office.county, rows[0]["need"])
    gone = [row for row in rows if row["id"] in set(numbers)]
    words = (_SUBJECTS[status], f"{_SUBJECTS[status]}, for this reason: {booking.said(reason)}")
    telling.outcome(connection, office, asker, desk.asks(connection, bundles), rows=gone, words=words)
    if not any(row["status"] in LIVE for row in rows):
        desk.close_asks(connection, bundles, by.now)
    desk.set_status(connection, asker["id"], "open")
    return asker, {str(row["id"]): row["status"] for row in found}


_SUBJECTS = {"declined": "Declined", "released": "No longer kept", "cancelled": "Called off"}


def happened(
    connection: sa.Connection, office: Office, bundle: int, by: By, *, yes: bool, reason: str
) -> sa.RowMapping:
    """After the day, for all of a bundle; gives who asked. Raises ConflictError before its end."""
    rows = [row for row in booking.locked(connection, by, bundles=[bundle]) if row["status"] == "confirmed"]
    if not rows:
        raise ConflictError("this was answered already, or it was never confirmed")
    if any(row["ends"] > by.wall for row in rows):
        raise ConflictError(f"{rows[0]['name']} is not over yet; ask again when it is")
    numbers = [row["id"] for row in rows]
    bookings.become(connection, numbers, "done", who=by.who, now=by.now, reason=reason, happened=yes)
    [first, *_] = desk.bundles(connection, office.county, by.now, bundles=[bundle])
    asker = desk.asker(connection, office.county, first["need"])
    remember(
        connection,
        office,
        asker,
        by,
        ("happened", "it happened" if yes else f"it did not happen: {reason}", {}),
    )
    return asker


def tell_happened(
    door: sa.Engine, office: Office, bundle: int, by: By, *, yes: bool, reason: str = ""
) -> None:
    """The broker knows whether it happened."""
    settled(door, lambda connection: happened(connection, office, bundle, by, yes=yes, reason=reason))


def _names(connection: sa.Connection, office: Office, made: Proposal, by: By) -> str:
    rows = desk.bundles(connection, office.county, by.now, bundles=[made.bundle])
    return ", ".join(row["name"] for row in rows if row["id"] in made.bookings)


def remember(
    connection: sa.Connection,
    office: Office,
    asker: sa.RowMapping,
    by: By,
    done: tuple[str, str, dict[str, Any]],
) -> None:
    """Keep what was done for a need: ``done`` is what, in which words, and what undoing it takes."""
    what, words, about = done
    write_down(connection, office, asker["id"], by, did=what, about=about)
    desk.add_act(
        connection,
        county_id=office.county,
        need_id=asker["id"],
        what=what,
        words=words,
        about=about,
        who=by.who,
        at=by.now,
    )


def write_down(
    connection: sa.Connection, office: Office, need: int, by: By, *, did: str, about: Mapping[str, Any]
) -> None:
    """A line of the audit for what was done about a need (its row's id): ids, and nobody's words."""
    ids = {name: about[name] for name in ("bundle", "bookings", "run", "ask") if name in about}
    line = Entry(
        by.accountable,
        What.MATCH,
        f"need/{need}",
        account_id=by.account,
        county_id=office.county,
        detail={"did": did, **ids},
    )
    audit.write(connection, line)
