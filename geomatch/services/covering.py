"""Coverage of one county: who reaches what of a kind, by parish, division or LJC, as on any day."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch import coverage
from geomatch.db import counties, reach
from geomatch.db.runs import Rows
from geomatch.errors import UnknownPlaceError
from geomatch.matching.rules import Rules
from geomatch.model import Mode, ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import reaching
from geomatch.services.reaching import Reached

AREA_KINDS = ("parish", "division", "ljc")

ASSUMED = (
    "Residents live at output areas' points; people who come to others set out from where the map has them.",
    "Adequate: of the kind, confirmed, and serving there; for a need all that it asks for besides.",
    "Checks of people (DBS) are not looked at. Who comes to others, or is carried, goes by their own mode.",
    f"Free: at some time in {reaching.FREE_DAYS} days, or hours not known; for a need in its own window.",
    "Accessible: not known to have steps; figures named accessible count only what is known to have none.",
    "e2sfca: units on offer per resident, weights 1, 0.68 and 0.22 in three equal zones of the limit.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which county (``None``: the only one), by which areas, of which kind, how far, on which day."""

    county: str | None
    by: str
    kind: ResourceKind
    max_minutes: float
    day: date
    mode: Mode = Mode.CAR


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """The areas of one kind as they stood on a day, and in which each point, need and resource lay."""

    rows: Rows
    located: dict[str, dict[str, str]]


def cover(door: sa.Engine, asked: Asked, *, progress: Progress = silent) -> dict[str, Any]:
    """What ``geomatch coverage --json`` prints, each row with its ``geometry`` as GeoJSON text besides.

    Raises InputError or UnknownPlaceError when county or areas are not there, or for a limit not above 0.
    """
    coverage.check_limit(asked.max_minutes)
    with door.begin() as connection:
        county = counties.chosen(connection, asked.county)
        drawn = read_areas(connection, county.id, asked.by, asked.day)
        networks = reaching.networks(connection, county.id, progress=progress)
        ground = reach.ground(connection, county.id, asked.day)
        rules = Rules.of(county.settings.get("matching", {}))
        prepared = reaching.prepare(ground, asked.kind, asked.day, max_minutes=asked.max_minutes, rules=rules)
        found = reaching.reached(prepared, asked.mode, networks, progress=progress)
    return document(drawn, asked, found)


def read_areas(connection: sa.Connection, county_id: int, by: str, day: date) -> Areas:
    """The areas of one kind on a day. Raises UnknownPlaceError when there are none."""
    areas = reach.areas(connection, county_id, by, day)
    if not areas:
        raise UnknownPlaceError(f"no areas of the kind {by} on {day}; import some, or ask for another kind")
    return Areas(areas, reach.located(connection, county_id, by, day))


def document(drawn: Areas, asked: Asked, found: Reached) -> dict[str, Any]:
    """The same from journeys timed already, at this limit or a greater one."""
    areas, told = drawn.rows, rows(drawn, found, (asked.max_minutes,))[asked.max_minutes]
    return {
        "rows": [
            {"code": row.code, "name": area["name"]} | asdict(row) | {"geometry": area["geometry"]}
            for row, area in zip(told, areas, strict=True)
        ],
        "by": asked.by,
        "kind": str(asked.kind),
        "mode": str(asked.mode),
        "max_minutes": asked.max_minutes,
        "as_of": asked.day.isoformat(),
        "vintage": max(area["vintage"] for area in areas).isoformat(),
        "minutes": "guessed from straight lines" if found.guessed else "by road",
        "assumed": list(ASSUMED),
    }


def rows(drawn: Areas, found: Reached, limits: Sequence[float]) -> dict[float, list[coverage.Row]]:
    """A row of figures for every area by limit, from journeys timed at least so far."""
    located = drawn.located
    people = coverage.People(
        area=tuple(located["people"].get(row["code"]) for row in found.people),
        residents=np.array([row["residents"] for row in found.people], dtype=np.float64),
        minutes=found.minutes,
        supply=np.array([row["quantity"] for row in found.resources], dtype=np.float64),
        accessible=found.accessible,
    )
    needs = coverage.Needs(
        tuple(located["need"].get(row["ref"]) for row in found.needs),
        found.nearest,
    )
    places = [
        located["resource"].get(row["ref"]) if usable else None
        for row, usable in zip(found.resources, found.usable, strict=True)
    ]
    codes = [row["code"] for row in drawn.rows]
    return {limit: coverage.rows(codes, people, needs, places, limit) for limit in limits}
