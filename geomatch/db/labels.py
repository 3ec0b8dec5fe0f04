"""Hub labels of needs and resources in ordinary tables, and the two questions they answer in plain SQL.

Volunteers have none: minutes to some forty hubs would give their homes away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import copy, query
from geomatch.db.tables import hub_label_in, hub_label_out, hub_place
from geomatch.model import Mode, ResourceKind
from geomatch.travel import Labels

What = Literal["need", "resource"]
Record = tuple[What, int]
"""Which kind of record, and its database id."""

ANY_MINUTES = 1e6
"""More than any journey takes: two years."""

_PLACE = (
    "what",
    "id",
    "mode",
    "road_set_id",
    "need_id",
    "resource_id",
    "edge",
    "fraction",
    "forward",
    "backward",
    "walk",
)
_LABEL = ("county_id", "what", "id", "mode", "hub", "deciseconds")


@dataclass(frozen=True, slots=True)
class Roads:
    """Whose labels, on which roads, by which mode."""

    county_id: int
    road_set_id: int
    mode: Mode


def missing(connection: sa.Connection, county_id: int, mode: Mode) -> Sequence[sa.RowMapping]:
    """Rows (what, id, x, y) of the needs and resources still to be labelled; x and y EPSG:27700 metres."""
    return query.rows(connection, "label_missing", county=county_id, mode=mode)


def save(
    connection: sa.Connection, roads: Roads, records: Sequence[Record], out: Labels, into: Labels
) -> None:
    """Keep the labels of records that have none yet, ``out`` from them and ``into`` towards them.

    A refused place is kept as such, so that nobody tries again.
    """
    copy.load(connection, hub_place, _PLACE, _places(roads, records, out))
    for table, labels in ((hub_label_out, out), (hub_label_in, into)):
        copy.load(connection, table, _LABEL, _rows(roads, records, labels))


def _places(roads: Roads, records: Sequence[Record], labels: Labels) -> Iterator[tuple[Any, ...]]:
    at = labels.places
    columns = (
        at.accepted.tolist(),
        at.edge.tolist(),
        at.fraction.tolist(),
        _whole(labels.forward),
        _whole(labels.backward),
        at.walk.tolist(),
    )
    for (what, identifier), (on, *place) in zip(records, zip(*columns, strict=True), strict=True):
        keys = (identifier, None) if what == "need" else (None, identifier)
        marks = place if on else (None,) * len(place)
        yield (what, identifier, roads.mode, roads.road_set_id, *keys, *marks)


def _whole(times: NDArray[np.float64]) -> list[int | None]:
    return [None if np.isnan(time) else int(time) for time in times.tolist()]


def _rows(roads: Roads, records: Sequence[Record], labels: Labels) -> Iterator[tuple[Any, ...]]:
    columns = (labels.place.tolist(), labels.hub.tolist(), labels.deciseconds.tolist())
    for place, hub, deciseconds in zip(*columns, strict=True):
        yield (roads.county_id, *records[place], roads.mode, hub, deciseconds)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which resources: of one kind or any, so many of the nearest or all, within so many minutes."""

    kind: ResourceKind | None = None
    nearest: int | None = None
    minutes: float = ANY_MINUTES


def reached(connection: sa.Connection, record: Record, mode: Mode, wanted: Wanted) -> Sequence[sa.RowMapping]:
    """Rows (id, ref, name, kind, minutes) of resources that one can reach from the record, nearest first.

    Nothing comes of a record without labels. The record itself, where a resource, is among them.
    """
    return _asked(connection, "label_reached", record, mode, wanted)


def coming(connection: sa.Connection, record: Record, mode: Mode, wanted: Wanted) -> Sequence[sa.RowMapping]:
    """The same of resources from which the record is reached: whoever travels is there."""
    return _asked(connection, "label_coming", record, mode, wanted)


def _asked(
    connection: sa.Connection, name: str, record: Record, mode: Mode, wanted: Wanted
) -> Sequence[sa.RowMapping]:
    what, identifier = record
    return query.rows(
        connection,
        name,
        what=what,
        id=identifier,
        mode=mode,
        kind=wanted.kind,
        nearest=wanted.nearest,
        minutes=wanted.minutes,
    )
