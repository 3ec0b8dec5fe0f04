"""What a journey by somebody's own vehicle and an hour of a hall cost, by dated tables. Money is in pence.

Mileage is HM Revenue and Customs' approved mileage allowance, which holds for volunteers as well: 45p a mile
by car from 6 April 2011, 55p from 6 April 2026, for the first 10,000 miles of a tax year, 25p after them;
20p by bicycle. https://www.gov.uk/government/publications/rates-and-allowances-travel-mileage-and-fuel-allowances
A group may pay less. Nobody is paid for walking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from geomatch.errors import InputError
from geomatch.model import Mode

METRES_PER_MILE = Decimal("1609.344")
"""The international mile."""

SOURCE = "HMRC approved mileage allowance"


@dataclass(frozen=True, slots=True)
class Rate:
    """Pence a mile by a mode from the day ``since`` on; beyond ``first_miles`` of a tax year ``further``."""

    mode: Mode
    since: date
    pence: int
    first_miles: int | None = None
    further: int | None = None

    def __post_init__(self) -> None:
        if self.pence < 0 or (self.first_miles is None) != (self.further is None):
            raise InputError(
                f"rate by {self.mode} since {self.since}: expected pence, and both limits or none"
            )


RATES: Sequence[Rate] = (
    Rate(Mode.CAR, date(2011, 4, 6), 45, 10_000, 25),
    Rate(Mode.CAR, date(2026, 4, 6), 55, 10_000, 25),
    Rate(Mode.CYCLE, date(2011, 4, 6), 20),
    Rate(Mode.FOOT, date(2011, 4, 6), 0),
)
"""In order of mode and day. Source: HMRC, as this module says above."""


def rate(mode: Mode, day: date) -> Rate:
    """The rate that holds on a day. Raises InputError for a day before 6 April 2011."""
    held = [each for each in RATES if each.mode is mode and each.since <= day]
    if not held:
        raise InputError(f"no mileage rate by {mode} is known for {day}; expected 6 April 2011 or later")
    return max(held, key=lambda each: each.since)


def mileage(metres: float, mode: Mode, day: date, *, miles_before: float = 0) -> int:
    """Pence for so many metres on a day, to the nearest penny, half up.

    ``miles_before`` are those the same person was paid for earlier in the tax year, by any vehicle. Raises
    InputError for lengths below 0, and for a day without a rate.
    """
    if not metres >= 0 or not miles_before >= 0:
        raise InputError(f"{metres} metres after {miles_before} miles; expected 0 or more of both")
    found = rate(mode, day)
    miles = Decimal(repr(float(metres))) / METRES_PER_MILE
    if found.first_miles is None or found.further is None:
        return _penny(miles * found.pence)
    left = max(Decimal(found.first_miles) - Decimal(repr(float(miles_before))), Decimal(0))
    dear = min(miles, left)
    return _penny(dear * found.pence + (miles - dear) * found.further)


def hire(pence_per_hour: float, minutes: int) -> int:
    """Pence for so many minutes at a price an hour, to the nearest penny, half up.

    Raises InputError for a price or a time below 0.
    """
    if not pence_per_hour >= 0 or minutes < 0:
        raise InputError(f"{minutes} minutes at {pence_per_hour} pence an hour; expected 0 or more of both")
    return _penny(Decimal(repr(float(pence_per_hour))) * minutes / 60)


def _penny(pence: Decimal) -> int:
    return int(pence.quantize(Decimal(1), rounding=ROUND_HALF_UP))
