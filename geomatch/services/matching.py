"""One matching of one county: read, time, test, solve, keep."""

import time
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch.availability import clock
from geomatch.db import calendars, counties, roads, runs
from geomatch.db.runs import Material
from geomatch.errors import UnavailableError, UnknownPlaceError
from geomatch.matching import candidates, check, document, fairness, solution, solve
from geomatch.matching.candidates import Found
from geomatch.matching.problem import (
    MOST_UNITS,
    NOTHING_GIVEN,
    POLICIES,
    TIMELESS,
    Area,
    Candidates,
    Need,
    Policy,
    Problem,
    Resource,
    Role,
)
from geomatch.matching.world import World
from geomatch.model import Mode, ResourceKind, Window
from geomatch.progress import Progress, silent
from geomatch.services import journeys, routing, slots, worlds
from geomatch.services.journeys import Networks
from geomatch.services.slots import Slots
from geomatch.travel import Network

BY_HEAD = (ResourceKind.VOLUNTEER, ResourceKind.SKILL, ResourceKind.FUND)
"""Kinds asked no more than ``quantity`` times in one run: people are not worn out, money is spent once."""


@dataclass(frozen=True, slots=True)
class Case:
    """A county's problem, with what tells its solution: the hard tests' counts and the windows."""

    problem: Problem
    eliminated: dict[str, dict[str, int]]
    windows: dict[tuple[str, str | None], Window]
    guessed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which matching: of which county (``None``: the only one), on which day, by which policy and kind."""

    county: str | None
    day: date
    policy: Policy = field(default_factory=Policy)
    kind: ResourceKind | None = None


def match(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, Any]:
    """Match a county's open needs and keep the run; gives the solution document and ``run``.

    With ``kind`` only needs with a role of that kind take part. Raises InputError or UnknownPlaceError when
    the county is not clear.
    """
    started = time.monotonic()
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        case = read(connection, county.id, asked, progress=progress)
        outcome = solve.solve(case.problem, progress=progress)
        seconds = round(time.monotonic() - started, 3)
        told = solution.to_document(case.problem, outcome, eliminated=case.eliminated, seconds=seconds)
        told["receipt"]["minutes"] = "guessed from straight lines" if case.guessed else "by road"
        told["receipt"]["as_of"] = asked.day.isoformat()
        progress("Keeping the run", 0, None)
        told["run"] = runs.save(connection, county.id, told, day=asked.day, windows=case.windows)
    return told


def compare(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, dict[str, float]]:
    """What every policy would do with the same needs; nothing is kept."""
    with door.connect() as connection:
        county = counties.chosen(connection, asked.county)
        case = read(connection, county.id, asked, progress=progress)
    return {name: _figures(replace(case.problem, policy=Policy(name)), progress) for name in POLICIES}


def _figures(problem: Problem, progress: Progress) -> dict[str, float]:
    outcome = solve.solve(problem, progress=progress)
    told = solution.areas(problem, outcome.tally)
    parishes = {area.id for area in problem.areas if area.kind == "parish"}
    shares = np.array(
        [row["served"] / row["needed"] for row in told if row["id"] in parishes and row["needed"]]
    )
    return {
        "served": int(outcome.tally.served.sum()),
        "mean_minutes": outcome.tally.mean_minutes,
        "empty_parishes": int((shares == 0).sum()),
        "p10_share": fairness.tenth_percentile(shares),
        "gini": fairness.gini(shares),
    }


def solve_document(problem: dict[str, Any], *, progress: Progress = silent) -> dict[str, Any]:
    """The solution document of a problem document. Raises InputError that lists every fault."""
    started = time.monotonic()
    case = document.from_document(problem)
    outcome = solve.solve(case, progress=progress)
    return solution.to_document(case, outcome, seconds=round(time.monotonic() - started, 3))


def check_documents(problem: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What is wrong with a solution document, in words; nothing when it is valid."""
    return check.check(problem, answer)


def read(
    connection: sa.Connection,
    county_id: int,
    asked: Asked,
    *,
    progress: Progress = silent,
) -> Case:
    """The problem of a county's open needs on a day."""
    progress("Reading needs and resources", 0, None)
    material = _asked_for(runs.material(connection, county_id, asked.day), asked.kind)
    networks = _networks(connection, county_id, progress)
    minutes = journeys.minutes(material.needs, material.resources, networks, progress)
    world = worlds.world(material, minutes, asked.day)
    found = candidates.find(world, progress=progress)
    shared = slots.share(world.times)
    return Case(
        problem=_problem(material, world, found, shared, asked.policy),
        eliminated={
            need["ref"]: candidates.eliminated_by_need(world, found, at)
            for at, need in enumerate(material.needs)
        },
        windows=_windows(material, world, shared),
        guessed=networks is None,
    )


def explain(door: sa.Engine, slug: str | None, need: str) -> dict[str, Any]:
    """What a need was matched with in the latest run, or the reason why not.

    Raises UnknownPlaceError for a need that took no part, and UnavailableError when nothing was matched yet.
    """
    with door.connect() as connection:
        county = counties.chosen(connection, slug)
        run = runs.latest(connection, county.id)
    if run is None:
        raise UnavailableError(f"nothing was matched in {county.name} yet; type: geomatch match")
    told = run["document"]
    matched = [row for row in told["assignments"] if row["need"] == need]
    reason = next((row for row in told["unmatched"] if row["need"] == need), None)
    if not matched and reason is None:
        raise UnknownPlaceError(f"need {need!r} took no part in run {run['id']} of {county.name}")
    found = {"assignments": matched} if reason is None else None
    return {"need": need, "run": run["id"], "matched": found, "reason": reason}


def _asked_for(material: Material, kind: ResourceKind | None) -> Material:
    if kind is None:
        return material
    chosen = {role["need_id"] for role in material.roles if role["kind"] == kind}
    return replace(material, needs=[need for need in material.needs if need["id"] in chosen])


def _networks(connection: sa.Connection, county_id: int, progress: Progress) -> Networks | None:
    if not roads.loaded(connection, county_id):
        return None

    def made(mode: Mode) -> Network:
        return routing.HELD.network(connection, county_id, mode, progress=progress).network

    return cache(made)


def _problem(material: Material, world: World, found: Found, shared: Slots, policy: Policy) -> Problem:
    table = _candidates(world, found, shared)
    roles = defaultdict(list)
    for role in material.roles:
        roles[role["need_id"]].append(Role(role["role"], role["quantity"], role["minimum"]))
    parishes = {area["id"] for area in material.areas}
    needs = tuple(
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
    return Problem(
        needs=needs,
        resources=_resources(material, table, shared),
        slots=shared.names,
        candidates=table.take(table.in_order()),
        policy=policy,
        areas=tuple(Area(**area) for area in material.areas),
    )


def _candidates(world: World, found: Found, shared: Slots) -> Candidates:
    need = world.roles.need[found.role]
    first_role = np.searchsorted(world.roles.need, need)
    timeless = found.window == TIMELESS
    slot = np.where(timeless, TIMELESS, np.append(shared.of_window, TIMELESS)[found.window])
    kept = timeless | (slot != TIMELESS)
    nothing = np.full(int(kept.sum()), NOTHING_GIVEN, dtype=np.int64)
    return Candidates(
        need=need[kept],
        role=(found.role - first_role)[kept],
        resource=found.resource[kept],
        slot=slot[kept].astype(np.int64),
        minutes=np.where(found.minutes < _NO_JOURNEY, 0.0, found.minutes)[kept],
        penalty=found.penalty[kept],
        use=np.ones(int(kept.sum()), dtype=np.int64),
        given_role=nothing,
        given_resource=nothing,
    )


_NO_JOURNEY = 1e-9
"""Minutes below which two places are one: a sparse matrix holds the least number in place of 0."""


def _resources(material: Material, table: Candidates, shared: Slots) -> tuple[Resource, ...]:
    """Capacity in all and by slot: things are lent once at a time, people asked a stated number of times."""
    slots_of: dict[int, set[int]] = defaultdict(set)
    for resource, slot in zip(table.resource.tolist(), table.slot.tolist(), strict=True):
        slots_of[resource].add(slot)
    timeless = int((table.slot == TIMELESS).sum())
    offered = []
    hours = calendars.hours(material.resources, (), ())
    bookings = defaultdict(list)
    for booking in material.bookings:
        bookings[booking["resource_id"]].append(booking)
    for at, row in enumerate(material.resources):
        held, quantity = bookings[row["id"]], int(row["quantity"])
        by_slot = {
            shared.names[slot]: max(0, quantity - _held_in(held, hours[row["id"]].held(shared.spans[slot])))
            for slot in sorted(slots_of[at])
            if slot != TIMELESS
        }
        by_head = quantity - sum(booking["quantity"] for booking in held)
        by_time = quantity * max(1, len(by_slot) + timeless)
        in_all = by_head if row["kind"] in BY_HEAD else by_time
        offered.append(Resource(row["ref"], min(max(in_all, 0), MOST_UNITS), by_slot))
    return tuple(offered)


def _held_in(bookings: list[sa.RowMapping], span: tuple[int, int]) -> int:
    """Units of the bookings that touch a span of minutes, at the most held at once."""
    return sum(
        booking["quantity"]
        for booking in bookings
        if booking["begins"] < span[1] and booking["ends"] > span[0]
    )


def _windows(material: Material, world: World, shared: Slots) -> dict[tuple[str, str | None], Window]:
    """The window meant by (need, slot)."""
    told: dict[tuple[str, str | None], Window] = {}
    times = world.times
    for window, slot in enumerate(shared.of_window.tolist()):
        if slot != TIMELESS:
            need = material.needs[int(times.window_need[window])]["ref"]
            starts, ends = (clock.moment(int(at[window])) for at in (times.window_starts, times.window_ends))
            told[need, shared.names[slot]] = Window(starts, ends)
    return told
