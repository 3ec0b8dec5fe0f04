"""Accounts, roles, sessions and postings. The SQL is frozen beside this file.

Revision ID: 0035
"""

from pathlib import Path

from alembic import op

revision = "0035"
down_revision = "0016"


def upgrade() -> None:
    """Add to the schema ``people``; an organisation may be withdrawn."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: who may come in is not given away by going back."""
    raise NotImplementedError("accounts are not lost by going back")
