"""What every table is built from: the one list of them, and the kinds of column they share."""

from typing import Any

import sqlalchemy as sa
from geoalchemy2 import Geometry

from geomatch.crs import BRITISH_NATIONAL_GRID
from geomatch.model import Truth

HOMES = "homes"
"""Schema of exact homes, closed to the application's own role."""

PEOPLE = "people"
"""Schema of letters, accounts and whatever else the public pages never show; open to the desk's role."""

AUDIT = "audit"
"""Schema of what was done: lines are added there and never changed."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_index",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)


def geometry(kind: str, *, name: str = "geom", null: bool = False) -> "sa.Column[Any]":
    """A column of shapes of one kind in EPSG:27700, with its spatial index."""
    return sa.Column(
        name, Geometry(kind, srid=BRITISH_NATIONAL_GRID, spatial_index=True, nullable=null), nullable=null
    )


def one_of(column: str, values: tuple[str, ...] | type[Any]) -> sa.CheckConstraint:
    """The column holds one of these values, and nothing else."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} in ({listed})", name=column)


def identity() -> "sa.Column[int]":
    """The row's own number, given by the database."""
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def belongs(table: str, *, name: str | None = None, primary_key: bool = False) -> "sa.Column[int]":
    """The row of another table this one is part of, and goes with."""
    return sa.Column(
        name or f"{table}_id",
        sa.BigInteger,
        sa.ForeignKey(f"{table}.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def mentions(table: str) -> "sa.Column[int]":
    """The row of another table this one points at, forgotten when that one goes."""
    return sa.Column(f"{table}_id", sa.BigInteger, sa.ForeignKey(f"{table}.id", ondelete="SET NULL"))


def text(name: str, *, null: bool = False) -> "sa.Column[str]":
    """Words; empty when none are given, unless ``null`` says that unknown is something else."""
    return sa.Column(name, sa.Text, nullable=null, server_default=None if null else "")


def flag(name: str, *, default: str = "false") -> "sa.Column[bool]":
    """Yes or no."""
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.text(default))


def minutes(name: str = "max_minutes") -> tuple["sa.Column[float]", sa.CheckConstraint]:
    """Minutes of travel up to a day, with the check that says so; null is no limit."""
    return sa.Column(name, sa.Float), sa.CheckConstraint(f"{name} > 0 and {name} <= 1440", name=name)


def placed() -> tuple["sa.Column[Any]", ...]:
    """Where a record lies: point, postcode, and the current parish and division (null when in none)."""
    return (
        geometry("POINT", null=True),
        text("postcode", null=True),
        sa.Column("parish_code", sa.Text, index=True),
        sa.Column("division_code", sa.Text),
        flag("outside"),
    )


def feature_value() -> tuple[Any, ...]:
    """A typed value: exactly the column of its type is filled, and the type is the feature's own."""
    return (
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("truth", sa.Text),
        sa.Column("number", sa.Float),
        sa.Column("text", sa.Text),
        one_of("truth", Truth),
        sa.CheckConstraint("num_nonnulls(truth, number, text) = 1", name="one_value"),
        sa.CheckConstraint(
            "case type when 'truth' then truth is not null when 'number' then number is not null "
            "else text is not null end",
            name="value_of_its_type",
        ),
        sa.ForeignKeyConstraint(["name", "type"], ["feature_type.name", "feature_type.type"]),
    )
