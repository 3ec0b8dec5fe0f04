"""Hub labels in SQL against pgRouting, in one database over the same roads.

All places lie at nodes, so that neither has to do with parts of a road and answers are the same exactly.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db import cluster, engine, labels, migrate, rivals
from geomatch.errors import UnavailableError
from geomatch.progress import Progress, silent
from geomatch.services import ratios
from geomatch.services.ratios import Row, Timed
from geomatch.travel import Network

NAME = "labels-30-minutes-pgrouting"
MINUTES = 30.0
ASKED = 12
"""Places asked from, each by both."""
REPEATS = 5
SEED = 20261123

_MOST = 18_000
"""Deciseconds of these minutes."""

_LONG_METRES = 100.0
"""Pieces shorter than this have times too round to tell how fast one drives."""


def row(
    network: Network, home: Path, places: int, *, floor: float | None, progress: Progress = silent
) -> Row:
    """Everything within 30 minutes of a place, by labels and by ``pgr_drivingDistance``.

    Processor seconds of the server's process for one connection, by turns. Absent without PostgreSQL or
    pgRouting.
    """
    try:
        with database(home, progress) as door:
            return in_database(door, network, places, floor=floor, progress=progress)
    except UnavailableError as error:
        return ratios.absent(NAME, f"PostgreSQL is not to be had: {error}", floor=floor)


def in_database(
    door: sa.Engine, network: Network, places: int, *, floor: float | None, progress: Progress = silent
) -> Row:
    """The same in an empty, migrated database at hand, which is filled."""
    rng = np.random.default_rng(SEED)
    with door.connect() as connection:
        if not rivals.available(connection):
            return ratios.absent(NAME, "pgRouting is not installed", floor=floor)
    settle(door, network, places, rng, progress)
    with door.connect() as connection:
        return _compared(asked(connection, network, rng), floor, progress)


@contextmanager
def database(home: Path, progress: Progress) -> Iterator[sa.Engine]:
    """A database of the bench's own in the private cluster, dropped in the end."""
    name = f"geomatch_bench_{os.getpid()}"
    with cluster.open(home, progress=progress) as private, ExitStack() as afterwards:
        private.create_database(name)
        afterwards.callback(private.drop_database, name)
        door = engine.connect(private.url(name))
        afterwards.callback(door.dispose)
        migrate.upgrade(door)
        yield door


def settle(
    door: sa.Engine, network: Network, places: int, rng: np.random.Generator, progress: Progress
) -> None:
    """Put the roads and so many labelled places into an empty database."""
    progress("loading roads and places into a database", 0, None)
    some = nodes(network, places, rng)
    edges = rivals.Edges(network.edge_ends, network.edge_times, network.edge_lines)
    with door.begin() as connection:
        roads = rivals.settle(connection, edges, some, xy(network, some))
        _label(connection, network, roads)
    rivals.tidy(door)


def _label(connection: sa.Connection, network: Network, roads: labels.Roads) -> None:
    """Label the resources just as those of any county."""
    every = rivals.resources(connection)
    at = travel.snap(network, xy(network, np.array([node for _, node in every])))
    records: list[labels.Record] = [("resource", id_) for id_, _ in every]
    labels.save(
        connection, roads, records, travel.label(network, at), travel.label(network, at, towards=True)
    )


def nodes(network: Network, places: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Nodes where a place is put on the road at that very node, and not where two lie at one spot."""
    some = rng.permutation(len(network.nodes))[: 2 * places]
    at = travel.snap(network, xy(network, some))
    end = np.where(at.fraction == 0.0, network.edge_ends[at.edge, 0], network.edge_ends[at.edge, 1])
    there = (at.walk == 0) & ((at.fraction == 0.0) | (at.fraction == 1.0)) & (end == some)
    return np.asarray(some[there][:places])


def xy(network: Network, rows: NDArray[np.integer]) -> NDArray[np.float64]:
    """Where some nodes of a network lie, EPSG:27700 metres."""
    return np.asarray(network.graph.node_xy[network.nodes[rows]])


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Some places of the database, and the two ways to ask what is near them."""

    connection: sa.Connection
    network: Network
    some: list[tuple[int, int]]
    """Id of each and its node."""
    metres: float
    """No farther than this is anything within the minutes."""

    def ours(self, resource_id: int) -> Sequence[sa.RowMapping]:
        return rivals.by_labels(self.connection, resource_id, _MOST)

    def theirs(self, node: int, most: int = _MOST) -> Sequence[sa.RowMapping]:
        (here,) = xy(self.network, np.array([node]))
        return rivals.by_pgrouting(self.connection, node, most, rivals.around(here, self.metres))


def asked(connection: sa.Connection, network: Network, rng: np.random.Generator) -> Asked:
    """Some places of a settled database, to be asked about."""
    every = rivals.resources(connection)
    some = rng.choice(len(every), min(ASKED, len(every)), replace=False)
    return Asked(connection, network, [every[at] for at in some], _fastest(network) * MINUTES)


def _compared(asked: Asked, floor: float | None, progress: Progress) -> Row:
    progress("timing hub labels against pgRouting", 0, None)
    equal = all(asked.ours(id_) == asked.theirs(node) for id_, node in asked.some)
    clock = rivals.clock(asked.connection)

    def timed() -> Timed:
        theirs = ours = 0.0
        for id_, node in asked.some:
            theirs += ratios.cpu_seconds(partial(asked.theirs, node), clock)
            ours += ratios.cpu_seconds(partial(asked.ours, id_), clock)
        return theirs / len(asked.some), ours / len(asked.some)

    return ratios.compared(NAME, timed, repeats=REPEATS, floor=floor, equal=equal)


def _fastest(network: Network) -> float:
    """Metres that are driven in a minute where the road is best: pgRouting need look no farther."""
    metres = network.graph.metres[network.edges]
    long = metres >= min(_LONG_METRES, metres.max())
    times = np.where(network.edge_times[long] > 0, network.edge_times[long], np.inf).min(axis=1)
    return float((metres[long] / times).max()) * 600
