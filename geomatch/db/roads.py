"""The road graph in PostGIS: a new one is built beside the old and switched to in one transaction."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from numpy.typing import NDArray

from geomatch.db import copy, routing
from geomatch.db.tables import road_edge, road_node, road_set
from geomatch.errors import InputError, UnavailableError
from geomatch.model import Mode
from geomatch.roads import MODES, RoadGraph, blob

_TIMES = [f"{mode}_{direction}" for mode in MODES for direction in ("forward", "backward")]
_PIECE = ("source", "target", "road_class", "name", "number", "metres", *_TIMES, "flags", "limit_kmh")


def save(connection: sa.Connection, county_id: int, graph: RoadGraph, *, import_id: int | None) -> int:
    """Put a road graph beside the one in use, as it will be once ``switch`` is asked for; gives its id."""
    made = road_set.insert().values(county_id=county_id, import_id=import_id, current=False)
    set_id = int(connection.execute(made.returning(road_set.c.id)).scalar_one())
    points = copy.wkb(shapely.points(graph.node_xy))
    copy.load(
        connection,
        road_node,
        ("road_set_id", "node", "ref", "geom"),
        (
            (set_id, node, ref, point)
            for node, (ref, point) in enumerate(zip(graph.node_ids.tolist(), points, strict=True))
        ),
    )
    copy.load(connection, road_edge, ("road_set_id", "edge", *_PIECE, "geom"), _pieces(set_id, graph))
    _keep(connection, set_id, graph)
    return set_id


def switch(connection: sa.Connection, county_id: int, set_id: int) -> None:
    """Use this road set from the end of the transaction on. The one before goes, and its labels with it."""
    old = road_set.c.county_id == county_id, road_set.c.id != set_id
    connection.execute(road_set.delete().where(*old))
    connection.execute(road_set.update().where(road_set.c.id == set_id).values(current=True))


def _keep(connection: sa.Connection, set_id: int, graph: RoadGraph) -> None:
    made = blob.to_bytes(graph)
    routing.keep_graph(connection, set_id, made, version=blob.VERSION, digest=blob.digest(made))


def _pieces(set_id: int, graph: RoadGraph) -> Iterator[tuple[Any, ...]]:
    lines = copy.wkb(graph.lines(np.arange(graph.pieces)))
    columns = (
        graph.source.tolist(),
        graph.target.tolist(),
        graph.road_class.tolist(),
        graph.names,
        graph.refs,
        graph.metres.tolist(),
        *graph.deciseconds.reshape(graph.pieces, -1).T.tolist(),
        graph.flags.tolist(),
        graph.limit_kmh.tolist(),
        lines,
    )
    return ((set_id, edge, *values) for edge, values in enumerate(zip(*columns, strict=True)))


def loaded(connection: sa.Connection, county_id: int) -> bool:
    """Whether the county has roads."""
    found = sa.select(sa.exists().where(road_set.c.county_id == county_id, road_set.c.current))
    return bool(connection.execute(found).scalar_one())


def import_of(connection: sa.Connection, county_id: int) -> int | None:
    """Id of the import that the county's current roads came by, where known."""
    found = sa.select(road_set.c.import_id).where(road_set.c.county_id == county_id, road_set.c.current)
    return connection.execute(found).scalar_one_or_none()


def load(connection: sa.Connection, county_id: int) -> RoadGraph:
    """The county's current road graph, exactly as it was saved.

    A blob that is missing or torn is made anew from the rows, and kept where this connection may.
    Raises UnavailableError when the county has none.
    """
    set_id = routing.current_set(connection, county_id)
    if set_id is None:
        raise UnavailableError("this county has no roads loaded; type: geomatch import roads FILE")
    return load_set(connection, set_id)


def load_set(connection: sa.Connection, set_id: int) -> RoadGraph:
    """The same of one road set, whether it is in use or not."""
    try:
        return blob.from_bytes(routing.kept_graph(connection, set_id) or b"")
    except InputError:
        graph = _from_rows(connection, set_id)
    if routing.may_keep(connection):
        _keep(connection, set_id, graph)
    return graph


def _from_rows(connection: sa.Connection, set_id: int) -> RoadGraph:
    nodes = _columns(connection, road_node, ("ref", "geom"), set_id, order="node")
    pieces = _columns(connection, road_edge, (*_PIECE, "geom"), set_id, order="edge")
    lines = shapely.from_wkb(pieces["geom"])
    coords, owner = shapely.get_coordinates(lines, return_index=True)
    counts = np.bincount(owner, minlength=len(lines))
    return RoadGraph(
        node_ids=np.array(nodes["ref"], dtype=np.int64),
        node_xy=shapely.get_coordinates(shapely.from_wkb(nodes["geom"])).reshape(-1, 2),
        source=np.array(pieces["source"], dtype=np.int32),
        target=np.array(pieces["target"], dtype=np.int32),
        metres=np.array(pieces["metres"], dtype=np.float64),
        road_class=np.array(pieces["road_class"], dtype=np.int8),
        flags=np.array(pieces["flags"], dtype=np.int32),
        limit_kmh=np.array(pieces["limit_kmh"], dtype=np.int16),
        deciseconds=_times(pieces),
        names=pieces["name"],
        refs=pieces["number"],
        coords=coords.reshape(-1, 2),
        offsets=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
    )


def _columns(
    connection: sa.Connection, table: sa.Table, names: tuple[str, ...], set_id: int, *, order: str
) -> dict[str, tuple[Any, ...]]:
    chosen = [sa.func.ST_AsBinary(table.c.geom) if name == "geom" else table.c[name] for name in names]
    found = sa.select(*chosen).where(table.c.road_set_id == set_id).order_by(table.c[order])
    rows = connection.execute(found).all()
    if not rows:
        return dict.fromkeys(names, ())
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _times(pieces: dict[str, tuple[Any, ...]]) -> NDArray[np.int32]:
    stacked = np.array([pieces[name] for name in _TIMES], dtype=np.int32)
    return stacked.T.reshape(-1, len(Mode), 2)
