"""Journeys: who can get where, in how many minutes.

``prepare`` a network from a road graph for one mode, ``snap`` places to it, and ask for a cost ``matrix``
or for everything in ``reach``. Whoever travels is the origin; one-way streets make the two ways differ.
``contract`` a network once and it answers many times faster, to the decisecond alike.
"""

from geomatch.travel.arcs import Arcs
from geomatch.travel.costs import CostMatrix, matrix
from geomatch.travel.distance import metres
from geomatch.travel.engine import contract, warm_up
from geomatch.travel.hierarchy import Hierarchy
from geomatch.travel.hubs import NEVER, Hubs
from geomatch.travel.isochrone import isochrone
from geomatch.travel.labels import Labels, label
from geomatch.travel.network import Network, prepare
from geomatch.travel.raster import Ground, ground
from geomatch.travel.reaching import Reach, reach
from geomatch.travel.reasons import Reason
from geomatch.travel.search import whole_deciseconds
from geomatch.travel.snapping import MAX_SNAP_METRES, Places, Snapped, onto_road, snap

__all__ = [
    "MAX_SNAP_METRES",
    "NEVER",
    "Arcs",
    "CostMatrix",
    "Ground",
    "Hierarchy",
    "Hubs",
    "Labels",
    "Network",
    "Places",
    "Reach",
    "Reason",
    "Snapped",
    "contract",
    "ground",
    "isochrone",
    "label",
    "matrix",
    "metres",
    "onto_road",
    "prepare",
    "reach",
    "snap",
    "warm_up",
    "whole_deciseconds",
]
