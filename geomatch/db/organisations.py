"""Organisations: who offers and who asks."""

from collections.abc import Sequence

import numpy as np
import shapely
import sqlalchemy as sa

from geomatch.db import copy
from geomatch.db.tables import organisation
from geomatch.model import Organisation, Point


def points(values: Sequence[Point | None]) -> list[bytes | None]:
    """Points in EPSG:27700 metres as EWKB bytes; ``None`` stays ``None``."""
    shapes = np.array([None if value is None else shapely.Point(value) for value in values], dtype=object)
    return list(copy.wkb(shapes)) if len(shapes) else []


def save(
    connection: sa.Connection, county_id: int, values: Sequence[Organisation], *, import_id: int
) -> None:
    """Add organisations, or bring those of the same id up to date."""
    columns = (
        "county_id",
        "import_id",
        "ref",
        "name",
        "description",
        "sector",
        "themes",
        "small",
        "geom",
        "postcode",
        "url",
        "email",
        "telephone",
        "edited_at",
    )
    rows = (
        (
            county_id,
            import_id,
            each.id,
            each.name,
            each.description,
            each.sector,
            list(each.themes),
            str(each.small),
            geometry,
            each.postcode,
            each.url,
            each.email,
            each.telephone,
            None,
        )
        for each, geometry in zip(values, points([each.point for each in values]), strict=True)
    )
    copy.upsert(connection, organisation, columns, rows, key=("county_id", "ref"))
