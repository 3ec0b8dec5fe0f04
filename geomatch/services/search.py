"""From a place and a wish to the few best answers, each with its reasons, and the near misses.

Whatever a county offers is looked at in columns that the process keeps (``shelves``), so that a search asks
the database for little more than whether they still hold.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from geomatch.availability.timetable import FREE
from geomatch.db import search as db
from geomatch.db.counties import County
from geomatch.errors import InputError
from geomatch.locate import Match
from geomatch.matching import ranking
from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.ranking import Offers, Reach
from geomatch.matching.rules import Rules
from geomatch.matching.wishes import LAYOUTS, Condition, Wish
from geomatch.model import Mode, ResourceKind
from geomatch.services import occasions, reaches
from geomatch.services.found import Found, Telling
from geomatch.services.holding import Holder
from geomatch.services.limits import MOST_MINUTES
from geomatch.services.occasions import Occasions
from geomatch.services.reaches import Reached
from geomatch.services.routing import HELD
from geomatch.services.shelf import Shelf
from geomatch.services.shelves import SHELVES, Held

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


_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """One search on its way: where, what and when, and the county's shelf with what is booked of it."""

    place: reaches.Place
    parish: str | None
    asked: Asked
    now: datetime
    rules: Rules
    shelf: Shelf
    held: Held

    @property
    def today(self) -> date:
        return self.now.astimezone(_LONDON).date()

    @property
    def wish(self) -> Wish:
        asked = self.asked
        day = max(self.today, asked.when.last_day) if asked.when else self.today
        return Wish(self.today, day, asked.conditions, asked.units, asked.seats, asked.layouts)

    def reached(self, rows: Ints, *, back: bool = False) -> Reached:
        most = WIDEST_MINUTES + ranking.STEP_MINUTES / 2
        return reaches.minutes(self.place, self.shelf, rows, most=most, back=back)


@dataclass(frozen=True, eq=False)
class _Looked:
    """How offers fare within a reach: which tests each fails, and who is best."""

    offers: Offers
    wish: Wish
    reach: Reach

    @cached_property
    def fails(self) -> Bools:
        return ranking.failed(self.offers, self.wish, self.reach)

    def best(self) -> Ints:
        return ranking.ranked(self.offers, self.wish, self.reach, self.fails)

    def missed(self) -> list[tuple[int, str]]:
        return ranking.near_misses(self.offers, self.wish, self.reach, self.fails, most=NEAR_MISSES)


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

    Where fewer than ``ENOUGH`` are found it looks farther, unless told not to, and says how far.
    """
    job = _job(connection, county, place, asked, now, held)
    rows = job.shelf.among(asked.kinds, asked.subkinds, job.today)
    reached = job.reached(rows)
    offers = _timed(job, _offers(job, rows, reached.minutes[rows]), rows)
    looked = _Looked(offers, job.wish, asked.reach)
    best, widened = looked.best(), None
    enough = min(ENOUGH, asked.limit)
    if asked.widen and len(best) < enough and asked.reach.most < _widest(asked.reach).most:
        best, widened, looked = _farther(looked, enough, len(best))
    telling = Telling(
        place=place,
        shelf=job.shelf,
        rows=rows,
        offers=offers,
        wish=job.wish,
        rules=job.rules,
        mode=asked.mode,
        when=job.asked.when,
        minutes=asked.minutes,
        now=now,
        held=job.held,
        guess=reached.guess,
    )
    shown = best[: asked.limit].tolist()
    back = job.reached(rows[shown], back=True).minutes[rows] if asked.back else None
    return telling.found(shown, looked.missed(), widened, total=len(best), back=back)


def warm(connection: sa.Connection, county: County, *, held: Holder = HELD) -> None:
    """Read what every search of a county looks at, so that the first one does not wait for it."""
    stamp = db.stamp(connection, county.id)
    shelf = SHELVES.shelf(connection, county, stamp)
    if stamp.roads is not None:
        for mode in (each for each in Mode if each in stamp.roads.weights):
            place = reaches.Place(connection, county.id, stamp.roads, (0.0, 0.0), mode, held)
            reaches.warm(place, shelf)


def _job(
    connection: sa.Connection, county: County, place: Match, asked: Asked, now: datetime, held: Holder
) -> _Search:
    stamp = db.stamp(connection, county.id)
    shelf = SHELVES.shelf(connection, county, stamp)
    wall = now.astimezone(_LONDON).replace(tzinfo=None, second=0, microsecond=0)
    return _Search(
        place=reaches.Place(connection, county.id, stamp.roads, place.point, asked.mode, held),
        parish=place.parish[0] if place.parish else None,
        asked=replace(asked, when=asked.when and asked.when.from_now(wall)),
        now=now,
        rules=Rules.of(county.settings.get("matching", {})),
        shelf=shelf,
        held=SHELVES.held(connection, county, stamp, shelf, wall.date()),
    )


def _widest(reach: Reach) -> Reach:
    return Reach(WIDEST_MINUTES, reach.radius_metres and WIDEST_METRES)


def _farther(looked: _Looked, enough: int, already: int) -> tuple[Ints, float, _Looked]:
    """So many of the nearest however far, how far that is, and who fares how within it."""
    widest = replace(looked, reach=_widest(looked.reach))
    best = widest.best()[:enough]
    widened = widest.reach.most
    if len(best) > already:
        widened = ranking.how_far(looked.offers, widest.reach, best)
    most = max(widened, looked.reach.most)
    reach = Reach(most) if looked.reach.radius_metres is None else Reach(WIDEST_MINUTES, most)
    return best, widened, replace(looked, reach=reach)


def _offers(job: _Search, rows: Ints, minutes: Floats) -> Offers:
    """Rows of the shelf as the rule looks at them, wherever they are; any time will do."""
    shelf, point = job.shelf, job.place.point
    person = shelf.person[rows]
    metres = np.hypot(*(shelf.points[rows] - point).T)
    return Offers(
        minutes=ranking.told_minutes(minutes, person),
        metres=np.where(np.isnan(metres), np.inf, ranking.told_metres(metres, person)),
        journey=shelf.journey[rows],
        quantity=shelf.quantity[rows],
        budget=shelf.budget[rows],
        catchment=shelf.catchment[rows],
        catchment_minutes=shelf.catchment_minutes[rows],
        inside=shelf.inside(point, job.parish)[rows],
        vouched=shelf.vouched(job.rules)[rows],
        asks=job.held.asked(len(shelf.rows))[rows],
        free=np.full(len(rows), FREE, dtype=np.int64),
        attributes=shelf.attributes.take(rows),
    )


def _timed(job: _Search, offers: Offers, rows: Ints) -> Offers:
    """The same with whether they are free at the time asked for, of those of which it matters."""
    when = job.asked.when
    if when is None:
        return offers
    matters = ranking.hopeful(ranking.failed(offers, job.wish, _widest(job.asked.reach)))
    free = offers.free.copy()
    free[matters] = occasions.free(
        job.shelf, job.held, rows[matters], when, units=job.asked.units, now=job.now
    )
    return replace(offers, free=free)
