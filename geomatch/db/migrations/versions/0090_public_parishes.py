"""What everybody may know of an area that a person drew. The SQL is frozen beside this file.

Revision ID: 0090
"""

from pathlib import Path

from alembic import op

revision = "0090"
down_revision = "0093"


def upgrade() -> None:
    """Tell where somebody serves by whole parishes."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Forget how."""
    op.get_bind().exec_driver_sql(
        "drop function public_parishes(resource); drop function public_catchment(resource)"
    )
