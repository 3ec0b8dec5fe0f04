"""What may be found by name or number. Names of places, areas, groups and venues; never of a person."""

import sqlalchemy as sa

from geomatch.db.tables.columns import belongs, flag, geometry, identity, mentions, metadata, one_of, text

FINDABLE = ("place", "area", "organisation", "resource")
"""Where a name comes from; of resources, only venues."""

findable = sa.Table(
    "findable",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("source_id", sa.BigInteger, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("rank", sa.SmallInteger, nullable=False),
    sa.Column("precision_metres", sa.Integer, nullable=False),
    text("parish_code", null=True),
    text("parish", null=True),
    flag("outside"),
    geometry("POINT"),
    sa.Column(
        "standing",
        sa.Integer,
        sa.Computed("outside::integer * 100000 + rank * 1000 + least(length(key), 999)", persisted=True),
        nullable=False,
    ),
    one_of("what", FINDABLE),
    sa.CheckConstraint("what <> 'resource' or kind = 'venue'", name="no_person"),
    sa.Index(
        "findable_key_index",
        "key",
        postgresql_using="gin",
        postgresql_ops={"key": "gin_trgm_ops"},
        postgresql_with={"fastupdate": "off"},
    ),
    sa.Index("findable_start_index", "county_id", "key", postgresql_ops={"key": "text_pattern_ops"}),
    sa.Index("findable_standing_index", "county_id", "standing", "name"),
    sa.Index("findable_source_index", "what", "source_id"),
)

uprn = sa.Table(
    "uprn",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("uprn", sa.BigInteger, primary_key=True),
    mentions("import"),
    geometry("POINT"),
    sa.CheckConstraint("uprn between 1 and 999999999999", name="uprn"),
)
