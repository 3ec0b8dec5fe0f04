"""Which of several alike things a booking takes: projectors have numbers, though nobody cares which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from geomatch.availability.clock import Interval


@dataclass(frozen=True, slots=True)
class Seat:
    """A booking's held minutes and the numbers of the units it holds, the first unit being 1."""

    booking: int
    held: Interval
    units: tuple[int, ...]


def seated(wanted: Interval, count: int, seats: Iterable[Seat], quantity: int) -> tuple[int, ...] | None:
    """The lowest numbers free for all of ``wanted``, or ``None`` when there are fewer than ``count``."""
    taken = {unit for seat in seats if _overlap(seat.held, wanted) for unit in seat.units}
    free = [unit for unit in range(1, quantity + 1) if unit not in taken]
    return tuple(free[:count]) if len(free) >= count else None


def reseated(
    wanted: Interval, count: int, seats: Sequence[Seat], quantity: int
) -> tuple[tuple[int, ...], Mapping[int, tuple[int, ...]]] | None:
    """New numbers for everybody, so that one more booking fits: its own, and those of bookings that change.

    Taken in order of (start, booking), each booking gets the lowest numbers free at its start; as holds are
    intervals, this succeeds whenever no minute holds more than ``quantity``. Otherwise ``None``.
    """
    new = Seat(-1, wanted, tuple(range(1, count + 1)))
    placed = arranged((*seats, new), quantity)
    if placed is None:
        return None
    old = {seat.booking: seat.units for seat in seats}
    moved = {booking: found for booking, found in placed.items() if old.get(booking, ()) != found}
    return moved.pop(new.booking), moved


def arranged(seats: Sequence[Seat], quantity: int) -> dict[int, tuple[int, ...]] | None:
    """Numbers for as many units as each booking has, or ``None`` when some minute holds too many."""
    placed: dict[int, Seat] = {}
    for seat in sorted(seats, key=lambda each: (each.held[0], each.booking)):
        units = seated(seat.held, len(seat.units), placed.values(), quantity)
        if units is None:
            return None
        placed[seat.booking] = Seat(seat.booking, seat.held, units)
    return {booking: seat.units for booking, seat in placed.items()}


def _overlap(one: Interval, other: Interval) -> bool:
    return one[0] < other[1] and other[0] < one[1]
