"""Records that were made one: where the other went, for ever, and all that stood in it."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import belongs, identity, metadata, one_of

MERGED = ("organisation", "resource", "need")

merging = sa.Table(
    "merging",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("loser_ref", sa.Text, nullable=False),
    sa.Column("winner_ref", sa.Text, nullable=False),
    sa.Column("kept", pg.JSONB, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("undone_at", sa.DateTime(timezone=True)),
    one_of("what", MERGED),
    sa.CheckConstraint("loser_ref <> winner_ref", name="two"),
    sa.Index(
        "merging_loser_index",
        "county_id",
        "what",
        "loser_ref",
        unique=True,
        postgresql_where=sa.text("undone_at is null"),
    ),
)
