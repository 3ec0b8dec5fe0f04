"""The cost matrix: minutes of every pair within the limit, and a reason for every other."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.travel import compiled, plain
from geomatch.travel.network import Network
from geomatch.travel.reasons import Reason
from geomatch.travel.search import DECISECONDS_PER_MINUTE, check_limit
from geomatch.travel.snapping import Places, Snapped, as_snapped


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class CostMatrix:
    """Minutes from origins to destinations, sparse: only pairs within the limit are stored.

    Raises InputError when the columns do not fit together.
    """

    origins: Snapped
    destinations: Snapped
    max_minutes: float | None
    k_nearest: int | None
    starts: NDArray[np.int64]
    """(n_origins + 1,) row i is column[starts[i]:starts[i + 1]]."""
    column: NDArray[np.int32]
    """Destination of each pair, ascending within a row."""
    deciseconds: NDArray[np.int32]

    def __post_init__(self) -> None:
        if len(self.starts) != len(self.origins) + 1 or self.starts[-1] != len(self.column):
            raise InputError(
                f"cost matrix of {len(self.origins)} origins with {len(self.starts)} row starts "
                f"and {len(self.column)} pairs; expected them to fit"
            )
        if len(self.deciseconds) != len(self.column):
            raise InputError(f"cost matrix: {len(self.deciseconds)} times of {len(self.column)} pairs")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of origins and of destinations."""
        return len(self.origins), len(self.destinations)

    @property
    def row(self) -> NDArray[np.int32]:
        """Origin of each pair, ascending. Made anew at every call."""
        return np.repeat(np.arange(len(self.origins), dtype=np.int32), np.diff(self.starts))

    @property
    def minutes(self) -> NDArray[np.float64]:
        """Minutes of each pair, walks at both ends included. Made anew at every call."""
        return self.deciseconds / DECISECONDS_PER_MINUTE

    def dense(self) -> NDArray[np.float64]:
        """Minutes, shape (n_origins, n_destinations), ``inf`` where there are none."""
        full = np.full(self.shape, np.inf)
        full[self.row, self.column] = self.minutes
        return full

    def minutes_between(self, row: int, column: int) -> float:
        """Minutes of one pair, ``inf`` where there are none. Raises InputError outside the matrix."""
        place = self._place(row, column)
        return float("inf") if place is None else float(self.deciseconds[place] / DECISECONDS_PER_MINUTE)

    def real_minutes(self, row: int, column: int) -> float:
        """Minutes of one pair whatever the limit, by one more search where they are not stored.

        ``inf`` where a place was refused: no way leads there. Raises InputError outside the matrix.
        """
        if self._place(row, column) is not None:
            return self.minutes_between(row, column)
        here, there = (
            side.take(np.array([at])) for side, at in ((self.origins, row), (self.destinations, column))
        )
        return matrix(here.network, here, there, max_minutes=None).minutes_between(0, 0)

    def reason(self, row: int, column: int) -> Reason:
        """What is known of one pair: reached, or why not. Raises InputError outside the matrix."""
        if self._place(row, column) is not None:
            return Reason.REACHED
        refused = self.origins.reason(row) or self.destinations.reason(column)
        if refused:
            return refused
        found = int(self.starts[row + 1] - self.starts[row])
        return Reason.NOT_AMONG_NEAREST if found == self.k_nearest else Reason.BEYOND_LIMIT

    def _place(self, row: int, column: int) -> int | None:
        if not (0 <= row < self.shape[0] and 0 <= column < self.shape[1]):
            raise InputError(f"pair ({row}, {column}) of a cost matrix of shape {self.shape}")
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        place = begin + int(np.searchsorted(self.column[begin:end], column))
        return place if place < end and self.column[place] == column else None


def matrix(
    network: Network,
    origins: Places,
    destinations: Places,
    *,
    max_minutes: float | None,
    k_nearest: int | None = None,
    progress: Progress = silent,
) -> CostMatrix:
    """Minutes from every origin to every destination within ``max_minutes``, exactly that many included.

    Origins travel. None is no limit. With ``k_nearest`` only so many destinations of each origin are kept,
    the nearest, of equals the first. A refused place never stops the others: ask ``reason``.

    Raises InputError for points of a wrong shape, a limit below 0 or ``k_nearest`` below 1.
    """
    limit = check_limit(max_minutes)
    if k_nearest is not None and k_nearest < 1:
        raise InputError(f"k_nearest {k_nearest}; expected 1 or more, or none for all")
    here, there = as_snapped(network, origins), as_snapped(network, destinations)
    starts, column, deciseconds = _pairs(here, there, limit, k_nearest, progress)
    return CostMatrix(
        origins=here,
        destinations=there,
        max_minutes=max_minutes,
        k_nearest=k_nearest,
        starts=starts,
        column=column,
        deciseconds=deciseconds,
    )


def _pairs(
    here: Snapped, there: Snapped, limit: float, k_nearest: int | None, progress: Progress
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    hierarchy = here.network.hierarchy
    if hierarchy is None or not compiled.available():
        return plain.pairs(here, there, limit=limit, k_nearest=k_nearest, progress=progress)
    from geomatch.travel import phast  # it needs numba

    return phast.pairs(hierarchy, here, there, limit=limit, k_nearest=k_nearest, progress=progress)
