"""People ask to belong to a group that is there. The SQL is frozen beside this file.

Revision ID: 0081
"""

from pathlib import Path

from alembic import op

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    """Keep who asks to belong to which group."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Let them go."""
    op.get_bind().exec_driver_sql("drop table people.joining")
