"""Who of a county's residents and needs reaches what of one kind: read, time, test.

The hard tests are those of matching: a residents' point is looked at as a need that asks for the kind and
nothing else. Residents travel by the mode asked for; whoever comes to them comes by their own.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, cast

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.availability.clock import EPOCH
from geomatch.db import roads
from geomatch.db.reach import Ground
from geomatch.db.runs import Material, Rows
from geomatch.matching import candidates
from geomatch.matching.candidates import Found
from geomatch.matching.rules import Rules
from geomatch.matching.world import World
from geomatch.model import Mode, ResourceKind, Travels, Truth
from geomatch.progress import Progress, silent
from geomatch.safeguarding import Level, With
from geomatch.services import journeys, routing, worlds
from geomatch.services.journeys import Networks, Trips
from geomatch.services.limits import MOST_MINUTES
from geomatch.travel import Network

FREE_DAYS = 28
"""A resource counts as free when it is so at any time in so many days, or nobody knows its hours."""

_LEAST = np.finfo(np.float64).tiny
_UNCHECKED = {
    "contact": With.NOBODY,
    "contact_days": None,
    "overnight": Truth.UNKNOWN,
    "personal_care": Truth.UNKNOWN,
    "supervised": Truth.UNKNOWN,
    "dbs_level": Level.NONE,
}
"""Checks are nobody's business here: coverage is public, and must not tell who has been vetted."""


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Everybody and everything of one kind as columns, before any journey is timed."""

    kind: ResourceKind
    max_minutes: float
    people: Rows
    material: Material
    world: World
    usable: NDArray[np.bool_]
    accessible: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """Residents' points and needs of a kind against its resources, by row, in order of ids.

    ``minutes`` is sparse (n_people, n_resources), stored where the resource is adequate, free, not known to
    be inaccessible, and serves there. ``nearest`` by need is ``inf`` where no adequate resource is in reach.
    """

    people: Rows
    resources: Rows
    needs: Rows
    minutes: sp.csr_array
    usable: NDArray[np.bool_]
    accessible: NDArray[np.bool_]
    nearest: NDArray[np.float64]
    guessed: bool


def prepare(ground: Ground, kind: ResourceKind, day: date, *, max_minutes: float, rules: Rules) -> Prepared:
    """All of one kind, and everybody who may ask for it within so many minutes."""
    material = _material(ground, kind, max_minutes)
    size = len(material.resources)
    trips = Trips.none((len(material.needs), size)), Trips.none((size, size))
    world = worlds.world(material, trips, day, rules, days=FREE_DAYS)
    shut, stale = _states(material.resources, day, Truth.NO), world.resources.verified_until < world.day
    return Prepared(
        kind=kind,
        max_minutes=max_minutes,
        people=ground.people,
        material=material,
        world=world,
        usable=_free_soon(world) & ~shut & ~stale,
        accessible=_step_free(material.resources, day),
    )


def reached(
    prepared: Prepared, mode: Mode, networks: Networks | None, *, progress: Progress = silent
) -> Reached:
    """Time and test everybody against everything. Without ``networks`` minutes are guessed."""
    material, world = prepared.material, prepared.world
    needs = cast(Rows, [dict(need) | {"mode": mode} for need in material.needs])
    trips, need = journeys.to_needs(needs, material.resources, networks, progress), world.roles.need
    legs = replace(world.legs, minutes=trips.minutes[need], way=trips.way[need])
    found = candidates.find(replace(world, legs=legs), progress=progress)
    # what is fetched is so many minutes away, whatever its way back
    found = replace(found, minutes=legs.way.toarray()[found.role, found.resource])
    asking = len(needs) - len(prepared.people)
    return Reached(
        people=prepared.people,
        resources=material.resources,
        needs=material.needs[:asking],
        minutes=_of_people(world.roles.need, found, (asking, len(prepared.people)), prepared.usable),
        usable=prepared.usable,
        accessible=prepared.accessible,
        nearest=_of_needs(world.roles.need, found, asking),
        guessed=networks is None,
    )


def _material(ground: Ground, kind: ResourceKind, max_minutes: float) -> Material:
    """Needs that ask for the kind, then residents' points as needs that ask for nothing more."""
    roles = [role for role in ground.roles if role["kind"] == kind and role["minimum"]]
    wanted = {role["need_id"] for role in roles}
    needs = [_asking(need, max_minutes) for need in ground.needs if need["id"] in wanted]
    kept = {need["id"] for need in needs}
    resources = [each for each in ground.resources if each["kind"] == kind]
    offered = {each["id"] for each in resources}
    at = {person["code"]: -1 - row for row, person in enumerate(ground.people)}
    points = [_as_need(person, at[person["code"]], max_minutes) for person in ground.people]
    return Material(
        needs=cast(Rows, [*needs, *points]),
        roles=cast(
            Rows,
            [
                *(dict(role) | _UNCHECKED for role in roles if role["need_id"] in kept),
                *(_as_role(point["id"], kind) for point in points),
            ],
        ),
        resources=resources,
        openings=ground.openings,
        seasons=ground.seasons,
        bookings=[row for row in ground.bookings if row["resource_id"] in offered],
        inside=cast(Rows, [*ground.inside, *_inside(ground, at)]),
        inside_places=(),
        areas=(),
        asks=(),
    )


def _asking(need: sa.RowMapping, max_minutes: float) -> dict[str, Any]:
    own = need["max_minutes"] or MOST_MINUTES[Mode(need["mode"])]
    return dict(need) | {"max_minutes": min(own, max_minutes)}


def _as_need(person: sa.RowMapping, identifier: int, max_minutes: float) -> dict[str, Any]:
    named = {"id": identifier, "ref": f"residents {person['code']}", "windows": (), "all_or_nothing": True}
    return named | {"mode": Mode.CAR, "max_minutes": max_minutes, "x": person["x"], "y": person["y"]}


def _as_role(need: int, kind: ResourceKind) -> dict[str, Any]:
    return {
        "need_id": need,
        "role": "any",
        "kind": str(kind),
        "subkind": "",
        "substitutes": (),
        "quantity": 1,
        "minimum": 1,
        "max_minutes": None,
        "features": (),
        "carries": None,
    } | _UNCHECKED


def _inside(ground: Ground, at: Mapping[str, int]) -> list[dict[str, int]]:
    """Residents' points in drawn catchments and in the parishes that a resource serves; '' is in none."""
    drawn = [(at[row["code"]], row["resource_id"]) for row in ground.drawn]
    living = defaultdict(list)
    for code, point in at.items():
        living[ground.parish.get(code, "")].append(point)
    named = [
        (point, each["id"])
        for each in ground.resources
        if each["catchment_kind"] == "parishes"
        for area in each["catchment_parishes"]
        for point in living[area]
    ]
    return [{"need_id": point, "resource_id": each} for point, each in (*drawn, *named)]


def _of_people(
    need_of_role: NDArray[np.int64], found: Found, sizes: tuple[int, int], usable: NDArray[np.bool_]
) -> sp.csr_array:
    asking, people = sizes
    row = need_of_role[found.role] - asking
    kept = (row >= 0) & usable[found.resource]
    data = np.maximum(found.minutes[kept], _LEAST)
    return sp.csr_array((data, (row[kept], found.resource[kept])), shape=(people, len(usable)))


def _of_needs(need_of_role: NDArray[np.int64], found: Found, asking: int) -> NDArray[np.float64]:
    """Minutes at which the last of a need's roles of the kind finds somebody."""
    by_role = np.full(len(need_of_role), np.inf)
    np.minimum.at(by_role, found.role, found.minutes)
    nearest = np.zeros(asking)
    mine = need_of_role < asking
    np.maximum.at(nearest, need_of_role[mine], by_role[mine])
    return nearest


def _free_soon(world: World) -> NDArray[np.bool_]:
    """Free at some time in ``FREE_DAYS``, or nobody knows its hours."""
    ends = (date.fromordinal(world.day) - EPOCH.date()).days + FREE_DAYS
    free = ~world.times.known
    free[world.times.free_resource[world.times.free_starts < ends * 24 * 60]] = True
    return free


def _step_free(resources: Rows, day: date) -> NDArray[np.bool_]:
    """Known to be step-free; what nobody has to get into is."""
    visited = np.array([row["travels"] == Travels.BENEFICIARY for row in resources], dtype=bool)
    return ~visited | _states(resources, day, Truth.YES)


def _states(resources: Rows, day: date, truth: Truth) -> NDArray[np.bool_]:
    """Places people go to that state, on the day, that being step-free is so (or not so)."""
    return np.array(
        [
            row["travels"] == Travels.BENEFICIARY
            and any(
                feature["name"] == "step_free"
                and feature["truth"] == truth
                and (feature["until"] is None or date.fromisoformat(feature["until"]) >= day)
                for feature in row["features"]
            )
            for row in resources
        ],
        dtype=bool,
    )


def networks(connection: sa.Connection, county_id: int, *, progress: Progress = silent) -> Networks | None:
    """A county's networks by mode, made when first asked for; ``None`` without roads."""
    if not roads.loaded(connection, county_id):
        return None

    @cache
    def made(mode: Mode) -> Network:
        return routing.HELD.network(connection, county_id, mode, progress=progress).network

    return made
