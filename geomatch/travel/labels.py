"""Hub labels: some forty rows a place, from which one join gives the minutes between any two.

The method is Abraham, Delling, Goldberg and Werneck, "Hierarchical Hub Labelings for Shortest Paths"
(ESA 2012), and the use of plain SQL follows their HLDB (SIGSPATIAL 2012).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError, UnavailableError
from geomatch.travel import compiled
from geomatch.travel.hierarchy import Hierarchy
from geomatch.travel.network import Network
from geomatch.travel.snapping import Places, Snapped, as_snapped, marks


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Labels:
    """Hubs on the way from k places, or on the way to them, with whole deciseconds, walks included.

    Put the rows of the origins into one table and those of the destinations (``towards``) into another, each
    with an index on (hub, deciseconds). Between places on different pieces of road the journey takes::

        select o.place, d.place, min(o.deciseconds + d.deciseconds)
        from label_out o join label_in d using (hub) group by o.place, d.place

    Between two on one piece it may be less, without leaving the piece. With ``edge``, ``fraction``,
    ``forward``, ``backward`` and ``walk`` beside each place, it is the least of the above and::

        o.walk + d.walk + d.forward - o.forward     where d.fraction >= o.fraction, neither null
        o.walk + d.walk + o.backward - d.backward   where d.fraction <= o.fraction, neither null

    A refused place has no rows.
    """

    places: Snapped
    towards: bool
    place: NDArray[np.int32]
    """(r,) row in ``places``, ascending."""
    hub: NDArray[np.int32]
    """(r,) node of the network, ascending within a place."""
    deciseconds: NDArray[np.int32]
    """(r,)"""

    @property
    def forward(self) -> NDArray[np.float64]:
        """(k,) whole deciseconds from the source of its piece to each place; ``nan`` where not allowed."""
        return self._marks()[0]

    @property
    def backward(self) -> NDArray[np.float64]:
        """(k,) whole deciseconds from each place back to the source of its piece; ``nan`` as above."""
        return self._marks()[1]

    def _marks(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        places, on = self.places, self.places.accepted
        forward, backward = marks(places.network, np.where(on, places.edge, 0), places.fraction)
        return np.where(on, forward, np.nan), np.where(on, backward, np.nan)


def label(network: Network, places: Places, *, towards: bool = False) -> Labels:
    """Hubs and times from each place or, with ``towards``, to each place. Exact, on a contracted network.

    Raises InputError when the network is not contracted, UnavailableError without numba.
    """
    here = as_snapped(network, places)
    if not compiled.available():
        raise UnavailableError("hub labels need numba, which is not installed; type: pip install numba")
    if network.hierarchy is None:
        raise InputError("hub labels of a network without hierarchy; expected one made by travel.contract")
    hierarchy = network.hierarchy.reversed() if towards else network.hierarchy
    place, hub, time = _rows(hierarchy, here, towards).T.astype(np.int32)
    order = np.lexsort((hub, place))
    return Labels(places=here, towards=towards, place=place[order], hub=hub[order], deciseconds=time[order])


def _rows(hierarchy: Hierarchy, here: Snapped, towards: bool) -> NDArray[np.int64]:
    from geomatch.travel import forms, lanes, sweeping  # they need numba

    ends = lanes.ends_of(here, here.arrive if towards else here.leave)
    order = np.flatnonzero(here.accepted)
    if len(order) > sweeping.LANES:
        order = lanes.nearby_together(here, order)
    up, down = lanes.rows_of(hierarchy.up), lanes.rows_of(hierarchy.down)
    room, above = (lanes.room_of(len(hierarchy.rank), 0, lanes.WIDE) for _ in range(2))
    found = [np.empty((0, 3), np.int64)]
    for first in range(0, len(order), sweeping.LANES):
        some = order[first : first + sweeping.LANES]
        batch = forms.Ends(ends.nodes[some], ends.times[some])
        rows = sweeping.label(up, down, batch, room, above)
        rows[:, 0] = some[rows[:, 0]]
        found.append(rows)
    return np.concatenate(found)
