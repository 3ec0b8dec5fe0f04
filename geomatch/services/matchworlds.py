"""Made-up matching problems of any size with the shape of a rural county, the same for the same seed.

Towns of falling size and a thin spread between them, on 60 by 55 km; parishes are whatever lies nearest to
one of their centres, LJCs are bands of parishes. Minutes are those of a car: winding roads, 45 km/h, whole
deciseconds as the travel engine counts them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geomatch.matching.problem import (
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
from geomatch.matching.rows import runs

WIDTH_KM, HEIGHT_KM = 60.0, 55.0
TOWNS, PARISHES, GROUPS, KINDS = 18, 200, 28, 6
MINUTES_PER_KM = 1.3 * 60 / 45
"""Roads are a third longer than the straight line; 45 km/h on average."""
SPREAD_KM = 2.5
IN_TOWN = 0.6
Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Size:
    """How many needs and resources, and for how many needs a resource is a candidate at most."""

    needs: int
    resources: int
    nearest: int = 40


SMALL = Size(5_000, 2_000)
LARGE = Size(50_000, 20_000, nearest=41)
AROUND = 2
"""A resource's candidates are drawn from so many times as many of the nearest needs: nobody hears of all."""


@dataclass(frozen=True, slots=True)
class EventsSize:
    """How many events of three roles, venues, projectors, drivers, and evenings to choose from."""

    events: int = 400
    venues: int = 250
    projectors: int = 80
    drivers: int = 300
    evenings: int = 14


def single(size: Size, seed: int, policy: str = "no-need-lost") -> Problem:
    """One unit of one kind for every need. Candidates: some 15 a need, within 10 to 40 minutes."""
    rng = np.random.default_rng(seed)
    towns = _towns(rng)
    centres = rng.uniform((0, 0), (WIDTH_KM, HEIGHT_KM), (PARISHES, 2))
    needs, resources = (_scattered(count, towns, rng) for count in (size.needs, size.resources))
    kind_of_need, kind = (rng.integers(0, KINDS, count) for count in (size.needs, size.resources))
    budget = rng.uniform(10, 40, size.resources)
    found = [
        _near(needs, resources, (kind_of_need == one, kind == one), AROUND * size.nearest)
        for one in range(KINDS)
    ]
    need, resource, km = (np.concatenate(column) for column in zip(*found, strict=True))
    minutes = _minutes(km)
    kept = _drawn(resource, minutes <= budget[resource], size.nearest, rng)
    parish = cKDTree(centres).query(needs)[1]
    day = np.sort(rng.integers(0, 60, size.needs))
    return Problem(
        needs=tuple(
            Need(f"n{at:06}", area=f"p{parish[at]:03}", asked=str(np.datetime64("2026-09-01") + day[at]))
            for at in range(size.needs)
        ),
        resources=tuple(
            Resource(f"r{at:06}", int(units)) for at, units in enumerate(rng.integers(1, 4, size.resources))
        ),
        slots=(),
        candidates=_table(need[kept], resource[kept], minutes[kept]),
        policy=Policy(policy),
        areas=_areas(centres),
    )


def _areas(centres: Places) -> tuple[Area, ...]:
    group = np.argsort(np.argsort(centres[:, 0])) * GROUPS // len(centres)
    return tuple(Area(f"L{at:02}", "ljc") for at in range(GROUPS)) + tuple(
        Area(f"p{at:03}", "parish", f"L{group[at]:02}") for at in range(len(centres))
    )


def _towns(rng: np.random.Generator) -> tuple[Places, Places]:
    """Middles of the towns and their share of all people, the largest first."""
    share = 1 / np.arange(1, TOWNS + 1)
    return rng.uniform((5, 5), (WIDTH_KM - 5, HEIGHT_KM - 5), (TOWNS, 2)), share / share.sum()


def _scattered(count: int, towns: tuple[Places, Places], rng: np.random.Generator) -> Places:
    middles, share = towns
    in_town = rng.normal(middles[rng.choice(TOWNS, count, p=share)], SPREAD_KM)
    anywhere = rng.uniform((0, 0), (WIDTH_KM, HEIGHT_KM), (count, 2))
    places: Places = np.where((rng.random(count) < IN_TOWN)[:, None], in_town, anywhere)
    return places


def _minutes(km: Places) -> Places:
    """Whole deciseconds, at least one, in minutes."""
    minutes: Places = np.maximum(np.round(km * MINUTES_PER_KM * 600), 1) / 600
    return minutes


def _drawn(
    resource: NDArray[np.int64], near: NDArray[np.bool_], most: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Rows of the pairs that are near, no more than ``most`` of each resource, drawn by lot."""
    rows = rng.permutation(np.flatnonzero(near))
    rows = rows[np.argsort(resource[rows], kind="stable")]
    begins = np.flatnonzero(np.diff(resource[rows], prepend=-1))
    sizes = np.diff(np.append(begins, len(rows)))
    kept: NDArray[np.int64] = rows[np.arange(len(rows)) - np.repeat(begins, sizes) < most]
    return kept


def _near(
    needs: Places, resources: Places, chosen: tuple[NDArray[np.bool_], NDArray[np.bool_]], nearest: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Places]:
    """For each resource chosen its nearest needs of those chosen: need, resource, km."""
    wanting, offering = (np.flatnonzero(one) for one in chosen)
    count = min(nearest, len(wanting))
    if not count or not len(offering):
        return wanting[:0], offering[:0], np.zeros(0)
    km, at = cKDTree(needs[wanting]).query(resources[offering], k=range(1, count + 1))
    return wanting[at.reshape(-1)], np.repeat(offering, count), km.reshape(-1)


def _table(
    need: NDArray[np.int64],
    resource: NDArray[np.int64],
    minutes: Places,
    *,
    role: NDArray[np.int64] | None = None,
    slot: NDArray[np.int64] | None = None,
    given: NDArray[np.int64] | None = None,
) -> Candidates:
    """``given`` is a resource of the first role."""
    count = len(need)
    nothing = np.full(count, NOTHING_GIVEN)
    given = nothing if given is None else given
    table = Candidates(
        need=need,
        role=np.zeros(count, dtype=np.int64) if role is None else role,
        resource=resource,
        slot=np.full(count, TIMELESS) if slot is None else slot,
        minutes=minutes,
        penalty=np.zeros(count),
        use=np.ones(count, dtype=np.int64),
        given_role=np.where(given == NOTHING_GIVEN, nothing, 0),
        given_resource=given,
    )
    return table.take(table.in_order())


ROLES = ("driver", "projector", "venue")


def events(size: EventsSize, seed: int, policy: str = "travel-first") -> Problem:
    """Events that need a venue, a projector and a driver on one of three evenings: some 50,000 candidates.

    A thing is had once an evening; a driver drives twice at most.
    """
    rng = np.random.default_rng(seed)
    towns = _towns(rng)
    centres = rng.uniform((0, 0), (WIDTH_KM, HEIGHT_KM), (PARISHES, 2))
    here = _scattered(size.events, towns, rng)
    evenings = np.sort(rng.random((size.events, size.evenings)).argsort(axis=1)[:, :3], axis=1)
    counts = (size.drivers, size.projectors, size.venues)
    columns = [
        _role_candidates(here, _scattered(count, towns, rng), evenings, (role, sum(counts[:role])), rng)
        for role, count in enumerate(counts)
    ]
    need, role, resource, slot, minutes = (np.concatenate(one) for one in zip(*columns, strict=True))
    parish = cKDTree(centres).query(here)[1]
    slots = tuple(f"evening-{at:02}" for at in range(size.evenings))
    asked = tuple(Role(name) for name in ROLES)
    return Problem(
        needs=tuple(Need(f"e{at:04}", area=f"p{parish[at]:03}", roles=asked) for at in range(size.events)),
        resources=tuple(
            Resource(
                f"{kind}-{name}{at:04}", size.evenings if name != "driver" else 2, dict.fromkeys(slots, 1)
            )
            for kind, (name, count) in enumerate(zip(ROLES, counts, strict=True))
            for at in range(count)
        ),
        slots=slots,
        candidates=_table(need, resource, minutes, role=role, slot=slot),
        policy=Policy(policy),
        areas=_areas(centres),
    )


@dataclass(frozen=True, slots=True)
class TiedSize:
    """How many events, halls, things and people who go to whichever hall is chosen, and evenings."""

    events: int = 200
    halls: int = 130
    things: int = 36
    people: int = 100
    evenings: int = 20


TIED_REACH = (12.0, 20.0, 15.0)
"""Minutes to a hall for those who visit, and from there for a thing and for a person at most."""


def tied(size: TiedSize, seed: int, policy: str = "no-need-lost") -> Problem:
    """Events with a hall, and a thing and one or two people who go to the hall chosen, on up to 3 evenings.

    A hall and a thing are had once an evening; a person goes out twice at most. Weights are 1, 1.5 and 2, and
    of two people one will do: scores are fractions, and travel is counted from hall to hall.
    """
    rng = np.random.default_rng(seed)
    towns = _towns(rng)
    centres = rng.uniform((0, 0), (WIDTH_KM, HEIGHT_KM), (PARISHES, 2))
    here, halls, things, people = (
        _scattered(count, towns, rng) for count in (size.events, size.halls, size.things, size.people)
    )
    evenings = np.sort(rng.random((size.events, size.evenings)).argsort(axis=1)[:, :3], axis=1)
    candidates = _tied_candidates((here, halls), ((1, things), (2, people)), evenings, rng)
    slots = tuple(f"evening-{at:02}" for at in range(size.evenings))
    parish = cKDTree(centres).query(here)[1]
    asked, weight = rng.integers(1, 3, size.events), rng.choice((1.0, 1.0, 1.5, 2.0), size.events)
    capacities = ((size.halls, size.evenings), (size.things, size.evenings), (size.people, 2))
    return Problem(
        needs=tuple(
            Need(
                f"e{at:04}",
                area=f"p{parish[at]:03}",
                weight=float(weight[at]),
                roles=(Role("hall"), Role("item"), Role("people", int(asked[at]), 1)),
            )
            for at in range(size.events)
        ),
        resources=tuple(
            Resource(f"{kind}-{at:04}", capacity, dict.fromkeys(slots, 1))
            for kind, (count, capacity) in enumerate(capacities)
            for at in range(count)
        ),
        slots=slots,
        candidates=candidates,
        policy=Policy(policy),
        areas=_areas(centres),
    )


def _tied_candidates(
    visited: tuple[Places, Places],
    helpers: tuple[tuple[int, Places], ...],
    evenings: NDArray[np.int64],
    rng: np.random.Generator,
) -> Candidates:
    """Halls near an event, and for each of them who can get there; roles and resources by kind in turn."""
    here, halls = visited
    free = rng.random((len(halls), int(evenings.max()) + 1)) < 0.5
    need, hall, minutes = _pairs(here, halls, TIED_REACH[0])
    rows = [_each_evening((need, hall, minutes), evenings, free)]
    columns = [(*rows[0], np.zeros(len(rows[0][0]), dtype=np.int64), np.full(len(rows[0][0]), NOTHING_GIVEN))]
    first = len(halls)
    for number, there in helpers:
        free = rng.random((len(there), int(evenings.max()) + 1)) < 0.35
        hall, helper, minutes = _pairs(halls, there, TIED_REACH[number])
        begin = np.searchsorted(hall, np.arange(len(halls) + 1))
        need, given, slot, _ = rows[0]
        count = np.diff(begin)[given]
        at = np.repeat(np.arange(len(given)), count)
        pick = np.repeat(begin[given], count) + runs(count)
        kept = free[helper[pick], slot[at]]
        at, pick = at[kept], pick[kept]
        columns.append(
            (
                need[at],
                first + helper[pick],
                slot[at],
                minutes[pick],
                np.full(len(at), number),
                given[at],
            )
        )
        first += len(there)
    need, resource, slot, minutes, role, given = (np.concatenate(one) for one in zip(*columns, strict=True))
    return _table(need, resource, minutes, role=role, slot=slot, given=given)


def _pairs(one: Places, other: Places, reach: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Places]:
    minutes = _minutes(np.hypot(*(one[:, None] - other).transpose(2, 0, 1)))
    first, second = np.nonzero(minutes <= reach)
    return first, second, minutes[first, second]


def _each_evening(
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], Places],
    evenings: NDArray[np.int64],
    free: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Places]:
    """Need, resource, slot and minutes on every evening that suits and on which the resource is free."""
    choices = evenings.shape[1]
    need, resource, minutes = (np.repeat(one, choices) for one in pairs)
    slot = evenings[need, np.tile(np.arange(choices), len(pairs[0]))]
    kept = free[resource, slot]
    return need[kept], resource[kept], slot[kept], minutes[kept]


REACH = (15.0, 30.0, 15.0)
"""Minutes that a driver, a projector and a venue's visitors travel at most."""


def _role_candidates(
    here: Places,
    there: Places,
    evenings: NDArray[np.int64],
    role_and_first: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[Places | NDArray[np.int64], ...]:
    """Candidates of one role: within reach and free, four evenings in five, on an evening that suits."""
    role, first = role_and_first
    free = rng.random((len(there), int(evenings.max()) + 1)) < 0.8
    minutes = _minutes(np.hypot(*(here[:, None] - there).transpose(2, 0, 1)))
    need, resource = np.nonzero(minutes <= REACH[role])
    need, resource, choice = np.repeat(need, 3), np.repeat(resource, 3), np.tile(np.arange(3), len(need))
    slot = evenings[need, choice]
    kept = free[resource, slot]
    need, resource, slot = need[kept], resource[kept], slot[kept]
    return need, np.full(len(need), role), first + resource, slot, minutes[need, resource]
