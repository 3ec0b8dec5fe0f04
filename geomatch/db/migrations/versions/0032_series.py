"""Series by every pattern that openings know. SQL beside this file.

Revision ID: 0032
"""

from pathlib import Path

from alembic import op

revision = "0032"
down_revision = "0012"


def upgrade() -> None:
    """Add extra dates and named days to series."""
    op.get_bind().exec_driver_sql(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def downgrade() -> None:
    """The occurrences stay as they were booked."""
    op.get_bind().exec_driver_sql("alter table series drop extra_dates, drop only_in, drop not_in")
