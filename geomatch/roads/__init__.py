"""Roads as arrays: where they run, who may use them which way, and how long each piece takes."""

from geomatch.roads.classes import MODES, RoadClass, RoadFlag, permission
from geomatch.roads.graph import NOT_ALLOWED, RoadGraph
from geomatch.roads.speeds import SPEEDS, WALK_KMH, ClassSpeeds, SpeedTable
from geomatch.roads.timing import deciseconds, timed_again

__all__ = [
    "MODES",
    "NOT_ALLOWED",
    "SPEEDS",
    "WALK_KMH",
    "ClassSpeeds",
    "RoadClass",
    "RoadFlag",
    "RoadGraph",
    "SpeedTable",
    "deciseconds",
    "permission",
    "timed_again",
]
