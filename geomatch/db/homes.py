"""Homes and those among whom they are hidden. Only the owner reads homes, and each read is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
import sqlalchemy as sa
from shapely.geometry.base import BaseGeometry

from geomatch.db import audit, query
from geomatch.db.audit import Entry, What
from geomatch.db.tables import resource
from geomatch.errors import ConflictError
from geomatch.model import Point
from geomatch.privacy import Crowd, Masked

ADDRESSES_OF_A_POSTCODE = 3.0
"""Addresses that a postcode is taken to have where no properties are loaded: of rural ones most have more."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a volunteer lives, EPSG:27700 metres, and the mask there is."""

    ref: str
    point: Point
    masked: Masked | None


def crowd(connection: sa.Connection, county_id: int) -> Crowd:
    """Those who live in a county: properties where loaded, else postcodes by estimate, else residents."""
    rows = query.rows(connection, "home_crowd", county=county_id, each=ADDRESSES_OF_A_POSTCODE)
    found = np.array([(row["x"], row["y"], row["people"]) for row in rows], dtype=np.float64).reshape(-1, 3)
    return Crowd(found[:, :2], found[:, 2])


def parishes(connection: sa.Connection, county_id: int, points: Sequence[Point]) -> list[BaseGeometry | None]:
    """The current parish each point lies in, in order; on a shared edge the one of the lesser code."""
    rows = query.rows(
        connection,
        "home_parishes",
        county=county_id,
        xs=[at[0] for at in points],
        ys=[at[1] for at in points],
    )
    shapes = {row["code"]: shapely.from_wkb(bytes(row["shape"])) for row in rows if row["shape"]}
    return [shapes[row["code"]] if row["code"] else None for row in rows]


def locate(connection: sa.Connection, county_id: int) -> None:
    """Find the homes known by postcode only, where the postcode is known by now. For the owner."""
    query.run(connection, "home_locate", county=county_id)


def every(connection: sa.Connection, county_id: int, *, who: str) -> list[Home]:
    """The homes of a county's volunteers, in order of their ids. For the owner; written down."""
    rows = query.rows(connection, "home_every", county=county_id)
    told(connection, county_id, who=who, about="masks", homes=len(rows))
    return [
        Home(
            row["ref"],
            (row["x"], row["y"]),
            None
            if row["shown_x"] is None
            else Masked((row["shown_x"], row["shown_y"]), float(row["metres"])),
        )
        for row in rows
    ]


def waiting(connection: sa.Connection) -> list[int]:
    """The counties in which a volunteer with a home has no public place yet. For the owner."""
    return [row["county_id"] for row in query.rows(connection, "home_waiting")]


def show(connection: sa.Connection, county_id: int, masks: Mapping[str, Masked]) -> None:
    """Put volunteers where the public sees them."""
    for ref, masked in masks.items():
        shown = resource.update().where(resource.c.county_id == county_id, resource.c.ref == ref)
        point = sa.func.ST_SetSRID(sa.func.ST_MakePoint(*masked.point), 27700)
        connection.execute(shown.values(geom=point, precision_metres=int(masked.metres)))


def read(
    connection: sa.Connection, person: int, bundle: int, *, who: str, account: int | None, why: str
) -> sa.RowMapping | None:
    """Where somebody sets out from (``postcode``, ``easting``, ``northing`` in EPSG:27700 metres, ``exact``).

    For the desk, once everybody in the bundle has said yes; each reading is written down. ``None`` where no
    home is kept. Raises ConflictError before that.
    """
    try:
        return query.row(
            connection, "home_read", person=person, bundle=bundle, reader=who, account=account, why=why
        )
    except sa.exc.ProgrammingError as refused:
        if getattr(refused.orig, "sqlstate", None) != "42501":
            raise
        raise ConflictError("not both sides have said yes yet, so nobody is told where they live") from None


def told(connection: sa.Connection, county_id: int, *, who: str, about: str, homes: int) -> None:
    """Write down that exact homes were read: by whom, for what, how many."""
    if homes:
        line = Entry(who, What.HOME_READ, about=about, county_id=county_id, detail={"homes": homes})
        audit.write(connection, line)
