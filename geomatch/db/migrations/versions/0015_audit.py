"""The audit: lines that are added and never changed, in one chain. The SQL is frozen beside this file.

Revision ID: 0015
"""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0010"


def upgrade() -> None:
    """Add the schema ``audit``."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: what was done must be answered for."""
    raise NotImplementedError("what was done is never forgotten by going back")
