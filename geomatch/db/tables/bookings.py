"""Who holds what, and when: no unit of a resource is held twice at once."""

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
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    one_of("status", BOOKING_STATES),
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
