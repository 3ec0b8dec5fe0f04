"""Which of what is near comes first, and why the rest does not count: the written rule of a search.

Who passes every test is ranked by, in this order:

1. minutes as they are told (a tenth of a minute; to a volunteer the nearest 5), or metres where a radius is
   asked for;
2. fit: known to be free before hours unknown, then the least room or number beyond what is asked;
3. freshness: confirmed for longest first, never dated last;
4. goodwill: asked least often lately, so that one hall does not get every booking;
5. id, so that the order is the same every time.
"""

import math
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from geomatch.availability.timetable import TAKEN, UNKNOWN
from geomatch.confidence import Confidence
from geomatch.matching.attributes import Attributes
from geomatch.matching.problem import Bools, Floats, Ints
from geomatch.matching.wishes import LAYOUTS, Condition, Stated, Wish
from geomatch.matching.world import ANYWHERE, MINUTES
from geomatch.model import ResourceKind, Travels

TESTS = ("attributes", "availability", "catchment", "budget", "travel", "freshness")
"""The hard tests of a search in their order; the first that fails is the one told."""
_AVAILABILITY, _TRAVEL = TESTS.index("availability"), TESTS.index("travel")

STEP_MINUTES = 5
"""Minutes to a volunteer are told to the nearest of these, and tested as told: nothing finer gets out."""
STEP_METRES = 1000
"""Metres to a volunteer likewise."""

UNDATED = 0
"""In ``Offers.vouched``: nobody has said until when."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Offers:
    """Resources as a search sees them: columns of n rows, in the order of their ids.

    ``minutes`` are one way as told, ``inf`` out of reach, 0 no journey; ``metres`` the straight line as
    told, ``inf`` for what lies nowhere. ``budget`` and ``catchment_minutes`` are ``inf`` without one.
    ``catchment`` is ``ANYWHERE``, ``MINUTES`` or ``INSIDE``; ``inside`` whether the place lies in a drawn
    catchment or its parishes. ``vouched`` is the last day on which somebody stands by it, as
    ``date.toordinal()``, or ``UNDATED``. ``journey`` is false where nobody travels. ``free`` is ``FREE``,
    ``UNKNOWN`` or ``TAKEN`` of ``availability.timetable``, all ``FREE`` where no time is asked for.
    """

    minutes: Floats
    metres: Floats
    journey: Bools
    quantity: Ints
    budget: Floats
    catchment: Ints
    catchment_minutes: Floats
    inside: Bools
    vouched: Ints
    asks: Ints
    free: Ints
    attributes: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One of them, to be spoken of. ``metres`` is ``None`` for what lies nowhere."""

    id: str
    kind: ResourceKind
    travels: Travels
    minutes: float
    metres: float | None = None
    quantity: int = 1
    budget: float | None = None
    vouched_until: date | None = None
    confidence: Confidence | None = None
    stated: dict[str, Stated] = field(default_factory=dict)
    asks: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """How far is too far: minutes, or metres in a straight line where ``radius_metres`` is given."""

    minutes: float
    radius_metres: float | None = None

    def far(self, offers: Offers) -> Floats:
        """How far each offer is, by whichever counts."""
        if self.radius_metres is None:
            return offers.minutes
        return np.where(offers.journey, offers.metres, offers.minutes)

    @property
    def most(self) -> float:
        return self.minutes if self.radius_metres is None else self.radius_metres


def told_minutes(minutes: Floats, person: Bools) -> Floats:
    """Minutes as anybody may hear them; ``person`` where a volunteer's home is at one end."""
    by_step = STEP_MINUTES * np.floor(minutes / STEP_MINUTES + 0.5)
    tenths = np.array([round(each, 1) for each in minutes.tolist()], dtype=np.float64)
    return np.where(person, by_step, tenths)


def in_fives(minutes: float) -> float:
    """Minutes to somebody as anybody may hear them."""
    return float(told_minutes(np.array([minutes]), np.array([True]))[0])


def told_metres(metres: Floats, person: Bools) -> Floats:
    """Metres in a straight line as anybody may hear them."""
    by_step = STEP_METRES * np.floor(metres / STEP_METRES + 0.5)
    return np.where(person, by_step, np.round(metres))


def failed(offers: Offers, wish: Wish, reach: Reach) -> Bools:
    """(tests, n) which of ``TESTS`` each offer fails."""
    lacks = np.zeros(offers.attributes.size, dtype=bool)
    for condition in wish.every_condition():
        lacks |= ~offers.attributes.meet(condition, wish.day.toordinal())
    return np.stack([
        lacks | (offers.quantity < wish.units),
        offers.free == TAKEN,
        ~_in_catchment(offers),
        offers.journey & (offers.minutes > offers.budget),
        ~(reach.far(offers) <= reach.most),
        (offers.vouched != UNDATED) & (offers.vouched < wish.today.toordinal()),
    ])  # fmt: skip


def hopeful(fails: Bools) -> Bools:
    """Offers of which it matters whether they are free: those that pass, or fail nothing but one test."""
    return np.asarray((np.delete(fails, _AVAILABILITY, axis=0).sum(axis=0) < 2) & ~fails[_TRAVEL])


def ranked(offers: Offers, wish: Wish, reach: Reach, fails: Bools) -> Ints:
    """Rows of those that pass, best first."""
    passed = np.flatnonzero(~fails.any(axis=0))
    return passed[_order(offers, wish, reach, passed)]


def near_misses(
    offers: Offers, wish: Wish, reach: Reach, fails: Bools, *, most: int
) -> list[tuple[int, str]]:
    """Rows of the nearest within reach that fail one test only, each with the test."""
    missed = np.flatnonzero((fails.sum(axis=0) == 1) & ~fails[_TRAVEL])
    best = missed[_order(offers, wish, reach, missed)][:most]
    return [(int(row), TESTS[int(fails[:, row].argmax())]) for row in best]


def _order(offers: Offers, wish: Wish, reach: Reach, rows: Ints) -> Ints:
    """Places of some rows in the order of the written rule; rows are in order of ids already."""
    fresh = -offers.vouched[rows]
    spare = _spare(offers, wish)[rows]
    unknown = offers.free[rows] == UNKNOWN
    return np.lexsort((offers.asks[rows], fresh, spare, unknown, reach.far(offers)[rows]))


def _spare(offers: Offers, wish: Wish) -> Floats:
    """How much more room or number each offer has than is asked: the less, the better it fits."""
    if wish.seats is None:
        more = offers.quantity - wish.units
        return more.astype(np.float64) if wish.units > 1 else np.zeros(len(more))
    rooms = np.stack([offers.attributes.held(LAYOUTS[layout]) for layout in wish.layouts])
    spare = np.where(rooms >= wish.seats, rooms - wish.seats, np.inf).min(axis=0)
    return np.where(np.isfinite(spare), spare, 0.0)


def _in_catchment(offers: Offers) -> Bools:
    near = np.where(offers.catchment == MINUTES, offers.minutes <= offers.catchment_minutes, offers.inside)
    return np.asarray((offers.catchment == ANYWHERE) | near)


def lacking(offer: Offer, wish: Wish) -> tuple[Condition | str, ...]:
    """What an offer has not of what is asked: conditions, and ``quantity``."""
    short = [each for each in wish.every_condition() if not each.met(offer.stated, wish.day)]
    return (*short, *(("quantity",) if offer.quantity < wish.units else ()))


def enough(offer: Offer, wish: Wish) -> dict[str, float]:
    """How many a room holds, by those layouts asked for in which it holds enough."""
    held = {layout: offer.stated.get(LAYOUTS[layout]) for layout in wish.layouts if wish.seats is not None}
    return {
        layout: found.value
        for layout, found in held.items()
        if found and isinstance(found.value, float) and found.value >= (wish.seats or 0)
    }


def how_far(offers: Offers, reach: Reach, rows: Ints) -> float:
    """How far the farthest of some rows is, whole minutes or metres."""
    return float(math.ceil(reach.far(offers)[rows].max()))
