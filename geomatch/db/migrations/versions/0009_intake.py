"""Intake at the desk: when a record was written by hand, and what the desk may write.

Revision ID: 0009
"""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add to the tables; nothing that is there changes."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: what was written by hand cannot be told from the rest again."""
    raise NotImplementedError("when a record was written by hand is never forgotten")
