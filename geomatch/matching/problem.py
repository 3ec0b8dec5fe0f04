"""What is to be matched: needs, resources, candidates and the policy, checked and in one fixed order.

Everything is sorted by id as it is made, so that the order in which rows arrived can change nothing.
Minutes and penalties are minutes of travel; weights have no unit; capacities, quantities and uses are
whole units.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

POLICIES = ("no-need-lost", "travel-first", "fairness-first")
ANY_ROLE = "any"
TIMELESS = -1
"""Slot number of a candidate without a slot; timeless is a slot of its own."""
NOTHING_GIVEN = -1
MOST_UNITS = 1_000_000
"""Largest capacity, quantity or use: sums of them stay exact in double precision."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which aims come in which order. ``fairness`` (0 to 1) acts in ``no-need-lost`` only."""

    name: str = "no-need-lost"
    fairness: float = 1.0

    def __post_init__(self) -> None:
        if self.name not in POLICIES:
            raise InputError(f"policy {self.name!r}; expected one of {', '.join(POLICIES)}")
        if not 0 <= self.fairness <= 1:
            raise InputError(f"policy {self.name}: fairness {self.fairness}; expected 0 to 1")


@dataclass(frozen=True, slots=True)
class Area:
    """A parish, an LJC or another area, within ``parent`` where it has one."""

    id: str
    kind: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """At least and at most these shares of the needs in the area and all below it are served."""

    area: str
    minimum_share: float | None = None
    maximum_share: float | None = None

    def __post_init__(self) -> None:
        for share in (self.minimum_share, self.maximum_share):
            if share is not None and not 0 <= share <= 1:
                raise InputError(f"quota of area {self.area!r}: share {share}; expected 0 to 1")
        if (self.minimum_share or 0) > (1 if self.maximum_share is None else self.maximum_share):
            raise InputError(
                f"quota of area {self.area!r}: minimum_share {self.minimum_share} is more than "
                f"maximum_share {self.maximum_share}"
            )


@dataclass(frozen=True, slots=True)
class Role:
    """One thing a need asks for: so many units, at least ``minimum`` of them or none counts."""

    id: str = ANY_ROLE
    quantity: int = 1
    minimum: int = 1

    def __post_init__(self) -> None:
        require_whole(f"role {self.id!r}: quantity", self.quantity)
        require_whole(f"role {self.id!r}: minimum", self.minimum)
        if self.minimum > self.quantity:
            raise InputError(
                f"role {self.id!r}: minimum {self.minimum} is more than its quantity {self.quantity}"
            )


@dataclass(frozen=True, slots=True)
class Need:
    """What one community asks for. ``asked`` is an ISO 8601 day; roles are kept in order of their ids."""

    id: str
    area: str | None = None
    weight: float = 1.0
    all_or_nothing: bool = True
    asked: str | None = None
    roles: tuple[Role, ...] = field(default_factory=lambda: (Role(),))

    def __post_init__(self) -> None:
        if not (self.weight > 0 and isfinite(self.weight)):
            raise InputError(f"need {self.id!r}: weight {self.weight}; expected a finite number above 0")
        if self.asked is not None:
            _require_day(self.id, self.asked)
        names = [role.id for role in self.roles]
        if not names or len(set(names)) < len(names):
            raise InputError(f"need {self.id!r}: roles {names}; expected at least one, each id once")
        object.__setattr__(self, "roles", tuple(sorted(self.roles, key=lambda role: role.id)))

    @property
    def units(self) -> int:
        """Units asked for, over all roles."""
        return sum(role.quantity for role in self.roles)


@dataclass(frozen=True, slots=True)
class Resource:
    """What is offered: ``capacity`` units in all, at most ``slot_capacity`` in a slot named there."""

    id: str
    capacity: int
    slot_capacity: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_whole(f"resource {self.id!r}: capacity", self.capacity)
        for slot, units in self.slot_capacity.items():
            require_whole(f"resource {self.id!r}: slot_capacity of {slot!r}", units)


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Every (need, role, resource, slot, given) that passes the hard tests, one row each, as columns.

    ``need``, ``resource`` and ``slot`` number the rows of the problem's needs, resources and slots;
    ``role`` numbers the role within its need, ``given_role`` likewise. No slot is ``TIMELESS``; nothing
    given is ``NOTHING_GIVEN`` in both columns.
    """

    need: Ints
    role: Ints
    resource: Ints
    slot: Ints
    minutes: Floats
    penalty: Floats
    use: Ints
    given_role: Ints
    given_resource: Ints

    def __len__(self) -> int:
        return len(self.need)

    def key_columns(self) -> tuple[Ints, ...]:
        """The columns that tell one candidate from another, the slowest changing first."""
        return (self.need, self.role, self.resource, self.slot, self.given_role, self.given_resource)

    def take(self, rows: Ints) -> "Candidates":
        """These rows in this order."""
        return Candidates(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def in_order(self) -> Ints:
        """Row numbers sorted by the keys."""
        return np.lexsort(self.key_columns()[::-1])


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A whole problem, in order of ids. ``fixed`` holds (candidate row, units) pairs already agreed."""

    needs: tuple[Need, ...]
    resources: tuple[Resource, ...]
    slots: tuple[str, ...]
    candidates: Candidates
    policy: Policy = field(default_factory=Policy)
    areas: tuple[Area, ...] = ()
    quotas: tuple[Quota, ...] = ()
    fixed: tuple[tuple[int, int], ...] = ()

    def slot_name(self, number: int) -> str | None:
        """The slot's id; ``None`` for timeless."""
        return None if number == TIMELESS else self.slots[number]

    def areas_above(self) -> dict[str, tuple[str, ...]]:
        """Each area's id to itself and every area above it, the nearest first."""
        parents = {area.id: area.parent for area in self.areas}
        return {area: tuple(_chain(area, parents)) for area in parents}


def _chain(area: str | None, parents: dict[str, str | None]) -> Iterable[str]:
    while area is not None:
        yield area
        area = parents.get(area)


def require_whole(what: str, number: object) -> None:
    """Raises InputError unless ``number`` is a whole number from 0 to ``MOST_UNITS``."""
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_UNITS:
        raise InputError(f"{what} is {number!r}; expected a whole number, 0 to {MOST_UNITS:,}")


def _require_day(need: str, asked: str) -> None:
    try:
        date.fromisoformat(asked[:10])
    except (ValueError, TypeError):
        raise InputError(f"need {need!r}: asked {asked!r}; expected a day such as 2026-11-02") from None
