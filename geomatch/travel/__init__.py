"""Journeys: who can get where, in how many minutes.

``prepare`` a network from a road graph for one mode, ``snap`` places to it, and ask for a cost ``matrix``
or for everything in ``reach``. Whoever travels is the origin; one-way streets make the two ways differ.
"""

from geomatch.travel.costs import CostMatrix, matrix
from geomatch.travel.network import Arcs, Network, prepare
from geomatch.travel.reaching import Reach, reach
from geomatch.travel.reasons import Reason
from geomatch.travel.snapping import MAX_SNAP_METRES, Places, Snapped, snap

__all__ = [
    "MAX_SNAP_METRES",
    "Arcs",
    "CostMatrix",
    "Network",
    "Places",
    "Reach",
    "Reason",
    "Snapped",
    "matrix",
    "prepare",
    "reach",
    "snap",
]
