"""Hierarchies of a county's roads as blobs beside them: they go when the roads go."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables import road_set, routing_graph
from geomatch.model import Mode


def current_set(connection: sa.Connection, county_id: int) -> int | None:
    """Id of the road set that a county uses, or ``None``."""
    found = sa.select(road_set.c.id).where(road_set.c.county_id == county_id, road_set.c.current)
    return connection.execute(found).scalar_one_or_none()


def kept(connection: sa.Connection, road_set_id: int, mode: Mode) -> bytes | None:
    """The blob of a road set's hierarchy by one mode, unchecked, or ``None``."""
    found = sa.select(routing_graph.c.hierarchy).where(
        routing_graph.c.road_set_id == road_set_id, routing_graph.c.mode == mode
    )
    return connection.execute(found).scalar_one_or_none()


def keep(
    connection: sa.Connection, road_set_id: int, mode: Mode, hierarchy: bytes, *, version: int, weights: bytes
) -> None:
    """Keep a hierarchy in place of the one before."""
    values = {"version": version, "weights_hash": weights.hex(), "hierarchy": hierarchy}
    made = pg.insert(routing_graph).values(road_set_id=road_set_id, mode=mode, **values)
    connection.execute(
        made.on_conflict_do_update(
            index_elements=["road_set_id", "mode"], set_=values | {"built_at": sa.func.now()}
        )
    )
