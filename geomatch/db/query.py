"""Named SQL from ``queries/*.sql``, each a file that opens with two lines saying what it returns."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import sqlalchemy as sa


@cache
def text(name: str) -> sa.TextClause:
    """The statement ``queries/<name>.sql``."""
    return sa.text(resources.files("geomatch.db").joinpath("queries", f"{name}.sql").read_text("utf-8"))


def rows(connection: sa.Connection, name: str, **parameters: Any) -> Sequence[sa.RowMapping]:
    """Every row of the query ``queries/<name>.sql``."""
    return connection.execute(text(name), parameters).mappings().all()


def row(connection: sa.Connection, name: str, **parameters: Any) -> sa.RowMapping | None:
    """The only row of ``queries/<name>.sql``, or ``None``."""
    return connection.execute(text(name), parameters).mappings().one_or_none()


def scalar(connection: sa.Connection, name: str, **parameters: Any) -> Any:
    """The only value of ``queries/<name>.sql``, or ``None``."""
    return connection.execute(text(name), parameters).scalar_one_or_none()


def run(connection: sa.Connection, name: str, **parameters: Any) -> int:
    """Carry out ``queries/<name>.sql`` and count the rows it touched."""
    return connection.execute(text(name), parameters).rowcount
