"""How many people help in each area: every figure there is of a county, made at once.

Whoever looks at two pages may take one figure from the other: of a parish and its division, of an LJC before
and after its boundary moved. So they are one family, kept from giving the few away between any two of them
(``privacy.figures``), and every page and every answer takes its figure from it. Volunteers and people with a
skill are counted together: apart they would be too few to tell of in most places. They are those of the
present, under the boundaries of any day, as on the pages of areas.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from geomatch.db import reach
from geomatch.privacy import Audience, Figure, figure, figures
from geomatch.services.covering import AREA_KINDS

COUNTY = "county"
"""The kind of area that holds everybody."""

Cell = tuple[str, int, str | None]
"""Kind of area, which stretch of days with the same boundaries, and code (None: in no area of the kind)."""


@dataclass(frozen=True, slots=True, eq=False)
class Helpers:
    """Figures for one audience. ``stretches`` are the first days of stretches with the same boundaries."""

    stretches: Sequence[date]
    told: Mapping[Cell, Figure]
    nobody: Figure

    def of(self, kind: str, code: str | None, day: date) -> Figure:
        """How many help in an area as it stood on a day; code None: in no area of the kind."""
        stretch = max(bisect_right(self.stretches, day) - 1, 0)
        return self.told.get((kind, stretch, code), self.nobody)

    def everywhere(self) -> Figure:
        """How many help in the whole county."""
        return self.told.get((COUNTY, 0, None), self.nobody)


def told(connection: sa.Connection, county_id: int, day: date, audience: Audience, secret: bytes) -> Helpers:
    """The figures of a county, of whoever offers to help on a day and is vouched for then."""
    people = [row["ref"] for row in reach.helpers(connection, county_id, day)]
    stretches = _stretches(reach.boundary_days(connection, county_id, AREA_KINDS), day)
    cells = _cells(connection, county_id, stretches, people)
    return Helpers(stretches, figures(cells, audience, secret), figure((), audience, secret))


def _cells(
    connection: sa.Connection, county_id: int, stretches: Sequence[date], people: Sequence[str]
) -> dict[Cell, list[str]]:
    """Who is in each cell there is."""
    found: dict[Cell, list[str]] = defaultdict(list)
    found[COUNTY, 0, None] = list(people)
    for stretch, day in enumerate(stretches):
        for kind in AREA_KINDS:
            inside = reach.located(connection, county_id, kind, day, only=people)["resource"]
            for ref in people:
                found[kind, stretch, inside.get(ref)].append(ref)
    return dict(found)


def _stretches(changes: Sequence[date], day: date) -> tuple[date, ...]:
    """The first day of every stretch; the one before the first change is as on the day before it."""
    if not changes:
        return (day,)
    before = changes[0] - timedelta(1) if changes[0] > date.min else changes[0]
    return tuple(sorted({before, *changes}))
