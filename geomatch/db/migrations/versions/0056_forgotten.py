"""Somebody who is erased leaves kept quarters too. The SQL is frozen beside this file.

Revision ID: 0056
"""

from pathlib import Path

from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Let an erasure take words out of quarters that are over."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: whoever is erased stays erased."""
    raise NotImplementedError("the erased stay erased")
