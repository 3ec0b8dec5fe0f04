"""How a county wants its matching done: what a run may ask of people, and for how long a word is good."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geomatch.errors import InputError
from geomatch.model import ResourceKind
from geomatch.safeguarding import CHECK_YEARS

MOST_ASK_MINUTES = 15.0
"""However often somebody was asked, the penalty is no more: a rest, not a ban."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A county's settings, ``[matching]`` in its file.

    A person is asked at most ``asks`` times in ``ask_days`` days, for each of ``quantity``. Every ask of the
    last and next ``ask_days`` days puts ``ask_minutes`` on a candidate, hall or person. A DBS check is good
    for ``check_years``; a resource that nobody dated, for ``stale_days`` after its import, or as many as are
    stated for its kind (0: as for all); what stands in for the thing asked for costs
    ``substitute_minutes`` more.
    """

    asks: int = 2
    ask_days: int = 30
    ask_minutes: float = 1.0
    check_years: int = CHECK_YEARS
    stale_days: int = 730
    stale_days_venue: int = 0
    stale_days_equipment: int = 0
    stale_days_volunteer: int = 0
    stale_days_skill: int = 0
    stale_days_fund: int = 0
    stale_days_information: int = 0
    substitute_minutes: float = 5.0

    def __post_init__(self) -> None:
        for name, (least, most) in LIMITS.items():
            value = getattr(self, name)
            whole = isinstance(value, int) or name.endswith("minutes")
            if isinstance(value, bool) or not whole or not least <= value <= most:
                raise InputError(f"matching: {name} = {value!r}; expected {least} to {most}")

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Rules":
        """The rules that a county's settings hold, the rest by default. Raises InputError for a wrong one."""
        unknown = sorted(settings.keys() - LIMITS.keys())
        if unknown:
            raise InputError(f"matching: unknown {', '.join(unknown)}; expected {', '.join(LIMITS)}")
        return cls(**settings)

    def stale(self, kind: str) -> int:
        """For how many days a resource of a kind is good after it was written, where nobody said."""
        return int(getattr(self, f"stale_days_{kind}")) or self.stale_days

    def penalty(self, asked: int) -> float:
        """Minutes put on a candidate whose resource was asked so often lately."""
        return min(self.ask_minutes * asked, MOST_ASK_MINUTES)


LIMITS: dict[str, tuple[int, int]] = {
    "asks": (1, 1000),
    "ask_days": (1, 366),
    "ask_minutes": (0, 60),
    "check_years": (1, 20),
    "stale_days": (1, 3660),
    **{f"stale_days_{kind}": (0, 3660) for kind in ResourceKind},
    "substitute_minutes": (0, 240),
}
"""The least and most of every setting."""
