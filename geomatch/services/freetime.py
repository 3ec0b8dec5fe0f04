"""When needs want something and when resources are free, as columns of minutes of wall time."""

from collections import defaultdict
from datetime import date, datetime, time
from itertools import pairwise

import numpy as np

from geomatch.db.runs import Material
from geomatch.matching import openings
from geomatch.matching.world import Times
from geomatch.model import Opening, Window


def times(material: Material, day: date, *, days: int = 0) -> Times:
    """Windows of all needs, and free time of all resources until the last of them, for ``days`` at least."""
    windows = [
        (at, openings.minute(window.lower), openings.minute(window.upper))
        for at, need in enumerate(material.needs)
        for window in need["windows"]
    ]
    least = openings.minute(datetime.combine(day, time())) + days * 24 * 60 if days else 0
    free, known = _free(material, day, max([least, *(ends for _, _, ends in windows)]))
    window_columns = np.array(windows, dtype=np.int64).reshape(-1, 3).T
    free_columns = np.array(free, dtype=np.int64).reshape(-1, 3).T
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
    begin = openings.minute(datetime.combine(day, time()))
    if last_minute <= begin:
        return [], [False] * len(material.resources)
    horizon = Window(datetime.combine(day, time()), openings.moment(last_minute))
    hours: dict[int, list[Opening]] = defaultdict(list)
    for row in material.openings:
        first = Window(row["first"].lower, row["first"].upper)
        hours[row["resource_id"]].append(
            Opening(first, row["rrule"], tuple(row["except_dates"]), row["closed"])
        )
    full = _fully_booked(material)
    free, known = [], []
    for at, row in enumerate(material.resources):
        intervals = openings.free_intervals(hours[row["id"]], full[row["id"]], horizon)
        known.append(intervals is not None)
        free += [(at, starts, ends) for starts, ends in intervals or ()]
    return free, known


def _fully_booked(material: Material) -> dict[int, list[Window]]:
    """When all units of a resource are taken."""
    units = {row["id"]: row["quantity"] for row in material.resources}
    held: dict[int, list[tuple[Window, int]]] = defaultdict(list)
    for row in material.bookings:
        held[row["resource_id"]].append((Window(row["during"].lower, row["during"].upper), row["quantity"]))
    full: dict[int, list[Window]] = defaultdict(list)
    for resource, bookings in held.items():
        edges = sorted({edge for window, _ in bookings for edge in (window.starts, window.ends)})
        for starts, ends in pairwise(edges):
            taken = sum(count for window, count in bookings if window.starts < ends and window.ends > starts)
            if taken >= units.get(resource, 0):
                full[resource].append(Window(starts, ends))
    return full
