"""Who holds what, and when: no unit of a resource is held twice at once."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import (
    belongs,
    identity,
    mentions,
    metadata,
    one_of,
    text,
)

LIVE_BOOKING = ("proposed", "confirmed")
BOOKING_STATES = (*LIVE_BOOKING, "done", "declined", "released", "cancelled")


def _made() -> tuple["sa.Column[str]", "sa.Column[object]"]:
    return text("made_by"), _moment("made_at")


def _moment(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())


def _listed(name: str, kind: type[sa.types.TypeEngine[Any]]) -> "sa.Column[Any]":
    return sa.Column(name, pg.ARRAY(kind), nullable=False, server_default="{}")


# A repeated booking; each of its occurrences is a bundle.
series = sa.Table(
    "series",
    metadata,
    identity(),
    mentions("need"),
    sa.Column("first", pg.TSRANGE, nullable=False),
    sa.Column("rrule", sa.Text, nullable=False),
    _listed("except_dates", sa.Date),
    *_made(),
    _listed("extra_dates", sa.Date),
    _listed("only_in", sa.Text),
    _listed("not_in", sa.Text),
)

# Bookings that are proposed and confirmed together.
bundle = sa.Table(
    "bundle",
    metadata,
    identity(),
    mentions("need"),
    mentions("series"),
    *_made(),
    sa.Index("bundle_need_id_index", "need_id"),
    sa.Index("bundle_series_id_index", "series_id"),
)

# ``during`` is what was wanted; ``held`` adds set-up and turn-round, and is what nobody else can have.
booking = sa.Table(
    "booking",
    metadata,
    identity(),
    belongs("resource"),
    mentions("need"),
    sa.Column("during", pg.TSRANGE, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False, server_default="1"),
    sa.Column("status", sa.Text, nullable=False, server_default="proposed"),
    sa.Column("holds", sa.Boolean, sa.Computed(f"status in {LIVE_BOOKING}", persisted=True), nullable=False),
    text("reason"),
    _moment("made_at"),
    sa.Column("uid", pg.UUID, nullable=False, server_default=sa.func.gen_random_uuid()),
    mentions("bundle"),
    text("role"),
    sa.Column("held", pg.TSRANGE, nullable=False),
    sa.Column("held_until", sa.DateTime(timezone=True)),
    sa.Column("happened", sa.Boolean),
    text("despite"),
    sa.Column("replaces_id", sa.BigInteger, sa.ForeignKey("booking.id", ondelete="SET NULL")),
    sa.Column("sequence", sa.Integer, nullable=False, server_default="0"),
    text("made_by"),
    text("changed_by"),
    _moment("changed_at"),
    one_of("status", BOOKING_STATES),
    sa.CheckConstraint("quantity >= 1", name="quantity"),
    sa.CheckConstraint(
        "not isempty(during) and not lower_inf(during) and not upper_inf(during)", name="during"
    ),
    sa.CheckConstraint("held @> during", name="held"),
    sa.CheckConstraint("status <> 'proposed' or held_until is not null", name="held_until"),
    sa.CheckConstraint("status not in ('declined', 'released', 'cancelled') or reason <> ''", name="reason"),
    sa.CheckConstraint("(status = 'done') = (happened is not null)", name="happened"),
    sa.UniqueConstraint("id", "resource_id", "held", "holds", name="booking_held_key"),
    sa.UniqueConstraint("uid"),
    sa.Index("booking_resource_id_index", "resource_id"),
    sa.Index("booking_need_id_index", "need_id"),
    sa.Index("booking_bundle_id_index", "bundle_id"),
    sa.Index("booking_made_by_index", "made_by"),
    sa.Index(
        "booking_held_index",
        "resource_id",
        "held",
        postgresql_using="gist",
        postgresql_where=sa.text("holds"),
    ),
    sa.Index("booking_held_until_index", "held_until", postgresql_where=sa.text("status = 'proposed'")),
)

booking_unit = sa.Table(
    "booking_unit",
    metadata,
    sa.Column("booking_id", sa.BigInteger, primary_key=True),
    sa.Column("unit", sa.Integer, primary_key=True),
    sa.Column("resource_id", sa.BigInteger, nullable=False),
    sa.Column("held", pg.TSRANGE, nullable=False),
    sa.Column("holds", sa.Boolean, nullable=False),
    sa.CheckConstraint("unit >= 1", name="unit"),
    sa.ForeignKeyConstraint(
        ["booking_id", "resource_id", "held", "holds"],
        ["booking.id", "booking.resource_id", "booking.held", "booking.holds"],
        name="booking_unit_booking_fkey",
        ondelete="CASCADE",
        onupdate="CASCADE",
    ),
    pg.ExcludeConstraint(
        ("resource_id", "="),
        ("unit", "="),
        ("held", "&&"),
        where=sa.text("holds"),
        name="booking_unit_held_once",
    ),
)

# Written by the database itself at every change of state, and by nobody else.
booking_change = sa.Table(
    "booking_change",
    metadata,
    identity(),
    belongs("booking"),
    sa.Column("was", sa.Text),
    sa.Column("became", sa.Text, nullable=False),
    text("reason"),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    sa.Index("booking_change_booking_id_index", "booking_id"),
)

# Counts up whenever a county's bookings change.
calendar_version = sa.Table(
    "calendar_version",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)

# The way into a broker's own calendar feed: SHA-256 of a long random token that only the broker has.
feed_token = sa.Table(
    "feed_token",
    metadata,
    identity(),
    belongs("county"),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("broker", sa.Text, nullable=False),
    _moment("made_at"),
    sa.Column("revoked_at", sa.DateTime(timezone=True)),
    sa.CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
    sa.CheckConstraint("broker <> ''", name="broker"),
    sa.UniqueConstraint("digest"),
)

# Moves whenever something offered, its hours or an area's name changes: what a search keeps goes by it.
offer_version = sa.Table(
    "offer_version",
    metadata,
    belongs("county", primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
)
