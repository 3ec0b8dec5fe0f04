"""A network's contraction hierarchy: every shortest journey goes up it and then down."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.progress import Progress, silent
from geomatch.travel.arcs import Arcs

LONGEST = 2**30
"""All times of a network together stay below this many deciseconds, some three years: half of what 31 bits
hold, the other half being left to walks."""


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """n nodes in an order of importance, with arcs and shortcuts between them. Times in deciseconds.

    Raises InputError when the arrays do not fit together.
    """

    rank: NDArray[np.int32]
    """(n,) importance of each node, each number once."""
    up: Arcs
    """From each node to more important ones."""
    down: Arcs
    """To each node from more important ones: rows by the node an arc arrives at, heads where it leaves."""

    def __post_init__(self) -> None:
        for name, arcs in (("up", self.up), ("down", self.down)):
            fits = len(arcs.starts) == len(self.rank) + 1 and arcs.starts[-1] == len(arcs.heads)
            if not fits or len(arcs.heads) != len(arcs.deciseconds):
                raise InputError(f"hierarchy of {len(self.rank)} nodes: arcs {name} do not fit")

    def reversed(self) -> "Hierarchy":
        """The hierarchy of the network with every arc turned round."""
        return Hierarchy(self.rank, self.down, self.up)


def contracted(arcs: Arcs, *, progress: Progress = silent) -> Hierarchy:
    """Work out the hierarchy of a network. Needs numba.

    Raises InputError when its times together are beyond LONGEST.
    """
    total = int(arcs.deciseconds.sum(dtype=np.int64))
    if total >= LONGEST:
        raise InputError(f"times of {total} deciseconds on the roads together; expected less than {LONGEST}")
    from geomatch.travel import contraction  # it needs numba

    room = 4 * len(arcs.heads) + 1000
    while (found := contraction.attempt(arcs, room, progress)) is None:
        room *= 2
    return Hierarchy(*found)
