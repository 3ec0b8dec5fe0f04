"""A need that is over leaves what everybody sees. The SQL is frozen beside this file.

Revision ID: 0100
"""

from pathlib import Path

from alembic import op

revision = "0100"
down_revision = "0090"


def upgrade() -> None:
    """Tell which needs are still wanted."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Forget how, and who was asked. Pages keep being made anew when a need closes."""
    op.get_bind().exec_driver_sql(
        "drop table people.asked_wanted; drop function shown_needs(bigint); drop function wanted(bigint)"
    )
