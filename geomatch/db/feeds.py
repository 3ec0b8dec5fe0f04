"""Who may read which calendar feed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from geomatch.db import merging
from geomatch.db.tables import feed_token
from geomatch.db.tables import resource as resource_table

Row = sa.RowMapping


def resource(connection: sa.Connection, county: int, ref: str) -> Row | None:
    """Ref, name and kind of a resource, or ``None`` when it is not loaded.

    A ref that went in a merge leads on.
    """
    table = resource_table.c
    ref = merging.now_called(connection, county, "resource", ref) or ref
    found = sa.select(table.ref, table.name, table.kind).where(table.county_id == county, table.ref == ref)
    return connection.execute(found).mappings().one_or_none()


def broker(connection: sa.Connection, digest: str) -> Row | None:
    """County and broker of an open feed."""
    found = sa.select(feed_token.c.county_id, feed_token.c.broker).where(
        feed_token.c.digest == digest, feed_token.c.revoked_at.is_(None)
    )
    return connection.execute(found).mappings().one_or_none()


def add(connection: sa.Connection, **values: Any) -> None:
    """Open a feed."""
    connection.execute(feed_token.insert().values(**values))


def revoke(connection: sa.Connection, county: int, name: str, now: datetime) -> int:
    """Close all open feeds of a broker in a county, and count them."""
    open_ = (
        feed_token.c.county_id == county,
        feed_token.c.broker == name,
        feed_token.c.revoked_at.is_(None),
    )
    return connection.execute(feed_token.update().where(*open_).values(revoked_at=now)).rowcount
