"""Records that turned out to be the same: the refs that went, and what it takes to part them again."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import HOMES, PEOPLE, belongs, flag, geometry, identity, metadata, one_of

MERGEABLE = ("organisation", "resource")


def _survivor(table: str) -> "sa.Column[int]":
    return sa.Column(
        f"{table}_id", sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True
    )


# A ref that went, and the record that answers to it since. No record can have such a ref again.
merged = sa.Table(
    "merged",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("ref", sa.Text, primary_key=True),
    _survivor("organisation"),
    _survivor("resource"),
    one_of("what", MERGEABLE),
    sa.CheckConstraint(
        "case what when 'resource' then resource_id is not null and organisation_id is null "
        "else organisation_id is not null and resource_id is null end",
        name="survivor",
    ),
)

# One merge: both records as they stood, the survivor as it became, and what was moved to it.
merge = sa.Table(
    "merge",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("kept", pg.JSONB, nullable=False),
    sa.Column("gone", pg.JSONB, nullable=False),
    sa.Column("became", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("moved", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("undone_at", sa.DateTime(timezone=True)),
    one_of("what", MERGEABLE),
    schema=PEOPLE,
)

# The one of two homes of a person that was not chosen, for as long as the merge can be undone.
parked = sa.Table(
    "parked",
    metadata,
    sa.Column(
        "merge_id", sa.BigInteger, sa.ForeignKey(f"{PEOPLE}.merge.id", ondelete="CASCADE"), primary_key=True
    ),
    geometry("POINT", null=True),
    sa.Column("postcode", sa.Text),
    flag("exact"),
    sa.CheckConstraint("num_nonnulls(geom, postcode) > 0", name="somewhere"),
    schema=HOMES,
)
