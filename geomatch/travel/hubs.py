"""Many places labelled once, and then asked about from any one place: a sum by hub and the least of each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geomatch.errors import InputError
from geomatch.travel.labels import Labels

NEVER = np.iinfo(np.int32).max
"""Deciseconds of what cannot be reached."""


@dataclass(frozen=True, slots=True, eq=False)
class Hubs:
    """Labels of k places, and where those of each begin."""

    labels: Labels
    labelled: NDArray[np.int64]
    """(j,) places that have any label, ascending."""
    starts: NDArray[np.int64]
    """(j,) row of the first label of each."""

    @classmethod
    def of(cls, labels: Labels) -> "Hubs":
        """From labels as ``label`` makes them."""
        labelled, starts = np.unique(labels.place, return_index=True)
        return cls(labels, labelled.astype(np.int64), starts)

    def deciseconds(self, here: Labels) -> NDArray[np.int64]:
        """(k,) between one place and each of these, in the direction of their labels; ``NEVER`` out of reach.

        Raises InputError when both are labelled the same way, or ``here`` is not one place.
        """
        if here.towards is self.labels.towards or len(here.places) != 1:
            raise InputError("expected one place, labelled the other way")
        found = np.full(len(self.labels.places), NEVER, dtype=np.int64)
        if not here.places.accepted[0]:
            return found
        times = np.full(int(self.labels.hub.max(initial=-1)) + 1, NEVER, dtype=np.int64)
        known = here.hub < len(times)
        times[here.hub[known]] = here.deciseconds[known]
        sums = times[self.labels.hub] + self.labels.deciseconds
        if len(sums):
            found[self.labelled] = np.minimum(np.minimum.reduceat(sums, self.starts), NEVER)
        return self._on_one_piece(here, found)

    def _on_one_piece(self, here: Labels, found: NDArray[np.int64]) -> NDArray[np.int64]:
        """Between two on one piece of road it may be less without leaving it; see ``Labels``."""
        there = self.labels
        beside = np.flatnonzero(there.places.accepted & (there.places.edge == here.places.edge[0]))
        if not len(beside):
            return found
        ahead = there.places.fraction[beside] - here.places.fraction[0]
        forward = there.forward[beside] - here.forward[0]
        backward = here.backward[0] - there.backward[beside]
        if here.towards:
            ahead, forward, backward = -ahead, -forward, -backward
        walks = (there.places.walk[beside] + here.places.walk[0]).astype(np.float64)
        for along, allowed in ((forward, ahead >= 0), (backward, ahead <= 0)):
            usable = allowed & ~np.isnan(along)
            rows, times = beside[usable], (walks + along)[usable].astype(np.int64)
            found[rows] = np.minimum(found[rows], times)
        return found
