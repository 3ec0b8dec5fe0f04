"""pgRouting beside our own tables, in a database made for a bench: the same places on the same roads."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.crs import BRITISH_NATIONAL_GRID
from geomatch.db import copy, counties, labels, query
from geomatch.db.tables import columns, resource, road_set
from geomatch.model import Mode, ResourceKind, Travels

EXTENSION = "pgrouting"

_metadata = sa.MetaData()

# What pgRouting's manual asks for: both costs of every road, negative where one may not go that way.
_edge = sa.Table(
    "bench_edge",
    _metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("source", sa.BigInteger, nullable=False),
    sa.Column("target", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.Float, nullable=False),
    sa.Column("reverse_cost", sa.Float, nullable=False),
    columns.geometry("LINESTRING"),
)

_place = sa.Table(
    "bench_place",
    _metadata,
    sa.Column("resource_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("node", sa.BigInteger, nullable=False, index=True),
)


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """e roads between nodes."""

    ends: NDArray[np.int32]
    """(e, 2) nodes at source and target."""
    deciseconds: NDArray[np.int32]
    """(e, 2) forward and backward, negative where not allowed."""
    lines: NDArray[np.object_]
    """(e,) LineStrings, EPSG:27700."""


def available(connection: sa.Connection) -> bool:
    """Whether the server has pgRouting to add to a database."""
    found = sa.text("select exists(select from pg_available_extensions where name = :name)")
    return bool(connection.execute(found, {"name": EXTENSION}).scalar_one())


def settle(
    connection: sa.Connection, edges: Edges, nodes: NDArray[np.integer], xy: NDArray[np.float64]
) -> labels.Roads:
    """Add pgRouting, the roads, and a resource at each of k nodes (xy EPSG:27700), still to be labelled."""
    connection.execute(sa.text(f"create extension {EXTENSION}"))
    _metadata.create_all(connection)
    rows = zip(
        range(len(edges.ends)),
        *edges.ends.T.tolist(),
        *edges.deciseconds.T.astype(float).tolist(),
        copy.wkb(edges.lines),
        strict=True,
    )
    copy.load(connection, _edge, [column.name for column in _edge.columns], rows)
    county_id = counties.save(connection, slug="bench", name="Bench").id
    made = road_set.insert().values(county_id=county_id, current=True)
    set_id = connection.execute(made.returning(road_set.c.id)).scalar_one()
    _put_resources(connection, county_id, xy)
    ids = copy.ids_by_ref(connection, resource, county_id).items()
    copy.load(connection, _place, ("resource_id", "node"), ((id_, int(nodes[int(ref)])) for ref, id_ in ids))
    return labels.Roads(county_id, set_id, Mode.CAR)


def _put_resources(connection: sa.Connection, county_id: int, xy: NDArray[np.float64]) -> None:
    same = (str(ResourceKind.VENUE), "Hall", str(Travels.BENEFICIARY), str(Mode.CAR))
    rows = ((county_id, f"{row:06}", *same, point) for row, point in enumerate(copy.wkb(shapely.points(xy))))
    copy.load(connection, resource, ("county_id", "ref", "kind", "name", "travels", "mode", "geom"), rows)


def resources(connection: sa.Connection) -> list[tuple[int, int]]:
    """(id, node) of every resource, by id."""
    found = sa.select(_place.c.resource_id, _place.c.node).order_by(_place.c.resource_id)
    return [(row.resource_id, row.node) for row in connection.execute(found)]


def around(xy: NDArray[np.float64], metres: float) -> str:
    """The roads that pgRouting is to look at: those in a box of so many metres about a point."""
    corners = ", ".join(map(str, [*(xy - metres).tolist(), *(xy + metres).tolist()]))
    box = f"ST_MakeEnvelope({corners}, {BRITISH_NATIONAL_GRID})"
    return f"select id, source, target, cost, reverse_cost from bench_edge where geom && {box}"  # noqa: S608 - numbers


def by_pgrouting(connection: sa.Connection, node: int, most: int, edges: str) -> Sequence[sa.RowMapping]:
    """Rows (id, minutes) of resources within so many deciseconds of a node, nearest first."""
    return query.rows(connection, "bench_pgrouting", node=node, most=most, edges=edges)


def by_labels(connection: sa.Connection, resource_id: int, most: int) -> Sequence[sa.RowMapping]:
    """The same from a resource, by hub labels."""
    return query.rows(connection, "bench_labels", id=resource_id, mode=str(Mode.CAR), most=most)


def by_straight_line(
    connection: sa.Connection, county: int, point: NDArray[np.float64], count: int
) -> list[int]:
    """Ids of so many halls nearest to a point in a straight line, nearest first."""
    x, y = point.tolist()
    rows = query.rows(connection, "bench_nearest", county=county, x=x, y=y, count=count)
    return [row["id"] for row in rows]


def places(connection: sa.Connection, county: int, count: int) -> list[str]:
    """What people may type to be near: so many postcodes, names and points of a county."""
    return [row["place"] for row in query.rows(connection, "bench_places", county=county, count=count)]


def refs(connection: sa.Connection) -> dict[int, str]:
    """The own id of every resource by the database's."""
    found = sa.select(resource.c.id, resource.c.ref)
    return {row.id: row.ref for row in connection.execute(found)}


def clock(connection: sa.Connection) -> Callable[[], float]:
    """Seconds that the processor has spent on a connection's server process, where Linux tells; else time."""
    pid = connection.execute(sa.text("select pg_backend_pid()")).scalar_one()
    spent = Path(f"/proc/{pid}/schedstat")
    if not spent.is_file():
        return time.perf_counter
    return lambda: int(spent.read_text().split()[0]) / 1e9


def tidy(door: sa.Engine) -> None:
    """Have every table ready to be asked, as the server does by itself in time."""
    with door.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("vacuum analyze"))
