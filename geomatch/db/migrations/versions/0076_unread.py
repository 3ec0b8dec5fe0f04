"""What a run's document says of minutes from homes is its owner's alone. The SQL is frozen beside this file.

Revision ID: 0076
"""

from pathlib import Path

from alembic import op

revision = "0076"
down_revision = "0056"


def upgrade() -> None:
    """Take from the pages' roles what they have no need to read."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Never: what was closed is not opened again."""
    raise NotImplementedError("what was closed is not opened again")
