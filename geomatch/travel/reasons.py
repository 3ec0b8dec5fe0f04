"""Why a journey has no minutes."""

from enum import StrEnum


class Reason(StrEnum):
    """What is known of a pair, or of a point. Only ``REACHED`` comes with minutes."""

    REACHED = "reached"
    BEYOND_LIMIT = "beyond-limit"
    NOT_AMONG_NEAREST = "not-among-nearest"
    DIFFERENT_COMPONENT = "different-component"
    """The roads near the point do not join the main network of this mode."""
    TOO_FAR_FROM_ROAD = "too-far-from-road"
    """No road of this mode within the distance one may walk to it."""
    NOT_A_POINT = "not-a-point"
    """The coordinates are not finite numbers."""


REFUSALS: tuple[Reason, ...] = (
    Reason.REACHED,
    Reason.DIFFERENT_COMPONENT,
    Reason.TOO_FAR_FROM_ROAD,
    Reason.NOT_A_POINT,
)
"""What the codes in ``Snapped.refusal`` mean; 0 is not refused."""
