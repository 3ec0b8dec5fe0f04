"""What a search found, told: a row for each answer with its reasons, and for each near miss with the test."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from geomatch import confidence
from geomatch.locate import Match
from geomatch.matching import ranking, reasons
from geomatch.matching.problem import Floats, Ints
from geomatch.matching.ranking import UNDATED, Offer, Offers
from geomatch.matching.rules import Rules
from geomatch.matching.wishes import Wish
from geomatch.model import ACCESSIBILITY, Mode, ResourceKind, Travels, Truth, Window
from geomatch.services import occasions
from geomatch.services.occasions import Freedom, Occasions
from geomatch.services.shelf import Shelf
from geomatch.services.shelves import Held

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found. ``widened_to``: how far it had to look, minutes or metres, beyond what was asked.

    ``guess`` says why minutes are no journeys, where they are not. Rows are as every program sees them.
    """

    place: Match
    results: list[dict[str, Any]]
    near_misses: list[dict[str, Any]]
    widened_to: float | None = None
    guess: str | None = None
    total: int = 0
    """How many passed, shown or not."""

    def as_dict(self) -> dict[str, Any]:
        """The ``--json`` shape of ``geomatch search``, which ``/api/v1/search`` answers too."""
        return {
            "place": self.place.as_dict(),
            "widened_to": self.widened_to,
            "guess": self.guess,
            "total": self.total,
            "results": self.results,
            "near_misses": self.near_misses,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Telling:
    """Everything that may be said of offers, which are ``rows`` of the shelf."""

    place: Match
    shelf: Shelf
    rows: Ints
    offers: Offers
    wish: Wish
    rules: Rules
    mode: Mode
    when: Occasions | None
    minutes: int
    now: datetime
    held: Held
    guess: str | None

    def found(
        self,
        shown: Sequence[int],
        missed: Sequence[tuple[int, str]],
        widened: float | None,
        *,
        total: int,
        back: Floats | None,
    ) -> Found:
        """The document. ``back`` are minutes the other way by offer, where they are asked for."""
        results = [self._result(at) | self._both_ways(at, back) for at in shown]
        misses = [self._missed(at, test) for at, test in missed]
        return Found(self.place, results, misses, widened, self.guess, total)

    def _offer(self, at: int) -> Offer:
        row, stated = self.shelf.rows[self.rows[at]], self.shelf.stated[self.rows[at]]
        metres, vouched = float(self.offers.metres[at]), int(self.offers.vouched[at])
        until = None if vouched == UNDATED else date.fromordinal(vouched)
        return Offer(
            id=row["ref"],
            kind=ResourceKind(row["kind"]),
            travels=Travels(row["travels"]),
            minutes=float(self.offers.minutes[at]),
            metres=metres if math.isfinite(metres) else None,
            quantity=row["quantity"],
            budget=row["max_minutes"],
            vouched_until=until,
            confidence=confidence.of(until, self.rules.stale(row["kind"]), self.wish.today),
            stated=dict(stated),
            asks=int(self.offers.asks[at]),
        )

    def _freedom(self, at: int) -> Freedom:
        """Whether it is free as asked, or else when next from now on."""
        when = self.when
        if when is None:
            wall = self.now.astimezone(_LONDON).replace(tzinfo=None, second=0, microsecond=0)
            when = Occasions((Window(wall, wall + timedelta(minutes=self.minutes)),))
        row = int(self.rows[at])
        hours = self.shelf.timetable.hours[self.shelf.hour[row]]
        return occasions.freedom(hours, self.held.of(row, self.now), when, units=self.wish.units)

    def _result(self, at: int) -> dict[str, Any]:
        offer, freedom = self._offer(at), self._freedom(at)
        told = reasons.of(offer, self.wish, self.mode, guess=self.guess is not None)
        if self.when or offer.travels is not Travels.NOBODY:
            told.insert(1, self._free(freedom))
        return self._named(offer, at) | {
            "reasons": told,
            "free": str(freedom.free) if self.when else None,
            "next_free": str(freedom.next) if freedom.next else None,
            "confirmed_until": offer.vouched_until,
            "confidence": offer.confidence.figure if offer.confidence else None,
            "access": {name: _truth(offer, name) for name in ACCESSIBILITY},
            **self._degrees(at),
        }

    def _both_ways(self, at: int, back: Floats | None) -> dict[str, Any]:
        if back is None:
            return {}
        person = self.shelf.person[self.rows[at : at + 1]]
        both = float(self.offers.minutes[at] + ranking.told_minutes(back[at : at + 1], person)[0])
        return {"out_and_back_minutes": round(both, 1) if math.isfinite(both) else None}

    def _missed(self, at: int, test: str) -> dict[str, Any]:
        offer = self._offer(at)
        why = reasons.missing(test, offer, self.wish, self.mode)
        if test == "availability":
            why = self._free(self._freedom(at))
        return self._named(offer, at) | {"failed": test, "why": why} | self._degrees(at)

    def _free(self, found: Freedom) -> str:
        times = len(self.when.windows) if self.when else 1
        return reasons.free(found.free, (found.times, times), found.next, asked=self.when is not None)

    def _named(self, offer: Offer, at: int) -> dict[str, Any]:
        row = self.shelf.rows[self.rows[at]]
        return {
            "id": offer.id,
            "name": row["name"],
            "kind": str(offer.kind),
            "subkind": row["subkind"],
            "organisation": row["organisation"],
            "parish": row["parish"],
            "minutes": offer.minutes if math.isfinite(offer.minutes) else None,
            "metres": offer.metres,
            "travels": str(offer.travels),
            "quantity": offer.quantity,
            "precision_metres": row["precision_metres"],
        }

    def _degrees(self, at: int) -> dict[str, float | None]:
        """Longitude and latitude, five decimals; null of what lies nowhere."""
        lon, lat = self.shelf.degrees[self.rows[at]].tolist()
        return {"lon": lon, "lat": lat} if math.isfinite(lon) else {"lon": None, "lat": None}


def _truth(offer: Offer, name: str) -> str:
    found = offer.stated.get(name)
    return str(found.value if found else Truth.UNKNOWN)
