"""Which homes a transaction may reach, where the database lets it reach only those it names."""

from collections.abc import Iterable

import sqlalchemy as sa


def homes(connection: sa.Connection, resources: Iterable[int]) -> None:
    """Name the homes (by their resources' rows) that are written down, given up or handed on next."""
    named = ",".join(str(number) for number in resources)
    connection.execute(sa.select(sa.func.set_config("geomatch.homes", named, True)))
