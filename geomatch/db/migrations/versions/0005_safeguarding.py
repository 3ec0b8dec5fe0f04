"""Safeguarding: what a role asks of people, and checks that were seen. The SQL is frozen beside this file.

Revision ID: 0005
"""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add columns and table, and turn the features that spoke of DBS checks into them."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """No way down: the features that spoke of checks are gone."""
    raise NotImplementedError("the schema before safeguarding cannot be had back")
