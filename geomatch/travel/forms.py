"""In what form compiled loops take networks, places on the road, and room to work in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Lane = np.uint16 | np.uint32


class Rows(NamedTuple):
    """Arcs in rows by one of their ends."""

    starts: NDArray[np.int32]
    others: NDArray[np.int32]
    times: NDArray[np.int32]


class Ends(NamedTuple):
    """Places on the road: two nodes each, and the times to or from these, NONE where not allowed."""

    nodes: NDArray[np.int32]
    """(k, 2)"""
    times: NDArray[np.int32]
    """(k, 2)"""


class Selection(NamedTuple):
    """What lies above some destinations, in an order in which one may go down to them."""

    row: NDArray[np.int32]
    """(n,) row of each node, or NONE."""
    starts: NDArray[np.int32]
    """(r + 1,) arcs down into each row; rows are nodes, and destinations that are no nodes."""
    above: NDArray[np.int32]
    """The row from which an arc comes, an earlier one."""
    times: NDArray[np.int32]
    place: NDArray[np.int32]
    """(m,) row of each destination; r where there is none."""


class Lanes(NamedTuple):
    """Room for one batch of origins."""

    climbed: NDArray[Lane]
    """(n, 64) times up to nodes past the least, by their position."""
    position: NDArray[np.int32]
    """(n,) of a node in ``climbed``, or NONE."""
    lists: NDArray[np.int32]
    """(3, n) nodes by position, nodes on the way to be given one, and the arc each of these is at."""
    fallen: NDArray[Lane]
    """(r + 1, 64) times past the least to the rows of a selection, and last to nowhere."""
    seeded: NDArray[np.int32]
    """(r,) position in ``climbed`` of a row that was climbed to, or NONE."""
    least: NDArray[np.int32]
    """(n,) the least time of any lane to each climbed node."""
    lowest: NDArray[np.int32]
    """(r + 1,) the least time of any lane to each row, FAR past the limit and in the last row."""


class Work(NamedTuple):
    """Where a sweep works and writes."""

    lanes: Lanes
    rows: NDArray[np.int64]
    """(origins,) row of the table that each fills in."""
    table: NDArray[np.int32]
    """Times to the places that an origin's batch reached, FAR where there is none."""
    reached: NDArray[np.int32]
    """(batches, m + 1) places of the selection that each batch reached, ascending."""
    counts: NDArray[np.int64]
    """(batches,) how many these are."""
    limit: int


class Beside(NamedTuple):
    """Which places of a selection lie on the same piece of road as each origin."""

    spans: NDArray[np.int64]
    """(origins, 2) places[spans[i, 0]:spans[i, 1]] are those beside origin i."""
    places: NDArray[np.int64]
