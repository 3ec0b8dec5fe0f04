"""Everything one place can reach, or everything that can reach it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.travel.network import Network
from geomatch.travel.search import DECISECONDS_PER_MINUTE, check_limit, to_nodes, to_places
from geomatch.travel.snapping import Places, Snapped, as_snapped


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Times between k places and every node of the network, the walk to the road included."""

    origins: Snapped
    towards: bool
    """False: from the places to the nodes. True: from the nodes to the places."""
    max_minutes: float | None
    deciseconds: NDArray[np.float64]
    """(k, c) whole numbers; ``inf`` past the limit and for refused places."""

    @property
    def minutes(self) -> NDArray[np.float64]:
        """(k, c) minutes, ``inf`` past the limit and for refused places."""
        return self.deciseconds / DECISECONDS_PER_MINUTE

    def at(self, places: Places) -> NDArray[np.float64]:
        """Minutes to (with ``towards``, from) m other places, shape (k, m), their walk included.

        ``inf`` past the limit and where either place is refused. The same minutes as ``matrix`` gives.
        """
        there = as_snapped(self.origins.network, places)
        minutes = np.full((len(self.origins), len(there)), np.inf)
        rows, columns = np.flatnonzero(self.origins.accepted), np.flatnonzero(there.accepted)
        here, there = self.origins.take(rows), there.take(columns)
        times = self.deciseconds[rows] - here.walk[:, None]
        times = to_places(times, here, there, towards=self.towards)
        total = (times + here.walk[:, None] + there.walk) / DECISECONDS_PER_MINUTE
        minutes[np.ix_(rows, columns)] = np.where(total <= check_limit(self.max_minutes), total, np.inf)
        return minutes


def reach(network: Network, origins: Places, *, max_minutes: float | None, towards: bool = False) -> Reach:
    """How long each of k places takes to every node within ``max_minutes`` (exactly that many included).

    ``towards`` asks who can reach the place instead. None is no limit. One row of c numbers for each place:
    meant for a few places, ``matrix`` for many.

    Raises InputError for points of a wrong shape or a limit below 0.
    """
    limit = check_limit(max_minutes)
    here = as_snapped(network, origins)
    times = np.full((len(here), len(network.nodes)), np.inf)
    rows = np.flatnonzero(here.accepted)
    if len(rows):
        from_road = to_nodes(here.take(rows), max_minutes=limit, towards=towards)
        times[rows] = from_road + here.walk[rows, None]
    times[times / DECISECONDS_PER_MINUTE > limit] = np.inf
    return Reach(here, towards, max_minutes, times)
