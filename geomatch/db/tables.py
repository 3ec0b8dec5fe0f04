"""Every table. Geometry is EPSG:27700; times are Europe/London wall time (``tsrange``), days ``daterange``.

Constraints make impossible states impossible here, not only in the code that writes. Exact homes of
people lie in the schema ``homes`` and nowhere else.
"""

from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql as pg

from geomatch.crs import BRITISH_NATIONAL_GRID
from geomatch.model import SECTORS, FeatureType, Mode, ResourceKind, Travels, Truth

HOMES = "homes"
"""Schema of exact homes, closed to the application's own role."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

LIVE_BOOKING = ("proposed", "confirmed")
BOOKING_STATES = (*LIVE_BOOKING, "done", "declined", "released", "cancelled")
NEED_STATES = ("open", "met", "withdrawn")
UNMATCHED_REASONS = ("no-candidate", "competition", "quota", "no-short-proof")


def _geometry(kind: str, *, name: str = "geom", null: bool = False) -> "sa.Column[Any]":
    return sa.Column(
        name, Geometry(kind, srid=BRITISH_NATIONAL_GRID, spatial_index=True, nullable=null), nullable=null
    )


def _one_of(column: str, values: tuple[str, ...] | type[Any]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _belongs(table: str, *, name: str | None = None, primary_key: bool = False) -> "sa.Column[int]":
    return sa.Column(
        name or f"{table}_id",
        sa.BigInteger,
        sa.ForeignKey(f"{table}.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _mentions(table: str) -> "sa.Column[int]":
    return sa.Column(f"{table}_id", sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="SET NULL"))


def _text(name: str, *, null: bool = False) -> "sa.Column[str]":
    return sa.Column(name, sa.Text, nullable=null, server_default=None if null else "")


def _flag(name: str, *, default: str = "false") -> "sa.Column[bool]":
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(default))


def _minutes(name: str = "max_minutes") -> tuple["sa.Column[float]", sa.CheckConstraint]:
    return sa.Column(name, sa.Float), sa.CheckConstraint(f"{name} > 0 and {name} <= 1440", name=name)


def _placed() -> tuple["sa.Column[Any]", ...]:
    """Where a record lies: point, postcode, and the current parish and division (null when in none)."""
    return (
        _geometry("POINT", null=True),
        _text("postcode", null=True),
        sa.Column("parish_code", sa.Text, index=True),
        sa.Column("division_code", sa.Text),
        _flag("outside"),
    )


def _feature_value() -> tuple[Any, ...]:
    """A typed value: exactly the column of its type is filled, and the type is the feature's own."""
    return (
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("truth", sa.Text),
        sa.Column("number", sa.Float),
        sa.Column("text", sa.Text),
        _one_of("truth", Truth),
        sa.CheckConstraint("num_nonnulls(truth, number, text) = 1", name="one_value"),
        sa.CheckConstraint(
            "case type when 'truth' then truth is not null when 'number' then number is not null "
            "else text is not null end",
            name="value_of_its_type",
        ),
        sa.ForeignKeyConstraint(["name", "type"], ["feature_type.name", "feature_type.type"]),
    )


county = sa.Table(
    "county",
    metadata,
    _id(),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("gss", sa.Text),
    _flag("illustrative"),
    _text("notice"),
    sa.Column("settings", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    _geometry("MULTIPOLYGON", null=True),
    sa.CheckConstraint("slug ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'", name="slug"),
)

# county.geom in small pieces: the same question, answered many times faster.
county_piece = sa.Table(
    "county_piece",
    metadata,
    _id(),
    _belongs("county"),
    _geometry("POLYGON"),
)

import_ = sa.Table(
    "import",
    metadata,
    _id(),
    _belongs("county"),
    sa.Column("kind", sa.Text, nullable=False),
    _text("subject"),
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
    _id(),
    _belongs("county"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("vintage", sa.Date, nullable=False),
    sa.UniqueConstraint("county_id", "kind", "vintage"),
)

area = sa.Table(
    "area",
    metadata,
    _id(),
    _belongs("county"),
    _belongs("area_set"),
    _mentions("import"),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("code", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    _flag("outside"),
    sa.Column("valid", pg.DATERANGE, nullable=False),
    _geometry("MULTIPOLYGON"),
    _geometry("MULTIPOLYGON", name="simple"),
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
    _id(),
    _belongs("county"),
    _mentions("import"),
    sa.Column("group_kind", sa.Text, nullable=False),
    sa.Column("group_code", sa.Text, nullable=False),
    sa.Column("group_name", sa.Text, nullable=False),
    sa.Column("parish_code", sa.Text, nullable=False),
    _text("division_code"),
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

organisation = sa.Table(
    "organisation",
    metadata,
    _id(),
    _belongs("county"),
    _mentions("import"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    _text("description"),
    sa.Column("sector", sa.Text, nullable=False),
    sa.Column("themes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("small", sa.Text, nullable=False, server_default=Truth.UNKNOWN),
    *_placed(),
    sa.Column("url", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("telephone", sa.Text),
    _one_of("sector", SECTORS),
    _one_of("small", Truth),
    sa.CheckConstraint("ref <> '' and name <> ''", name="named"),
    sa.UniqueConstraint("county_id", "ref"),
)

feature_type = sa.Table(
    "feature_type",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    _one_of("type", FeatureType),
    sa.UniqueConstraint("name", "type"),
)

resource = sa.Table(
    "resource",
    metadata,
    _id(),
    _belongs("county"),
    _mentions("import"),
    _mentions("organisation"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _text("subkind"),
    sa.Column("name", sa.Text, nullable=False),
    _text("description"),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("travels", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    *_minutes(),
    sa.Column("catchment_kind", sa.Text, nullable=False, server_default="anywhere"),
    *_minutes("catchment_minutes"),
    _geometry("MULTIPOLYGON", name="catchment", null=True),
    sa.Column("catchment_parishes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    *_placed(),
    sa.Column("precision_metres", sa.Integer, nullable=False, server_default="0"),
    sa.Column("verified_until", sa.Date),
    sa.Column("withdrawn_on", sa.Date),
    _one_of("kind", ResourceKind),
    _one_of("travels", Travels),
    _one_of("mode", Mode),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.CheckConstraint("ref <> '' and name <> ''", name="named"),
    sa.CheckConstraint(
        "case catchment_kind when 'anywhere' then true when 'minutes' then catchment_minutes is not null "
        "when 'polygon' then catchment is not null when 'parishes' then cardinality(catchment_parishes) > 0 "
        "else false end",
        name="catchment",
    ),
    sa.CheckConstraint(
        "kind <> 'volunteer' or (postcode is null and (geom is null or (precision_metres >= 1000 and "
        "mod(ST_X(geom)::numeric, 1000) = 500 and mod(ST_Y(geom)::numeric, 1000) = 500)))",
        name="no_home_in_public",
    ),
    sa.UniqueConstraint("county_id", "ref"),
    sa.Index("resource_kind_index", "county_id", "kind"),
)

home = sa.Table(
    "home",
    metadata,
    _belongs("resource", primary_key=True),
    _geometry("POINT", null=True),
    sa.Column("postcode", sa.Text),
    sa.CheckConstraint("num_nonnulls(geom, postcode) > 0", name="somewhere"),
    schema=HOMES,
)

resource_feature = sa.Table(
    "resource_feature",
    metadata,
    _belongs("resource", primary_key=True),
    *_feature_value(),
    sa.Column("until", sa.Date),
)

opening = sa.Table(
    "opening",
    metadata,
    _id(),
    _belongs("resource"),
    sa.Column("first", pg.TSRANGE, nullable=False),
    sa.Column("rrule", sa.Text),
    sa.Column("except_dates", pg.ARRAY(sa.Date), nullable=False, server_default="{}"),
    _flag("closed"),
    sa.CheckConstraint("not isempty(first) and not lower_inf(first) and not upper_inf(first)", name="first"),
    sa.CheckConstraint("rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$'", name="rrule"),
    sa.Index("opening_resource_id_index", "resource_id"),
)

need = sa.Table(
    "need",
    metadata,
    _id(),
    _belongs("county"),
    _mentions("import"),
    _mentions("organisation"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    _text("description"),
    sa.Column("status", sa.Text, nullable=False, server_default="open"),
    sa.Column("weight", sa.Float, nullable=False, server_default="1"),
    _flag("all_or_nothing", default="true"),
    sa.Column("asked", sa.Date),
    sa.Column("closes", sa.Date),
    sa.Column("mode", sa.Text, nullable=False),
    *_minutes(),
    sa.Column("stated_parish", sa.Text),
    *_placed(),
    _one_of("status", NEED_STATES),
    _one_of("mode", Mode),
    sa.CheckConstraint("weight > 0 and weight <= 1000", name="weight"),
    sa.CheckConstraint("closes >= asked", name="closes"),
    sa.CheckConstraint("ref <> '' and title <> ''", name="named"),
    sa.UniqueConstraint("county_id", "ref"),
)

need_role = sa.Table(
    "need_role",
    metadata,
    _id(),
    _belongs("need"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    _text("subkind"),
    sa.Column("substitutes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("minimum", sa.Integer, nullable=False, server_default="1"),
    *_minutes(),
    _one_of("kind", ResourceKind),
    sa.CheckConstraint("quantity >= 1 and minimum between 0 and quantity", name="quantity"),
    sa.UniqueConstraint("need_id", "role"),
)

role_feature = sa.Table(
    "role_feature",
    metadata,
    _belongs("need_role", primary_key=True),
    *_feature_value(),
)

need_window = sa.Table(
    "need_window",
    metadata,
    _id(),
    _belongs("need"),
    sa.Column("during", pg.TSRANGE, nullable=False),
    sa.CheckConstraint(
        "not isempty(during) and not lower_inf(during) and not upper_inf(during)", name="during"
    ),
    sa.UniqueConstraint("need_id", "during"),
)

booking = sa.Table(
    "booking",
    metadata,
    _id(),
    _belongs("resource"),
    _mentions("need"),
    sa.Column("during", pg.TSRANGE, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("status", sa.Text, nullable=False, server_default="proposed"),
    sa.Column("holds", sa.Boolean, sa.Computed(f"status in {LIVE_BOOKING}", persisted=True), nullable=False),
    _text("reason"),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    _one_of("status", BOOKING_STATES),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.CheckConstraint(
        "not isempty(during) and not lower_inf(during) and not upper_inf(during)", name="during"
    ),
    sa.UniqueConstraint("id", "resource_id", "during", "holds", name="booking_held_key"),
)

booking_unit = sa.Table(
    "booking_unit",
    metadata,
    sa.Column("booking_id", sa.BigInteger, primary_key=True),
    sa.Column("unit", sa.Integer, primary_key=True),
    sa.Column("resource_id", sa.BigInteger, nullable=False),
    sa.Column("during", pg.TSRANGE, nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),
    sa.CheckConstraint("unit >= 1", name="unit"),
    sa.ForeignKeyConstraint(
        ["booking_id", "resource_id", "during", "holds"],
        ["booking.id", "booking.resource_id", "booking.during", "booking.holds"],
        name="booking_unit_booking_fkey",
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    pg.ExcludeConstraint(
        ("resource_id", "="),
        ("unit", "="),
        ("during", "&&"),
        where=sa.text("holds"),
        name="booking_unit_held_once",
    ),
)

matching_run = sa.Table(
    "matching_run",
    metadata,
    _id(),
    _belongs("county"),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("problem_sha256", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("served", sa.Integer, nullable=False),
    sa.Column("document", pg.JSONB, nullable=False),
    _one_of("status", ("optimal", "feasible", "infeasible")),
    sa.CheckConstraint("problem_sha256 ~ '^[0-9a-f]{64}$'", name="problem_sha256"),
    sa.Index("matching_run_latest_index", "county_id", sa.text("id desc")),
)

match = sa.Table(
    "match",
    metadata,
    _id(),
    _belongs("matching_run"),
    _belongs("need"),
    _belongs("resource"),
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
    _belongs("matching_run", primary_key=True),
    _belongs("need", primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", pg.JSONB, nullable=False, server_default="{}"),
    _one_of("reason", UNMATCHED_REASONS),
    sa.Index("unmatched_need_id_index", "need_id"),
)

road_set = sa.Table(
    "road_set",
    metadata,
    _id(),
    _belongs("county"),
    _mentions("import"),
    _flag("current"),
    sa.Index("road_set_one_current", "county_id", unique=True, postgresql_where=sa.text("current")),
)

road_node = sa.Table(
    "road_node",
    metadata,
    _belongs("road_set", primary_key=True),
    sa.Column("node", sa.Integer, primary_key=True),
    sa.Column("ref", sa.BigInteger, nullable=False),
    _geometry("POINT"),
)

_DECISECONDS = [
    sa.Column(f"{mode}_{direction}", sa.Integer, nullable=False)
    for mode in Mode
    for direction in ("forward", "backward")
]

road_edge = sa.Table(
    "road_edge",
    metadata,
    _belongs("road_set", primary_key=True),
    sa.Column("edge", sa.Integer, primary_key=True),
    sa.Column("source", sa.Integer, nullable=False),
    sa.Column("target", sa.Integer, nullable=False),
    sa.Column("road_class", sa.SmallInteger, nullable=False),
    _text("name"),
    _text("number"),
    sa.Column("metres", sa.Float, nullable=False),
    *_DECISECONDS,
    sa.Column("flags", sa.Integer, nullable=False, server_default="0"),
    sa.Column("limit_kmh", sa.SmallInteger, nullable=False, server_default="0"),
    _geometry("LINESTRING"),
    sa.CheckConstraint("metres >= 0", name="metres"),
    sa.Index("road_edge_class_index", "road_set_id", "road_class"),
)

routing_graph = sa.Table(
    "routing_graph",
    metadata,
    _belongs("road_set", primary_key=True),
    sa.Column("mode", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("weights_hash", sa.Text, nullable=False),
    sa.Column("built_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("hierarchy", sa.LargeBinary, nullable=False),
    _one_of("mode", Mode),
    sa.CheckConstraint("weights_hash ~ '^[0-9a-f]{64}$'", name="weights_hash"),
)


def _labelled(table: str) -> "sa.Column[int]":
    return sa.Column(
        f"{table}_id", sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="CASCADE"), index=True
    )


# Where labelled needs and resources join the road; empty but for its key where a place was refused.
hub_place = sa.Table(
    "hub_place",
    metadata,
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("mode", sa.Text, primary_key=True),
    _belongs("road_set"),
    _labelled("need"),
    _labelled("resource"),
    sa.Column("edge", sa.Integer),
    sa.Column("fraction", sa.Float),
    sa.Column("forward", sa.Integer),
    sa.Column("backward", sa.Integer),
    sa.Column("walk", sa.Integer),
    _one_of("mode", Mode),
    sa.CheckConstraint(
        "case what when 'need' then need_id is not null and need_id = id and resource_id is null "
        "when 'resource' then resource_id is not null and resource_id = id and need_id is null "
        "else false end",
        name="one_record",
    ),
    sa.CheckConstraint("num_nulls(edge, fraction, walk) in (0, 3)", name="on_a_road"),
    sa.Index("hub_place_edge_index", "road_set_id", "mode", "edge"),
)


def _labels(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("county_id", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, primary_key=True),
        sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("mode", sa.Text, primary_key=True),
        sa.Column("hub", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("deciseconds", sa.Integer, nullable=False),
        sa.Index(
            f"{name}_hub_index",
            "hub",
            "mode",
            "what",
            "county_id",
            "deciseconds",
            postgresql_include=["id"],
        ),
    )


hub_label_out = _labels("hub_label_out")
hub_label_in = _labels("hub_label_in")

postcode = sa.Table(
    "postcode",
    metadata,
    _belongs("county", primary_key=True),
    sa.Column("postcode", sa.Text, primary_key=True),
    _mentions("import"),
    sa.Column("quality", sa.SmallInteger),
    sa.Column("district_code", sa.Text),
    sa.Column("ward_code", sa.Text),
    _geometry("POINT"),
)

place_name = sa.Table(
    "place_name",
    metadata,
    _id(),
    _belongs("county"),
    _mentions("import"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("other_name", sa.Text),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("local_type", sa.Text, nullable=False),
    sa.Column("populated_place", sa.Text),
    _geometry("POINT"),
    sa.UniqueConstraint("county_id", "ref"),
    sa.Index(
        "place_name_name_index", "name", postgresql_using="gin", postgresql_ops={"name": "gin_trgm_ops"}
    ),
)

population = sa.Table(
    "population",
    metadata,
    _belongs("county", primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    _mentions("import"),
    sa.Column("residents", sa.Integer, nullable=False),
    _geometry("POINT"),
    sa.CheckConstraint("residents >= 0", name="residents"),
)
