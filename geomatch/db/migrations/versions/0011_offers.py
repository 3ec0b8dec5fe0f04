"""A number that moves whenever what is offered changes. SQL beside this file.

Revision ID: 0011
"""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0032"


def upgrade() -> None:
    """Add the table ``offer_version`` and what moves it."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Without it every search reads the county anew."""
    op.get_bind().exec_driver_sql("drop table offer_version; drop function offers_moved() cascade")
