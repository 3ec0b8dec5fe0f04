"""Minutes between needs and resources, in the direction of whoever travels."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np
import scipy.sparse as sp
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch import travel
from geomatch.db.runs import Rows
from geomatch.model import Mode, Travels
from geomatch.progress import Progress
from geomatch.services.worlds import limit
from geomatch.travel import Network
from geomatch.travel.straight import guess

Networks = Callable[[Mode], Network]
"""A county's network by mode, asked for only where somebody travels that way."""

_LEAST = np.finfo(np.float64).tiny
"""Stands for no minutes at all in a sparse matrix, where a stored 0 might be dropped."""


def minutes(needs: Rows, resources: Rows, networks: Networks | None, progress: Progress) -> sp.csr_array:
    """Sparse (n_needs, n_resources) minutes; what is not stored is out of reach.

    A volunteer travels to the need by their own mode; everybody else goes to the resource by the need's.
    Without roads the minutes are guessed from straight lines.
    """
    asked, offered = _points(needs), _points(resources)
    shape = (len(needs), len(resources))
    blocks = sp.csr_array(shape, dtype=np.float64)
    for mode, to_need, rows, columns in _groups(needs, resources):
        most = max(limit(needs[row]) for row in rows)
        here, there = (offered[columns], asked[rows]) if to_need else (asked[rows], offered[columns])
        found = _timed(networks, mode, here, there, most, progress)
        found = (found.T if to_need else found).tocoo()
        at = (rows[found.coords[0]], columns[found.coords[1]])
        blocks = blocks + sp.csr_array((np.maximum(found.data, _LEAST), at), shape=shape)
    return blocks


def _groups(needs: Rows, resources: Rows) -> Iterator[tuple[Mode, bool, NDArray[np.intp], NDArray[np.intp]]]:
    """(mode, whether the resource travels, need rows, resource rows): each pair in at most one group."""
    everyone = np.arange(len(needs))
    comes = np.array([row["travels"] == Travels.RESOURCE for row in resources], dtype=bool)
    visited = np.array(
        [row["travels"] in (Travels.BENEFICIARY, Travels.CARRIED) for row in resources], dtype=bool
    )
    somewhere = np.array([row["x"] is not None for row in resources], dtype=bool)
    for mode, to_need in product(Mode, (True, False)):
        own = np.array([row["mode"] == mode for row in (resources if to_need else needs)], dtype=bool)
        rows = everyone if to_need else np.flatnonzero(own)
        columns = np.flatnonzero(comes & own & somewhere if to_need else visited & somewhere)
        if len(rows) and len(columns):
            yield mode, to_need, rows, columns


def _timed(
    networks: Networks | None,
    mode: Mode,
    origins: NDArray[np.float64],
    destinations: NDArray[np.float64],
    max_minutes: float,
    progress: Progress,
) -> sp.csr_array:
    if networks is None:
        return guess(origins, destinations, mode, max_minutes=max_minutes)
    found = travel.matrix(networks(mode), origins, destinations, max_minutes=max_minutes, progress=progress)
    return sp.csr_array((np.maximum(found.minutes, _LEAST), found.column, found.starts), shape=found.shape)


def _points(rows: Sequence[sa.RowMapping]) -> NDArray[np.float64]:
    unknown = float("nan")
    found = [(unknown, unknown) if row["x"] is None else (row["x"], row["y"]) for row in rows]
    return np.array(found, dtype=np.float64).reshape(-1, 2)
