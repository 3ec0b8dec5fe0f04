"""Letters, the links in them, and the role of the broker's desk. The SQL is frozen beside this file.

Revision ID: 0003
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the schema ``people``, its first tables and the role ``geomatch_desk``."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Letters are lost; the role stays, for another database of the server may use it."""
    op.get_bind().exec_driver_sql("drop schema people cascade")
