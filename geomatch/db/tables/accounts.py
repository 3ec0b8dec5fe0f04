"""Who may sign in, as what, and what keeps them signed in. Schema ``people``: closed to the public pages.

Whatever opens something is kept as a hash, so a copy of the database opens nothing.
"""

import sqlalchemy as sa

from geomatch.db.tables.columns import PEOPLE, identity, metadata, one_of, text

ROLES = ("broker", "ljc_member", "administrator")
"""What somebody with an account may be besides a contributor, which everybody is."""

_EMAIL = "~ '^[^@[:space:]]+@[^@[:space:]]+$'"


def _moment(name: str, *, null: bool = False) -> "sa.Column[object]":
    default = None if null else sa.func.now()
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=default)


def of_account(*, primary_key: bool = False) -> "sa.Column[int]":
    """The account that a row goes with."""
    return sa.Column(
        "account_id",
        sa.BigInteger,
        sa.ForeignKey(f"{PEOPLE}.account.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def of_organisation(*, primary_key: bool = False) -> "sa.Column[int]":
    """The organisation that a row goes with."""
    return sa.Column(
        "organisation_id",
        sa.BigInteger,
        sa.ForeignKey("organisation.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _hash(name: str, *, primary_key: bool = False) -> tuple["sa.Column[bytes]", sa.CheckConstraint]:
    column = sa.Column(name, sa.LargeBinary, nullable=False, primary_key=primary_key)
    return column, sa.CheckConstraint(f"octet_length({name}) = 32", name=name)


# ``totp`` is sealed with the site's secret; ``totp_step`` is the last half minute whose code was used.
account = sa.Table(
    "account",
    metadata,
    identity(),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    text("name"),
    text("password", null=True),
    sa.Column("totp", sa.LargeBinary),
    sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"),
    _moment("made_at"),
    _moment("closed_at", null=True),
    sa.CheckConstraint(f"email = lower(email) and email {_EMAIL}", name="email"),
    schema=PEOPLE,
)

# Without a county the role holds in all; a member's area is ``ljc/`` and its code.
role_held = sa.Table(
    "role_held",
    metadata,
    identity(),
    of_account(),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("county_id", sa.BigInteger, sa.ForeignKey("county.id", ondelete="CASCADE")),
    text("area", null=True),
    _moment("given_at"),
    one_of("role", ROLES),
    sa.CheckConstraint("(role = 'ljc_member') = (area is not null)", name="area"),
    sa.CheckConstraint("area ~ '^ljc/.'", name="area_kind"),
    sa.Index("role_held_account_id_index", "account_id"),
    schema=PEOPLE,
)

member = sa.Table(
    "member",
    metadata,
    of_account(primary_key=True),
    of_organisation(primary_key=True),
    _moment("since"),
    schema=PEOPLE,
)

# Somebody asks to belong to an organisation; the answer no is kept for a while, and a yes is a ``member``.
joining = sa.Table(
    "joining",
    metadata,
    identity(),
    of_account(),
    of_organisation(),
    text("words"),
    _moment("asked_at"),
    _moment("refused_at", null=True),
    sa.UniqueConstraint("account_id", "organisation_id"),
    sa.Index("joining_organisation_id_index", "organisation_id"),
    schema=PEOPLE,
)

# Organisations whose posts are published at once.
trusted = sa.Table(
    "trusted",
    metadata,
    of_organisation(primary_key=True),
    _moment("since"),
    schema=PEOPLE,
)

# ``second_at`` is when the second factor was given; until then a session that wants it opens nothing.
session = sa.Table(
    "session",
    metadata,
    identity(),
    *_hash("token_sha256"),
    of_account(),
    _moment("made_at"),
    _moment("seen_at"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    _moment("second_at", null=True),
    text("device"),
    sa.UniqueConstraint("token_sha256"),
    sa.Index("session_account_id_index", "account_id"),
    schema=PEOPLE,
)

# The one-time link in a letter: whoever holds it has the address.
one_time_link = sa.Table(
    "one_time_link",
    metadata,
    *_hash("token_sha256", primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    _moment("made_at"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    _moment("used_at", null=True),
    schema=PEOPLE,
)

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    of_account(primary_key=True),
    *_hash("code_sha256", primary_key=True),
    _moment("used_at", null=True),
    schema=PEOPLE,
)

# Tries at signing in, by whom or from where, as a keyed hash; forgotten after a day.
attempt = sa.Table(
    "attempt",
    metadata,
    identity(),
    sa.Column("what", sa.Text, nullable=False),
    *_hash("subject"),
    _moment("at"),
    sa.Index("attempt_subject_index", "what", "subject", "at"),
    sa.Index("attempt_at_index", "at"),
    schema=PEOPLE,
)

# What a program shows in place of signing in; it may do what its account may, at the API alone.
api_token = sa.Table(
    "api_token",
    metadata,
    identity(),
    of_account(),
    text("name"),
    *_hash("token_sha256"),
    _moment("made_at"),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    _moment("used_at", null=True),
    sa.UniqueConstraint("token_sha256"),
    schema=PEOPLE,
)
