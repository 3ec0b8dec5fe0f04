"""What a transaction says it is about to do, where the database lets it do only what it names."""

from collections.abc import Iterable

import sqlalchemy as sa


def erasing(connection: sa.Connection) -> None:
    """Say that somebody's words are taken out next, of kept quarters too. It helps the owner alone."""
    connection.execute(sa.select(sa.func.set_config("geomatch.erasing", "yes", True)))


def homes(connection: sa.Connection, resources: Iterable[int]) -> None:
    """Name the homes (by their resources' rows) that are written down, given up or handed on next."""
    named = ",".join(str(number) for number in resources)
    connection.execute(sa.select(sa.func.set_config("geomatch.homes", named, True)))
