"""Roads as one checked blob, and journeys from any label in plain SQL. The SQL is frozen beside this file.

Revision ID: 0004
"""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table and the functions; the blob of roads already loaded is made when they are next read."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """All of it can be worked out again. Volunteers stay out of the label tables, row by row as before."""
    op.get_bind().exec_driver_sql(
        "drop function journeys_from(hub_label, text, integer), journeys_towards(hub_label, text, integer), "
        "nearest_from(hub_label, text, integer), nearest_towards(hub_label, text, integer), "
        "hub_label_of(text, bigint, text, boolean), roads_in_use(bigint); "
        "drop type hub_label; "
        "drop trigger road_node_changed on road_node; drop trigger road_edge_changed on road_edge; "
        "drop table road_graph; drop function road_graph_outdated(); "
    )
