"""What was done that must be answered for. Lines are added, chained each to the one before, and stay.

The chain is made by the database at the end of each transaction, under a lock, so there is one chain whoever
writes. Schema ``audit``: the desk's role may add a line and read, and do nothing else.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables.columns import AUDIT, identity, metadata, text

audit_entry = sa.Table(
    "entry",
    metadata,
    identity(),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("account_id", sa.BigInteger),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("county_id", sa.BigInteger),
    text("about"),
    text("why"),
    sa.Column("detail", pg.JSONB, nullable=False, server_default="{}"),
    sa.CheckConstraint("who <> ''", name="who"),
    sa.CheckConstraint("what ~ '^[a-z]+(-[a-z]+)*$'", name="what"),
    sa.Index("entry_at_index", "at"),
    sa.Index("entry_about_index", "about"),
    schema=AUDIT,
)

# The place of each line in the chain, and its hash over the line and the hash before.
audit_chain = sa.Table(
    "chain",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("number >= 1", name="number"),
    sa.CheckConstraint("octet_length(sha256) = 32", name="sha256"),
    schema=AUDIT,
)

# Where the chain begins and ends. It begins later than at 1 when old lines were let go by their retention.
audit_head = sa.Table(
    "head",
    metadata,
    sa.Column("one", sa.Boolean, primary_key=True, server_default=sa.true()),
    sa.Column("name", sa.Uuid, nullable=False, server_default=sa.func.gen_random_uuid()),
    sa.Column("base", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("base_sha256", sa.LargeBinary, nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("one", name="one"),
    sa.CheckConstraint("base between 0 and number", name="base"),
    schema=AUDIT,
)
