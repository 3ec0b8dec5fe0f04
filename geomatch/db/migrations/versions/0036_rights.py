"""Complaints are kept; a reading of a home is written down without anybody's own words. SQL beside this file.

Revision ID: 0036
"""

from pathlib import Path

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Add complaints, and who was asked whether a record still is true."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Complaints cannot be had back."""
    op.get_bind().exec_driver_sql("drop table people.complaint, people.asked_still")
