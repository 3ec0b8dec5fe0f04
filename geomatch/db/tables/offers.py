"""What is offered, and by whom. Exact homes of people lie in the schema ``homes`` and nowhere else."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import (
    HOMES,
    belongs,
    feature_value,
    flag,
    geometry,
    identity,
    mentions,
    metadata,
    minutes,
    one_of,
    placed,
    text,
)
from geomatch.model import SECTORS, FeatureType, Mode, ResourceKind, Travels, Truth


def _listed(name: str, kind: type[Any]) -> "sa.Column[Any]":
    return sa.Column(name, pg.ARRAY(kind), nullable=False, server_default="{}")


organisation = sa.Table(
    "organisation",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    text("description"),
    sa.Column("sector", sa.Text, nullable=False),
    sa.Column("themes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("small", sa.Text, nullable=False, server_default=Truth.UNKNOWN),
    *placed(),
    sa.Column("url", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("telephone", sa.Text),
    sa.Column("edited_at", sa.DateTime(timezone=True)),
    sa.Column("withdrawn_on", sa.Date),
    one_of("sector", SECTORS),
    one_of("small", Truth),
    sa.CheckConstraint("ref <> '' and name <> ''", name="named"),
    sa.UniqueConstraint("county_id", "ref"),
)

feature_type = sa.Table(
    "feature_type",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    one_of("type", FeatureType),
    sa.UniqueConstraint("name", "type"),
)

resource = sa.Table(
    "resource",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    mentions("organisation"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    text("subkind"),
    sa.Column("name", sa.Text, nullable=False),
    text("description"),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("travels", sa.Text, nullable=False),
    sa.Column("mode", sa.Text, nullable=False),
    *minutes(),
    sa.Column("catchment_kind", sa.Text, nullable=False, server_default="anywhere"),
    *minutes("catchment_minutes"),
    geometry("MULTIPOLYGON", name="catchment", null=True),
    sa.Column("catchment_parishes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    *placed(),
    sa.Column("precision_metres", sa.Integer, nullable=False, server_default="0"),
    sa.Column("verified_until", sa.Date),
    sa.Column("withdrawn_on", sa.Date),
    sa.Column("set_up_minutes", sa.Integer),
    sa.Column("turn_round_minutes", sa.Integer),
    sa.Column("edited_at", sa.DateTime(timezone=True)),
    one_of("kind", ResourceKind),
    one_of("travels", Travels),
    one_of("mode", Mode),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.CheckConstraint("set_up_minutes between 0 and 1440", name="set_up_minutes"),
    sa.CheckConstraint("turn_round_minutes between 0 and 1440", name="turn_round_minutes"),
    sa.CheckConstraint("ref <> '' and name <> ''", name="named"),
    sa.CheckConstraint(
        "case catchment_kind when 'anywhere' then true when 'minutes' then catchment_minutes is not null "
        "when 'polygon' then catchment is not null when 'parishes' then cardinality(catchment_parishes) > 0 "
        "else false end",
        name="catchment",
    ),
    sa.CheckConstraint(
        "kind <> 'volunteer' or (postcode is null and (geom is null or precision_metres >= 500))",
        name="no_home_in_public",
    ),
    sa.UniqueConstraint("county_id", "ref"),
    sa.Index("resource_kind_index", "county_id", "kind"),
)

home = sa.Table(
    "home",
    metadata,
    belongs("resource", primary_key=True),
    geometry("POINT", null=True),
    sa.Column("postcode", sa.Text),
    flag("exact"),
    sa.CheckConstraint("num_nonnulls(geom, postcode) > 0", name="somewhere"),
    schema=HOMES,
)

resource_feature = sa.Table(
    "resource_feature",
    metadata,
    belongs("resource", primary_key=True),
    *feature_value(),
    sa.Column("until", sa.Date),
)

opening = sa.Table(
    "opening",
    metadata,
    identity(),
    belongs("resource"),
    sa.Column("first", pg.TSRANGE, nullable=False),
    sa.Column("rrule", sa.Text),
    _listed("except_dates", sa.Date),
    flag("closed"),
    _listed("extra_dates", sa.Date),
    _listed("only_in", sa.Text),
    _listed("not_in", sa.Text),
    sa.CheckConstraint("not isempty(first) and not lower_inf(first) and not upper_inf(first)", name="first"),
    sa.CheckConstraint("rrule ~ '^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$'", name="rrule"),
    sa.Index("opening_resource_id_index", "resource_id"),
)
