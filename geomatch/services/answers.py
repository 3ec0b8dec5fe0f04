"""What somebody who was asked says: by the link in a letter, or to the broker, who writes it down."""

from dataclasses import dataclass

import sqlalchemy as sa

from geomatch.db import desk, letters
from geomatch.errors import ConflictError, InputError, UnknownPlaceError
from geomatch.services import booking, brokering, telling
from geomatch.services.booking import By
from geomatch.services.settling import settled
from geomatch.services.telling import Office

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Question:
    """What a link asks: of whom, about which need and bookings. ``purpose`` is that of the link."""

    purpose: str
    name: str
    asker: sa.RowMapping
    rows: tuple[sa.RowMapping, ...]
    offers: bool
    about: int
    county: int


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: ``yes`` or ``no``, why, and how it reached us. A no wants no reason, but may have one."""

    answer: str
    how: str
    reason: str = ""

    def __post_init__(self) -> None:
        if self.answer not in (YES, NO):
            raise InputError(f"answer {self.answer!r}; expected yes or no")


def question(connection: sa.Connection, token: str, by: By) -> Question:
    """What a link in a letter asks. Raises UnknownPlaceError when it was used, or its time is over."""
    try:
        link = letters.follow(connection, token, telling.ANSWER, now=by.now)
    except UnknownPlaceError:
        link = letters.follow(connection, token, telling.HAPPENED, now=by.now)
        return _after(connection, link, by)
    one = desk.one_ask(connection, link["about"]["ask"])
    rows = desk.bundles(connection, link["county_id"], by.now, bundles=one["bundles"])
    mine = tuple(row for row in rows if row["id"] in one["bookings"])
    asker = desk.asker(connection, link["county_id"], mine[0]["need"])
    return Question(telling.ANSWER, one["name"], asker, mine, one["offers"], one["id"], link["county_id"])


def _after(connection: sa.Connection, link: sa.RowMapping, by: By) -> Question:
    about, county = link["about"], link["county_id"]
    rows = desk.bundles(connection, county, by.now, bundles=[about["bundle"]])
    asker = desk.asker(connection, county, about["need"])
    mine = tuple(row for row in rows if row["status"] in ("confirmed", "done"))
    return Question(telling.HAPPENED, asker["contact_name"], asker, mine, False, about["bundle"], county)


def by_link(door: sa.Engine, site: str, token: str, said: Said, now: By) -> str:
    """Somebody follows a link and answers; gives in a word what happens next.

    ``waiting``: others are still to answer; ``booked``: all have said yes; ``looking``: a no, and the broker
    looks for another; ``thanks``: the question after the day. Raises UnknownPlaceError for a link that was
    used, ConflictError where it was all settled meanwhile.
    """

    def work(connection: sa.Connection) -> str:
        asked = question(connection, token, now)
        letters.follow(connection, token, asked.purpose, now=now.now, use=True)
        office, by = Office(asked.county, site), By(asked.name, now.now)
        if asked.purpose == telling.HAPPENED:
            brokering.happened(
                connection, office, asked.about, by, yes=said.answer == YES, reason=said.reason
            )
            return "thanks"
        return _take(connection, office, asked.about, said, by)

    return settled(door, work)


def by_broker(door: sa.Engine, office: Office, number: int, said: Said, by: By) -> str:
    """The broker writes down what somebody said by telephone or otherwise; gives what happens next."""

    def work(connection: sa.Connection) -> str:
        one = desk.one_ask(connection, number)
        outcome = _take(connection, office, number, said, by)
        words = f"{one['name']} said {said.answer} ({said.how})"
        about = {"ask": number, "answer": said.answer, "bookings": list(one["bookings"])}
        desk.add_act(
            connection,
            county_id=office.county,
            need_id=one["need_id"],
            what="answer",
            words=words,
            about=about,
            who=by.who,
            at=by.now,
        )
        return outcome

    return settled(door, work)


def _take(connection: sa.Connection, office: Office, number: int, said: Said, by: By) -> str:
    one = desk.one_ask(connection, number, lock=True)
    if one["answer"] or one["closed_at"] or one["county_id"] != office.county:
        raise ConflictError("this is settled already; nothing more need be said")
    desk.change_ask(
        connection,
        number,
        answer=said.answer,
        reason=said.reason.strip(),
        answered_at=by.now,
        answered_by=by.who,
        answered_how=said.how,
    )
    answered = {"ask": number, "bookings": list(one["bookings"])}
    brokering.write_down(
        connection, office, one["need_id"], by, did=f"answered {said.answer}", about=answered
    )
    if said.answer == NO:
        return _no(connection, office, one, said, by)
    waiting = [
        row for row in desk.asks(connection, one["bundles"]) if row["answer"] != YES and not row["closed_at"]
    ]
    members = booking.locked(connection, by, bundles=one["bundles"])
    broken = any(row["status"] not in brokering.LIVE and not row["replaced"] for row in members)
    if waiting or broken:
        return "waiting"
    brokering.confirm_within(connection, office, one["bundles"], by)
    return "booked"


def _no(connection: sa.Connection, office: Office, one: sa.RowMapping, said: Said, by: By) -> str:
    members = booking.locked(connection, by, bookings=one["bookings"])
    live = [row["id"] for row in members if row["status"] == "proposed"]
    if live:
        reason = said.reason.strip() or "no reason given"
        brokering.end_within(connection, office, live, by, status="declined", reason=reason)
    desk.change_ask(connection, one["id"], closed_at=by.now)
    return "looking"
