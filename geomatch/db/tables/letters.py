"""Who may be written to, what was written, and the links in it. Schema ``people``: closed to the pages.

A letter is stored in the transaction of what it tells, so nothing happens unsaid and nothing is said that did
not happen.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import PEOPLE, belongs, identity, metadata, text

letter = sa.Table(
    "letter",
    metadata,
    identity(),
    # a letter about somebody's account belongs to no county
    sa.Column("county_id", sa.BigInteger, sa.ForeignKey("county.id", ondelete="CASCADE")),
    sa.Column("address", sa.Text, nullable=False),
    text("name"),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("about", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("written_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("sent_at", sa.DateTime(timezone=True)),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    text("refusal"),
    sa.CheckConstraint("address ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="address"),
    sa.CheckConstraint("subject <> '' and subject !~ '[\\r\\n]'", name="subject"),
    sa.CheckConstraint("tries >= 0", name="tries"),
    sa.Index("letter_due_index", "due_at", postgresql_where=sa.text("sent_at is null")),
    schema=PEOPLE,
)

# What a link in a letter may do. Only the hash is kept, so a copy of the database opens nothing.
link = sa.Table(
    "link",
    metadata,
    sa.Column("token_sha256", sa.LargeBinary, primary_key=True),
    belongs("county"),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("about", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("used_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256"),
    sa.CheckConstraint("purpose <> ''", name="purpose"),
    sa.CheckConstraint("until > made_at", name="until"),
    schema=PEOPLE,
)
