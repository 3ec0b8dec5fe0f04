"""Masked homes: drawn by the program, held away from the home by the database. SQL beside this file.

Revision ID: 0016
"""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0011"


def upgrade() -> None:
    """Put masks in place of kilometre squares."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """The squares are not drawn again."""
    raise NotImplementedError("masks cannot be made squares again; restore a backup")
