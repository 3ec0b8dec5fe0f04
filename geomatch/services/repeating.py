"""A recurring need: every occurrence a bundle, looked at before it is proposed, asked for in one letter.

What comes to nothing in it is looked for again on every date at once, or on one of them.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from geomatch.availability.patterns import Seasons
from geomatch.db import desk
from geomatch.errors import ConflictError, InputError
from geomatch.importers import openings_text, windows_text
from geomatch.model import Opening, Window
from geomatch.services import booking, brokering, occasions, series
from geomatch.services.booking import HOLD, Ask, By, Proposal, Wanted
from geomatch.services.brokering import Plan
from geomatch.services.series import Repeat
from geomatch.services.settling import settled
from geomatch.services.telling import Office

LONGEST_TEXT = 200
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ORDINALS = ("1st", "2nd", "3rd", "4th", "last")
_WEEK = 7
_FOLLOWS = re.compile(r"\s(?:from|until|only\s+in|not\s+in|also|except)\s", re.IGNORECASE)

HOWS: dict[str, Callable[[date], str]] = {
    "1": lambda day: _DAYS[day.weekday()],
    "2": lambda day: f"alternate {_DAYS[day.weekday()]}",
    "4": lambda day: f"every 4 weeks {_DAYS[day.weekday()]}",
    "month": lambda day: f"{_ORDINALS[(day.day - 1) // _WEEK]} {_DAYS[day.weekday()]}",
    "last": lambda day: f"last {_DAYS[day.weekday()]}",
}
"""Ways to repeat a day, in the words that openings have for them."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Until when a series goes on, on which named days alone or never, and single days besides and not."""

    until: date
    only_in: str | None = None
    not_in: str | None = None
    also: tuple[date, ...] = ()
    but: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """How many occurrences were proposed in a series, and why others were not."""

    series: int
    proposed: int
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Date:
    """One occurrence as it would be: ``why`` it cannot be had, empty where it can."""

    during: Window
    why: str


def pattern(words: str, first: Window, but: Exceptions, seasons: Seasons) -> Opening:
    """How a window repeats: words such as ``alternate Tue`` or ``1st Thu``, at its times, from its day on.

    The words may go on as those of openings do. Raises InputError for words that cannot be read, and for
    named days that the county does not state.
    """
    if len(words) > LONGEST_TEXT:
        raise InputError(
            f"{len(words)} letters; expected words such as alternate Tue, {LONGEST_TEXT} at most"
        )
    text = occasions.plainly(words)
    cut = _FOLLOWS.search(text + " ")
    head, tail = (text[: cut.start()], text[cut.start() :]) if cut else (text, "")
    until = "" if re.search(r"\suntil\s", tail, re.IGNORECASE) else f"until {but.until}"
    said = f"{head.strip()} {windows_text.times_text(first)} {until} {tail.strip()} {_besides(but)}"
    found = openings_text.read(" ".join(said.split()), first.starts.date())
    if len(found) != 1 or found[0].closed or found[0].rrule is None:
        raise InputError(f"{words!r} is not one pattern; expected words such as alternate Tue or 1st,3rd Thu")
    occasions.require_stated(found, words, seasons)
    return found[0]


def look(door: sa.Engine, office: Office, wanted: Plan, how: Opening, by: By, *, until: date) -> list[Date]:
    """Every occurrence, and whether it can be had just now; nothing is kept.

    Raises InputError for a pattern that happens never, or too often.
    """
    with door.connect() as connection, connection.begin() as transaction:
        asker = desk.asker(connection, office.county, wanted.need)
        repeat = _repeat(office, wanted, how, asker["id"], until)
        starts = series.occurrences(connection, repeat)
        _, refused = series.tried(connection, repeat, starts, by, until=by.now + HOLD)
        transaction.rollback()
    why = dict(refused)
    return [Date(repeat.at(begin).wanted[0].during, why.get(begin, "")) for begin in starts]


def propose(door: sa.Engine, office: Office, wanted: Plan, how: Opening, by: By, *, until: date) -> Told:
    """Propose every occurrence that can be had, and ask everybody once for all of them.

    Raises ConflictError when none can be had, InputError for a pattern that cannot be used.
    """

    def work(connection: sa.Connection) -> Told:
        asker = desk.asker(connection, office.county, wanted.need)
        repeat = _repeat(office, wanted, how, asker["id"], until)
        made = series.propose_within(connection, repeat, by, by.now + HOLD, all_or_nothing=False)
        brokering.ask_everybody(connection, office, asker, made.proposals, by)
        words = f"proposed a series of {len(made.proposals)}"
        _remember(connection, office, asker, by, words, made.proposals, made.refused, _minutes(how.first))
        return Told(made.series, len(made.proposals), tuple(why for _, why in made.refused))

    return settled(door, work)


def replace_in(door: sa.Engine, office: Office, number: int, wanted: Wanted, by: By) -> Told:
    """Another thing on every date of a series that lost one in this role; everybody is asked once.

    ``wanted`` says what and how many; its time counts for nothing. Raises ConflictError when nothing is
    missing, or it can be had on none of the dates.
    """

    def work(connection: sa.Connection) -> Told:
        rows = desk.bundles(connection, office.county, by.now, series=number)
        lost = [row for row in rows if _is_lost(row, wanted.role, by)]
        if not lost:
            raise ConflictError("nothing is missing in this series; look at it again")
        asker = desk.asker(connection, office.county, lost[0]["need"])
        made, refused = _tried_again(connection, office, lost, wanted, by)
        if not made:
            raise ConflictError(
                "it can be had on none of the dates: " + "; ".join(why for _, why in refused[:5])
            )
        brokering.ask_everybody(connection, office, asker, made, by)
        words = f"proposed {wanted.resource} in a series, on {len(made)} dates"
        minutes = _minutes(Window(lost[0]["starts"], lost[0]["ends"]))
        _remember(connection, office, asker, by, words, made, refused, minutes)
        return Told(number, len(made), tuple(why for _, why in refused))

    return settled(door, work)


def confirm(door: sa.Engine, office: Office, number: int, by: By) -> int:
    """The broker has everybody's word for all of a series; gives on how many dates it is booked.

    Raises ConflictError when nothing waits, or one date lacks something.
    """

    def work(connection: sa.Connection) -> int:
        rows = desk.bundles(connection, office.county, by.now, series=number)
        waiting = sorted({row["bundle_id"] for row in rows if row["status"] == "proposed"})
        if not waiting:
            raise ConflictError("nothing in this series waits to be confirmed")
        asker = brokering.confirm_within(connection, office, waiting, by)
        numbers = [row["id"] for row in rows if row["status"] == "proposed"]
        about = {"bookings": numbers}
        brokering.remember(connection, office, asker, by, ("confirm", "confirmed the series", about))
        return len(waiting)

    return settled(door, work)


def end(door: sa.Engine, office: Office, number: int, by: By, *, status: str, reason: str) -> int:
    """Give back or call off all that is still to come of a series; gives how many bookings that were."""
    with door.connect() as connection:
        rows = desk.bundles(connection, office.county, by.now, series=number)
    ahead = [row["id"] for row in rows if row["status"] in brokering.LIVE and row["starts"] >= by.wall]
    if not ahead:
        raise ConflictError("nothing of this series is still to come")
    brokering.end(door, office, ahead, by, status=status, reason=reason)
    return len(ahead)


def words(row: Any) -> str:
    """How a series (its row) repeats, in the words of openings; its rule where they have none."""
    first = Window(row["first"].lower, row["first"].upper)
    listed = (tuple(row[name]) for name in ("extra_dates", "only_in", "not_in"))
    how = Opening(first, row["rrule"], tuple(row["except_dates"]), False, *listed)
    try:
        return openings_text.write([how], first.starts.date())
    except InputError:
        return str(row["rrule"])


def _besides(but: Exceptions) -> str:
    parts = []
    for words, values in (("only in", but.only_in), ("not in", but.not_in)):
        if values:
            parts.append(f"{words} {values}")
    for words, days in (("also", but.also), ("except", but.but)):
        if days:
            parts.append(f"{words} {', '.join(map(str, days))}")
    return " ".join(parts)


def _repeat(office: Office, wanted: Plan, how: Opening, need: int, until: date) -> Repeat:
    """The series of a plan, its first occurrence where the pattern has it."""
    moved = tuple(replace(each, during=how.first) for each in wanted.wanted)
    return Repeat(Ask(office.county, moved, need), how, max([until, *how.extra_dates]))


def _is_lost(row: Any, role: str, by: By) -> bool:
    ended = row["status"] not in (*brokering.LIVE, "done")
    return ended and not row["replaced"] and row["role"] == role and row["starts"] >= by.wall


def _tried_again(
    connection: sa.Connection, office: Office, lost: Iterable[Any], wanted: Wanted, by: By
) -> tuple[list[Proposal], list[tuple[datetime, str]]]:
    made, refused = [], []
    for row in sorted(lost, key=lambda one: (one["starts"], one["id"])):
        during = Window(row["starts"], row["ends"])
        again = replace(wanted, during=during, units=row["quantity"], replaces=row["id"])
        ask = Ask(office.county, (again,), row["need_id"], row["bundle_id"])
        try:
            with connection.begin_nested():
                made.append(booking.propose_within(connection, ask, by, by.now + HOLD))
        except InputError as why:
            refused.append((row["starts"], str(why)))
    return made, refused


def _minutes(window: Window) -> int:
    return round((window.ends - window.starts).total_seconds() / 60)


def _remember(
    connection: sa.Connection,
    office: Office,
    asker: sa.RowMapping,
    by: By,
    words: str,
    made: Sequence[Proposal],
    refused: Sequence[tuple[datetime, str]],
    minutes: int,
) -> None:
    about = {
        "bookings": [number for each in made for number in each.bookings],
        "refused": [begin.isoformat(timespec="minutes") for begin, _ in refused],
        "minutes": minutes,
    }
    brokering.remember(connection, office, asker, by, ("propose", words, about))
