"""What a county offers, as columns: everything that a search of the public may find."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import crs
from geomatch.availability.free import Hours
from geomatch.availability.patterns import Seasons
from geomatch.availability.timetable import Timetable
from geomatch.db import calendars, search
from geomatch.db.search import Rows
from geomatch.matching.attributes import Attributes
from geomatch.matching.ranking import UNDATED
from geomatch.matching.rules import Rules
from geomatch.matching.wishes import Stated
from geomatch.matching.world import ANYWHERE, INSIDE, MINUTES
from geomatch.model import Mode, Point, ResourceKind, Travels

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_CATCHMENT = {"anywhere": ANYWHERE, "minutes": MINUTES, "polygon": INSIDE, "parishes": INSIDE}


@dataclass(frozen=True, eq=False)
class Shelf:
    """Everything a county's public may find: n rows in the order of the resources' own ids.

    ``points`` are (n, 2) EPSG:27700 metres, ``nan`` for what lies nowhere; ``degrees`` the same as
    longitude and latitude. ``hour`` is each row's place in ``timetable``.
    """

    rows: Rows
    stated: Sequence[Mapping[str, Stated]]
    attributes: Attributes
    seasons: Seasons
    timetable: Timetable
    hour: Ints
    points: Floats
    degrees: Floats

    @cached_property
    def number(self) -> dict[int, int]:
        """Row by the database's id."""
        return {row["id"]: at for at, row in enumerate(self.rows)}

    @cached_property
    def footing(self) -> bytes:
        """The points as one value to know them by."""
        return self.points.tobytes()

    @cached_property
    def kind(self) -> NDArray[np.str_]:
        """(n,)"""
        return np.array([row["kind"] for row in self.rows], dtype=np.str_)

    @cached_property
    def subkind(self) -> NDArray[np.str_]:
        """(n,)"""
        return np.array([row["subkind"] for row in self.rows], dtype=np.str_)

    @cached_property
    def travels(self) -> NDArray[np.str_]:
        """(n,) who travels."""
        return np.array([row["travels"] for row in self.rows], dtype=np.str_)

    @cached_property
    def mode(self) -> NDArray[np.str_]:
        """(n,) how it travels, where it does."""
        return np.array([row["mode"] for row in self.rows], dtype=np.str_)

    @cached_property
    def person(self) -> Bools:
        """(n,) whether its home is nobody's business."""
        return np.asarray(self.kind == ResourceKind.VOLUNTEER)

    @cached_property
    def journey(self) -> Bools:
        """(n,) whether anybody travels."""
        return np.asarray(self.travels != Travels.NOBODY)

    @cached_property
    def quantity(self) -> Ints:
        """(n,)"""
        return np.array([row["quantity"] for row in self.rows], dtype=np.int64)

    @cached_property
    def budget(self) -> Floats:
        """(n,) minutes it goes at most, ``inf`` without a limit."""
        return _or_inf([row["max_minutes"] for row in self.rows])

    @cached_property
    def catchment(self) -> Ints:
        """(n,) ``ANYWHERE``, ``MINUTES`` or ``INSIDE``."""
        return np.array([_CATCHMENT[row["catchment_kind"]] for row in self.rows], dtype=np.int64)

    @cached_property
    def catchment_minutes(self) -> Floats:
        """(n,) ``inf`` without any."""
        return _or_inf([row["catchment_minutes"] for row in self.rows])

    @cached_property
    def withdrawn(self) -> Ints:
        """(n,) the day on which it is offered no more, as ``date.toordinal()``."""
        never = date.max
        return np.array([(row["withdrawn_on"] or never).toordinal() for row in self.rows], dtype=np.int64)

    @cached_property
    def _dated(self) -> tuple[Ints, Ints]:
        """(n,) the last day somebody vouches for, and the day on which it was stated."""
        return tuple(  # type: ignore[return-value]
            np.array([row[name].toordinal() if row[name] else UNDATED for row in self.rows], dtype=np.int64)
            for name in ("verified_until", "stated_on")
        )

    def vouched(self, rules: Rules) -> Ints:
        """(n,) the last day on which somebody vouches for it: as stated, or some time after its import."""
        until, on = self._dated
        days = np.array([rules.stale(kind) for kind in self.kind.tolist()], dtype=np.int64)
        later = np.where(on == UNDATED, UNDATED, on + days)
        return np.where(until == UNDATED, later, until)

    def among(self, kinds: Sequence[str], subkinds: Sequence[str], day: date) -> Ints:
        """Rows of some kinds, and subkinds where any are named, offered on a day."""
        wanted = np.isin(self.kind, list(kinds)) & (self.withdrawn > day.toordinal())
        if subkinds:
            wanted &= np.isin(self.subkind, list(subkinds))
        return np.flatnonzero(wanted)

    def inside(self, point: Point, parish: str | None) -> Bools:
        """(n,) whether a place lies in each one's drawn catchment, or in a parish it names."""
        found = np.zeros(len(self.rows), dtype=bool)
        drawn, shapes = self._drawn
        found[drawn] = shapely.covers(shapes, shapely.Point(point))
        found[self._named.get(parish or "", [])] = True
        return found

    @cached_property
    def _drawn(self) -> tuple[Ints, NDArray[np.object_]]:
        at = [number for number, row in enumerate(self.rows) if row["catchment_kind"] == "polygon"]
        shapes = shapely.from_wkb([self.rows[number]["catchment"] for number in at])
        shapely.prepare(shapes)
        return np.array(at, dtype=np.int64), shapes

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, row in enumerate(self.rows):
            for parish in row["catchment_parishes"] if row["catchment_kind"] == "parishes" else ():
                found.setdefault(parish, []).append(at)
        return found

    def ways(self, rows: Ints, mode: Mode) -> dict[tuple[Travels, Mode], Ints]:
        """Of some rows those that lie somewhere, by who travels and how: others by ``mode``."""
        placed = rows[self.journey[rows] & ~np.isnan(self.points[rows, 0])]
        own = self.travels[placed] == Travels.RESOURCE
        found: dict[tuple[Travels, Mode], Ints] = {(Travels.BENEFICIARY, mode): placed[~own]}
        for each in Mode:
            found[Travels.RESOURCE, each] = placed[own & (self.mode[placed] == each)]
        return {way: some for way, some in found.items() if len(some)}


def _or_inf(values: Sequence[float | None]) -> Floats:
    return np.array([np.inf if value is None else value for value in values], dtype=np.float64)


def read(connection: sa.Connection, county: int) -> Shelf:
    """A county's shelf as this transaction sees it."""
    rows = search.offers(connection, county)
    stated = search.stated(connection, county)
    openings, seasons = search.openings(connection, county)
    hours = calendars.hours(rows, openings, seasons)
    different: dict[Hours, int] = {}
    hour = [different.setdefault(hours[row["id"]], len(different)) for row in rows]
    listed = [stated.get(row["id"], {}) for row in rows]
    nowhere = (np.nan, np.nan)
    points = np.array(
        [nowhere if row["x"] is None else (row["x"], row["y"]) for row in rows], dtype=np.float64
    ).reshape(-1, 2)
    return Shelf(
        rows=rows,
        stated=listed,
        attributes=Attributes.of(listed),
        seasons=calendars.seasons_of(seasons),
        timetable=Timetable(tuple(different)),
        hour=np.array(hour, dtype=np.int64),
        points=points,
        degrees=np.stack(crs.to_lonlat(points[:, 0], points[:, 1]), axis=1).round(5),
    )
