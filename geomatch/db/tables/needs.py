"""What communities ask for: needs, their roles and windows."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import (
    belongs,
    feature_value,
    flag,
    identity,
    mentions,
    metadata,
    minutes,
    one_of,
    placed,
    text,
)
from geomatch.model import Mode, ResourceKind, Truth
from geomatch.safeguarding import Level, With

CIRCUMSTANCES = ("overnight", "personal_care", "supervised")
"""What is asked of a role's contact with people, each yes, no or unknown."""
NEED_STATES = ("open", "met", "withdrawn")

need = sa.Table(
    "need",
    metadata,
    identity(),
    belongs("county"),
    mentions("import"),
    mentions("organisation"),
    sa.Column("ref", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    text("description"),
    sa.Column("status", sa.Text, nullable=False, server_default="open"),
    sa.Column("weight", sa.Float, nullable=False, server_default="1"),
    flag("all_or_nothing", default="true"),
    sa.Column("asked", sa.Date),
    sa.Column("closes", sa.Date),
    sa.Column("mode", sa.Text, nullable=False),
    *minutes(),
    sa.Column("stated_parish", sa.Text),
    *placed(),
    sa.Column("edited_at", sa.DateTime(timezone=True)),
    flag("aspiration"),
    one_of("status", NEED_STATES),
    one_of("mode", Mode),
    sa.CheckConstraint("weight > 0 and weight <= 1000", name="weight"),
    sa.CheckConstraint("closes >= asked", name="closes"),
    sa.CheckConstraint(
        "not aspiration or (status <> 'met' and asked is null and closes is null)", name="aspiration"
    ),
    sa.CheckConstraint("ref <> '' and title <> ''", name="named"),
    sa.UniqueConstraint("county_id", "ref"),
)

need_role = sa.Table(
    "need_role",
    metadata,
    identity(),
    belongs("need"),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    text("subkind"),
    sa.Column("substitutes", pg.ARRAY(sa.Text), nullable=False, server_default="{}"),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("minimum", sa.Integer, nullable=False, server_default="1"),
    *minutes(),
    sa.Column("contact", sa.Text, nullable=False, server_default=With.NOBODY),
    sa.Column("contact_days", sa.SmallInteger),
    *(sa.Column(name, sa.Text, nullable=False, server_default=Truth.UNKNOWN) for name in CIRCUMSTANCES),
    sa.Column("dbs_level", sa.Text, nullable=False, server_default=Level.NONE),
    sa.Column("carries", sa.Text),
    one_of("kind", ResourceKind),
    one_of("contact", With),
    *(one_of(name, Truth) for name in CIRCUMSTANCES),
    one_of("dbs_level", Level),
    sa.CheckConstraint("contact_days between 1 and 30", name="contact_days"),
    sa.CheckConstraint(
        "kind in ('volunteer', 'skill') or (contact = 'nobody' and dbs_level = 'none' and carries is null)",
        name="people",
    ),
    sa.CheckConstraint("quantity >= 1 and minimum between 0 and quantity", name="quantity"),
    sa.UniqueConstraint("need_id", "role"),
)

role_feature = sa.Table(
    "role_feature",
    metadata,
    belongs("need_role", primary_key=True),
    *feature_value(),
)

need_window = sa.Table(
    "need_window",
    metadata,
    identity(),
    belongs("need"),
    sa.Column("during", pg.TSRANGE, nullable=False),
    sa.CheckConstraint(
        "not isempty(during) and not lower_inf(during) and not upper_inf(during)", name="during"
    ),
    sa.UniqueConstraint("need_id", "during"),
)
