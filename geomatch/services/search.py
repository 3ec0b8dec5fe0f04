"""From a place and a wish to the few best answers, each with its reasons, and the near misses."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from geomatch import crs
from geomatch.db import search as db
from geomatch.db.counties import County
from geomatch.db.search import Among, Around
from geomatch.errors import InputError
from geomatch.locate import Match
from geomatch.matching import ranking, reasons
from geomatch.matching.ranking import Offer, Reach
from geomatch.matching.rules import Rules
from geomatch.matching.wishes import LAYOUTS, Condition, Wish
from geomatch.model import ACCESSIBILITY, Mode, ResourceKind, Travels, Truth, Window
from geomatch.services import calendars, occasions, reaches
from geomatch.services.holding import Holder
from geomatch.services.limits import MOST_MINUTES
from geomatch.services.occasions import Freedom, Occasions
from geomatch.services.routing import HELD

USUAL_RESULTS = 10
MOST_RESULTS = 200
ENOUGH = 3
"""With fewer results than this a search looks farther by itself."""
WIDEST_MINUTES = 120.0
WIDEST_METRES = 100_000.0
NEAR_MISSES = 5
MOST_UNITS = 1_000
MOST_SEATS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One search. Without ``max_minutes``, as far as is usual by the mode; ``radius_metres`` counts instead.

    ``minutes`` is how long it is wanted where ``when`` does not say. ``back`` asks for out and back.
    """

    kinds: tuple[ResourceKind, ...]
    subkinds: tuple[str, ...] = ()
    mode: Mode = Mode.CAR
    max_minutes: float | None = None
    radius_metres: float | None = None
    when: Occasions | None = None
    minutes: int = occasions.USUAL_MINUTES
    conditions: tuple[Condition, ...] = ()
    units: int = 1
    seats: int | None = None
    layouts: tuple[str, ...] = tuple(LAYOUTS)
    limit: int = USUAL_RESULTS
    widen: bool = True
    back: bool = False

    def __post_init__(self) -> None:
        _within("max_minutes", self.max_minutes, WIDEST_MINUTES)
        _within("radius_metres", self.radius_metres, WIDEST_METRES)
        _within("limit", self.limit, MOST_RESULTS)
        _within("units", self.units, MOST_UNITS)
        _within("seats", self.seats, MOST_SEATS)
        if not self.kinds:
            raise InputError(f"no kind; expected one of {', '.join(ResourceKind)}")

    @property
    def reach(self) -> Reach:
        return Reach(self.max_minutes or MOST_MINUTES[self.mode], self.radius_metres)


def _within(name: str, value: float | None, most: float) -> None:
    if value is not None and not 0 < value <= most:
        raise InputError(f"{name} {value}; expected more than 0, at most {most:g}")


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


@dataclass(frozen=True, slots=True)
class _Search:
    """One search on its way: where, what, when, and by which county's rules."""

    connection: sa.Connection
    county: County
    place: Match
    asked: Asked
    now: datetime
    held: Holder

    @property
    def today(self) -> date:
        return self.now.astimezone(_LONDON).date()

    @property
    def wish(self) -> Wish:
        asked = self.asked
        day = max(self.today, asked.when.last_day) if asked.when else self.today
        return Wish(self.today, day, asked.conditions, asked.units, asked.seats, asked.layouts)

    @property
    def among(self) -> Among:
        return Among(self.county.id, self.today, tuple(map(str, self.asked.kinds)), self.asked.subkinds)

    @property
    def start(self) -> reaches.Place:
        return reaches.Place(self.connection, self.county.id, self.place.point, self.asked.mode, self.held)


_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class _Looked:
    """Everything within a reach, and what is known of it."""

    reach: Reach
    rows: Mapping[str, sa.RowMapping]
    offers: Sequence[Offer]
    freedom: Mapping[int, Freedom] = field(default_factory=dict)
    guess: str | None = None

    def id_of(self, offer: Offer) -> int:
        """The database's id of an offer."""
        return int(self.rows[offer.id]["id"])


def search(
    connection: sa.Connection,
    county: County,
    place: Match,
    asked: Asked,
    *,
    now: datetime,
    held: Holder = HELD,
) -> Found:
    """The best of what is asked, near a place, as it stands ``now`` (with a zone).

    Where fewer than ``ENOUGH`` are found it looks farther, unless told not to, and says how far. Raises
    BusyError when the roads are being replaced.
    """
    job = _Search(connection, county, place, asked, now, held)
    wish, reach = job.wish, asked.reach
    looked = _look(job, reach)
    best = ranking.ranked(looked.offers, wish, reach)
    enough, widened = min(ENOUGH, asked.limit), None
    if asked.widen and len(best) < enough and reach.most < _widest(reach).most:
        looked = _look(job, _widest(reach))
        farther = ranking.ranked(looked.offers, wish, looked.reach)[:enough]
        widened = _how_far(farther, looked.reach) if len(farther) > len(best) else looked.reach.most
        best, looked = farther, replace(looked, reach=_up_to(reach, max(widened, reach.most)))
    shown = best[: asked.limit]
    missed = ranking.near_misses(looked.offers, wish, looked.reach, most=NEAR_MISSES)
    where = _degrees(looked, [*shown, *(offer for offer, _ in missed)])
    return Found(
        place,
        [row | where[row["id"]] for row in _told(job, looked, shown)],
        [_missed(job, looked, offer, test) | where[offer.id] for offer, test in missed],
        widened,
        looked.guess,
        len(best),
    )


def _widest(reach: Reach) -> Reach:
    return Reach(WIDEST_MINUTES, reach.radius_metres and WIDEST_METRES)


def _how_far(offers: Iterable[Offer], reach: Reach) -> float:
    return float(math.ceil(max(reach.far(offer) for offer in offers)))


def _up_to(reach: Reach, most: float) -> Reach:
    return Reach(most) if reach.radius_metres is None else Reach(WIDEST_MINUTES, most)


def _look(job: _Search, reach: Reach) -> _Looked:
    asked, wish = job.asked, job.wish
    radius = reach.radius_metres and reach.radius_metres + ranking.STEP_METRES / 2
    most = WIDEST_MINUTES if radius else reach.minutes + ranking.STEP_MINUTES / 2
    found = reaches.minutes(job.start, job.among, most=most)
    parish = job.place.parish[0] if job.place.parish else None
    around = Around(*job.place.point, parish, radius)
    rows = db.offers(job.connection, job.among, around, list(found.minutes))
    offers = _offers(job, rows, found.minutes)
    if asked.when is None:
        return _Looked(reach, {row["ref"]: row for row in rows}, offers, guess=found.guess)
    hopeful = {offer.id for offer in offers if len(ranking.failed(offer, wish, reach)) < 2}
    ids = [row["id"] for row in rows if row["ref"] in hopeful]
    told = _freedom(job, ids)
    offers = [
        replace(offer, free=told[row["id"]].free) if row["id"] in told else offer
        for offer, row in zip(offers, rows, strict=True)
    ]
    return _Looked(reach, {row["ref"]: row for row in rows}, offers, told, found.guess)


def _freedom(job: _Search, ids: Sequence[int]) -> Mapping[int, Freedom]:
    """Of resources: whether they are free as asked, or else when next from now on."""
    if not ids:
        return {}
    wall = job.now.astimezone(_LONDON).replace(tzinfo=None, second=0, microsecond=0)
    soon = Window(wall, wall + timedelta(minutes=job.asked.minutes))
    when = job.asked.when or Occasions((soon,))
    since = min(wall, when.windows[0].starts) - timedelta(days=1)
    calendar = calendars.read(job.connection, job.county.id, ids, now=job.now, since=since)
    return occasions.freedom(calendar, when, units=job.asked.units)


def _offers(job: _Search, rows: Sequence[sa.RowMapping], minutes: Mapping[int, float]) -> list[Offer]:
    rules = Rules.of(job.county.settings.get("matching", {}))
    names = sorted({name for each in job.wish.every_condition() for name in each.names})
    stated = db.stated(job.connection, [row["id"] for row in rows], names) if names else {}
    asks = db.asks(job.connection, job.county.id, job.today, days=rules.ask_days)
    return [
        Offer(
            id=row["ref"],
            kind=ResourceKind(row["kind"]),
            travels=Travels(row["travels"]),
            minutes=_minutes(row, minutes),
            metres=None if row["metres"] is None else ranking.told_metres(row["kind"], row["metres"]),
            quantity=row["quantity"],
            budget=row["max_minutes"],
            catchment=row["catchment_kind"],
            catchment_minutes=row["catchment_minutes"],
            inside=bool(row["inside"]),
            vouched_until=_vouched(row, rules),
            stated=stated.get(row["id"], {}),
            asks=asks.get(row["id"], 0),
        )
        for row in rows
    ]


def _minutes(row: sa.RowMapping, minutes: Mapping[int, float]) -> float:
    if row["travels"] == Travels.NOBODY:
        return 0.0
    return ranking.told_minutes(row["kind"], minutes.get(row["id"], math.inf))


def _vouched(row: sa.RowMapping, rules: Rules) -> date | None:
    """The last day on which somebody vouches for it: as stated, or some time after its import."""
    if row["verified_until"] or not row["stated_on"]:
        return row["verified_until"]  # type: ignore[no-any-return]
    return row["stated_on"] + timedelta(days=rules.stale_days)  # type: ignore[no-any-return]


def _told(job: _Search, looked: _Looked, shown: Sequence[Offer]) -> list[dict[str, Any]]:
    ids = [looked.id_of(offer) for offer in shown]
    stated = db.stated(job.connection, ids) if ids else {}
    shown = [replace(offer, stated=stated.get(id_, {})) for offer, id_ in zip(shown, ids, strict=True)]
    freedom = looked.freedom or _freedom(job, ids)
    back = (
        reaches.minutes(job.start, job.among, most=WIDEST_MINUTES, back=True).minutes
        if job.asked.back
        else {}
    )
    return [
        _row(job, looked, offer, freedom[number]) | _both_ways(job, offer, back.get(number, math.inf))
        for offer, number in zip(shown, ids, strict=True)
    ]


def _both_ways(job: _Search, offer: Offer, back: float) -> dict[str, Any]:
    if not job.asked.back:
        return {}
    both = offer.minutes + (
        0.0 if offer.travels is Travels.NOBODY else ranking.told_minutes(offer.kind, back)
    )
    return {"out_and_back_minutes": round(both, 1) if math.isfinite(both) else None}


def _row(job: _Search, looked: _Looked, offer: Offer, freedom: Freedom) -> dict[str, Any]:
    asked, times = job.asked.when is not None, len(job.asked.when.windows) if job.asked.when else 1
    told = reasons.of(offer, job.wish, job.asked.mode, guess=looked.guess is not None)
    if asked or offer.travels is not Travels.NOBODY:
        told.insert(1, reasons.free(freedom.free, (freedom.times, times), freedom.next, asked=asked))
    access = {name: _truth(offer, name) for name in ACCESSIBILITY}
    return _named(looked, offer) | {
        "reasons": told,
        "free": str(freedom.free) if asked else None,
        "next_free": str(freedom.next) if freedom.next else None,
        "confirmed_until": offer.vouched_until,
        "access": access,
    }


def _truth(offer: Offer, name: str) -> str:
    found = offer.stated.get(name)
    return str(found.value if found else Truth.UNKNOWN)


def _missed(job: _Search, looked: _Looked, offer: Offer, test: str) -> dict[str, Any]:
    why = reasons.missing(test, offer, job.wish, job.asked.mode)
    if test == "availability":
        number, when = looked.id_of(offer), job.asked.when
        found = looked.freedom[number]
        why = reasons.free(
            found.free, (found.times, len(when.windows) if when else 1), found.next, asked=True
        )
    return _named(looked, offer) | {"failed": test, "why": why}


def _named(looked: _Looked, offer: Offer) -> dict[str, Any]:
    row = looked.rows[offer.id]
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


def _degrees(looked: _Looked, offers: Sequence[Offer]) -> dict[str, dict[str, float | None]]:
    """Longitude and latitude by id, five decimals, all at once; null of what lies nowhere."""
    nowhere = float("nan")
    points = [(looked.rows[offer.id]["x"], looked.rows[offer.id]["y"]) for offer in offers]
    xs, ys = ([nowhere if point[side] is None else point[side] for point in points] for side in (0, 1))
    lons, lats = (np.round(side, 5).tolist() for side in crs.to_lonlat(xs, ys))
    return {
        offer.id: {"lon": lon, "lat": lat} if math.isfinite(lon) else {"lon": None, "lat": None}
        for offer, lon, lat in zip(offers, lons, lats, strict=True)
    }
