"""Counties: several may live side by side in one database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry
from sqlalchemy.dialects import postgresql as pg

from geomatch.db import query
from geomatch.db.tables import county, county_piece, season
from geomatch.errors import InputError, UnknownPlaceError


@dataclass(frozen=True, slots=True)
class County:
    id: int
    slug: str
    name: str
    gss: str | None
    illustrative: bool
    notice: str
    settings: dict[str, Any]


def save(
    connection: sa.Connection,
    *,
    slug: str,
    name: str,
    gss: str | None = None,
    illustrative: bool = False,
    notice: str = "",
    settings: dict[str, Any] | None = None,
) -> County:
    """Add a county, or bring the one with this slug up to date; locked until the transaction ends."""
    values = {
        "name": name,
        "gss": gss,
        "illustrative": illustrative,
        "notice": notice,
        "settings": settings or {},
        "loaded_at": sa.func.now(),
    }
    insert = pg.insert(county).values(slug=slug, **values)
    connection.execute(insert.on_conflict_do_update(index_elements=["slug"], set_=values))
    return chosen(connection, slug)


def save_dates(connection: sa.Connection, county_id: int, dates: Iterable[tuple[str, date, date]]) -> None:
    """Put named days (name, first, last) in the place of those a county had."""
    connection.execute(season.delete().where(season.c.county_id == county_id))
    rows = [
        {"county_id": county_id, "name": name, "days": pg.Range(first, last, bounds="[]")}
        for name, first, last in sorted(set(dates))
    ]
    if rows:
        connection.execute(season.insert(), rows)


def every(connection: sa.Connection) -> list[County]:
    """All counties, by name."""
    columns = [county.c[field] for field in County.__dataclass_fields__]
    return [
        County(**row) for row in connection.execute(sa.select(*columns).order_by(county.c.name)).mappings()
    ]


def chosen(connection: sa.Connection, slug: str | None) -> County:
    """The county of that slug, or the only one.

    Raises UnknownPlaceError for a slug that is not loaded and InputError when one must be chosen.
    """
    loaded = every(connection)
    slugs = ", ".join(each.slug for each in loaded) or "none"
    if slug is not None:
        for each in loaded:
            if each.slug == slug:
                return each
        raise UnknownPlaceError(f"no county {slug!r} is loaded; loaded: {slugs}")
    if len(loaded) != 1:
        raise InputError(f"choose a county with --county; loaded: {slugs}")
    return loaded[0]


def draw_outline(connection: sa.Connection, county_id: int) -> None:
    """Draw the county's outline anew: its authority's where that is loaded, else its parishes together."""
    query.run(connection, "county_outline", county=county_id)
    connection.execute(county_piece.delete().where(county_piece.c.county_id == county_id))
    query.run(connection, "county_pieces", county=county_id)


def outline(connection: sa.Connection, county_id: int) -> BaseGeometry | None:
    """The county's outline in EPSG:27700 metres, ``None`` until there are boundaries."""
    found = sa.select(sa.func.ST_AsBinary(county.c.geom)).where(county.c.id == county_id)
    shape = connection.execute(found).scalar_one()
    return None if shape is None else shapely.from_wkb(bytes(shape))


def counts(connection: sa.Connection, county_id: int) -> dict[str, int]:
    """How many of each thing the county holds, by name; residents are those inside it."""
    return {row["name"]: row["count"] for row in query.rows(connection, "county_counts", county=county_id)}
