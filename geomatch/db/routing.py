"""Road graphs and their hierarchies as blobs beside the roads: they go when the roads go."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import query
from geomatch.db.tables import road_graph, road_set, routing_graph
from geomatch.model import Mode


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a county's journeys are made of just now: by it a network at hand is known to be right."""

    county_id: int
    road_set_id: int
    graph: str | None
    """SHA-256 of the road graph's blob, ``None`` where none is kept."""
    weights: Mapping[str, str]
    """Hash of the weights of each mode that has a hierarchy."""


def stamp(connection: sa.Connection, county_id: int) -> Stamp | None:
    """The stamp of the county's current roads as this transaction sees them, or ``None`` without roads."""
    row = query.row(connection, "routing_stamp", county=county_id)
    return None if row is None else Stamp(county_id, row["road_set_id"], row["graph"], row["weights"])


def current_set(connection: sa.Connection, county_id: int) -> int | None:
    """Id of the road set that a county uses, or ``None``."""
    found = sa.select(road_set.c.id).where(road_set.c.county_id == county_id, road_set.c.current)
    return connection.execute(found).scalar_one_or_none()


def hold(connection: sa.Connection, county_id: int) -> int | None:
    """The same, and nobody replaces it before this transaction ends. Waits for who is just replacing it."""
    while True:
        found = current_set(connection, county_id)
        held = (
            sa.select(road_set.c.id).where(road_set.c.id == found).with_for_update(read=True, key_share=True)
        )
        if found is None or connection.execute(held).scalar_one_or_none() is not None:
            return found


def may_keep(connection: sa.Connection) -> bool:
    """Whether this connection may write blobs: the application only reads them."""
    return bool(query.scalar(connection, "routing_may_keep"))


def kept(connection: sa.Connection, road_set_id: int, mode: Mode) -> bytes | None:
    """The blob of a road set's hierarchy by one mode, unchecked, or ``None``."""
    return _bytes(
        connection,
        "select hierarchy from routing_graph where road_set_id = %s and mode = %s",
        (road_set_id, str(mode)),
    )


def kept_graph(connection: sa.Connection, road_set_id: int) -> bytes | None:
    """The blob of a road set, unchecked, or ``None``."""
    return _bytes(connection, "select graph from road_graph where road_set_id = %s", (road_set_id,))


def _bytes(connection: sa.Connection, statement: str, values: tuple[Any, ...]) -> bytes | None:
    """One value as it is: in the text that answers otherwise come as, bytes are twice as many."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - tells the type checker what connect() made
    with driver.cursor(binary=True) as cursor:
        row = cursor.execute(statement.encode(), values).fetchone()
    return None if row is None else bytes(row[0])


def keep(
    connection: sa.Connection, road_set_id: int, mode: Mode, hierarchy: bytes, *, version: int, weights: bytes
) -> None:
    """Keep a hierarchy in place of the one before."""
    values = {"version": version, "weights_hash": weights.hex(), "hierarchy": hierarchy}
    _keep(connection, routing_graph, {"road_set_id": road_set_id, "mode": mode}, values)


def keep_graph(
    connection: sa.Connection, road_set_id: int, graph: bytes, *, version: int, digest: bytes
) -> None:
    """Keep a road set's blob in place of the one before."""
    values = {"version": version, "sha256": digest.hex(), "graph": graph}
    _keep(connection, road_graph, {"road_set_id": road_set_id}, values)


def _keep(connection: sa.Connection, table: sa.Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    made = pg.insert(table).values(**key, **values)
    changed = values | {"built_at": sa.func.now()}
    connection.execute(made.on_conflict_do_update(index_elements=list(key), set_=changed))
