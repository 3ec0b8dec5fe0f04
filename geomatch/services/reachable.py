"""What every area of a county reaches: all kinds, modes and minutes at once, kept for its page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import coverage
from geomatch.db import quarters, reach
from geomatch.db.counties import County
from geomatch.matching.rules import Rules
from geomatch.model import Mode, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import covering, reaching
from geomatch.services.covering import AREA_KINDS, Areas
from geomatch.services.reaching import Reached

MINUTES = (10, 20, 30)
"""The limits that an area's page tells of."""
HEADLINE = (ResourceKind.VENUE, Mode.FOOT, 20)
"""The kind, mode and minutes that are compared from quarter to quarter."""
_TOLD = (
    "residents_within",
    "share_residents",
    "share_residents_accessible",
    "needs",
    "needs_within",
    "share_needs",
    "points",
    "share_points",
    "average_minimum_minutes",
)


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """``documents`` by (kind of area, code), ``areas`` by kind, and who reaches a hall on foot."""

    day: date
    areas: dict[str, Areas]
    documents: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    headline: Reached | None = None

    def venues(self, there: NDArray[np.bool_] | None = None) -> dict[str, tuple[int, bool, bool]]:
        """By residents' point: how many, whether a venue is near, and whether a step-free one.

        ``there`` marks the venues that count, all when not given.
        """
        found = self.headline
        if found is None:
            return {}
        counted = np.ones(len(found.resources), dtype=bool) if there is None else there
        near = coverage.within(found.minutes, HEADLINE[2])
        any_of, easy = (
            np.isfinite(coverage.nearest(near[:, kept])) for kept in (counted, counted & found.accessible)
        )
        return {
            person["code"]: (person["residents"], bool(reached), bool(free))
            for person, reached, free in zip(found.people, any_of, easy, strict=True)
        }


def measure(connection: sa.Connection, county: County, day: date, *, progress: Progress = silent) -> Measured:
    """Who of every area of a day reaches what, by every kind and mode, within 10, 20 and 30 minutes."""
    told = Measured(day, _areas(connection, county, day))
    ground = reach.ground(connection, county.id, day)
    if not ground.people:
        return told
    networks = reaching.networks(connection, county.id, progress=progress)
    rules = Rules.of(county.settings.get("matching", {}))
    pairs = [(kind, mode) for kind in ResourceKind for mode in Mode]
    headline = None
    for done, (kind, mode) in enumerate(pairs):
        progress("Who reaches what", done, len(pairs))
        if mode is Mode.CAR:
            prepared = reaching.prepare(ground, kind, day, max_minutes=max(MINUTES), rules=rules)
        found = reaching.reached(prepared, mode, networks)
        headline = found if (kind, mode) == HEADLINE[:2] else headline
        for by, areas in told.areas.items():
            _note(told.documents, by, areas, (kind, mode), found)
    return Measured(day, told.areas, told.documents, headline)


def keep(connection: sa.Connection, county: County, measured: Measured) -> None:
    """Keep it in place of what was kept before."""
    quarters.save_coverage(connection, county.id, measured.day, measured.documents)


def _areas(connection: sa.Connection, county: County, day: date) -> dict[str, Areas]:
    found = {by: reach.areas(connection, county.id, by, day) for by in AREA_KINDS}
    return {
        by: Areas(rows, reach.located(connection, county.id, by, day)) for by, rows in found.items() if rows
    }


def _note(
    documents: dict[tuple[str, str], dict[str, Any]],
    by: str,
    areas: Areas,
    way: tuple[ResourceKind, Mode],
    found: Reached,
) -> None:
    kind, mode = way
    by_minutes = covering.rows(areas, found, MINUTES)
    for minutes, rows in by_minutes.items():
        for row in rows:
            document = documents.setdefault((by, row.code), {"residents": row.residents, "reach": {}})
            of_kind: Mapping[str, Any] = document["reach"].setdefault(str(kind), {})
            told = {name: _rounded(getattr(row, name)) for name in _TOLD}
            of_kind.setdefault(str(mode), {})[str(minutes)] = told  # type: ignore[attr-defined]


def _rounded(value: float | None) -> float | None:
    return round(value, 6) if isinstance(value, float) else value
