"""Yes, no or unknown."""

from enum import StrEnum


class Truth(StrEnum):
    """Yes, no or unknown. Unknown never passes as yes, and never counts as no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
