"""The desk: how people are reached, what they were asked and said, what a broker did. SQL beside this file.

Revision ID: 0010
"""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add five tables to the schema ``people``."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """What people agreed to and what was done cannot be had back."""
    tables = ", ".join(f"people.{name}" for name in ("act", "decision", "asked_after", "ask", "contact"))
    op.get_bind().exec_driver_sql(f"drop table {tables}")
