"""A bundle as the page of its need shows it: what holds, what came to nothing, whose turn it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import flask
import sqlalchemy as sa

from geomatch.db import desk
from geomatch.db.persons import PEOPLE_KINDS
from geomatch.model import Window
from webmap.desk.choice import Choice

_LIVE = ("proposed", "confirmed")


@dataclass(frozen=True, slots=True)
class Card:
    """Bookings of one bundle and what its parties were asked; ``wall`` is now on the wall clock."""

    rows: tuple[sa.RowMapping, ...]
    asks: tuple[sa.RowMapping, ...]
    wall: datetime

    @property
    def first(self) -> sa.RowMapping:
        """The first booking, for what all have in common."""
        return self.rows[0]

    @property
    def live(self) -> list[sa.RowMapping]:
        """What is held."""
        return [row for row in self.rows if row["status"] in _LIVE]

    @property
    def proposed(self) -> list[sa.RowMapping]:
        """What is held and not confirmed."""
        return [row for row in self.rows if row["status"] == "proposed"]

    @property
    def broken(self) -> list[sa.RowMapping]:
        """What came to nothing and has no other in its place."""
        return [row for row in self.rows if row["status"] not in (*_LIVE, "done") and not row["replaced"]]

    def at_home(self, row: sa.RowMapping) -> bool:
        """Whether this is a person who is booked, so that where they set out from may be read."""
        return row["kind"] in PEOPLE_KINDS and row["status"] == "confirmed"

    @property
    def over(self) -> bool:
        """Whether it is time to ask whether it happened."""
        held = [row for row in self.rows if row["status"] == "confirmed"]
        return bool(held) and all(row["ends"] <= self.wall for row in held)

    def state(self, row: sa.RowMapping) -> str:
        """What is to be said of one booking."""
        if row["status"] == "done":
            return "it happened" if row["happened"] else "it did not happen"
        return "replaced" if row["replaced"] and row not in self.live else str(row["status"])

    def another(self, row: sa.RowMapping) -> str | None:
        """Where another is found in place of what came to nothing, while there is time."""
        if row not in self.broken or row["ends"] <= self.wall:
            return None
        into, replaces = (row["bundle_id"], row["id"]) if self.live else (None, None)
        chosen = Choice({}, Window(row["starts"], row["ends"]), into, replaces)
        return flask.url_for("desk.need", ref=row["need"], **chosen.address())


@dataclass(frozen=True, slots=True)
class Series:
    """The cards of one series in order of time, how it repeats, and what it lost on dates to come."""

    number: int
    words: str
    cards: tuple[Card, ...]

    @property
    def first(self) -> sa.RowMapping:
        """The first booking of the first date."""
        return self.cards[0].first

    @property
    def asks(self) -> list[sa.RowMapping]:
        """What the parties were asked, each once."""
        return list({one["id"]: one for card in self.cards for one in card.asks}.values())

    @property
    def waiting(self) -> int:
        """How many dates can be confirmed."""
        return sum(bool(card.proposed) for card in self.cards) if not self.lost else 0

    @property
    def coming(self) -> int:
        """How many dates to come hold something."""
        return sum(any(row["starts"] >= card.wall for row in card.live) for card in self.cards)

    @property
    def lost(self) -> dict[str, int]:
        """By role, on how many dates to come something is missing."""
        roles = [row["role"] for card in self.cards for row in card.broken if row["starts"] >= card.wall]
        return {role: roles.count(role) for role in dict.fromkeys(roles)}

    def another(self, role: str) -> str:
        """Where another is found for all dates on which one in this role is missing."""
        row = next(
            row
            for card in self.cards
            for row in card.broken
            if row["role"] == role and row["starts"] >= card.wall
        )
        chosen = Choice({}, Window(row["starts"], row["ends"]), series=self.number)
        return flask.url_for("desk.need", ref=row["need"], **chosen.address())


def together(found: list[Card], repeats: Mapping[int, str]) -> list[Card | Series]:
    """Cards as the page lists them: those of one series as one. ``repeats`` says how series repeat."""
    told: dict[object, list[Card]] = {}
    for card in found:
        told.setdefault(
            ("series", card.first["series_id"]) if card.first["series_id"] else id(card), []
        ).append(card)
    return [
        Series(number, repeats.get(number, ""), tuple(sorted(cards, key=lambda card: card.first["starts"])))
        if (number := cards[0].first["series_id"])
        else cards[0]
        for cards in told.values()
    ]


def of(rows: desk.Rows, asks: desk.Rows, wall: datetime) -> list[Card]:
    """Cards of bookings by bundle, the newest bundle first."""
    found: dict[int, list[sa.RowMapping]] = {}
    for row in rows:
        found.setdefault(row["bundle_id"], []).append(row)
    return [
        Card(tuple(mine), tuple(one for one in asks if number in one["bundles"]), wall)
        for number, mine in found.items()
    ]
