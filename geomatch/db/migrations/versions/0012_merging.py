"""Merging of records: refs that went, and what it takes to part them again. SQL beside this file.

Revision ID: 0012
"""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0015"


def upgrade() -> None:
    """Add the tables ``merged``, ``people.merge`` and ``homes.parked`` with what keeps them true."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Records that were merged stay so."""
    op.get_bind().exec_driver_sql(
        "drop trigger organisation_stays_merged on organisation; "
        "drop trigger resource_stays_merged on resource; "
        "drop function park_home(bigint, bigint), unpark_home(bigint, bigint); "
        "drop table homes.parked, people.merge, merged; drop function stays_merged(), merged_moved()"
    )
