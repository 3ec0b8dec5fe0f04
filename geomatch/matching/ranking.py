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
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from geomatch.matching.wishes import LAYOUTS, Condition, Stated, Wish
from geomatch.model import ResourceKind, Travels, Truth

TESTS = ("attributes", "availability", "catchment", "budget", "travel", "freshness")
"""The hard tests of a search in their order; the first that fails is the one told."""

STEP_MINUTES = 5
"""Minutes to a volunteer are told to the nearest of these, and tested as told: nothing finer gets out."""
STEP_METRES = 1000
"""Metres to a volunteer likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One resource as a search sees it. ``minutes`` is one way as told, ``inf`` out of reach, 0 no journey.

    ``metres`` is the straight line, ``None`` for what lies nowhere. ``inside`` is whether the place lies in
    a drawn catchment or its parishes. ``vouched_until`` is the last day on which somebody stands by it.
    """

    id: str
    kind: ResourceKind
    travels: Travels
    minutes: float
    metres: float | None = None
    quantity: int = 1
    budget: float | None = None
    catchment: str = "anywhere"
    catchment_minutes: float | None = None
    inside: bool = False
    vouched_until: date | None = None
    stated: dict[str, Stated] = field(default_factory=dict)
    asks: int = 0
    free: Truth | None = None
    """Whether it is free at the time asked for; ``None`` where none is."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far is too far: minutes, or metres in a straight line where ``radius_metres`` is given."""

    minutes: float
    radius_metres: float | None = None

    def far(self, offer: Offer) -> float:
        """How far an offer is, by whichever counts."""
        if self.radius_metres is None or offer.travels is Travels.NOBODY:
            return offer.minutes
        return math.inf if offer.metres is None else offer.metres

    @property
    def most(self) -> float:
        return self.minutes if self.radius_metres is None else self.radius_metres


def told_minutes(kind: str, minutes: float) -> float:
    """Minutes as anybody may hear them."""
    if kind == ResourceKind.VOLUNTEER:
        near = minutes / STEP_MINUTES + 0.5
        return float(STEP_MINUTES * math.floor(near)) if math.isfinite(minutes) else minutes
    return round(minutes, 1)


def told_metres(kind: str, metres: float) -> float:
    """Metres in a straight line as anybody may hear them."""
    if kind == ResourceKind.VOLUNTEER:
        return float(STEP_METRES * math.floor(metres / STEP_METRES + 0.5))
    return float(round(metres))


def failed(offer: Offer, wish: Wish, reach: Reach) -> tuple[str, ...]:
    """The tests an offer fails, in their order; none where it passes."""
    passes = (
        not lacking(offer, wish),
        offer.free is not Truth.NO,
        _in_catchment(offer),
        offer.budget is None or offer.minutes <= offer.budget or offer.travels is Travels.NOBODY,
        reach.far(offer) <= reach.most,
        offer.vouched_until is None or offer.vouched_until >= wish.today,
    )
    return tuple(test for test, passed in zip(TESTS, passes, strict=True) if not passed)


def lacking(offer: Offer, wish: Wish) -> tuple[Condition | str, ...]:
    """What an offer has not of what is asked: conditions, and ``quantity``."""
    short = [each for each in wish.every_condition() if not each.met(offer.stated, wish.day)]
    return (*short, *(("quantity",) if offer.quantity < wish.units else ()))


def order(offer: Offer, wish: Wish, reach: Reach) -> tuple[object, ...]:
    """The key by which offers that pass are ranked, best first."""
    fresh = -offer.vouched_until.toordinal() if offer.vouched_until else 0
    unknown = offer.free is Truth.UNKNOWN
    return reach.far(offer), unknown, spare(offer, wish), fresh, offer.asks, offer.id


def spare(offer: Offer, wish: Wish) -> float:
    """How much more room or number an offer has than is asked: the less, the better it fits."""
    if wish.seats is None:
        return float(offer.quantity - wish.units) if wish.units > 1 else 0.0
    return min((room - wish.seats for room in enough(offer, wish).values()), default=0.0)


def enough(offer: Offer, wish: Wish) -> dict[str, float]:
    """How many a room holds, by those layouts asked for in which it holds enough."""
    held = {layout: offer.stated.get(LAYOUTS[layout]) for layout in wish.layouts if wish.seats is not None}
    return {
        layout: found.value
        for layout, found in held.items()
        if found and isinstance(found.value, float) and found.value >= (wish.seats or 0)
    }


def ranked(offers: Sequence[Offer], wish: Wish, reach: Reach) -> list[Offer]:
    """Those that pass, best first."""
    passed = [offer for offer in offers if not failed(offer, wish, reach)]
    return sorted(passed, key=lambda offer: order(offer, wish, reach))


def near_misses(offers: Sequence[Offer], wish: Wish, reach: Reach, *, most: int) -> list[tuple[Offer, str]]:
    """The nearest of those within reach that fail one test only, each with the test."""
    found = [(offer, failed(offer, wish, reach)) for offer in offers]
    missed = [(offer, tests[0]) for offer, tests in found if len(tests) == 1 and tests[0] != "travel"]
    missed.sort(key=lambda each: order(each[0], wish, reach))
    return missed[:most]


def _in_catchment(offer: Offer) -> bool:
    if offer.catchment == "anywhere":
        return True
    if offer.catchment == "minutes":
        return offer.catchment_minutes is None or offer.minutes <= offer.catchment_minutes
    return offer.inside
