"""From who could serve whom to the problem that the solver is given."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa

from geomatch.availability import clock
from geomatch.availability.clock import Interval
from geomatch.db import calendars
from geomatch.db.runs import Material
from geomatch.matching.candidates import Found
from geomatch.matching.problem import (
    MOST_UNITS,
    NOTHING_GIVEN,
    TIMELESS,
    Area,
    Candidates,
    Need,
    Policy,
    Problem,
    Resource,
    Role,
)
from geomatch.matching.rules import Rules
from geomatch.matching.world import World
from geomatch.model import PEOPLE, ResourceKind, Window
from geomatch.services.slots import Slots


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a problem is made of: the rows read, the columns tested, who passed, and the slots of windows."""

    material: Material
    world: World
    found: Found
    shared: Slots


def problem(seen: Seen, policy: Policy, rules: Rules) -> Problem:
    """The problem, its slots those that somebody may be asked in."""
    table, used = _in_slots_used(seen)
    return Problem(
        needs=_needs(seen.material),
        resources=_resources(seen.material, table, used, rules),
        slots=tuple(used),
        candidates=table.take(table.in_order()),
        policy=policy,
        areas=tuple(sorted((Area(**area) for area in seen.material.areas), key=lambda area: area.id)),
    )


def _needs(material: Material) -> tuple[Need, ...]:
    roles = defaultdict(list)
    for role in material.roles:
        roles[role["need_id"]].append(Role(role["role"], role["quantity"], role["minimum"]))
    parishes = {area["id"] for area in material.areas}
    return tuple(
        Need(
            id=need["ref"],
            area=need["parish_code"] if need["parish_code"] in parishes else None,
            weight=need["weight"],
            all_or_nothing=need["all_or_nothing"],
            asked=need["asked"] and need["asked"].isoformat(),
            roles=tuple(roles[need["id"]]),
        )
        for need in material.needs
    )


def _in_slots_used(seen: Seen) -> tuple[Candidates, dict[str, Interval]]:
    """The candidates, and the spans of the slots they lie in by name, in order of time."""
    table, shared = _candidates(seen.world, seen.found, seen.shared), seen.shared
    used = np.unique(table.slot[table.slot != TIMELESS])
    slot = np.where(table.slot == TIMELESS, TIMELESS, np.searchsorted(used, table.slot))
    return replace(table, slot=slot), {shared.names[at]: shared.spans[at] for at in used.tolist()}


def _candidates(world: World, found: Found, shared: Slots) -> Candidates:
    need = world.roles.need[found.role]
    first_role = np.searchsorted(world.roles.need, need)
    timeless = found.window == TIMELESS
    slot = np.where(timeless, TIMELESS, np.append(shared.of_window, TIMELESS)[found.window])
    kept = timeless | (slot != TIMELESS)
    tied = found.given != NOTHING_GIVEN
    goes_to = world.roles.goes_to[found.role] - first_role
    return Candidates(
        need=need[kept],
        role=(found.role - first_role)[kept],
        resource=found.resource[kept],
        slot=slot[kept].astype(np.int64),
        minutes=np.where(found.minutes < _NO_JOURNEY, 0.0, found.minutes)[kept],
        penalty=found.penalty[kept],
        use=np.ones(int(kept.sum()), dtype=np.int64),
        given_role=np.where(tied, goes_to, NOTHING_GIVEN)[kept],
        given_resource=found.given[kept],
    )


_NO_JOURNEY = 1e-9
"""Minutes below which two places are one: a sparse matrix holds the least number in place of 0."""


def _resources(
    material: Material, table: Candidates, slots: dict[str, Interval], rules: Rules
) -> tuple[Resource, ...]:
    """Capacity in all and by slot: things are lent once at a time, money is given once, and people are asked
    so many times in so many days, those that they were asked already included.
    """
    names, spans = tuple(slots), tuple(slots.values())
    asked = {row["resource_id"]: row["asks"] for row in material.asks}
    slots_of: dict[int, set[int]] = defaultdict(set)
    for resource, slot in zip(table.resource.tolist(), table.slot.tolist(), strict=True):
        slots_of[resource].add(slot)
    timeless = int((table.slot == TIMELESS).sum())
    offered = []
    bookings = defaultdict(list)
    for booking in material.bookings:
        bookings[booking["resource_id"]].append(booking)
    hours = calendars.hours(material.resources, (), ())
    for at, row in enumerate(material.resources):
        held, quantity = bookings[row["id"]], int(row["quantity"])
        by_slot = {
            names[slot]: max(0, quantity - held_in(held, hours[row["id"]].held(spans[slot])))
            for slot in sorted(slots_of[at])
            if slot != TIMELESS
        }
        in_all = quantity * max(1, len(by_slot) + timeless)
        if row["kind"] in PEOPLE:
            in_all = rules.asks * quantity - asked.get(row["id"], 0)
        elif row["kind"] == ResourceKind.FUND:
            in_all = quantity - sum(booking["quantity"] for booking in held)
        offered.append(Resource(row["ref"], min(max(in_all, 0), MOST_UNITS), by_slot))
    return tuple(offered)


def held_in(bookings: list[sa.RowMapping], span: tuple[int, int]) -> int:
    """Units of the bookings that touch a span of minutes, at the most held at once."""
    return sum(
        booking["quantity"]
        for booking in bookings
        if booking["begins"] < span[1] and booking["ends"] > span[0]
    )


def windows(material: Material, world: World, shared: Slots) -> dict[tuple[str, str | None], Window]:
    """The window meant by (need, slot)."""
    told: dict[tuple[str, str | None], Window] = {}
    times = world.times
    for window, slot in enumerate(shared.of_window.tolist()):
        if slot != TIMELESS:
            need = material.needs[int(times.window_need[window])]["ref"]
            starts, ends = (clock.moment(int(at[window])) for at in (times.window_starts, times.window_ends))
            told[need, shared.names[slot]] = Window(starts, ends)
    return told
