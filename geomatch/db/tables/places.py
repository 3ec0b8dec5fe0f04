"""Where things are: counties, their areas, postcodes, names and residents, and every file read in."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import (
    belongs,
    flag,
    geometry,
    identity,
    mentions,
    metadata,
    text,
)

county = sa.Table(
    "county",
    metadata,
    identity(),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("gss", sa.Text),
    flag("illustrative"),
    text("notice"),
    sa.Column("settings", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    geometry("MULTIPOLYGON", null=True),
    sa.CheckConstraint("slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'", name="slug"),
)

# county.geom in small pieces: the same question, answered many times faster.
county_piece = sa.Table(
    "county_piece",
    metadata,
    identity(),
    belongs("county"),
    geometry("POLYGON"),
)

import_ = sa.Table(
    "import",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("kind", sa.Text, nullable=False),
    text("subject"),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("options", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("publisher", sa.Text),
    sa.Column("licence", sa.Text),
    sa.Column("vintage", sa.Date),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("read", sa.Integer, nullable=False),
    sa.Column("loaded", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Column("issues", pg.JSONB, nullable=False, server_default="[]"),
    sa.Column("kept", sa.Integer, nullable=False, server_default="0"),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.CheckConstraint("read = loaded + rejected and loaded >= 0 and rejected >= 0", name="counts"),
    sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
    sa.UniqueConstraint("county_id", "kind", "subject", "source"),
)

area_set = sa.Table(
    "area_set",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("vintage", sa.Date, nullable=False),
    sa.UniqueConstraint("county_id", "kind", "vintage"),
)

area = sa.Table(
    "area",
    metadata,
    identity(),
    belongs("county"),
    belongs("area_set"),
    mentions("import"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    flag("outside"),
    sa.Column("valid", pg.DATERANGE, nullable=False),
    geometry("MULTIPOLYGON"),
    geometry("MULTIPOLYGON", name="simple"),
    sa.CheckConstraint("not isempty(valid)", name="valid"),
    sa.CheckConstraint("code <> '' and name <> ''", name="named"),
    sa.CheckConstraint("ST_IsValid(geom) and not ST_IsEmpty(geom)", name="geom"),
    pg.ExcludeConstraint(
        ("county_id", "="), ("kind", "="), ("code", "="), ("valid", "&&"), name="area_true_once_at_a_time"
    ),
)

membership = sa.Table(
    "membership",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    sa.Column("group_kind", sa.Text, nullable=False),
    sa.Column("group_code", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("parish_code", sa.Text, nullable=False),
    text("division_code"),
    sa.Column("valid", pg.DATERANGE, nullable=False),
    sa.Column("zone", sa.Text),
    sa.Column("confidence", sa.Text),
    sa.Column("source", sa.Text),
    sa.CheckConstraint("not isempty(valid)", name="valid"),
    pg.ExcludeConstraint(
        ("county_id", "="),
        ("group_kind", "="),
        ("parish_code", "="),
        ("division_code", "="),
        ("valid", "&&"),
        name="membership_one_group_at_a_time",
    ),
    sa.Index("membership_group_index", "county_id", "group_kind", "group_code"),
)

postcode = sa.Table(
    "postcode",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("postcode", sa.Text, primary_key=True),
    mentions("import"),
    sa.Column("quality", sa.SmallInteger),
    sa.Column("district_code", sa.Text),
    sa.Column("ward_code", sa.Text),
    geometry("POINT"),
    sa.Column("packed", sa.Text, sa.Computed("replace(postcode, ' ', '')", persisted=True), nullable=False),
    sa.Index("postcode_packed_index", "county_id", "packed", postgresql_ops={"packed": "text_pattern_ops"}),
)

place_name = sa.Table(
    "place_name",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("other_name", sa.Text),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("local_type", sa.Text, nullable=False),
    sa.Column("populated_place", sa.Text),
    geometry("POINT"),
    sa.UniqueConstraint("county_id", "ref"),
    sa.Index(
        "place_name_name_index", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}
    ),
)

population = sa.Table(
    "population",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    mentions("import"),
    sa.Column("residents", sa.Integer, nullable=False),
    geometry("POINT"),
    sa.CheckConstraint("residents >= 0", name="residents"),
)

# Days with a name, such as term time and bank holidays, that openings may speak of.
season = sa.Table(
    "season",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("days", pg.DATERANGE, nullable=False),
    sa.CheckConstraint("name ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'", name="name"),
    sa.CheckConstraint("not isempty(days) and not lower_inf(days) and not upper_inf(days)", name="days"),
    sa.UniqueConstraint("county_id", "name", "days"),
)
