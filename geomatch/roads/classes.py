"""What kind of road a piece is, and what is true of it.

The numbers are stored in databases and files: add new ones, never renumber.
"""

from enum import IntEnum, IntFlag

from geomatch.model import Mode

MODES: tuple[Mode, ...] = (Mode.CAR, Mode.FOOT, Mode.CYCLE)
"""The order of the mode axis in every array."""


class RoadClass(IntEnum):
    """Road class, after Great Britain's own classification. One row of the speed table each."""

    MOTORWAY = 1
    A_DUAL = 2
    """A road, dual carriageway."""
    A_PRIMARY = 3
    """A road, single carriageway, trunk or primary route (green signs)."""
    A_OTHER = 4
    """A road, single carriageway, not a primary route (white signs)."""
    B = 5
    MINOR = 6
    """Classified unnumbered road (a "C road")."""
    LOCAL = 7
    """Unclassified lane or residential street."""
    ACCESS = 8
    """Service road, drive, living street."""
    LINK = 9
    """Slip road, or roundabout on a motorway, A or B road."""
    TRACK = 10
    PATH = 11
    """Footpath, bridleway, pedestrian street."""
    CYCLEWAY = 12
    STEPS = 13
    FERRY = 14


class RoadFlag(IntFlag):
    """What is true of one piece of road. The last six bits say who may go which way.

    Forward is from the piece's source node to its target node.
    """

    FERRY = 1
    FORD = 2
    BRIDGE = 4
    TUNNEL = 8
    ONE_WAY = 16
    """One-way for cars, in either direction."""
    BUILT_UP = 32
    PAVEMENT = 64
    """Walking is offered even where the class alone would not offer it."""
    CAR_FORWARD = 256
    CAR_BACKWARD = 512
    FOOT_FORWARD = 1024
    FOOT_BACKWARD = 2048
    CYCLE_FORWARD = 4096
    CYCLE_BACKWARD = 8192


def permission(mode: Mode, *, forward: bool) -> RoadFlag:
    """The flag that lets a mode go along a piece, forwards or backwards."""
    return RoadFlag(RoadFlag.CAR_FORWARD << (2 * MODES.index(mode) + (0 if forward else 1)))
