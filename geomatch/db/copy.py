"""Bulk loads by binary COPY, the fastest way in: some 290,000 points a second against the ORM's 8,000."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry
from numpy.typing import NDArray
from sqlalchemy.dialects import postgresql as pg

from geomatch.crs import BRITISH_NATIONAL_GRID

_TYPES: tuple[tuple[type[Any], str], ...] = (
    (Geometry, "bytea"),  # binary COPY sends the bytes as they are: EWKB is what PostGIS receives
    (sa.BigInteger, "int8"),
    (sa.SmallInteger, "int2"),
    (sa.Integer, "int4"),
    (sa.Float, "float8"),
    (sa.Boolean, "bool"),
    (sa.Text, "text"),
    (sa.Date, "date"),
    (sa.DateTime, "timestamptz"),
    (pg.JSONB, "jsonb"),
    (pg.TSRANGE, "tsrange"),
    (pg.DATERANGE, "daterange"),
)


_NUMBERS = {"int8": ">i8", "int4": ">i4", "int2": ">i2", "float8": ">f8"}

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
"""What binary COPY opens and ends with: PostgreSQL's documentation of COPY, "Binary Format"."""


def wkb(geometries: Any) -> NDArray[Any]:
    """Shapely geometries in EPSG:27700 as the EWKB bytes that COPY wants; ``None`` stays ``None``."""
    return shapely.to_wkb(shapely.set_srid(geometries, BRITISH_NATIONAL_GRID), include_srid=True)  # type: ignore[no-any-return]


def load(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Append rows to a table inside the caller's transaction. Geometry values are EWKB bytes."""
    _load(connection, table, columns, rows, into=_quoted(table))


Column = NDArray[Any] | int | str
"""A number for every row, or one value for all of them."""


def load_columns(
    connection: sa.Connection, table: sa.Table, columns: Mapping[str, Column], *, rows: int
) -> None:
    """Append rows of numbers to a table, laid out by numpy: ten times as fast as row by row.

    Every column must be one of whole numbers or floats, or one value for all rows.
    """
    if rows:
        listed = ", ".join(_quote(column) for column in columns)
        with _driver(connection).cursor() as cursor:
            statement = f"COPY {_quoted(table)} ({listed}) FROM STDIN (FORMAT BINARY)"
            with cursor.copy(statement) as copy:  # names from our own tables
                copy.write(_SIGNATURE + _laid_out(table, columns, rows) + _TRAILER)


def _laid_out(table: sa.Table, columns: Mapping[str, Column], rows: int) -> bytes:
    """Rows as binary COPY wants them: how many fields, then each with its length before it."""
    values = {name: _field(table.c[name].type, value) for name, value in columns.items()}
    layout: list[tuple[str, Any]] = [("fields", ">i2")]
    for name, value in values.items():
        layout += [(f"{name} length", ">i4"), (name, value.dtype)]
    laid_out = np.empty(rows, dtype=layout)
    laid_out["fields"] = len(values)
    for name, value in values.items():
        laid_out[f"{name} length"], laid_out[name] = value.dtype.itemsize, value
    return laid_out.tobytes()


def _field(type_: sa.types.TypeEngine[Any], value: Column) -> NDArray[Any]:
    if isinstance(value, str):
        return np.array(value.encode())
    return np.asarray(value).astype(_NUMBERS[_wire_type(type_)])


def stage(
    connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> str:
    """Load rows into a temporary table with those columns of ``table`` and say its name.

    It is gone at the end of the transaction.
    """
    name = f"staged_{table.name}"
    listed = ", ".join(_quote(column) for column in columns)
    connection.exec_driver_sql(f"drop table if exists pg_temp.{name}")
    connection.exec_driver_sql(
        f"create temporary table {name} on commit drop as select {listed} from {_quoted(table)} where false"  # noqa: S608 - names from our own tables
    )
    _load(connection, table, columns, rows, into=f"pg_temp.{name}")
    return name


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    key: Sequence[str],
) -> None:
    """Insert rows, or update those whose ``key`` columns are already there.

    A key given twice among the rows is refused by the server (CardinalityViolation).
    """
    name = stage(connection, table, columns, rows)
    listed, keyed = (", ".join(_quote(column) for column in some) for some in (columns, key))
    kept = ", ".join(f"{_quote(c)} = excluded.{_quote(c)}" for c in columns if c not in key)
    connection.exec_driver_sql(
        f"insert into {_quoted(table)} ({listed}) select {listed} from pg_temp.{name} order by {keyed} "  # noqa: S608 - names from our own tables
        f"on conflict ({keyed}) do update set {kept}"
    )


def ids_by_ref(connection: sa.Connection, table: sa.Table, county_id: int) -> dict[str, int]:
    """Database id by the record's own id, for a county's organisations, resources or needs."""
    found = sa.select(table.c.ref, table.c.id).where(table.c.county_id == county_id)
    return {ref: identifier for ref, identifier in connection.execute(found)}  # noqa: C416 - rows, not pairs


def _load(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    into: str,
) -> None:
    listed = ", ".join(_quote(column) for column in columns)
    with (
        _driver(connection).cursor() as cursor,
        cursor.copy(f"COPY {into} ({listed}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([_wire_type(table.c[column].type) for column in columns])
        for row in rows:
            copy.write_row(row)


def _driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - tells the type checker what connect() made
    return driver


def _wire_type(type_: sa.types.TypeEngine[Any]) -> str:
    if isinstance(type_, sa.ARRAY):
        return _wire_type(type_.item_type) + "[]"
    return next(wire for kind, wire in _TYPES if isinstance(type_, kind))


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(table: sa.Table) -> str:
    return ".".join(_quote(part) for part in (table.schema, table.name) if part)
