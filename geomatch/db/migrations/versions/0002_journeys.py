"""Journeys: kept hierarchies and hub labels. The SQL is frozen beside this file.

Revision ID: 0002
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the tables; labels are made at the next import of a county with roads."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """All of it can be worked out again."""
    op.get_bind().exec_driver_sql(
        "drop trigger need_moved on need; drop trigger resource_moved on resource; "
        "drop table routing_graph, hub_label_out, hub_label_in, hub_place; "
        "drop function hub_place_moved(), hub_place_gone(), hub_label_of_a_place(), hub_place_is_public()"
    )
