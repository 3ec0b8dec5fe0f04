"""Provenance: what was imported, from whom, under which licence, and what was wrong in it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db.tables import import_


def earlier(
    connection: sa.Connection, county_id: int, *, kind: str, source: str, options: dict[str, Any]
) -> sa.RowMapping | None:
    """The last import of this file name with these options, or ``None``."""
    found = sa.select(import_).where(
        import_.c.county_id == county_id,
        import_.c.kind == kind,
        import_.c.source == source,
        import_.c.options == sa.cast(options, pg.JSONB),
    )
    return connection.execute(found).mappings().one_or_none()


def record(connection: sa.Connection, county_id: int, **values: Any) -> int:
    """Write down one import in place of the last of the same file name and options; gives its id."""
    insert = pg.insert(import_).values(county_id=county_id, **values)
    kept = {name: insert.excluded[name] for name in values} | {"imported_at": sa.func.now()}
    return connection.execute(
        insert.on_conflict_do_update(
            index_elements=["county_id", "kind", "source", "options"], set_=kept
        ).returning(import_.c.id)
    ).scalar_one()
