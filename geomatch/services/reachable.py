"""How near everybody is to everything: every kind and mode at once, so that any area is a sum over it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import coverage
from geomatch.db import quarters, reach
from geomatch.db.counties import County
from geomatch.db.quarters import Near
from geomatch.matching.rules import Rules
from geomatch.model import Mode, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import reaching
from geomatch.services.covering import AREA_KINDS, Areas
from geomatch.services.reaching import Reached

MINUTES = (10, 20, 30)
"""The limits that an area's page tells of."""
HEADLINE = (ResourceKind.VENUE, Mode.FOOT, 20)
"""The kind, mode and minutes that are compared from quarter to quarter."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Areas by kind as they stood on a day, how near everybody is, and who reaches a hall on foot."""

    day: date
    areas: dict[str, Areas]
    near: list[Near]
    headline: Reached | None = None

    def venues(self, there: NDArray[np.bool_] | None = None) -> dict[str, tuple[int, bool, bool]]:
        """By residents' point: how many, whether a venue is near, and whether a step-free one.

        ``there`` marks the venues that count, all when not given.
        """
        found = self.headline
        if found is None:
            return {}
        counted = np.ones(len(found.resources), dtype=bool) if there is None else there
        within = coverage.within(found.minutes, HEADLINE[2])
        any_of, easy = (
            np.isfinite(coverage.nearest(within[:, kept])) for kept in (counted, counted & found.accessible)
        )
        return {
            person["code"]: (person["residents"], bool(reached), bool(free))
            for person, reached, free in zip(found.people, any_of, easy, strict=True)
        }


def measure(connection: sa.Connection, county: County, day: date, *, progress: Progress = silent) -> Measured:
    """Minutes to the nearest of every kind by every mode, for residents and for open needs."""
    areas, ground = _areas(connection, county, day), reach.ground(connection, county.id, day)
    networks = reaching.networks(connection, county.id, progress=progress)
    rules = Rules.of(county.settings.get("matching", {}))
    modes, headline = tuple(Mode), None
    gathered = _Gathered()
    for number, kind in enumerate(ResourceKind):
        prepared = reaching.prepare(ground, kind, day, max_minutes=max(MINUTES), rules=rules)
        for place, mode in enumerate(modes):
            progress("Who reaches what", number * len(modes) + place, len(ResourceKind) * len(modes))
            found = reaching.reached(prepared, mode, networks)
            headline = found if (kind, mode) == HEADLINE[:2] else headline
            gathered.note(str(kind), place, found)
    return Measured(day, areas, gathered.near(), headline)


class _Gathered:
    """Minutes by what, code and kind, one for each mode."""

    def __init__(self) -> None:
        self._minutes: dict[tuple[str, str], dict[str, list[float | None]]] = defaultdict(dict)
        self._step_free: dict[tuple[str, str], dict[str, list[float | None]]] = defaultdict(dict)
        self._residents: dict[str, int] = {}

    def note(self, kind: str, mode: int, found: Reached) -> None:
        people = [("people", row["code"]) for row in found.people]
        self._residents.update((row["code"], row["residents"]) for row in found.people)
        _put(self._minutes, people, kind, mode, coverage.nearest(found.minutes))
        _put(self._step_free, people, kind, mode, coverage.nearest(found.minutes[:, found.accessible]))
        _put(self._minutes, [("need", row["ref"]) for row in found.needs], kind, mode, found.nearest)

    def near(self) -> list[Near]:
        return [
            Near(what, code, self._residents.get(code) if what == "people" else None, told, step_free)
            for (what, code), told in self._minutes.items()
            for step_free in [self._step_free.get((what, code), {})]
        ]


def _put(
    into: dict[tuple[str, str], dict[str, list[float | None]]],
    keys: Sequence[tuple[str, str]],
    kind: str,
    mode: int,
    minutes: NDArray[np.float64],
) -> None:
    for key, value in zip(keys, minutes.tolist(), strict=True):
        into[key].setdefault(kind, [None] * len(Mode))[mode] = value if value <= max(MINUTES) else None


def shares(near: Iterable[Near]) -> dict[str, Any]:
    """``reach``: by kind, mode and minutes the shares of residents, of points and of needs within reach.

    ``residents`` and ``step_free`` count every person once, ``points`` every output area, ``needs`` every
    open need that asks for the kind; None where there is nobody to count.
    """
    told = list(near)
    people = [each for each in told if each.what == "people"]
    needs = [each for each in told if each.what == "need"]
    found: dict[str, Any] = {}
    for kind in map(str, ResourceKind):
        asking = [each for each in needs if kind in each.minutes]
        found[kind] = {
            str(mode): {str(limit): _shares(people, asking, (kind, at), limit) for limit in MINUTES}
            for at, mode in enumerate(Mode)
        }
    return found


@dataclass(frozen=True, slots=True)
class Within:
    """By area the share of its residents within reach, as counted on a day; an area without any is absent."""

    counted_on: date
    shares: dict[str, float]


def residents_within(
    connection: sa.Connection,
    county_id: int,
    way: tuple[ResourceKind, Mode, float],
    inside: Mapping[str, str],
) -> Within | None:
    """A sum over what was kept, by the areas that residents' points are ``inside``; None before it was kept.

    ``way`` is a kind, a mode and minutes, at most the greatest of ``MINUTES``: no more were kept.
    """
    kind, mode, limit = way
    near = quarters.people_near(connection, county_id, str(kind), tuple(Mode).index(mode))
    if not near:
        return None
    of: dict[str, int] = defaultdict(int)
    reached: dict[str, int] = defaultdict(int)
    for row in near:
        code = inside.get(row["code"])
        if code is not None:
            of[code] += row["residents"]
            reached[code] += row["residents"] if row["minutes"] is not None and row["minutes"] <= limit else 0
    shares = {code: reached[code] / residents for code, residents in of.items() if residents}
    return Within(near[0]["as_of"], shares)


def _shares(
    people: Sequence[Near], asking: Sequence[Near], way: tuple[str, int], limit: float
) -> dict[str, float | None]:
    reached = [_within(each.minutes, way, limit) for each in people]
    easy = [_within(each.step_free, way, limit) for each in people]
    residents = [each.residents or 0 for each in people]
    return {
        "residents": _share(sum(n for n, yes in zip(residents, reached, strict=True) if yes), sum(residents)),
        "step_free": _share(sum(n for n, yes in zip(residents, easy, strict=True) if yes), sum(residents)),
        "points": _share(sum(reached), len(people)),
        "needs": _share(sum(_within(each.minutes, way, limit) for each in asking), len(asking)),
    }


def _within(minutes: Mapping[str, Sequence[float | None]], way: tuple[str, int], limit: float) -> bool:
    kind, mode = way
    value = minutes[kind][mode] if kind in minutes else None
    return value is not None and value <= limit


def _share(part: int, of: int) -> float | None:
    return round(part / of, 6) if of else None


def keep(connection: sa.Connection, county: County, measured: Measured) -> None:
    """Keep it in place of what was kept before."""
    quarters.save_reach(connection, county.id, measured.day, measured.near)


def _areas(connection: sa.Connection, county: County, day: date) -> dict[str, Areas]:
    found = {by: reach.areas(connection, county.id, by, day) for by in AREA_KINDS}
    return {
        by: Areas(rows, reach.located(connection, county.id, by, day)) for by, rows in found.items() if rows
    }
