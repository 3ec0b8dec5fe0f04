"""Candidate rows to columns of numbers: quickly where all is well, row by row to list what is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geomatch.matching.fields import MOST_FINITE, Faults, read_row, sound_fields
from geomatch.matching.problem import (
    ANY_ROLE,
    MOST_UNITS,
    NOTHING_GIVEN,
    TIMELESS,
    Candidates,
    Floats,
    Ints,
    Need,
    Resource,
)

Row = Mapping[str, Any]
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Ids to row numbers."""

    needs: dict[str, int]
    roles: tuple[dict[str, int], ...]
    quantities: tuple[tuple[int, ...], ...]
    resources: dict[str, int]
    offered: tuple[Resource, ...]
    slots: tuple[str, ...]
    slot_numbers: dict[str | None, int]
    faulty: frozenset[str] = frozenset()
    """Ids of rows with faults of their own: naming them is no further fault."""

    @classmethod
    def of(cls, needs: Sequence[Need], resources: Sequence[Resource], rows: Sequence[Any]) -> "Names":
        """Numbers for everything named; slots are those that resources or candidates name."""
        slots = {slot for one in resources for slot in one.slot_capacity}
        named = (row.get("slot") for row in rows if isinstance(row, Mapping))
        ordered = tuple(sorted(slots.union(slot for slot in named if isinstance(slot, str))))
        return cls(
            needs={need.id: number for number, need in enumerate(needs)},
            roles=tuple({role.id: at for at, role in enumerate(need.roles)} for need in needs),
            quantities=tuple(tuple(role.quantity for role in need.roles) for need in needs),
            resources={one.id: number for number, one in enumerate(resources)},
            offered=tuple(resources),
            slots=ordered,
            slot_numbers={None: TIMELESS} | {slot: number for number, slot in enumerate(ordered)},
        )


def read_candidates(rows: Sequence[Any], names: Names, faults: Faults) -> Candidates:
    """The candidates in order of their keys; whatever is wrong with a row becomes a fault at its path."""
    before = len(faults.lines)
    read: list[tuple[Key, float, float, int]] = []
    for number, row in enumerate(rows):
        plain = _quick(row, names) or _careful(row, f"candidates[{number}]", names, faults)
        if plain is not None:
            read.append(plain)
    if len(faults.lines) > before:
        return _table([])
    table = _table(read)
    order = table.in_order()
    _no_twins(table, order, faults)
    return table.take(order)


def _quick(row: Any, names: Names) -> tuple[Key, float, float, int] | None:
    """A row that is plainly sound; ``None`` says look carefully."""
    try:
        need, resource = names.needs[row["need"]], names.resources[row["resource"]]
        role = names.roles[need][row.get("role", ANY_ROLE)]
        slot = names.slot_numbers[row.get("slot")]
        minutes, penalty, use = row["minutes"], row.get("penalty", 0.0), row.get("use", 1)
    except (KeyError, TypeError, AttributeError):
        return None
    sound = (
        row.get("given") is None
        and type(minutes) in (int, float)
        and type(penalty) in (int, float)
        and type(use) is int
        and 0 <= minutes <= MOST_FINITE
        and 0 <= penalty <= MOST_FINITE
        and 0 <= use <= MOST_UNITS
        and not names.offered[resource].slot_capacity
        and row.keys() <= _KNOWN
    )
    return (
        ((need, role, resource, slot, NOTHING_GIVEN, NOTHING_GIVEN), minutes, penalty, use) if sound else None
    )


_KNOWN = frozenset({"need", "role", "resource", "slot", "minutes", "penalty", "use", "given"})


def _careful(row: Any, path: str, names: Names, faults: Faults) -> tuple[Key, float, float, int] | None:
    before = len(faults.lines)
    fields = sound_fields(row, "candidate", path, faults)
    key = _key(fields, path, names, faults)
    if key is None or len(faults.lines) > before:
        return None
    return key, float(fields["minutes"]), float(fields["penalty"]), fields["use"]


def _key(row: Row, path: str, names: Names, faults: Faults) -> Key | None:
    """Row numbers of need, role, resource, slot and both of given; fields that are absent are at fault."""
    before = len(faults.lines)
    need = _known(names.needs, row, "need", (names, path), faults)
    resource = _known(names.resources, row, "resource", (names, path), faults)
    roles = names.roles[need] if need is not None else {}
    role = _find(roles, row["role"], f"{path}.role", faults) if need is not None and "role" in row else None
    given_role, given_resource = NOTHING_GIVEN, NOTHING_GIVEN
    if row.get("given") is not None and need is not None:
        given_role, given_resource = _given(row, f"{path}.given", roles, names, faults)
    slot = None
    if "slot" in row and (
        resource is None or _slot_is_offered(row["slot"], names.offered[resource], path, faults)
    ):
        slot = _find(names.slot_numbers, row["slot"], f"{path}.slot", faults)
    if len(faults.lines) > before or None in (need, role, resource, slot):
        return None
    return (need, role, resource, slot, given_role, given_resource)  # type: ignore[return-value]


def _given(row: Row, path: str, roles: dict[str, int], names: Names, faults: Faults) -> tuple[int, int]:
    given = read_row(row["given"], "given", path, faults)
    if given is None:
        return NOTHING_GIVEN, NOTHING_GIVEN
    role = _find(roles, given["role"], f"{path}.role", faults)
    resource = _known(names.resources, given, "resource", (names, path), faults)
    if given["role"] == row.get("role"):
        faults.add(f"{path}.role", f"{given['role']!r} is the candidate's own role; expected another one")
    return (NOTHING_GIVEN if role is None else role), (NOTHING_GIVEN if resource is None else resource)


def _slot_is_offered(slot: str | None, resource: Resource, path: str, faults: Faults) -> bool:
    if slot is None or not resource.slot_capacity or slot in resource.slot_capacity:
        return True
    offered = ", ".join(sorted(resource.slot_capacity))
    faults.add(f"{path}.slot", f"resource {resource.id!r} has no slot {slot!r}; expected one of {offered}")
    return False


def _known(
    numbers: Mapping[Any, int], row: Row, field: str, where: tuple[Names, str], faults: Faults
) -> int | None:
    names, path = where
    if field not in row or row[field] in names.faulty:
        return None
    return _find(numbers, row[field], f"{path}.{field}", faults)


def _find(numbers: Mapping[Any, int], name: str | None, path: str, faults: Faults) -> int | None:
    if name not in numbers:
        faults.add(path, f"unknown id {name!r}")
        return None
    return numbers[name]


def _table(read: Sequence[tuple[Key, float, float, int]]) -> Candidates:
    keys = np.array([one[0] for one in read], dtype=np.int64).reshape(-1, 6)
    numbers = np.array([one[1:] for one in read], dtype=np.float64).reshape(-1, 3)
    use: Ints = numbers[:, 2].astype(np.int64)
    minutes: Floats = numbers[:, 0].copy()
    return Candidates(
        keys[:, 0],
        keys[:, 1],
        keys[:, 2],
        keys[:, 3],
        minutes,
        numbers[:, 1].copy(),
        use,
        keys[:, 4],
        keys[:, 5],
    )


def _no_twins(table: Candidates, order: Ints, faults: Faults) -> None:
    keys = np.column_stack(table.key_columns())[order]
    same = np.flatnonzero((keys[1:] == keys[:-1]).all(axis=1))
    for at in same:
        first, second = sorted((int(order[at]), int(order[at + 1])))
        faults.add(
            f"candidates[{second}]", f"the same need, role, resource, slot and given as candidates[{first}]"
        )


def read_fixed(
    rows: Sequence[Any], names: Names, candidates: Candidates, faults: Faults
) -> tuple[tuple[int, int], ...]:
    """(candidate row, units) of every match already agreed, in order; it must name a listed candidate.

    Where there are faults already, candidates may be missing, and only ids are looked up.
    """
    if not rows:
        return ()
    incomplete = bool(faults.lines)
    places = {
        key: at
        for at, key in enumerate(zip(*(column.tolist() for column in candidates.key_columns()), strict=True))
    }
    units: dict[int, int] = {}
    for number, row in enumerate(rows):
        path = f"fixed[{number}]"
        before = len(faults.lines)
        fields = sound_fields(row, "fixed", path, faults)
        key = _key(fields, path, names, faults)
        if key is None or len(faults.lines) > before:
            continue
        if key not in places:
            if not incomplete:
                faults.add(path, "no candidate has this need, role, resource, slot and given")
        elif places[key] in units:
            faults.add(path, "the same candidate is fixed twice")
        else:
            units[places[key]] = fields["quantity"]
    return tuple(sorted(units.items()))
