"""Bookings: bundles, series, states that follow from one another, named days and feeds. SQL beside this file.

Revision ID: 0008
"""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add to the tables; what is booked already keeps its time and nothing before or after it."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: who booked what, and why it came to nothing, cannot be made again."""
    raise NotImplementedError("bookings are never forgotten")
