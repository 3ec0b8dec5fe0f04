"""Who can be reached and how, what they were asked and said, and what a broker did. Schema ``people``."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import PEOPLE, belongs, identity, mentions, metadata, one_of, text

CONSENT_WAYS = ("telephone", "in person", "letter", "e-mail", "form")
"""How somebody may have agreed that their name and number are kept, or told the broker their answer."""
ANSWERS = ("yes", "no")
ANSWER_WAYS = ("link", *CONSENT_WAYS)


def _moment(name: str, *, null: bool = False) -> "sa.Column[object]":
    default = None if null else sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=default)


def _one_owner(name: str) -> "sa.Column[int]":
    return sa.Column(
        f"{name}_id", sa.BigInteger, sa.ForeignKey(f"{name}.id", ondelete="CASCADE"), unique=True
    )


# How the one who offers or asks is reached, with the words by which they agreed to be kept here.
contact = sa.Table(
    "contact",
    metadata,
    identity(),
    belongs("county"),
    _one_owner("organisation"),
    _one_owner("resource"),
    _one_owner("need"),
    text("name"),
    sa.Column("email", sa.Text),
    sa.Column("telephone", sa.Text),
    sa.Column("consent_how", sa.Text, nullable=False),
    sa.Column("consent_on", sa.Date, nullable=False),
    text("consent_words"),
    sa.Column("recorded_by", sa.Text, nullable=False),
    _moment("recorded_at"),
    one_of("consent_how", CONSENT_WAYS),
    sa.CheckConstraint("num_nonnulls(organisation_id, resource_id, need_id) = 1", name="of_one"),
    sa.CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email"),
    sa.CheckConstraint("num_nonnulls(email, telephone) > 0", name="reachable"),
    schema=PEOPLE,
)

# One question to one party about bookings that belong together. ``offers`` tells who gives from who asks.
ask = sa.Table(
    "ask",
    metadata,
    identity(),
    belongs("county"),
    mentions("need"),
    sa.Column("bundles", pg.ARRAY(sa.BigInteger), nullable=False),
    sa.Column("bookings", pg.ARRAY(sa.BigInteger), nullable=False),
    sa.Column("offers", sa.Boolean, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text),
    sa.Column("telephone", sa.Text),
    _moment("made_at"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    sa.Column("answer", sa.Text),
    text("reason"),
    _moment("answered_at", null=True),
    text("answered_by"),
    sa.Column("answered_how", sa.Text),
    _moment("closed_at", null=True),
    one_of("answer", ANSWERS),
    one_of("answered_how", ANSWER_WAYS),
    sa.CheckConstraint("num_nonnulls(answer, answered_at, answered_how) in (0, 3)", name="answered"),
    sa.CheckConstraint("cardinality(bundles) > 0 and cardinality(bookings) > 0", name="about"),
    sa.Index("ask_bundles_index", "bundles", postgresql_using="gin"),
    schema=PEOPLE,
)

# The question after the day, asked once of each bundle.
asked_after = sa.Table(
    "asked_after",
    metadata,
    belongs("bundle", primary_key=True),
    _moment("asked_at"),
    text("told"),
    schema=PEOPLE,
)

# What the broker said of a line of a matching round. Undone, it is as if nothing had been said.
decision = sa.Table(
    "decision",
    metadata,
    belongs("matching_run", primary_key=True),
    belongs("need", primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
    text("reason"),
    mentions("bundle"),
    sa.Column("made_by", sa.Text, nullable=False),
    _moment("made_at"),
    one_of("said", ("accepted", "edited", "rejected")),
    sa.CheckConstraint("said <> 'rejected' or reason <> ''", name="reason"),
    schema=PEOPLE,
)

# What was done at the desk, in order, with what it takes to undo it.
act = sa.Table(
    "act",
    metadata,
    identity(),
    belongs("county"),
    mentions("need"),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("about", pg.JSONB, nullable=False, server_default="{}"),
    sa.Column("who", sa.Text, nullable=False),
    _moment("at"),
    _moment("undone_at", null=True),
    text("undone_by"),
    sa.CheckConstraint("what <> '' and words <> ''", name="told"),
    sa.Index("act_at_index", "county_id", sa.text("at desc")),
    schema=PEOPLE,
)
