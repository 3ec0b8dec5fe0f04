"""Complaints about what is kept of people, and whom we asked whether a record still is true."""

import sqlalchemy as sa

from geomatch.db.tables.columns import PEOPLE, belongs, identity, metadata, text

complaint = sa.Table(
    "complaint",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    text("answer"),
    sa.Column("answered_at", sa.DateTime(timezone=True)),
    text("answered_by"),
    sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email"),
    sa.CheckConstraint("words <> ''", name="words"),
    sa.CheckConstraint("(answered_at is null) = (answer = '')", name="answered"),
    sa.Index("complaint_open_index", "county_id", "made_at", postgresql_where=sa.text("answered_at is null")),
    schema=PEOPLE,
)

asked_wanted = sa.Table(
    "asked_wanted",
    metadata,
    belongs("need", primary_key=True),
    sa.Column("good_until", sa.Date, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    schema=PEOPLE,
)

asked_still = sa.Table(
    "asked_still",
    metadata,
    belongs("resource", primary_key=True),
    sa.Column("good_until", sa.Date, nullable=False),
    sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    schema=PEOPLE,
)
