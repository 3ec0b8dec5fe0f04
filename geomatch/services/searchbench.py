"""A search beside what one could use instead, and how long people wait for it thirty times a second.

The question is the nearest halls by car within half an hour: asked of ``services.search`` whole, of
``pgr_drivingDistance``, and of a straight line, which is fast and often wrong. All in one database over the
same roads. Times are CPU seconds of this process and of the database's for the one connection.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import crs
from geomatch.db import counties, rivals
from geomatch.db.counties import County
from geomatch.errors import UnavailableError
from geomatch.locate import Match
from geomatch.model import ResourceKind
from geomatch.progress import Progress, silent
from geomatch.services import pgrouting, ratios, search
from geomatch.services.holding import Holder
from geomatch.services.ratios import Row, Timed
from geomatch.services.search import Asked
from geomatch.services.searchload import PER_SECOND, Load
from geomatch.travel import Network

PGROUTING, STRAIGHT = "search-pgrouting", "search-straight-line"
MEDIAN, P99 = f"median-at-{PER_SECOND}-a-second", f"p99-at-{PER_SECOND}-a-second"
FLOORS = {PGROUTING: 10.0, MEDIAN: 1.0, P99: 1.0}
"""Least ratio by name, on a county of Shropshire's size; of the load, promised milliseconds to measured."""
PROMISED = {MEDIAN: 20.0, P99: 80.0}
"""Milliseconds."""
PLACES = 620
ASKED = 60
"""Places asked from."""
REPEATS = 5
SEED = 20261127
MINUTES = 30.0
COUNT = 10
_AS_TOLD = 18_029
"""Deciseconds that are still told as so many minutes, to the tenth."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """The halls of one database, the roads, and where it is asked from: (k,) nodes of the network."""

    connection: sa.Connection
    county: County
    held: Holder
    asked: pgrouting.Asked
    nodes: NDArray[np.int64]
    refs: dict[int, str]

    def ours(self, node: int) -> tuple[int, list[tuple[str, float]]]:
        """How many there are, and the first with their minutes as told."""
        (point,) = pgrouting.xy(self.asked.network, np.array([node]))
        wanted = Asked(kinds=(ResourceKind.VENUE,), max_minutes=MINUTES, limit=COUNT, widen=False)
        place = _place(float(point[0]), float(point[1]))
        found = search.search(
            self.connection, self.county, place, wanted, now=datetime.now(UTC), held=self.held
        )
        return found.total, [(row["id"], row["minutes"]) for row in found.results]

    def theirs(self, node: int) -> tuple[int, list[tuple[str, float]]]:
        """The same of pgRouting, ranked by the same rule."""
        rows = self.asked.theirs(node, _AS_TOLD)
        found = sorted((round(row["minutes"], 1), self.refs[row["id"]]) for row in rows)
        return len(found), [(ref, minutes) for minutes, ref in found[:COUNT]]

    def straight(self, node: int) -> list[str]:
        """The first in a straight line."""
        (point,) = pgrouting.xy(self.asked.network, np.array([node]))
        rows = rivals.by_straight_line(self.connection, self.county.id, point, COUNT)
        return [self.refs[each] for each in rows]

    def minutes(self, node: int) -> dict[str, float]:
        """Minutes by ref, by pgRouting."""
        return {self.refs[row["id"]]: row["minutes"] for row in self.asked.theirs(node)}


def _place(easting: float, northing: float) -> Match:
    lon, lat = (float(each) for each in crs.to_lonlat(easting, northing))
    return Match("here", "here", "grid_reference", easting, northing, lon, lat, 1, True)


def compared(network: Network, home: Path, *, floors: bool, progress: Progress = silent) -> list[Row]:
    """The rows against pgRouting and the straight line; absent without PostgreSQL or pgRouting."""
    floor = FLOORS[PGROUTING] if floors else None
    try:
        with pgrouting.database(home, progress) as door:
            return in_database(door, network, PLACES, floor=floor, progress=progress)
    except UnavailableError as error:
        return _absent(f"PostgreSQL is not to be had: {error}", floor)


def in_database(
    door: sa.Engine, network: Network, places: int, *, floor: float | None, progress: Progress = silent
) -> list[Row]:
    """The same in an empty, migrated database at hand, which is filled."""
    rng = np.random.default_rng(SEED)
    with door.connect() as connection:
        if not rivals.available(connection):
            return _absent("pgRouting is not installed", floor)
    pgrouting.settle(door, network, places, rng, progress)
    held = Holder()
    with door.connect() as connection:
        county = counties.chosen(connection, None)
        held.put(connection, county.id, network.graph, network)
        ground = _Ground(
            connection=connection,
            county=county,
            held=held,
            asked=pgrouting.asked(connection, network, rng),
            nodes=pgrouting.nodes(network, ASKED, rng),
            refs=rivals.refs(connection),
        )
        return [_against_pgrouting(ground, floor, progress), _against_the_line(ground, progress)]


def _absent(why: str, floor: float | None) -> list[Row]:
    return [ratios.absent(PGROUTING, why, floor=floor), ratios.absent(STRAIGHT, why, floor=None)]


def _against_pgrouting(ground: _Ground, floor: float | None, progress: Progress) -> Row:
    progress("timing a search against pgRouting", 0, None)
    nodes = ground.nodes.tolist()
    equal = all(ground.ours(node) == ground.theirs(node) for node in nodes)
    some = nodes[: len(nodes) // 5]
    timed = partial(_timed, ground, some, ground.theirs)
    return ratios.compared(PGROUTING, timed, repeats=REPEATS, floor=floor, equal=equal)


def _against_the_line(ground: _Ground, progress: Progress) -> Row:
    progress("looking how often a straight line is wrong", 0, None)
    nodes = ground.nodes.tolist()
    first, order = (sum(wrong) for wrong in zip(*(_wrong(ground, node) for node in nodes), strict=True))
    timed = partial(_timed, ground, nodes, ground.straight)
    row = ratios.compared(STRAIGHT, timed, repeats=REPEATS, floor=None, equal=not order)
    wrong = f"its first is not the nearest {first} times in {len(nodes)}, its order wrong {order} times"
    return replace(row, note=f"{row.note}; {wrong}")


def _wrong(ground: _Ground, node: int) -> tuple[bool, bool]:
    """Whether the straight line's first is not the nearest by road, and whether its order is another."""
    minutes = ground.minutes(node)
    told = [minutes.get(ref, np.inf) for ref in ground.straight(node)]
    best = sorted(minutes.values())[: len(told)]
    best += [np.inf] * (len(told) - len(best))
    return told[0] != best[0], told != best


def _timed(ground: _Ground, nodes: list[int], other: Callable[[int], object]) -> Timed:
    server = rivals.clock(ground.connection)

    def clock() -> float:
        return time.process_time() + server()

    theirs = sum(ratios.cpu_seconds(partial(other, node), clock) for node in nodes)
    ours = sum(ratios.cpu_seconds(partial(ground.ours, node), clock) for node in nodes)
    return theirs / len(nodes), ours / len(nodes)


def loaded(load: Load, *, floors: bool) -> list[Row]:
    """The rows of a load: promised milliseconds to those measured, over the runs."""
    told = {MEDIAN: [run.median for run in load.runs], P99: [run.p99 for run in load.runs]}
    return [_promise(name, measured, load, floors) for name, measured in told.items()]


def _promise(name: str, measured: list[float], load: Load, floors: bool) -> Row:
    ratio, low, high = (
        round(PROMISED[name] / each, 2) for each in (median(measured), max(measured), min(measured))
    )
    spread = f"{median(measured):.1f} ms ({min(measured):.1f} to {max(measured):.1f} in {len(measured)} runs)"
    note = f"{spread}, promised {PROMISED[name]:.0f}; {load.words}"
    return Row(name, ratio, low, high, FLOORS[name] if floors else None, load.sound, note)


def told(rows: list[Row]) -> dict[str, Any]:
    """What ``geomatch bench search`` prints. That a straight line answers otherwise breaks no promise."""
    held = all(row.held for row in rows if row.name != STRAIGHT)
    return {"rows": [asdict(row) for row in rows], "held": held}
