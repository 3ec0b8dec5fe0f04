"""Undoing what was done at the desk, within the day it was done."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from geomatch.db import bookings, desk
from geomatch.errors import ConflictError
from geomatch.model import Window
from geomatch.services import booking, brokering, parting
from geomatch.services.booking import HOLD, Ask, By, Wanted
from geomatch.services.settling import settled
from geomatch.services.telling import Office


def undo(door: sa.Engine, office: Office, number: int, by: By) -> str:
    """Undo one act; gives what it was. Those concerned are told of what changes for them.

    Raises ConflictError when it was not done today, was undone already, cannot be undone, or others have
    taken meanwhile what it gave back.
    """

    def work(connection: sa.Connection) -> str:
        act = desk.one_act(connection, office.county, number)
        if act["undone_at"] is not None:
            raise ConflictError("this was undone already")
        if _day(act["at"]) != by.wall.date():
            raise ConflictError("this was not done today; it can only be undone on its day")
        if act["what"] not in _WAYS:
            raise ConflictError("this cannot be undone; do the opposite instead")
        _WAYS[act["what"]](connection, office, act, by)
        desk.mark_undone(connection, number, who=by.who, now=by.now)
        brokering.write_down(
            connection, office, act["need_id"], by, did=f"undid {act['what']}", about=act["about"]
        )
        return str(act["words"])

    return settled(door, work)


def _day(moment: datetime) -> object:
    return By("undo", moment).wall.date()


def _give_back(connection: sa.Connection, office: Office, act: sa.RowMapping, by: By) -> None:
    """A proposal or a confirmation: what it holds still is given back."""
    about = act["about"]
    numbers, bundles = about.get("bookings", []), [about["bundle"]] if "bundle" in about else []
    rows = booking.locked(connection, by, bookings=[int(each) for each in numbers], bundles=bundles)
    wanted = {int(each) for each in numbers} or {row["id"] for row in rows}
    live = [row["id"] for row in rows if row["status"] in brokering.LIVE and row["id"] in wanted]
    if not live:
        raise ConflictError("nothing of this is held any more")
    brokering.end_within(connection, office, live, by, status="released", reason="undone by the broker")
    desk.forget_decisions_of(connection, {row["bundle_id"] for row in rows})


def _have_again(connection: sa.Connection, office: Office, act: sa.RowMapping, by: By) -> None:
    """An end: the same things are kept again, in their bundles, as they were, if nobody took them."""
    states = {int(number): state for number, state in act["about"]["bookings"].items()}
    rows = booking.locked(connection, by, bookings=list(states))
    for row in sorted(rows, key=lambda one: one["id"]):
        wanted = Wanted(
            row["ref"],
            Window(row["starts"], row["ends"]),
            row["quantity"],
            row["role"],
            despite="as it was before it was given back",
            replaces=row["id"],
        )
        ask = Ask(office.county, (wanted,), act["need_id"], row["bundle_id"])
        made = booking.propose_within(connection, ask, by, by.now + HOLD)
        if states[row["id"]] == "confirmed":
            bookings.become(connection, made.bookings, "confirmed", who=by.who, now=by.now)
            desk.set_status(connection, act["need_id"], "met")
        else:
            listed = desk.bundles(connection, office.county, by.now, bundles=[made.bundle])
            asker = desk.asker(connection, office.county, listed[0]["need"])
            brokering.ask_everybody(connection, office, asker, [made], by)


def _part(connection: sa.Connection, office: Office, act: sa.RowMapping, by: By) -> None:
    """Two records that were merged."""
    parting.part(connection, office.county, act["about"]["merge"], by)


def _think_again(connection: sa.Connection, _: Office, act: sa.RowMapping, __: By) -> None:
    """A line of a round that was rejected."""
    desk.forget_decision(connection, act["about"]["run"], act["need_id"])


Way = Callable[[sa.Connection, Office, sa.RowMapping, By], None]
_WAYS: dict[str, Way] = {
    "propose": _give_back,
    "confirm": _give_back,
    "accept": _give_back,
    "end": _have_again,
    "reject": _think_again,
    "merge": _part,
}
"""How each kind of act is undone; what is not here stays."""

UNDOABLE = tuple(_WAYS)
