"""Roads, the hierarchies over them, and the hub labels of needs and resources."""

import sqlalchemy as sa

from geomatch.db.tables.columns import (
    belongs,
    flag,
    geometry,
    identity,
    mentions,
    metadata,
    one_of,
    text,
)
from geomatch.model import Mode

road_set = sa.Table(
    "road_set",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    flag("current"),
    sa.Index("road_set_one_current", "county_id", unique=True, postgresql_where=sa.text("current")),
)

road_node = sa.Table(
    "road_node",
    metadata,
    belongs("road_set", primary_key=True),
    sa.Column("node", sa.Integer, primary_key=True),
    sa.Column("ref", sa.BigInteger, nullable=False),
    geometry("POINT"),
)

_DECISECONDS = [
    sa.Column(f"{mode}_{direction}", sa.Integer, nullable=False)
    for mode in Mode
    for direction in ("forward", "backward")
]

road_edge = sa.Table(
    "road_edge",
    metadata,
    belongs("road_set", primary_key=True),
    sa.Column("edge", sa.Integer, primary_key=True),
    sa.Column("source", sa.Integer, nullable=False),
    sa.Column("target", sa.Integer, nullable=False),
    sa.Column("road_class", sa.SmallInteger, nullable=False),
    text("name"),
    text("number"),
    sa.Column("metres", sa.Float, nullable=False),
    *_DECISECONDS,
    sa.Column("flags", sa.Integer, nullable=False, server_default="0"),
    sa.Column("limit_kmh", sa.SmallInteger, nullable=False, server_default="0"),
    geometry("LINESTRING"),
    sa.CheckConstraint("metres >= 0", name="metres"),
    sa.Index("road_edge_class_index", "road_set_id", "road_class"),
)

# The rows of road_node and road_edge once more, as one checked blob to read in a moment.
road_graph = sa.Table(
    "road_graph",
    metadata,
    belongs("road_set", primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("built_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("graph", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
)

routing_graph = sa.Table(
    "routing_graph",
    metadata,
    belongs("road_set", primary_key=True),
    sa.Column("mode", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("weights_hash", sa.Text, nullable=False),
    sa.Column("built_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("hierarchy", sa.LargeBinary, nullable=False),
    one_of("mode", Mode),
    sa.CheckConstraint("weights_hash ~ '^[0-9a-f]{64}$'", name="weights_hash"),
)


def _labelled(table: str) -> "sa.Column[int]":
    return sa.Column(
        f"{table}_id", sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True
    )


# Where labelled needs and resources join the road; empty but for its key where a place was refused.
hub_place = sa.Table(
    "hub_place",
    metadata,
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("mode", sa.Text, primary_key=True),
    belongs("road_set"),
    _labelled("need"),
    _labelled("resource"),
    sa.Column("edge", sa.Integer),
    sa.Column("fraction", sa.Float),
    sa.Column("forward", sa.Integer),
    sa.Column("backward", sa.Integer),
    sa.Column("walk", sa.Integer),
    one_of("mode", Mode),
    sa.CheckConstraint(
        "case what when 'need' then need_id is not null and need_id = id and resource_id is null "
        "when 'resource' then resource_id is not null and resource_id = id and need_id is null "
        "else false end",
        name="one_record",
    ),
    sa.CheckConstraint("num_nulls(edge, fraction, walk) in (0, 3)", name="on_a_road"),
    sa.Index("hub_place_edge_index", "road_set_id", "mode", "edge"),
)


def _labels(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("county_id", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("hub", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("deciseconds", sa.Integer, nullable=False),
        sa.Index(
            f"{name}_hub_index",
            "hub",
            "mode",
            "what",
            "county_id",
            "deciseconds",
            postgresql_include=["id"],
        ),
    )


hub_label_out = _labels("hub_label_out")
hub_label_in = _labels("hub_label_in")
