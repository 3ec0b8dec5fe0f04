"""What a community would like one day. The SQL is frozen beside this file.

Revision ID: 0080
"""

from pathlib import Path

from alembic import op

revision = "0080"
down_revision = "0076"


def upgrade() -> None:
    """A need may be an aspiration, and people may post one."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: aspirations would become needs that nobody can serve."""
    raise NotImplementedError("aspirations would become needs")
