"""What people post for themselves: whose it is, and whether a broker has looked at it. Schema ``people``."""

import sqlalchemy as sa

from geomatch.db.tables.columns import PEOPLE, belongs, identity, metadata, one_of, text

POSTED = ("needs", "aspirations", "resources", "organisations")
STATES = ("waiting", "published", "refused", "withdrawn")

# The record itself lies where all records lie, withdrawn until it is published.
posting = sa.Table(
    "posting",
    metadata,
    identity(),
    belongs("county"),
    sa.Column(
        "account_id", sa.BigInteger, sa.ForeignKey(f"{PEOPLE}.account.id", ondelete="SET NULL"), index=True
    ),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="waiting"),
    sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    text("decided_by"),
    text("reason"),
    one_of("kind", POSTED),
    one_of("state", STATES),
    sa.CheckConstraint("state <> 'refused' or reason <> ''", name="reason"),
    sa.UniqueConstraint("county_id", "kind", "ref"),
    sa.Index(
        "posting_waiting_index", "county_id", "posted_at", postgresql_where=sa.text("state = 'waiting'")
    ),
    schema=PEOPLE,
)
