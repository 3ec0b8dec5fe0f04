"""The pages' roles may less: no group's contact, no home moved but by a merge. The SQL is frozen beside it.

Revision ID: 0093
"""

from pathlib import Path

from alembic import op

revision = "0093"
down_revision = "0081"


def upgrade() -> None:
    """Take back what no page needs."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Refused."""
    raise NotImplementedError("what was closed is not opened again")
