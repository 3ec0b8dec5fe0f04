"""How much faster journeys are than with what one could use instead, and whether the answers are the same.

Times are CPU seconds of this process, all its threads, so that other work on the machine matters less; what
is compared takes turns in the same run. scipy and pyroutingkit are timed on some origins and scaled up.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.util import find_spec
from statistics import median

import numpy as np
from numpy.typing import NDArray

from geomatch import travel
from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.services import rivals
from geomatch.travel import CostMatrix, Network, Snapped, search

PLACES = 5000
SAMPLE = 40
"""Origins that the slow ones are timed on."""
REPEATS = 3
SEED = 20261122

FLOORS = {"matrix-full": 150.0, "matrix-30-minutes": 65.0, "matrix-full-pyroutingkit": 12.0}
"""Least ratio by name, on a county of Shropshire's size."""
LIMIT = 30.0

Timed = tuple[float, float]
"""CPU seconds of the other and of ours, for the same work."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. ``ratio`` is how many times the other's CPU seconds ours are contained in, the median.

    Without the other there is a note and no ratio.
    """

    name: str
    ratio: float | None
    low: float | None
    high: float | None
    floor: float | None
    answers_equal: bool | None
    note: str

    @property
    def held(self) -> bool:
        """Whether the answers are the same and the ratio is no less than the floor; true when absent."""
        if self.ratio is None:
            return True
        return bool(self.answers_equal) and (self.floor is None or self.ratio >= self.floor)


def run(
    network: Network, *, places: int | None = None, floors: bool = True, progress: Progress = silent
) -> dict[str, object]:
    """What ``geomatch bench travel`` prints, for a contracted network: ``{"rows", "held"}``.

    Raises InputError when the network is not contracted.
    """
    if network.hierarchy is None:
        raise InputError("bench of a network without hierarchy; expected one made by travel.contract")
    rng, places = np.random.default_rng(SEED), places or PLACES
    origins, destinations = (travel.snap(network, _scattered(network, places, rng)) for _ in range(2))
    sample = np.sort(rng.choice(places, min(SAMPLE, places), replace=False))
    job = _Job(network, origins, destinations, sample)
    rows = list(_rows(job, progress))
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

    @property
    def scale(self) -> float:
        return len(self.origins) / len(self.sample)


def _rows(job: _Job, progress: Progress) -> Iterator[Row]:
    for name, limit in (("matrix-full", None), (f"matrix-{LIMIT:.0f}-minutes", LIMIT)):
        progress(f"timing {name} against scipy", 0, None)
        yield _compared(name, partial(_against_scipy, job, limit), _as_scipy(job, limit))
    progress("timing matrix-full against pyroutingkit", 0, None)
    yield _against_pyroutingkit(job)
    yield _absent("labels-30-minutes-pgrouting", "pgRouting is asked in the county's database, not here")


def _scattered(network: Network, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Places beside roads, each piece of road as likely as another, some 20 m off."""
    graph, edges = network.graph, network.edges[rng.integers(0, len(network.edges), count)]
    along = rng.random((count, 1))
    ends = graph.node_xy[graph.source[edges]], graph.node_xy[graph.target[edges]]
    return ends[0] * (1 - along) + ends[1] * along + rng.normal(0, 20, (count, 2))


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _against_scipy(job: _Job, limit: float | None) -> Timed:
    """scipy's own search alone, with its own limit; nothing of ours around it is counted against it."""
    some = job.origins.take(job.sample)
    reach = np.inf if limit is None else limit
    theirs = _cpu(lambda: search.to_nodes(some, max_minutes=reach)) * job.scale
    return theirs, _cpu(lambda: job.ours(limit))


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
    name = "matrix-full-pyroutingkit"
    if find_spec("pyroutingkit") is None:
        return _absent(name, "pyroutingkit is not installed")
    network = job.network
    ends = [
        np.where(side.accepted, network.edge_ends[side.edge, 0], 0)
        for side in (job.origins, job.destinations)
    ]
    table = rivals.pyroutingkit_table(network)
    some = ends[0][job.sample]
    true = search.between_nodes(network, some[:5], ends[1])
    equal = np.array_equal(table(some[:5], ends[1]), true)
    return _compared(
        name,
        lambda: (_cpu(lambda: table(some, ends[1])) * job.scale, _cpu(lambda: job.ours(None))),
        equal,
    )


def _compared(name: str, timed: Callable[[], Timed], equal: bool) -> Row:
    pairs = [timed() for _ in range(REPEATS)]
    ratios = [theirs / ours for theirs, ours in pairs]
    note = f"{median(theirs for theirs, _ in pairs):.2f} s against {median(ours for _, ours in pairs):.3f} s"
    return Row(name, round(median(ratios), 1), _least(ratios), _most(ratios), FLOORS.get(name), equal, note)


def _least(ratios: Sequence[float]) -> float:
    return round(min(ratios), 1)


def _most(ratios: Sequence[float]) -> float:
    return round(max(ratios), 1)


def _absent(name: str, note: str) -> Row:
    return Row(name, None, None, None, FLOORS.get(name), None, note)
