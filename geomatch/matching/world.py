"""What the hard tests look at, as columns: roles, resources, time, minutes and catchments."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.errors import InputError
from geomatch.matching.problem import Bools, Floats, Ints

NO = np.iinfo(np.int64).max
"""A day that never comes: no date is stated, so nothing runs out."""
Asked = tuple[int, float, bool]
OWN_PLACE = -1
"""No role decides where this one goes: it goes to the need's own place."""
ANYWHERE, MINUTES, INSIDE = 0, 1, 2
"""Kinds of catchment: none, so many minutes, or the roles that ``World.inside`` names."""


@dataclass(frozen=True, slots=True, eq=False)
class Roles:
    """Columns by role of a need, in order of (need id, role id); any text is coded by the caller.

    ``need`` numbers the need. ``kind`` and ``subkind`` are codes, subkind -1 for any; ``substitutes``
    holds the subkind codes that will do instead. ``max_minutes`` is the nearer of need's and role's limit,
    ``inf`` without one. ``features`` are (feature code, value, exact) triples: at least the value, or
    exactly it where ``exact`` (text, by its code); a truth asked for is at least 1.0. ``check`` is the DBS
    level called for, as its place in ``safeguarding.LEVELS``. ``goes_to`` is the row of the role of the same
    need whose resource this one goes to, or ``OWN_PLACE``; it asks for one unit that the need cannot do
    without.
    """

    need: Ints
    kind: Ints
    subkind: Ints
    substitutes: tuple[tuple[int, ...], ...]
    max_minutes: Floats
    features: tuple[tuple[Asked, ...], ...]
    check: Ints
    goes_to: Ints

    def __post_init__(self) -> None:
        _same_length("roles", self, len(self.need))

    def __len__(self) -> int:
        return len(self.need)


@dataclass(frozen=True, slots=True, eq=False)
class Resources:
    """Columns by resource, in order of ids.

    ``max_minutes`` is the travel budget one way (``inf``: none). ``verified_until`` and ``feature_until``
    are last days on which a thing holds, as ``date.toordinal()``, or ``NO``. ``feature`` has one row per
    resource and one column per feature code: a number, 1.0 yes, 0.0 no, a text's code; ``nan`` unknown.
    ``catchment`` is ``ANYWHERE``, ``MINUTES`` (then ``catchment_minutes`` is the limit) or ``INSIDE``.
    ``check`` is the DBS level held, good until the day ``check_until``. ``penalty`` (minutes) is put on
    every candidate: how often it was asked lately. ``journey`` is false where nobody travels; ``moves``
    where it does not come (people go to it); ``place`` is true where others may have to go to it.
    """

    kind: Ints
    subkind: Ints
    max_minutes: Floats
    verified_until: Ints
    feature: Floats
    feature_until: Ints
    catchment: Ints
    catchment_minutes: Floats
    check: Ints
    check_until: Ints
    penalty: Floats
    journey: Bools
    moves: Bools
    place: Bools

    def __post_init__(self) -> None:
        _same_length("resources", self, len(self.kind))

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Windows of needs and free time of resources, in whole minutes of wall time (``clock.minute``).

    Windows are ``(need, starts, ends)`` columns; a need without any takes any time. Free intervals are
    ``(resource, starts, ends)`` columns, apart within a resource; ``known`` is false by resource where
    nobody has told us when it is free, and then any time will do.
    """

    window_need: Ints
    window_starts: Ints
    window_ends: Ints
    free_resource: Ints
    free_starts: Ints
    free_ends: Ints
    known: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Journeys as sparse matrices of one shape; what is not stored is out of reach (``inf``).

    ``minutes`` counts what is driven: one way for whoever comes or is visited, out and back for whatever is
    fetched and brought back. ``way`` is the longest single journey among it, which limits are held against.
    A stored 0 is no journey. ``inside`` is boolean: there lies in the resource's polygon or parishes.
    """

    minutes: sp.csr_array
    way: sp.csr_array
    inside: sp.csr_array

    def __post_init__(self) -> None:
        for name in ("way", "inside"):
            if getattr(self, name).shape != self.minutes.shape:
                raise InputError(
                    f"{name} has the shape {getattr(self, name).shape}; expected {self.minutes.shape}"
                )


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """Everything the hard tests look at, on ``day`` (``date.toordinal()``).

    ``legs`` has a row for each role and a column for each resource: journeys to the need's own place.
    ``between`` has a row for each resource that others go to and a column for each that goes: journeys of
    roles that go to what another role chose.
    """

    day: int
    roles: Roles
    resources: Resources
    times: Times
    legs: Legs
    between: Legs
    substitute_penalty: float = 5.0

    def __post_init__(self) -> None:
        for name, rows in (("legs", len(self.roles)), ("between", len(self.resources))):
            shape, wanted = getattr(self, name).minutes.shape, (rows, len(self.resources))
            if shape != wanted:
                raise InputError(f"{name} has the shape {shape}; expected {wanted}")


def _same_length(what: str, table: object, length: int) -> None:
    for name in type(table).__dataclass_fields__:  # type: ignore[attr-defined]
        if len(getattr(table, name)) != length:
            raise InputError(f"{what}: {name} has {len(getattr(table, name))} rows; expected {length}")
