"""Finding places: one table of every name that may be found, and UPRNs. The SQL is frozen beside this file.

Revision ID: 0007
"""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the tables and fill the names of what is loaded."""
    statements = Path(__file__).with_suffix(".sql").read_text("utf-8")
    op.get_bind().exec_driver_sql(statements.replace("%", "%%"))


def downgrade() -> None:
    """Names can be gathered again, and UPRNs loaded again."""
    op.get_bind().exec_driver_sql(
        "drop trigger findable_new on organisation; drop trigger findable_changed on organisation; "
        "drop trigger findable_gone on organisation; drop trigger findable_new on resource; "
        "drop trigger findable_changed on resource; drop trigger findable_gone on resource; "
        "drop function findable_follows(); drop function find_names(bigint); drop view findable_now; "
        "drop table findable, uprn; drop function search_key(text); alter table postcode drop column packed"
    )
