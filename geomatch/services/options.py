"""Who could serve one need, role by role: ranked, with the reasons, and who fails a test and which.

The tests and the minutes are the matching's own. A helper's minutes are counted to the hall that was chosen,
and before anything is chosen to the first in the list.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from psycopg.types.range import TimestampRange

from geomatch.availability import clock
from geomatch.db import counties, desk, roads, runs
from geomatch.db.runs import Material
from geomatch.errors import UnknownPlaceError
from geomatch.matching import hardtests
from geomatch.matching.hardtests import Pairs
from geomatch.matching.problem import TIMELESS, Bools, Ints
from geomatch.matching.rules import Rules
from geomatch.matching.world import OWN_PLACE, Legs, World
from geomatch.model import Mode, ResourceKind, Window
from geomatch.progress import silent
from geomatch.services import journeys, routing, worlds
from geomatch.services.journeys import Trips
from geomatch.services.limits import limit
from geomatch.travel import Network

MOST_SHOWN = 12
"""Candidates of one role that a page lists."""
MOST_NEAR = 8
_FURTHEST = 60.0
"""Minutes beyond what the need allows up to which somebody further away is still told of."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose options: of which need (by its own id), on which day, with these chosen and in this window.

    ``chosen`` are resources by role; ``window`` takes the place of the need's own windows.
    """

    need: str
    day: date
    chosen: Mapping[str, tuple[str, ...]]
    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One resource for one role in the window that suits it best.

    ``failed`` are the hard tests it does not pass, none of a candidate.

    ``minutes`` are as the matching counts them, ``None`` where nobody knows a way. ``reasons`` are words.
    """

    offer: sa.RowMapping
    minutes: float | None
    penalty: float
    window: Window | None
    failed: tuple[str, ...]
    to: str | None
    reasons: tuple[str, ...]

    @property
    def ref(self) -> str:
        """The resource's own id."""
        return str(self.offer["ref"])


@dataclass(frozen=True, slots=True)
class Part:
    """One role of the need with its options, the best first, and those that nearly would do."""

    role: sa.RowMapping
    options: tuple[Option, ...]
    near: tuple[Option, ...]
    fitting: int
    eliminated: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Options:
    """All roles of a need in their order."""

    parts: tuple[Part, ...]
    guessed: bool

    def find(self, role: str, resource: str) -> Option | None:
        """The option of a role that is this resource, whether it passes or not."""
        for part in self.parts:
            if part.role["role"] == role:
                return next((one for one in (*part.options, *part.near) if one.ref == resource), None)
        return None


def of_need(connection: sa.Connection, county: counties.County, asked: Asked) -> Options:
    """Options of one open need, people setting out from where the public sees them.

    So that whoever asks for fifty needs learns no more of a home than anybody. Raises UnknownPlaceError for a
    need that is not open, or lies nowhere.
    """
    days = Rules.of(county.settings.get("matching", {})).ask_days
    material = runs.material_of(connection, county.id, asked.day, asked.need, ask_days=days)
    return among(connection, county, asked, material)


def warm(connection: sa.Connection, county: counties.County, day: date) -> None:
    """Look at one open need, so that the first broker does not wait for what every need's page reads."""
    ref = runs.any_open(connection, county.id)
    if ref is not None:
        of_need(connection, county, Asked(ref, day, {}))


def among(connection: sa.Connection, county: counties.County, asked: Asked, material: Material) -> Options:
    """The same among what was read already, at least for this need."""
    rules = Rules.of(county.settings.get("matching", {}))
    table = _Table(connection, county, _narrowed(material, asked), asked, rules)
    return Options(tuple(table.parts()), not roads.loaded(connection, county.id))


def _narrowed(whole: Material, asked: Asked) -> Material:
    needs = [row for row in whole.needs if row["ref"] == asked.need]
    if not needs:
        raise UnknownPlaceError(f"need {asked.need!r} is not open, or nobody knows where it is")
    [need] = needs
    wanted: Any = dict(need)
    wanted["max_minutes"] = limit(need) + _FURTHEST
    if asked.window:
        wanted["windows"] = [TimestampRange(asked.window.starts, asked.window.ends)]
    roles = [row for row in whole.roles if row["need_id"] == need["id"]]
    resources = [row for row in whole.resources if any(_is_such(row, role) for role in roles)]
    limits: list[Any] = [{**row, "max_minutes": row["max_minutes"] or limit(need)} for row in roles]
    return replace(whole, needs=[wanted], roles=limits, resources=resources)


def _is_such(resource: sa.RowMapping, role: sa.RowMapping) -> bool:
    """The kind asked for, and the subkind or one that will do instead; others are passed over."""
    named = (role["subkind"], *role["substitutes"])
    return bool(resource["kind"] == role["kind"]) and (not role["subkind"] or resource["subkind"] in named)


class _Table:
    """Roles, those that others go to first, each put to every resource of its kind."""

    def __init__(
        self,
        connection: sa.Connection,
        county: counties.County,
        material: Material,
        asked: Asked,
        rules: Rules,
    ) -> None:
        self.connection, self.county, self.material, self.asked = connection, county, material, asked
        self.networks = _networks(connection, county.id)
        direct = journeys.to_needs(material.needs, material.resources, self.networks, silent)
        size = len(material.resources)
        nowhere = Trips.none((size, size))
        self.world = worlds.world(material, (direct, nowhere), asked.day, rules)
        self.number = {row["ref"]: at for at, row in enumerate(material.resources)}
        self.place: dict[int, int] = {}

    def parts(self) -> list[Part]:
        """In the order of the roles, worked out in the order in which they depend on each other."""
        found: dict[int, Part] = {}
        for role in self._order():
            self._time_between(role)
            found[role] = self._part(role)
        return [found[role] for role in sorted(found)]

    def _order(self) -> list[int]:
        goes_to = self.world.roles.goes_to.tolist()

        def depth(role: int) -> int:
            return 0 if goes_to[role] == OWN_PLACE else 1 + depth(goes_to[role])

        return sorted(range(len(goes_to)), key=lambda role: (depth(role), role))

    def _time_between(self, role: int) -> None:
        """Trips of a role that goes to what another chose, to that alone."""
        target = int(self.world.roles.goes_to[role])
        if target == OWN_PLACE or target not in self.place:
            return
        there, fixed = self.place[target], self.material.roles[target]["kind"]
        moving = {self.material.roles[role]["kind"]}
        rows: list[Any] = [
            row if at == there or (row["kind"] in moving and row["kind"] != fixed) else {**row, "x": None}
            for at, row in enumerate(self.material.resources)
        ]
        trips = journeys.between(self.material.needs, rows, self.networks, silent)
        lies = runs.inside_places(self.connection, self.county.id, self.material.resources[there]["id"])
        inside = worlds.inside_places(replace(self.material, inside_places=lies))
        self.world = replace(self.world, between=Legs(trips.minutes, trips.way, inside))

    def _part(self, role: int) -> Part:
        world, target = self.world, int(self.world.roles.goes_to[role])
        place = self.place.get(target, OWN_PLACE) if target != OWN_PLACE else OWN_PLACE
        best = _best(world, _pairs(world, role, place))
        offers = desk.offers(
            self.connection, self.county.id, [self._ref(at) for at in best.resource.tolist()]
        )
        to = self.material.roles[target]["role"] if place != OWN_PLACE else None
        options = _options(world, best, [offers[self._ref(at)] for at in best.resource.tolist()], to)
        options.sort(key=lambda one: (_far(one), one.penalty, one.offer["name"], one.ref))
        good = [one for one in options if not one.failed]
        near = [one for one in options if one.failed]
        near.sort(key=lambda one: (len(one.failed), _far(one), one.offer["name"], one.ref))
        chosen = self.asked.chosen.get(self.material.roles[role]["role"], ())
        self._settle(role, chosen, good)
        return Part(
            self.material.roles[role],
            _shown(good, MOST_SHOWN, chosen),
            _shown(near, MOST_NEAR, chosen),
            len(good),
            _counted(near),
        )

    def _settle(self, role: int, chosen: Sequence[str], good: list[Option]) -> None:
        first = next((ref for ref in chosen if ref in self.number), good[0].ref if good else None)
        if first is not None:
            self.place[role] = self.number[first]

    def _ref(self, at: int) -> str:
        return str(self.material.resources[at]["ref"])


def _options(world: World, pairs: Pairs, offers: Sequence[sa.RowMapping], to: str | None) -> list[Option]:
    """An option of every pair."""
    minutes = hardtests.minutes(world, pairs)
    passed = {name: test(world, pairs) for name, test in hardtests.TESTS.items()}
    exact, known = hardtests.exact(world, pairs), world.times.known[pairs.resource]
    asks = world.resources.penalty[pairs.resource]
    return [
        Option(
            offer=offer,
            minutes=float(minutes[at]) if np.isfinite(minutes[at]) else None,
            penalty=float(asks[at]) + (0.0 if exact[at] else world.substitute_penalty),
            window=_window(world, int(pairs.window[at])),
            failed=tuple(name for name in passed if not passed[name][at]),
            to=to,
            reasons=_reasons(offer, stand_in=not exact[at], known=bool(known[at]), asks=float(asks[at])),
        )
        for at, offer in enumerate(offers)
    ]


def _networks(connection: sa.Connection, county_id: int) -> journeys.Networks | None:
    if not roads.loaded(connection, county_id):
        return None

    def made(mode: Mode) -> Network:
        return routing.HELD.network(connection, county_id, mode, progress=silent).network

    return made


def _pairs(world: World, role: int, place: int) -> Pairs:
    """Every resource that is such a thing, in every window, to one place."""
    everything = np.arange(len(world.resources))
    columns = np.broadcast_arrays(np.array([role]), [TIMELESS], everything, [place])
    resources = everything[hardtests.kind(world, Pairs(*columns))]
    windows = np.arange(len(world.times.window_need))
    windows = windows if len(windows) else np.array([TIMELESS])
    mesh = np.meshgrid([role], windows, resources, [place], indexing="ij")
    return Pairs(*(one.reshape(-1) for one in mesh))


def _best(world: World, pairs: Pairs) -> Pairs:
    """Each resource in the window in which it fails the fewest tests, the earliest of equals."""
    failed: Ints = np.zeros(len(pairs), dtype=np.int64)
    for test in hardtests.TESTS.values():
        passed: Bools = test(world, pairs)
        failed += ~passed
    order = np.lexsort((pairs.window, failed, pairs.resource))
    _, first = np.unique(pairs.resource[order], return_index=True)
    return pairs.take(order[first])


def _window(world: World, window: int) -> Window | None:
    if window == TIMELESS:
        return None
    starts, ends = (int(at[window]) for at in (world.times.window_starts, world.times.window_ends))
    return Window(clock.moment(starts), clock.moment(ends))


def _far(option: Option) -> float:
    return float("inf") if option.minutes is None else option.minutes + option.penalty


def _shown(options: Sequence[Option], most: int, chosen: Sequence[str]) -> tuple[Option, ...]:
    """The first ones, and those chosen wherever they stand."""
    first = list(options[:most])
    return tuple(first + [one for one in options[most:] if one.ref in chosen])


def _counted(near: Sequence[Option]) -> dict[str, int]:
    """How many fail first by which test, in the order of the tests."""
    counts = dict.fromkeys(hardtests.TESTS, 0)
    for one in near:
        counts[one.failed[0]] += 1
    return counts


def _reasons(offer: sa.RowMapping, *, stand_in: bool, known: bool, asks: float) -> tuple[str, ...]:
    told = []
    if stand_in:
        told.append("will do instead of what was asked for")
    if offer["kind"] not in (ResourceKind.FUND, ResourceKind.INFORMATION) and not known:
        told.append("hours not known: ask")
    if asks:
        told.append("asked a good deal of late")
    if offer["verified_until"]:
        told.append(f"vouched for until {offer['verified_until']:%-d %B %Y}")
    return tuple(told)
