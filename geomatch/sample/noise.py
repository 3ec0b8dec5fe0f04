"""Smooth random fields, so that drawn land is neither straight nor flat."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of values 0 to 1 over the plane, changing over about ``spacing`` metres.

    Value noise: random values on a lattice, blended by a cubic ease between its knots; the lattice
    repeats itself after 64 knots.
    """

    spacing: float
    knots: Floats

    @staticmethod
    def drawn(rng: np.random.Generator, spacing: float) -> "Field":
        """A new field from the generator's next 4,096 values."""
        return Field(spacing, rng.random((64, 64)))

    def __call__(self, easting: Floats, northing: Floats) -> Floats:
        """Values at points in EPSG:27700 metres, of the same shape as ``easting``."""
        x, y = np.asarray(easting) / self.spacing, np.asarray(northing) / self.spacing
        column, row = np.floor(x).astype(int), np.floor(y).astype(int)
        across, up = _ease(x - column), _ease(y - row)
        low = self._knot(column, row) * (1 - across) + self._knot(column + 1, row) * across
        high = self._knot(column, row + 1) * (1 - across) + self._knot(column + 1, row + 1) * across
        blended: Floats = low * (1 - up) + high * up
        return blended

    def _knot(self, column: NDArray[np.int_], row: NDArray[np.int_]) -> Floats:
        values: Floats = self.knots[row % 64, column % 64]
        return values


def _ease(part: Floats) -> Floats:
    return part * part * (3 - 2 * part)


def roughened(line: Floats, rng: np.random.Generator, *, rounds: int, share: float) -> Floats:
    """A line of shape ``(n, 2)`` with every piece bent ``rounds`` times at its middle.

    Each bend goes sideways by up to ``share`` of the piece's length (midpoint displacement).
    """
    for _ in range(rounds):
        ahead = line[1:] - line[:-1]
        sideways = np.column_stack([-ahead[:, 1], ahead[:, 0]])
        middles = (line[1:] + line[:-1]) / 2 + sideways * rng.uniform(-share, share, (len(ahead), 1))
        bent = np.empty((len(line) + len(middles), 2))
        bent[0::2], bent[1::2] = line, middles
        line = bent
    return np.round(line)


def roughened_ring(ring: Floats, rng: np.random.Generator, *, rounds: int, share: float) -> shapely.Polygon:
    """A polygon from the corners ``(n, 2)`` of a ring, its sides bent as in ``roughened``."""
    closed = np.vstack([ring, ring[:1]])
    return shapely.Polygon(roughened(closed, rng, rounds=rounds, share=share))
