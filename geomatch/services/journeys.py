"""Minutes between needs and resources, and between resources, in the direction of whoever travels.

A volunteer goes to the place by their own mode; people go to a hall by the need's mode; both are counted
one way. What is carried goes by its own mode, and is counted out to the place and back. Somebody who
carries it goes from home to the thing and, when all is done, from the thing home; with the thing's own way
out and back that makes home, thing, place, thing, home: the whole trip, each leg once.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db.runs import Rows
from geomatch.model import PEOPLE, Mode, ResourceKind, Travels
from geomatch.progress import Progress
from geomatch.services.limits import limit
from geomatch.travel import Network
from geomatch.travel.straight import guess

Networks = Callable[[Mode], Network]
"""A county's network by mode, asked for only where somebody travels that way."""
Numbers = NDArray[np.intp]

_LEAST = np.finfo(np.float64).tiny
"""Stands for no minutes at all in a sparse matrix, where a stored 0 might be dropped."""


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Sparse minutes; what is not stored is out of reach. ``way`` is the longest single journey of each."""

    minutes: sp.csr_array
    way: sp.csr_array

    @classmethod
    def none(cls, shape: tuple[int, int]) -> "Trips":
        """Nobody gets anywhere."""
        return cls(sp.csr_array(shape, dtype=np.float64), sp.csr_array(shape, dtype=np.float64))

    def plus(self, rows: Numbers, columns: Numbers, more: "Trips") -> "Trips":
        """With a block of other pairs, at these rows and columns."""
        shape = self.minutes.shape
        return Trips(*(
            mine + _spread(block, rows, columns, shape)
            for mine, block in ((self.minutes, more.minutes), (self.way, more.way))
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roads:
    """How to time journeys: by the county's networks, or by a guess from straight lines without any."""

    networks: Networks | None
    most: float
    progress: Progress

    def one_way(self, mode: Mode, here: NDArray[np.float64], there: NDArray[np.float64]) -> sp.csr_array:
        """Minutes from every point here to every point there."""
        if self.networks is None:
            return guess(here, there, mode, max_minutes=self.most)
        network = self.networks(mode)
        found = travel.matrix(network, here, there, max_minutes=self.most, progress=self.progress)
        stored = np.maximum(found.minutes, _LEAST)
        return sp.csr_array((stored, found.column, found.starts), shape=found.shape)

    def homes(self, mode: Mode, rows: Rows) -> NDArray[np.float64]:
        """Where the rows set out from: volunteers from the road nearest to their masks."""
        if self.networks is None:
            return points(rows)
        return travel.onto_road(self.networks(mode), points(rows), _of_kind(rows, (ResourceKind.VOLUNTEER,)))

    def there(self, mode: Mode, here: NDArray[np.float64], there: NDArray[np.float64]) -> Trips:
        """From here to there."""
        found = self.one_way(mode, here, there)
        return Trips(found, found)

    def and_back(self, mode: Mode, here: NDArray[np.float64], there: NDArray[np.float64]) -> Trips:
        """From here to there, and later from there to here; both must be possible."""
        out, back = self.one_way(mode, here, there), self.one_way(mode, there, here).T.tocsr()
        out, back = out.multiply(back.astype(bool)).tocsr(), back.multiply(out.astype(bool)).tocsr()
        return Trips(out + back, out.maximum(back).tocsr())


def to_needs(needs: Rows, resources: Rows, networks: Networks | None, progress: Progress) -> Trips:
    """Trips between needs (rows) and resources (columns)."""
    wanted, offered = points(needs), points(resources)
    found = Trips.none((len(needs), len(resources)))
    roads = Roads(networks, _most(needs), progress)
    everyone = np.arange(len(needs))
    for mode, columns in _by_mode(resources, (Travels.RESOURCE,)):
        block = roads.there(mode, roads.homes(mode, resources)[columns], wanted)
        found = found.plus(everyone, columns, Trips(block.minutes.T.tocsr(), block.way.T.tocsr()))
    for mode, columns in _by_mode(resources, (Travels.CARRIED,)):
        found = found.plus(everyone, columns, roads.and_back(mode, wanted, offered[columns]))
    visited = np.flatnonzero(_travels(resources, (Travels.BENEFICIARY,)))
    for mode in Mode:
        rows = np.flatnonzero(np.array([row["mode"] == mode for row in needs], dtype=bool))
        if len(rows) and len(visited):
            found = found.plus(rows, visited, roads.there(mode, wanted[rows], offered[visited]))
    return found


def between(needs: Rows, resources: Rows, networks: Networks | None, progress: Progress) -> Trips:
    """Trips of people and of what is carried (columns) to halls, and of people to what is carried (rows)."""
    offered = points(resources)
    found = Trips.none((len(resources), len(resources)))
    roads = Roads(networks, _most(needs), progress)
    halls = np.flatnonzero(
        _travels(resources, (Travels.BENEFICIARY,)) & _of_kind(resources, (ResourceKind.VENUE,))
    )
    things = np.flatnonzero(_travels(resources, (Travels.CARRIED,)))
    people = _of_kind(resources, PEOPLE)
    for mode, movers in _by_mode(resources, (Travels.RESOURCE, Travels.CARRIED)):
        carried = np.isin(movers, things)
        helpers = movers[people[movers] & ~carried]
        setting_out = roads.homes(mode, resources)
        for rows, columns, fetched in (
            (halls, movers[~carried], False),
            (halls, movers[carried], True),
            (things, helpers, True),
        ):
            if not len(rows) or not len(columns):
                continue
            if fetched:
                block = roads.and_back(mode, offered[rows], setting_out[columns])
            else:
                there = roads.one_way(mode, setting_out[columns], offered[rows]).T.tocsr()
                block = Trips(there, there)
            found = found.plus(rows, columns, block)
    return found


def points(rows: Sequence[sa.RowMapping]) -> NDArray[np.float64]:
    """Where the rows lie, (n, 2) eastings and northings in EPSG:27700 metres, ``nan`` where nobody knows."""
    unknown = float("nan")
    found = [(unknown, unknown) if row["x"] is None else (row["x"], row["y"]) for row in rows]
    return np.array(found, dtype=np.float64).reshape(-1, 2)


def _most(needs: Rows) -> float:
    return max((limit(row) for row in needs), default=1.0)


def _by_mode(resources: Rows, who: tuple[Travels, ...]) -> Iterator[tuple[Mode, Numbers]]:
    for mode in Mode:
        own = np.array([row["mode"] == mode for row in resources], dtype=bool)
        columns = np.flatnonzero(own & _travels(resources, who))
        if len(columns):
            yield mode, columns


def _travels(resources: Rows, who: tuple[Travels, ...]) -> NDArray[np.bool_]:
    """Those that lie somewhere and where these travel."""
    return np.array([row["travels"] in who and row["x"] is not None for row in resources], dtype=bool)


def _of_kind(resources: Rows, kinds: tuple[ResourceKind, ...]) -> NDArray[np.bool_]:
    return np.array([row["kind"] in kinds for row in resources], dtype=bool)


def _spread(block: sp.csr_array, rows: Numbers, columns: Numbers, shape: tuple[int, int]) -> sp.csr_array:
    entries = block.tocoo()
    at = (rows[entries.coords[0]], columns[entries.coords[1]])
    return sp.csr_array((np.maximum(entries.data, _LEAST), at), shape=shape)
