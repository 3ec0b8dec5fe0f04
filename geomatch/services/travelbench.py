"""How much faster journeys are than with what one could use instead, and whether the answers are the same.

Times are CPU seconds of this process, all its threads (with pgRouting, of the database's), so that other
work on the machine matters less; what is compared takes turns in the same run. scipy and pyroutingkit are
timed on some origins and scaled up.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from geomatch import travel
from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.services import pgrouting, ratios, rivals
from geomatch.services.ratios import Row, Timed, cpu_seconds
from geomatch.travel import CostMatrix, Network, Snapped, search

PLACES = 5000
SAMPLE = 40
"""Origins that the slow ones are timed on."""
REPEATS = 5
OURS = 3
"""Times that ours is timed for each time of the other's, as it is over so soon; the median counts."""
SEED = 20261122

PYROUTINGKIT = "matrix-full-pyroutingkit"

FLOORS = {"matrix-full": 150.0, "matrix-30-minutes": 65.0, PYROUTINGKIT: 12.0, pgrouting.NAME: 25.0}
"""Least ratio by name, on a county of Shropshire's size."""
LIMIT = 30.0


def run(
    network: Network,
    home: Path,
    *,
    places: int | None = None,
    floors: bool = True,
    progress: Progress = silent,
) -> dict[str, object]:
    """What ``geomatch bench travel`` prints, for a contracted network: ``{"rows", "held"}``.

    ``home`` is the folder of the private server, in which pgRouting is asked. Raises InputError when the
    network is not contracted.
    """
    if network.hierarchy is None:
        raise InputError("bench of a network without hierarchy; expected one made by travel.contract")
    rng, places = np.random.default_rng(SEED), places or PLACES
    origins, destinations = (travel.snap(network, _scattered(network, places, rng)) for _ in range(2))
    sample = np.sort(rng.choice(places, min(SAMPLE, places), replace=False))
    rows = list(_rows(_Job(network, origins, destinations, sample), progress))
    rows.append(pgrouting.row(network, home, places, floor=FLOORS.get(pgrouting.NAME), progress=progress))
    if not floors:
        rows = [replace(row, floor=None) for row in rows]
    return {"rows": [asdict(row) for row in rows], "held": all(row.held for row in rows)}


@dataclass(frozen=True, slots=True)
class _Job:
    network: Network
    origins: Snapped
    destinations: Snapped
    sample: NDArray[np.int64]

    def ours(self, limit: float | None) -> CostMatrix:
        return travel.matrix(self.network, self.origins, self.destinations, max_minutes=limit)

    def our_seconds(self, limit: float | None) -> float:
        return median(cpu_seconds(lambda: self.ours(limit)) for _ in range(OURS))

    @property
    def scale(self) -> float:
        return len(self.origins) / len(self.sample)


def _rows(job: _Job, progress: Progress) -> Iterator[Row]:
    for name, limit in (("matrix-full", None), (f"matrix-{LIMIT:.0f}-minutes", LIMIT)):
        progress(f"timing {name} against scipy", 0, None)
        equal = _as_scipy(job, limit)
        yield _compared(name, partial(_against_scipy, job, limit), equal)
    progress("timing matrix-full against pyroutingkit", 0, None)
    yield _against_pyroutingkit(job)


def _scattered(network: Network, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Places beside roads, each piece of road as likely as another, some 20 m off."""
    graph, edges = network.graph, network.edges[rng.integers(0, len(network.edges), count)]
    along = rng.random((count, 1))
    ends = graph.node_xy[graph.source[edges]], graph.node_xy[graph.target[edges]]
    return ends[0] * (1 - along) + ends[1] * along + rng.normal(0, 20, (count, 2))


def _against_scipy(job: _Job, limit: float | None) -> Timed:
    """scipy's own search alone, with its own limit; nothing of ours around it is counted against it."""
    some = job.origins.take(job.sample)
    reach = np.inf if limit is None else limit
    theirs = cpu_seconds(lambda: search.to_nodes(some, max_minutes=reach)) * job.scale
    return theirs, job.our_seconds(limit)


def _as_scipy(job: _Job, limit: float | None) -> bool:
    """Whether whole rows are the same, bit for bit."""
    whole = job.ours(limit)
    plain = replace(job.network, hierarchy=None)
    some = travel.matrix(plain, job.origins.take(job.sample), job.destinations, max_minutes=limit)
    return all(
        np.array_equal(column[slice(*some.starts[at : at + 2])], other[slice(*whole.starts[row : row + 2])])
        for column, other in ((some.column, whole.column), (some.deciseconds, whole.deciseconds))
        for at, row in enumerate(job.sample)
    )


def _against_pyroutingkit(job: _Job) -> Row:
    if find_spec("pyroutingkit") is None:
        return ratios.absent(PYROUTINGKIT, "pyroutingkit is not installed", floor=FLOORS.get(PYROUTINGKIT))
    network = job.network
    ends = [
        np.where(side.accepted, network.edge_ends[side.edge, 0], 0)
        for side in (job.origins, job.destinations)
    ]
    table = rivals.pyroutingkit_table(network)
    some = ends[0][job.sample]
    equal = np.array_equal(table(some, ends[1]), search.between_nodes(network, some, ends[1]))

    def timed() -> Timed:
        return cpu_seconds(lambda: table(some, ends[1])) * job.scale, job.our_seconds(None)

    return _compared(PYROUTINGKIT, timed, equal)


def _compared(name: str, timed: Callable[[], Timed], equal: bool) -> Row:
    return ratios.compared(name, timed, repeats=REPEATS, floor=FLOORS.get(name), equal=equal)
