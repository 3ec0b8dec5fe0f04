"""Matching runs, what they matched and what they left."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import (
    belongs,
    identity,
    metadata,
    one_of,
)

UNMATCHED_REASONS = ("no-candidate", "competition", "quota", "no-short-proof")

matching_run = sa.Table(
    "matching_run",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("problem_sha256", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("served", sa.Integer, nullable=False),
    sa.Column("document", pg.JSONB, nullable=False),
    sa.Column("receipt", pg.JSONB, sa.Computed("document -> 'receipt'", persisted=True)),
    sa.Column("gap", sa.Float, sa.Computed("cast(document ->> 'gap' as float)", persisted=True)),
    one_of("status", ("optimal", "feasible", "infeasible")),
    sa.CheckConstraint("problem_sha256 ~ '^[0-9a-f]{64}$'", name="problem_sha256"),
    sa.Index("matching_run_latest_index", "county_id", sa.text("id desc")),
)

run_problem = sa.Table(
    "run_problem",
    metadata,
    belongs("matching_run", primary_key=True),
    sa.Column("problem", sa.LargeBinary, nullable=False),
)

match = sa.Table(
    "match",
    metadata,
    identity(),
    belongs("matching_run"),
    belongs("need"),
    belongs("resource"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("slot", pg.TSRANGE),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Float, nullable=False),
    sa.CheckConstraint("quantity >= 1 and minutes >= 0", name="quantity"),
    sa.UniqueConstraint("matching_run_id", "need_id", "role", "resource_id", "slot"),
    sa.Index("match_need_id_index", "need_id"),
    sa.Index("match_resource_id_index", "resource_id"),
)

unmatched = sa.Table(
    "unmatched",
    metadata,
    belongs("matching_run", primary_key=True),
    belongs("need", primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False, server_default="{}"),
    one_of("reason", UNMATCHED_REASONS),
    sa.Index("unmatched_need_id_index", "need_id"),
)
