"""What a deployment may choose, handed down as one value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebConfig:
    """How the pages behave.

    ``page_size`` is the length of a list; ``fresh_seconds`` is how long a browser may keep public data
    without asking again; ``contact`` is whom a reader may write to, empty when nobody is named.
    """

    page_size: int = 25
    fresh_seconds: int = 60
    contact: str = ""
