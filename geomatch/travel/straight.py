"""A rough guess of minutes where no roads are loaded: the straight line, stretched, at one speed.

It knows no river and no hill, and is said to be a guess wherever it is shown.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree

from geomatch.errors import InputError
from geomatch.model import Mode

DETOUR: dict[Mode, float] = {Mode.CAR: 1.4, Mode.CYCLE: 1.35, Mode.FOOT: 1.3}
"""Length by road over the straight line: 1.3 to 1.4 in Great Britain, more for short trips."""

KMH: dict[Mode, float] = {Mode.CAR: 50.0, Mode.CYCLE: 15.0, Mode.FOOT: 4.8}
"""Average speed over a whole rural journey; Shropshire's local A roads average 56 km/h."""


def guess(origins: ArrayLike, destinations: ArrayLike, mode: Mode, *, max_minutes: float) -> sp.csr_array:
    """Guessed minutes, shape (n_origins, n_destinations); pairs beyond ``max_minutes`` are not stored.

    Points are (k, 2) eastings and northings, EPSG:27700 metres. Raises InputError for a limit that is not a
    number above 0.
    """
    if not 0 < max_minutes < float("inf"):
        raise InputError(f"max_minutes {max_minutes}; expected a number above 0")
    here, there = (_points(points) for points in (origins, destinations))
    shape = (len(here), len(there))
    minutes_a_metre = DETOUR[mode] * 60 / (KMH[mode] * 1000)
    if not len(here) or not len(there):
        return sp.csr_array(shape, dtype=np.float64)
    reach = max_minutes / minutes_a_metre
    pairs = KDTree(here).sparse_distance_matrix(KDTree(there), reach, output_type="ndarray")
    minutes = np.maximum(pairs["v"] * minutes_a_metre, np.finfo(np.float64).tiny)
    return sp.csr_array((minutes, (pairs["i"], pairs["j"])), shape=shape)


def _points(points: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(points, dtype=np.float64).reshape(-1, 2)
