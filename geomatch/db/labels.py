"""Hub labels of needs and resources in ordinary tables, and the questions they answer in plain SQL.

Volunteers have none: minutes to some forty hubs would give their homes away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import psycopg
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import copy, query
from geomatch.db.tables import hub_label_in, hub_label_out, hub_place
from geomatch.errors import BusyError
from geomatch.model import Mode, ResourceKind
from geomatch.travel import Labels, whole_deciseconds

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


@dataclass(frozen=True, slots=True)
class Roads:
    """Whose labels, on which roads, by which mode."""

    county_id: int
    road_set_id: int
    mode: Mode


def missing(connection: sa.Connection, county_id: int, mode: Mode) -> Sequence[sa.RowMapping]:
    """Rows (what, id, x, y) of the needs and resources still to be labelled; x and y EPSG:27700 metres."""
    return query.rows(connection, "label_missing", county=county_id, mode=mode)


def point_of(connection: sa.Connection, record: Record) -> tuple[float, float] | None:
    """Where a need or resource lies, EPSG:27700 metres; ``None`` where unknown, or nobody's business."""
    what, identifier = record
    row = query.row(connection, "label_point", what=what, id=identifier)
    return None if row is None else (row["x"], row["y"])


def save(
    connection: sa.Connection, roads: Roads, records: Sequence[Record], out: Labels, into: Labels
) -> None:
    """Keep the labels of records that have none yet, ``out`` from them and ``into`` towards them.

    A refused place is kept as such, so that nobody tries again.
    """
    copy.load(connection, hub_place, _PLACE, _places(roads, records, out))
    for table, labels in ((hub_label_out, out), (hub_label_in, into)):
        _save_rows(connection, table, (roads, records), labels)


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


def _save_rows(
    connection: sa.Connection, table: sa.Table, whose: tuple[Roads, Sequence[Record]], labels: Labels
) -> None:
    roads, records = whose
    whats = np.array([what for what, _ in records], dtype=np.str_)
    ids = np.array([identifier for _, identifier in records], dtype=np.int64)
    for what in get_args(What):
        rows = np.flatnonzero(whats[labels.place] == what) if len(records) else np.empty(0, np.int64)
        columns: dict[str, copy.Column] = {
            "county_id": roads.county_id,
            "what": what,
            "id": ids[labels.place[rows]],
            "mode": str(roads.mode),
            "hub": labels.hub[rows],
            "deciseconds": labels.deciseconds[rows],
        }
        copy.load_columns(connection, table, columns, rows=len(rows))


def forget(connection: sa.Connection, record: Record, mode: Mode) -> None:
    """Forget the labels of a record by one mode."""
    what, identifier = record
    place = hub_place.c.what == what, hub_place.c.id == identifier, hub_place.c.mode == mode
    connection.execute(hub_place.delete().where(*place))


Label = str
"""A place's label as one value for SQL: bind it and write ``cast(:label as hub_label)``.

Any statement may then join ``journeys_from(cast(:label as hub_label), 'resource', :most) as journey``,
with the columns ``id`` and ``deciseconds``, or ``journeys_towards`` with a label towards the place;
``most`` is ``most_deciseconds(minutes)``. See ``queries/label_journeys_from.sql``.
"""


def values(roads: Roads, labels: Labels, row: int = 0) -> Label | None:
    """The label of one of the places as a value for SQL, ``None`` where the place was refused."""
    at = labels.places
    if not at.accepted[row]:
        return None
    rows = labels.place == row
    hubs, times = (",".join(map(str, part[rows].tolist())) for part in (labels.hub, labels.deciseconds))
    marks = (_whole(marks)[row] for marks in (labels.forward, labels.backward))
    parts = (int(at.edge[row]), float(at.fraction[row]), *marks, int(at.walk[row]))
    said = ",".join("" if part is None else repr(part) for part in parts)
    return f'({roads.county_id},{roads.road_set_id},{roads.mode},"{{{hubs}}}","{{{times}}}",{said})'


def of(connection: sa.Connection, record: Record, mode: Mode, *, towards: bool = False) -> Label | None:
    """The label of a stored need or resource from it, or towards it; ``None`` where it has none."""
    what, identifier = record
    found: Label | None = query.scalar(
        connection, "label_of", what=what, id=identifier, mode=mode, towards=towards
    )
    return found


def most_deciseconds(minutes: float) -> int:
    """Whole deciseconds within so many minutes, exactly that many included, as SQL compares them."""
    return min(whole_deciseconds(minutes), 2**31 - 1)


def near(
    connection: sa.Connection,
    label: Label,
    *,
    max_minutes: float,
    what: What = "resource",
    towards: bool = False,
) -> dict[int, float]:
    """Minutes by id of all records that one reaches from the place within the limit, nearest first.

    With ``towards`` the label must be one towards the place: then of all records from which it is reached.
    Raises BusyError when the roads were replaced since the label was made: ask again on the current ones.
    """
    most = most_deciseconds(max_minutes)
    return _journeys(connection, "label_journeys", towards, label=label, what=what, most=most)


def nearest(
    connection: sa.Connection, label: Label, *, count: int, what: What = "resource", towards: bool = False
) -> dict[int, float]:
    """The same of so many nearest, however far; of equals those of lower id."""
    return _journeys(connection, "label_nearest", towards, label=label, what=what, count=count)


def _journeys(connection: sa.Connection, name: str, towards: bool, **asked: Any) -> dict[int, float]:
    try:
        found = query.rows(connection, f"{name}_{'towards' if towards else 'from'}", **asked)
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, psycopg.errors.SerializationFailure):
            raise BusyError("the roads were replaced just now; ask again") from error
        raise
    return {row["id"]: row["minutes"] for row in found}


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
        most=most_deciseconds(wanted.minutes),
    )
