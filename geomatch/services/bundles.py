"""What a bundle comes to before it is proposed: minutes in all, costs, and the day's calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from geomatch import costs, travel
from geomatch.db import bookings, query, roads
from geomatch.db.bookings import Filter
from geomatch.model import Mode, Travels, Window
from geomatch.progress import silent
from geomatch.services import routing
from geomatch.services.booking import By
from geomatch.services.options import Option

_PEOPLE_SQUARE = 1000
"""Metres to which journeys of people are told: they are from a mask, and no nearer to the truth."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a bundle: hire for the window and mileage both ways, in pence; ``None`` where unknown.

    ``metres`` are those of the whole trip, out and back.
    """

    role: str
    option: Option
    units: int
    hire: int | None
    metres: float | None
    mileage: int | None


@dataclass(frozen=True, slots=True)
class Sum:
    """A bundle: its lines, the minutes of all journeys one way as matched, and what it costs in all.

    ``unknown`` are names of things whose price or way nobody knows: they are not in the total.
    """

    lines: tuple[Line, ...]
    minutes: float
    pence: int
    unknown: tuple[str, ...]
    source: str = costs.SOURCE


@dataclass(frozen=True, slots=True)
class Entry:
    """Something already booked near the time of a bundle."""

    name: str
    starts: datetime
    ends: datetime
    status: str


def total(
    connection: sa.Connection,
    county: int,
    picked: Sequence[tuple[str, Option, int]],
    *,
    during: Window,
    need: str,
) -> Sum:
    """What (role, option, units) come to, people setting out from where the public sees them."""
    places = {
        row["ref"]: row
        for row in query.rows(
            connection, "desk_places", county=county, refs=[one.ref for _, one, _ in picked], need=need
        )
    }
    by_role = {role: one.ref for role, one, _ in picked}
    lines = []
    for role, one, units in picked:
        target = by_role.get(one.to or "", "")
        metres = _trip(connection, county, one, places.get(one.ref), places.get(target) or places.get(""))
        lines.append(_line(role, one, units, metres, during))
    unknown = tuple(line.option.offer["name"] for line in lines if line.hire is None or line.mileage is None)
    pence = sum((line.hire or 0) + (line.mileage or 0) for line in lines)
    return Sum(tuple(lines), sum(one.minutes or 0.0 for _, one, _ in picked), pence, unknown)


def calendar(
    connection: sa.Connection, county: int, resources: Sequence[str], during: Window, by: By
) -> list[Entry]:
    """What else these resources are booked for on the days of a window, in order of time."""
    first = datetime.combine(during.starts.date(), datetime.min.time())
    last = datetime.combine(during.ends.date(), datetime.min.time()) + timedelta(days=1)
    found = [
        Entry(row["resource_name"], row["starts"], row["ends"], row["status"])
        for ref in sorted(set(resources))
        for row in bookings.listed(connection, county, Filter(resource=ref), by.now, since=first)
        if row["status"] in ("proposed", "confirmed") and row["starts"] < last
    ]
    return sorted(found, key=lambda one: (one.starts, one.name))


def _line(role: str, one: Option, units: int, metres: float | None, during: Window) -> Line:
    offer = one.offer
    price = offer["pence_per_hour"]
    minutes = round((during.ends - during.starts).total_seconds() / 60)
    hire = None if price is None else units * costs.hire(price, minutes)
    if offer["kind"] in ("volunteer", "fund", "information"):
        hire = 0
    day = during.starts.date()
    return Line(role, one, units, hire, metres, _paid(metres, offer, day))


def _paid(metres: float | None, offer: sa.RowMapping, day: date) -> int | None:
    if offer["travels"] in (Travels.BENEFICIARY, Travels.NOBODY):
        return 0
    return None if metres is None else costs.mileage(metres, Mode(offer["mode"]), day)


def _trip(connection: sa.Connection, county: int, one: Option, here: Any, there: Any) -> float | None:
    """Metres out and back of whoever travels with it; ``None`` where nobody knows."""
    offer = one.offer
    if offer["travels"] in (Travels.BENEFICIARY, Travels.NOBODY):
        return 0.0
    if here is None or there is None or here["x"] is None or there["x"] is None:
        return None
    if not roads.loaded(connection, county):
        return None
    mode = Mode(offer["mode"])
    network = routing.HELD.network(connection, county, mode, progress=silent).network
    ends = [np.array([row["x"], row["y"]], dtype=np.float64) for row in (here, there)]
    out, back = travel.metres(network, ends[0], ends[1]), travel.metres(network, ends[1], ends[0])
    if not np.isfinite(out + back):
        return None
    whole = out + back
    return _PEOPLE_SQUARE * round(whole / _PEOPLE_SQUARE) if offer["kind"] == "volunteer" else whole
