"""Puts rows into a county of the tests, placed in square parishes two by two."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from psycopg.types.range import DateRange

from geomatch.db import tables

WEST, SOUTH, SIDE = 350_000, 300_000, 4_000


def square(column: int, row: int, *, wide: int = 1, high: int = 1) -> str:
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + wide * SIDE, south + high * SIDE
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return f"SRID=27700;MULTIPOLYGON((({ring})))"


def point(easting: float, northing: float) -> str:
    return f"SRID=27700;POINT({easting} {northing})"


class Writer:
    """Puts rows into one county and knows their ids by ref."""

    def __init__(self, connection: sa.Connection, slug: str, name: str, **county: Any) -> None:
        self.connection = connection
        self.county = self.row(tables.county, slug=slug, name=name, **county)

    @classmethod
    def of(cls, connection: sa.Connection, county: int) -> "Writer":
        """For a county that is there."""
        made = cls.__new__(cls)
        made.connection, made.county = connection, county
        return made

    def row(self, table: sa.Table, **values: Any) -> int:
        made = table.insert().values(**values).returning(*table.primary_key.columns)
        return int(self.connection.execute(made).one()[0])

    def mine(self, table: sa.Table, **values: Any) -> int:
        return self.row(table, county_id=self.county, **values)

    def area(self, set_id: int, kind: str, code: str, shape: str) -> None:
        valid = DateRange(date(2009, 4, 1), None)
        name = code.replace("-", " ").title()
        self.mine(
            tables.area,
            area_set_id=set_id,
            kind=kind,
            code=code,
            name=name,
            valid=valid,
            geom=shape,
            simple=shape,
        )

    def resource(self, ref: str, kind: str, name: str, where: Any = None, **more: Any) -> int:
        travels = {"venue": "beneficiary", "volunteer": "resource", "equipment": "carried"}.get(
            kind, "nobody"
        )
        return self.mine(
            tables.resource,
            ref=ref,
            kind=kind,
            name=name,
            travels=travels,
            mode="car",
            **(placed(where) | more),
        )

    def need(self, ref: str, title: str, where: Any = None, *, roles: Any = ("venue",), **more: Any) -> int:
        made = self.mine(tables.need, ref=ref, title=title, mode="car", **(placed(where) | more))
        for number, kind in enumerate(roles):
            self.row(tables.need_role, need_id=made, role=f"role{number}", kind=kind)
        return made


def placed(where: tuple[float, float] | None) -> dict[str, Any]:
    """A point with the parish and division it lies in, columns west to east and rows south to north."""
    if where is None:
        return {}
    column, row = int((where[0] - WEST) // SIDE), int((where[1] - SOUTH) // SIDE)
    inside = column in (0, 1) and row in (0, 1)
    return {
        "geom": point(*where),
        "parish_code": f"parish-{column}{row}" if inside else None,
        "division_code": f"division-{row}" if inside else None,
        "outside": not inside,
    }
