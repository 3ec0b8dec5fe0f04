"""Directed arcs with times: the bare bones of a network."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Directed arcs in rows by the node they leave. Parallel arcs are one, the quickest; no loops."""

    starts: NDArray[np.int32]
    """(n + 1,) the arcs leaving node i are starts[i]:starts[i + 1]."""
    heads: NDArray[np.int32]
    """Node at which each arc arrives."""
    deciseconds: NDArray[np.int32]

    @property
    def nodes(self) -> int:
        """How many nodes."""
        return len(self.starts) - 1

    def reversed(self) -> "Arcs":
        """The same arcs the other way about."""
        return arcs_of(self.heads, self.tails(), self.deciseconds, nodes=self.nodes)

    def tails(self) -> NDArray[np.int32]:
        """Node that each arc leaves."""
        return np.repeat(np.arange(self.nodes, dtype=np.int32), np.diff(self.starts))


def arcs_of(
    tails: NDArray[np.int32], heads: NDArray[np.int32], times: NDArray[np.int32], *, nodes: int
) -> Arcs:
    """Arcs from three columns in any order; of parallel arcs the quickest, and no loops."""
    order = np.lexsort((times, heads, tails))
    tails, heads, times = tails[order], heads[order], times[order]
    slower = np.zeros(len(tails), dtype=np.bool_)
    slower[1:] = (tails[1:] == tails[:-1]) & (heads[1:] == heads[:-1])
    keep = ~slower & (tails != heads)
    counts = np.bincount(tails[keep], minlength=nodes)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return Arcs(starts, heads[keep], times[keep])
