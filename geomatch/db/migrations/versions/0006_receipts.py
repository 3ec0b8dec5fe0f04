"""Receipts: the problem of every run, kept beside it. The SQL is frozen beside this file.

Revision ID: 0006
"""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table; runs made before have no problem kept."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """What was kept goes."""
    op.get_bind().exec_driver_sql("drop table run_problem")
