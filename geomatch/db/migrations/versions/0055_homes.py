"""Homes row by row: nobody reaches what they do not name. The SQL is frozen beside this file.

Revision ID: 0055
"""

from pathlib import Path

from alembic import op

revision = "0055"
down_revision = "0014"


def upgrade() -> None:
    """Guard the rows of the schema ``homes``."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: what is guarded stays guarded."""
    raise NotImplementedError("homes stay guarded")
