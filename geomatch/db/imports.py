"""Provenance: what was imported, from whom, under which licence, and what was wrong in it."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import tables
from geomatch.db.tables import import_

_HOLDERS: dict[str, sa.Table] = {
    "boundaries": tables.area,
    "groups": tables.membership,
    "roads": tables.road_set,
    "postcodes": tables.postcode,
    "names": tables.place_name,
    "uprns": tables.uprn,
    "places": tables.resource,
    "population": tables.population,
    "organisations": tables.organisation,
    "resources": tables.resource,
    "needs": tables.need,
}
"""Which table remembers, row by row, the import that last wrote it."""


def unchanged(
    connection: sa.Connection,
    county_id: int,
    *,
    kind: str,
    subject: str,
    source: str,
    sha256: str,
    options: dict[str, Any],
) -> sa.RowMapping | None:
    """The earlier import of these very bytes with these options, when all it wrote still stands."""
    found = sa.select(import_).where(
        import_.c.county_id == county_id,
        import_.c.kind == kind,
        import_.c.subject == subject,
        import_.c.source == source,
        import_.c.sha256 == sha256,
        import_.c.options == sa.cast(options, pg.JSONB),
    )
    before = connection.execute(found).mappings().one_or_none()
    if before is None or _rows(connection, before) != before["kept"]:
        return None
    return before


def record(connection: sa.Connection, county_id: int, **values: Any) -> int:
    """Write down one import in place of the last of the same kind, subject and file name; gives its id."""
    insert = pg.insert(import_).values(county_id=county_id, **values)
    kept = {name: insert.excluded[name] for name in values} | {"imported_at": sa.func.now()}
    written = insert.on_conflict_do_update(
        index_elements=["county_id", "kind", "subject", "source"], set_=kept
    ).returning(import_.c.id)
    return int(connection.execute(written).scalar_one())


def close(connection: sa.Connection, identifier: int, *, seconds: float) -> None:
    """Note how long an import took and how many rows now stand by it."""
    row = one(connection, identifier)
    rows = _rows(connection, row)
    connection.execute(import_.update().where(import_.c.id == identifier).values(kept=rows, seconds=seconds))


def one(connection: sa.Connection, identifier: int) -> sa.RowMapping:
    """One import's row."""
    return connection.execute(sa.select(import_).where(import_.c.id == identifier)).mappings().one()


def _rows(connection: sa.Connection, row: sa.RowMapping) -> int:
    holder = tables.organisation if row["subject"] == "organisation" else _HOLDERS[row["kind"]]
    counted = sa.select(sa.func.count()).select_from(holder).where(holder.c.import_id == row["id"])
    return int(connection.execute(counted).scalar_one())
