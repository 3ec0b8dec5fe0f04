"""What parties to a bundle are told: who is asked what, with one link, and how it came out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from geomatch.db import desk, letters
from geomatch.services import seating
from geomatch.services.booking import By

ANSWER, HAPPENED = "answer", "happened"
"""Purposes of links in letters."""
AFTER = timedelta(days=31)
"""How long the question after the day can be answered by its link."""


@dataclass(frozen=True, slots=True)
class Office:
    """The county (its row's id) in whose name letters go out, and how links in them begin."""

    county: int
    site: str

    def link(self, token: str) -> str:
        """The address of a token."""
        return f"{self.site}/answer/{token}"


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody to be asked: how they are reached, whether they offer, and their bookings."""

    name: str
    email: str | None
    telephone: str | None
    offers: bool
    bookings: tuple[int, ...]


def parties(asker: sa.RowMapping, offered: Iterable[tuple[int, sa.RowMapping]]) -> list[Party]:
    """Who is to be asked about bookings (id, offer): each address once, whoever asks for the need last."""
    held: dict[tuple[Any, ...], list[int]] = {}
    for number, offer in offered:
        way = (offer["contact_name"], offer["email"], offer["telephone"])
        known = any(way[1:])
        held.setdefault((*way, None if known else offer["ref"]), []).append(number)
    found = [
        Party(name, email, telephone, offers=True, bookings=tuple(numbers))
        for (name, email, telephone, _), numbers in held.items()
    ]
    everything = tuple(number for party in found for number in party.bookings)
    last = Party(asker["contact_name"], asker["email"], asker["telephone"], offers=False, bookings=everything)
    return [*found, last]


def ask(
    connection: sa.Connection,
    office: Office,
    asker: sa.RowMapping,
    party: Party,
    *,
    rows: Sequence[sa.RowMapping],
    by: By,
    until: datetime,
) -> int:
    """Keep what a party is asked about ``rows``, and write to them where they have an address."""
    mine = [row for row in rows if row["id"] in party.bookings]
    number = desk.add_ask(
        connection,
        county_id=office.county,
        need_id=asker["id"],
        bundles=sorted({row["bundle_id"] for row in mine}),
        bookings=list(party.bookings),
        offers=party.offers,
        name=party.name,
        email=party.email,
        telephone=party.telephone,
        made_at=by.now,
        until=until,
    )
    if party.email:
        token = letters.make_link(
            connection, office.county, ANSWER, about={"ask": number}, now=by.now, until=until
        )
        opening = _OFFERS if party.offers else _ASKS
        body = (
            opening.format(title=asker["title"], who=_who(asker))
            + things(mine)
            + _ANSWER.format(link=office.link(token), until=f"{_wall(until):%A %-d %B, %H:%M}")
        )
        subject = f"Can you say yes? {asker['title']}"
        write(connection, office, (party.email, party.name), asker, (subject, body))
    return number


def outcome(
    connection: sa.Connection,
    office: Office,
    asker: sa.RowMapping,
    told: Iterable[sa.RowMapping],
    *,
    rows: Sequence[sa.RowMapping],
    words: tuple[str, str],
) -> None:
    """Tell everybody who was asked (``told``) how it came out: ``words`` are the subject and a sentence."""
    subject, sentence = words
    for party in told:
        mine = [row for row in rows if row["id"] in party["bookings"]]
        if party["email"] and mine:
            body = f"{sentence}\n\n{asker['title']}\n{things(mine)}\nYou need not do anything more.\n"
            to = (party["email"], party["name"])
            write(connection, office, to, asker, (f"{subject}: {asker['title']}", body))


def after(
    connection: sa.Connection,
    office: Office,
    asker: sa.RowMapping,
    *,
    bundle: int,
    rows: Sequence[sa.RowMapping],
    by: By,
) -> bool:
    """Ask whoever asked for a need whether it happened; whether they have an address."""
    if not asker["email"]:
        return False
    until = by.now + AFTER
    about = {"bundle": bundle, "need": asker["ref"]}
    token = letters.make_link(connection, office.county, HAPPENED, about=about, now=by.now, until=until)
    body = f"{asker['title']}\n{things(rows)}\n" + _AFTER.format(link=office.link(token))
    subject = f"Did it happen? {asker['title']}"
    write(connection, office, (asker["email"], asker["contact_name"]), asker, (subject, body))
    return True


def write(
    connection: sa.Connection,
    office: Office,
    to: tuple[str, str],
    asker: sa.RowMapping,
    words: tuple[str, str],
) -> None:
    """One letter to (address, name), kept with what it tells: ``words`` are subject and body."""
    subject, body = words
    letters.write(
        connection,
        office.county,
        to,
        subject=_line(subject),
        body=_body(to[1], body),
        about={"need": asker["ref"]},
    )


def things(rows: Iterable[sa.RowMapping]) -> str:
    """What is booked and when, a line each."""
    lines = []
    for row in rows:
        units = f"{row['quantity']} × " if row["quantity"] > 1 else ""
        lines.append(f"  – {units}{row['name']}: {seating.told(row['starts'], row['ends'])}\n")
    return "".join(lines)


def _who(asker: sa.RowMapping) -> str:
    return f" (asked by {asker['organisation']})" if asker["organisation"] else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:180]


def _body(name: str, text: str) -> str:
    return f"Dear {name},\n\n{text}\nWith thanks,\nthe broker's desk\n"


def _wall(moment: datetime) -> datetime:
    return By("telling", moment).wall


_OFFERS = "Somebody near you needs this: {title}{who}.\nWe would like to have from you:\n\n"
_ASKS = "For your need “{title}” we have found and are keeping for you:\n\n"
_ANSWER = (
    "\nPlease say yes or no by this link, until {until}:\n\n  {link}\n\n"
    "It works once, and needs no password. When everybody has said yes, you will hear that it is booked.\n"
)
_AFTER = "\nDid it happen? One click and you are done:\n\n  {link}\n\nIt works once, and needs no password.\n"
