"""The roads of each county, held once by a process and exchanged when the database has others."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import RLock

import sqlalchemy as sa

from geomatch import travel
from geomatch.db import roads, routing
from geomatch.db.routing import Stamp
from geomatch.errors import InputError, UnavailableError
from geomatch.model import Mode
from geomatch.progress import Progress, silent
from geomatch.roads import RoadGraph
from geomatch.travel import Ground, Network, blob, compiled

STEP = "Preparing journeys (once)"

WORTH_A_HIERARCHY = frozenset({Mode.CAR})
"""On foot or by cycle nobody gets far: a few searches take less time than making a hierarchy first."""

Key = tuple[str, int]
"""Which database, and which county in it."""


@dataclass(slots=True)
class Held:
    """What is held of one road set: exchanged whole, never changed into another."""

    stamp: Stamp
    graph: RoadGraph
    networks: dict[Mode, Network] = field(default_factory=dict)
    tried: dict[Mode, str | None] = field(default_factory=dict)
    """Hash of the weights of the kept hierarchy that was looked at last."""
    grounds: dict[Mode, Ground] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ready:
    """A network, and the roads it is made of: whatever is asked of labels must be asked on these."""

    stamp: Stamp
    network: Network


class Holder:
    """Networks by county and mode, each read once. Threads may ask at the same time.

    Every question first asks the database, by one small query, which roads are current for its transaction.
    """

    def __init__(self) -> None:
        self._held: dict[Key, Held] = {}
        self._locks: dict[Key, RLock] = defaultdict(RLock)
        self._lock = RLock()

    def network(
        self,
        connection: sa.Connection,
        county_id: int,
        mode: Mode,
        *,
        contract: bool | None = None,
        progress: Progress = silent,
    ) -> Ready:
        """The network of the county's current roads by one mode.

        With ``contract`` it has its hierarchy, worked out where none is kept, and kept where the connection
        may; without, only one that is kept. By default only what is WORTH_A_HIERARCHY is contracted. Without
        numba there is none.

        Raises UnavailableError when the county has no roads, InputError when they lead nowhere by this mode.
        """
        made = mode in WORTH_A_HIERARCHY if contract is None else contract
        with self._current(connection, county_id) as held:
            ready = _network(connection, held, mode, made, progress)
            return Ready(held.stamp, ready)

    def ground(
        self, connection: sa.Connection, county_id: int, mode: Mode, *, progress: Progress = silent
    ) -> Ground:
        """The ground of the county's current roads for isochrones by one mode. Raises as ``network``."""
        with self._current(connection, county_id) as held:
            if mode not in held.grounds:
                network = _network(connection, held, mode, False, progress)
                held.grounds[mode] = travel.ground(network, progress=progress)
            return held.grounds[mode]

    def holds(self, connection: sa.Connection, county_id: int) -> bool:
        """Whether anything is held of the county."""
        return key(connection, county_id) in self._held

    def put(self, connection: sa.Connection, county_id: int, graph: RoadGraph, *networks: Network) -> None:
        """Hold what was just made of the county's current roads, so that it is not read again."""
        stamp = _stamp(connection, county_id)
        held = Held(stamp, graph)
        for network in networks:
            held.networks[network.mode] = network
        with self._lock:
            self._held[key(connection, county_id)] = held

    @contextmanager
    def _current(self, connection: sa.Connection, county_id: int) -> Iterator[Held]:
        mine = key(connection, county_id)
        with self._lock:
            lock = self._locks[mine]
        stamp = _stamp(connection, county_id)
        with lock:
            held = self._held.get(mine)
            if held is None or _roads_of(held.stamp) != _roads_of(stamp):
                held = Held(stamp, roads.load_set(connection, stamp.road_set_id))
                stamp = _stamp(connection, county_id)  # a blob made just now is in it
            held.stamp = stamp
            self._held[mine] = held
            yield held


def _stamp(connection: sa.Connection, county_id: int) -> Stamp:
    stamp = routing.stamp(connection, county_id)
    if stamp is None:
        raise UnavailableError("this county has no roads loaded; type: geomatch import roads FILE")
    return stamp


def key(connection: sa.Connection, county_id: int) -> Key:
    """Which county of which database, for whatever a process keeps of it."""
    address = connection.engine.url
    socket = [str(address.query.get(part)) for part in ("host", "port")]
    return "|".join([str(address.host), str(address.port), str(address.database), *socket]), county_id


def _roads_of(stamp: Stamp) -> tuple[int, str | None]:
    return stamp.road_set_id, stamp.graph


def _network(
    connection: sa.Connection, held: Held, mode: Mode, contract: bool, progress: Progress
) -> Network:
    """The held network, made or given its hierarchy where it must be."""
    known = held.networks.get(mode)
    bare = known or travel.prepare(held.graph, mode)
    if bare.hierarchy is None and compiled.available():
        kept = held.stamp.weights.get(mode)
        if kept is not None and held.tried.get(mode) != kept:
            held.tried[mode] = kept
            bare = with_kept(connection, held.stamp.road_set_id, bare, progress)
        if contract and bare.hierarchy is None:
            bare = contracted(connection, held.stamp.road_set_id, bare, progress)
    held.networks[mode] = bare
    return bare


def with_kept(connection: sa.Connection, set_id: int, bare: Network, progress: Progress = silent) -> Network:
    """The network with the hierarchy that is kept for it; as it is where none is, or a torn one."""
    kept = routing.kept(connection, set_id, bare.mode)
    try:
        hierarchy = blob.from_bytes(bytearray(kept or b""), bare.arcs)
    except InputError:
        return bare
    return travel.contract(bare, hierarchy=hierarchy, progress=progress)


def contracted(connection: sa.Connection, set_id: int, bare: Network, progress: Progress = silent) -> Network:
    """The network with its hierarchy worked out, and kept where the connection may."""
    progress(STEP, 0, None)
    ready = travel.contract(bare, progress=progress)
    if routing.may_keep(connection):
        keep(connection, set_id, ready)
    return ready


def keep(connection: sa.Connection, set_id: int, network: Network) -> None:
    """Keep the network's hierarchy, where it has one, for every other process."""
    if network.hierarchy is not None:
        made, weights = blob.to_bytes(network.hierarchy, network.arcs), blob.weights_hash(network.arcs)
        routing.keep(connection, set_id, network.mode, made, version=blob.VERSION, weights=weights)
