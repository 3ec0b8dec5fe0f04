"""Decimal numbers to whole ones, exactly where they allow it and as finely as there is room for where not."""

import numpy as np

from geomatch.matching.problem import Floats

FINEST = 9
"""Most decimal places kept."""
FIRST = 100
"""Values looked at before all are."""
UNITS = (1.0, 6.0)
"""What is counted besides powers of ten: minutes made of whole deciseconds are sixths of a hundredth."""


def whole_numbers(values: Floats, total: float, room: float) -> tuple[Floats, float]:
    """``values`` times a scale, rounded, and a whole number above ``total`` on the same scale.

    The scale is a power of ten or six times one, the least that makes every value whole; or else the
    greatest power at which ``total`` stays below ``room``: then what is lost is half a unit of the last
    place kept. ``values`` are >= 0.
    """
    most = int(np.floor(np.log10(max(room, 1.0) / (total + 1.0)))) if total < room else -1
    for unit in UNITS:
        for places in range(min(most, FINEST) + 1):
            scale = unit * 10.0**places
            if (
                total * scale < room
                and _nearly_whole(values[:FIRST] * scale)
                and _nearly_whole(values * scale)
            ):
                return np.round(values * scale), np.ceil(total * scale) + 1
    scale = 10.0 ** min(most, FINEST)
    return np.round(values * scale), np.ceil(total * scale) + 1 + len(values) * 0.5


def _nearly_whole(scaled: Floats) -> bool:
    """Whole but for the last bits that a decimal fraction loses in binary."""
    return bool((np.abs(scaled - np.round(scaled)) <= 1e-12 * np.maximum(np.abs(scaled), 1.0)).all())
