"""What areas reach, each quarter as it was, and what members set out to do. The SQL is frozen beside it.

Revision ID: 0014
"""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0036"


def upgrade() -> None:
    """Add snapshots, minutes to the nearest of everything, targets and stories."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Snapshots cannot be had back."""
    run = op.get_bind().exec_driver_sql
    run("drop table people.story, people.target, snapshot_shape, snapshot_area, snapshot, reach")
    run("drop function snapshot_part_stays(), snapshot_stays(), quarter_is_over(text)")
