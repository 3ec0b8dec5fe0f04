"""DBS checks of people, which only matching reads: level, dates and who saw them, and nothing else."""

import sqlalchemy as sa

from geomatch.db.tables.columns import belongs, metadata, one_of
from geomatch.safeguarding import Level

dbs_check = sa.Table(
    "dbs_check",
    metadata,
    belongs("resource", primary_key=True),
    sa.Column("level", sa.Text, nullable=False),
    sa.Column("seen_by", sa.Text, nullable=False),
    sa.Column("issued", sa.Date),
    sa.Column("seen_on", sa.Date),
    sa.Column("until", sa.Date),
    one_of("level", tuple(level for level in Level if level is not Level.NONE)),
    sa.CheckConstraint("seen_by <> ''", name="seen_by"),
    sa.CheckConstraint("seen_on >= issued and until >= issued", name="dates"),
)
