"""When so many units of something are free, and when next."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from operator import itemgetter

from geomatch.availability import clock, intervals, patterns
from geomatch.availability.clock import Interval
from geomatch.availability.intervals import Hold
from geomatch.availability.patterns import Seasons
from geomatch.errors import InputError
from geomatch.model import Opening, ResourceKind, Truth

SET_UP_MINUTES: dict[str, int] = {ResourceKind.VENUE: 15, ResourceKind.EQUIPMENT: 15}
TURN_ROUND_MINUTES: dict[str, int] = {
    ResourceKind.VENUE: 15,
    ResourceKind.EQUIPMENT: 30,
    ResourceKind.VOLUNTEER: 15,
    ResourceKind.SKILL: 15,
}
"""Minutes kept free before and after a booking where a resource states none; 0 for other kinds. Our choice:
chairs out and away, a thing fetched back and looked over, a person on the way home."""

STEP_MINUTES = 15
"""A free slot that begins in the middle of an opening begins at a quarter of an hour."""
LOOK_AHEAD_DAYS = 92
_FIRST_LOOKS = (3, 14)
"""Days looked at first for the next free slot: most are found there."""


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """When something may be had: its openings, how many units, and minutes kept round a booking.

    ``seasons`` are the named days that openings may speak of. Two of these are equal only when they are one
    and the same, so that what is worked out for a value is quickly found again.
    """

    openings: tuple[Opening, ...] = ()
    units: int = 1
    set_up: int = 0
    turn_round: int = 0
    seasons: Seasons = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.units < 1 or not (0 <= self.set_up <= clock.DAY and 0 <= self.turn_round <= clock.DAY):
            raise InputError(
                f"{self.units} units, {self.set_up} and {self.turn_round} minutes between bookings; "
                "expected 1 unit or more and 0 to 1440 minutes"
            )

    @property
    def known(self) -> bool:
        """Has anybody told us when it is open? Closures alone do not say so."""
        return any(not opening.closed for opening in self.openings)

    def opened_by(self, openings: Iterable[Opening], seasons: Seasons) -> "Hours":
        """The same with these openings."""
        return replace(self, openings=tuple(openings), seasons=seasons)

    def held(self, wanted: Interval) -> Interval:
        """What a booking of ``wanted`` keeps for itself: set-up, the time itself and turn-round."""
        return clock.stretched(wanted, self.set_up, self.turn_round)


def hours_of(kind: str, units: int, *, set_up: int | None = None, turn_round: int | None = None) -> Hours:
    """Hours of a kind of resource, not yet opened, with the minutes usual for it where none are stated."""
    return Hours(
        (),
        units,
        SET_UP_MINUTES.get(kind, 0) if set_up is None else set_up,
        TURN_ROUND_MINUTES.get(kind, 0) if turn_round is None else turn_round,
    )


def opened(hours: Hours, horizon: Interval) -> tuple[Interval, ...]:
    """When it is open within the horizon, whatever is booked; where nobody told us, all but the closures."""
    first, last = horizon
    found: list[Interval] = []
    for chunk in range(first // patterns.CHUNK, -(-last // patterns.CHUNK)):
        spans = opened_in(hours, chunk)
        at = bisect_right(spans, first, key=itemgetter(1))
        for begin, end in islice(spans, at, None):
            if begin >= last:
                break
            # cut where one chunk ends and the next begins
            since = found.pop()[0] if found and found[-1][1] == begin else begin
            found.append((max(since, first), min(end, last)))
    return tuple(found)


@lru_cache(maxsize=8192)
def opened_in(hours: Hours, chunk: int) -> tuple[Interval, ...]:
    """The same within a whole chunk of time, ``patterns.CHUNK`` minutes, by its number."""
    horizon = chunk * patterns.CHUNK, (chunk + 1) * patterns.CHUNK
    offered = [one for one in hours.openings if not one.closed]
    closed = [one for one in hours.openings if one.closed]
    spans = intervals.joined(patterns.spans(offered, horizon, hours.seasons)) if offered else [horizon]
    taken = intervals.joined(patterns.spans(closed, horizon, hours.seasons))
    return tuple(intervals.without(spans, taken))


def free(
    hours: Hours,
    holds: Sequence[Hold],
    horizon: Interval,
    *,
    units: int = 1,
) -> list[Interval] | None:
    """When a booking of so many units may lie within the horizon, in order and apart.

    ``holds`` are what others keep, set-up and turn-round included; the new booking's own are kept clear of
    them here, and may reach beyond opening hours. ``None`` where nobody has told us when it is open and
    nothing is closed or booked: unknown, not never. Raises InputError for a rule that cannot be read.
    """
    if not hours.known and not hours.openings and not holds:
        return None
    if units > hours.units:
        return []
    first, last = _around(hours, horizon)
    near = [hold for hold in holds if hold[0] < last and hold[1] > first]
    spans = opened(hours, horizon)
    if not near:
        return list(spans)
    full = intervals.crowded(near, hours.units - units)
    kept_clear = (clock.stretched(each, hours.turn_round, hours.set_up) for each in full)
    return intervals.without(spans, intervals.joined(kept_clear))


def is_free(
    hours: Hours,
    holds: Sequence[Hold],
    wanted: Interval,
    *,
    units: int = 1,
) -> Truth:
    """Whether a booking may lie at exactly this time; unknown where nobody told us."""
    if units > hours.units:
        return Truth.NO
    found = free(hours, holds, wanted, units=units)
    if found is not None and found != [wanted]:
        return Truth.NO
    return Truth.YES if hours.known else Truth.UNKNOWN


def next_free(
    hours: Hours,
    holds: Sequence[Hold],
    after: int,
    minutes: int,
    *,
    units: int = 1,
) -> Interval | None:
    """The first free stretch of so many real minutes that begins at or after a wall minute.

    It begins when the opening does, when the last booking is out of the way, or at the next quarter of an
    hour. ``None``: not in the next ``LOOK_AHEAD_DAYS``, or nobody has told us when it is open.
    """
    if not hours.known or units > hours.units:
        return None
    start = -(-after // STEP_MINUTES) * STEP_MINUTES
    for days in (*_FIRST_LOOKS, LOOK_AHEAD_DAYS):
        horizon = (start, start + days * clock.DAY)
        for begin, end in free(hours, holds, horizon, units=units) or ():
            slot = clock.lasting(begin, minutes)
            if slot[1] <= end:
                return slot
    return None


def _around(hours: Hours, horizon: Interval) -> Interval:
    """The horizon with all that could reach into it: pads, and an hour for the clocks."""
    margin = hours.set_up + hours.turn_round + 2 * clock.HOUR
    return horizon[0] - margin, horizon[1] + margin
