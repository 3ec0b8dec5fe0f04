"""Shelves kept by a process until their county changes, and what is booked of them.

Every search first asks the database, by one small query, whether what is kept still holds. A transaction
that has written sees what it wrote, and nothing of that is kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from threading import RLock
from typing import Any, TypeVar

import numpy as np
import sqlalchemy as sa

from geomatch.availability.intervals import Hold
from geomatch.db import search
from geomatch.db.counties import County
from geomatch.db.search import Rows, Stamp
from geomatch.matching.problem import Ints
from geomatch.matching.rules import Rules
from geomatch.services import holding, shelf
from geomatch.services.shelf import Shelf

T = TypeVar("T")

_PAST = timedelta(days=3)
"""No search looks farther back than yesterday."""
_MOST = 16
"""So much is kept by a process: two of each county, those asked about last."""


@dataclass(frozen=True, eq=False)
class Held:
    """What is booked of a shelf: by row, and as columns of row, begin and end."""

    rows: Rows
    number: Mapping[int, int]
    asks: Mapping[int, int]

    @cached_property
    def row(self) -> Ints:
        """(b,) the shelf's row of each booking."""
        return np.array([self.number[each["resource_id"]] for each in self.rows], dtype=np.int64)

    @cached_property
    def spans(self) -> Ints:
        """(2, b) begins and ends, minutes of wall time."""
        found = [(each["begins"], each["ends"]) for each in self.rows]
        return np.array(found, dtype=np.int64).reshape(-1, 2).T

    @cached_property
    def _of(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for at, row in enumerate(self.row.tolist()):
            found.setdefault(row, []).append(at)
        return found

    def of(self, row: int, now: datetime) -> list[Hold]:
        """What is held of one row as it stands ``now``, proposals that have run out left aside."""
        some = (self.rows[at] for at in self._of.get(row, ()))
        return [
            (each["begins"], each["ends"], each["quantity"])
            for each in some
            if each["until"] is None or each["until"] > now
        ]

    def near(self, wanted: tuple[int, int], margin: int) -> frozenset[int]:
        """Rows of which anything is held within so many minutes of a window."""
        begins, ends = self.spans
        close = (begins < wanted[1] + margin) & (ends > wanted[0] - margin)
        return frozenset(self.row[close].tolist())

    def asked(self, size: int) -> Ints:
        """(n,) how often each row was asked lately."""
        found = np.zeros(size, dtype=np.int64)
        for resource, count in self.asks.items():
            if resource in self.number:
                found[self.number[resource]] = count
        return found


class Shelves:
    """Shelves by county, each read once. Threads may ask at the same time."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._lock = RLock()

    def shelf(self, connection: sa.Connection, county: County, stamp: Stamp) -> Shelf:
        """Everything the county offers."""
        key = "shelf", holding.key(connection, county.id)
        return self._recall(key, stamp, stamp.offers, lambda: shelf.read(connection, county.id))

    def held(self, connection: sa.Connection, county: County, stamp: Stamp, of: Shelf, day: date) -> Held:
        """What is booked of a shelf, and who was asked lately, on a day."""
        days = Rules.of(county.settings.get("matching", {})).ask_days

        def made() -> Held:
            found = search.holds(connection, county.id, datetime.combine(day, time()) - _PAST)
            rows = [row for row in found if row["resource_id"] in of.number]
            return Held(rows, of.number, search.asks(connection, county.id, day, days=days))

        key = "held", holding.key(connection, county.id)
        return self._recall(key, stamp, (stamp.offers, stamp.calendar, day, days), made)

    def _recall(self, key: Hashable, stamp: Stamp, version: Hashable, make: Callable[[], T]) -> T:
        if stamp.writing:
            return make()
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept[0] != version:
                kept = self._kept[key] = (version, make())
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return kept[1]


SHELVES = Shelves()
"""Those of this process."""
