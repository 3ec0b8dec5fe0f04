"""When needs want something and when resources are free, as columns of minutes of wall time."""

from collections import defaultdict
from datetime import date, datetime, time

import numpy as np

from geomatch.availability import clock, free
from geomatch.db import calendars
from geomatch.db.runs import Material
from geomatch.matching.world import Times


def times(material: Material, day: date, *, days: int = 0) -> Times:
    """Windows of all needs, and free time of all resources until the last of them, for ``days`` at least."""
    windows = [
        (at, clock.minute(window.lower), clock.minute(window.upper))
        for at, need in enumerate(material.needs)
        for window in need["windows"]
    ]
    least = clock.minute(datetime.combine(day, time())) + days * clock.DAY if days else 0
    opened, known = _free(material, day, max([least, *(ends for _, _, ends in windows)]))
    window_columns = np.array(windows, dtype=np.int64).reshape(-1, 3).T
    free_columns = np.array(opened, dtype=np.int64).reshape(-1, 3).T
    return Times(
        window_need=window_columns[0],
        window_starts=window_columns[1],
        window_ends=window_columns[2],
        free_resource=free_columns[0],
        free_starts=free_columns[1],
        free_ends=free_columns[2],
        known=np.array(known, dtype=bool),
    )


def _free(material: Material, day: date, last_minute: int) -> tuple[list[tuple[int, int, int]], list[bool]]:
    """Free intervals (resource row, starts, ends) until the last minute asked for; whose hours are known."""
    horizon = (clock.minute(datetime.combine(day, time())), last_minute)
    if last_minute <= horizon[0]:
        return [], [False] * len(material.resources)
    hours = calendars.hours(material.resources, material.openings, material.seasons)
    holds: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for row in material.bookings:
        holds[row["resource_id"]].append((row["begins"], row["ends"], row["quantity"]))
    found, known = [], []
    for at, row in enumerate(material.resources):
        intervals = free.free(hours[row["id"]], holds[row["id"]], horizon)
        known.append(intervals is not None)
        found += [(at, starts, ends) for starts, ends in intervals or ()]
    return found, known
