"""Intake at the desk: when a record was written by hand, records made one, what the desk may write. SQL beside this file.

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
    """Never: which records were made one cannot be told again."""
    raise NotImplementedError("where a merged record went is never forgotten")
