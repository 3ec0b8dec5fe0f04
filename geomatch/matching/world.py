"""What the hard tests look at, as columns: roles, resources, time, minutes and catchments."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from geomatch.errors import InputError
from geomatch.matching.problem import Bools, Floats, Ints

NO = np.iinfo(np.int64).max
"""A day that never comes: no date is stated, so nothing runs out."""
Asked = tuple[int, float, bool]
ANYWHERE, MINUTES, INSIDE = 0, 1, 2
"""Kinds of catchment: none, so many minutes, or the roles that ``World.inside`` names."""


@dataclass(frozen=True, slots=True, eq=False)
class Roles:
    """Columns by role of a need, in order of (need id, role id); any text is coded by the caller.

    ``need`` numbers the need. ``kind`` and ``subkind`` are codes, subkind -1 for any; ``substitutes``
    holds the subkind codes that will do instead. ``max_minutes`` is the nearer of need's and role's limit,
    ``inf`` without one. ``features`` are (feature code, value, exact) triples: at least the value, or
    exactly it where ``exact`` (text, by its code); a truth asked for is at least 1.0.
    """

    need: Ints
    kind: Ints
    subkind: Ints
    substitutes: tuple[tuple[int, ...], ...]
    max_minutes: Floats
    features: tuple[tuple[Asked, ...], ...]

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
    """

    kind: Ints
    subkind: Ints
    max_minutes: Floats
    verified_until: Ints
    feature: Floats
    feature_until: Ints
    catchment: Ints
    catchment_minutes: Floats

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
class World:
    """Everything the hard tests look at, on ``day`` (``date.toordinal()``).

    ``minutes`` is a sparse ``(n_roles, n_resources)`` matrix of minutes in the direction of whoever
    travels; what is not stored is out of reach (``inf``), a stored 0 is no journey. ``journey`` is false
    by resource where nobody travels: its minutes are 0. ``inside`` is a sparse boolean matrix of the same
    shape: the role's need lies in the resource's polygon or parishes.
    """

    day: int
    roles: Roles
    resources: Resources
    times: Times
    minutes: sp.csr_array
    inside: sp.csr_array
    journey: Bools
    substitute_penalty: float = 5.0

    def __post_init__(self) -> None:
        shape = (len(self.roles), len(self.resources))
        for name in ("minutes", "inside"):
            if getattr(self, name).shape != shape:
                raise InputError(f"{name} has the shape {getattr(self, name).shape}; expected {shape}")


def _same_length(what: str, table: object, length: int) -> None:
    for name in type(table).__dataclass_fields__:  # type: ignore[attr-defined]
        if len(getattr(table, name)) != length:
            raise InputError(f"{what}: {name} has {len(getattr(table, name))} rows; expected {length}")
