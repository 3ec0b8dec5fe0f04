"""How far is too far, where nobody says."""

import sqlalchemy as sa

from geomatch.model import Mode

MOST_MINUTES: dict[Mode, float] = {Mode.CAR: 30.0, Mode.CYCLE: 30.0, Mode.FOOT: 25.0}
"""How far is too far where neither need nor role says: usual limits of volunteer drivers and walkers."""


def limit(need: sa.RowMapping) -> float:
    """The furthest a need looks, in minutes."""
    return float(need["max_minutes"] or MOST_MINUTES[Mode(need["mode"])])
