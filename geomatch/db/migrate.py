"""Bring a database to the newest schema, safely for many processes at once."""

from importlib import resources

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from geomatch.errors import UnavailableError

EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
_LOCK = 0x67656F6D  # "geom": two programs that migrate at once must agree on one number


def upgrade(engine: sa.Engine) -> None:
    """Run the missing migrations in one transaction, under an advisory lock.

    Raises UnavailableError when the server has not PostGIS and this login may not add it.
    """
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if current(connection) == newest():
            return
        _require_extensions(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(connection: sa.Connection) -> str | None:
    """The revision that the database stands at; ``None`` before the first."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the program needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("geomatch.db").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def _require_extensions(connection: sa.Connection) -> None:
    for name in EXTENSIONS:
        if connection.scalar(sa.text("select 1 from pg_extension where extname = :name"), {"name": name}):
            continue
        try:
            with connection.begin_nested():
                connection.execute(sa.text(f"create extension {name}"))
        except sa.exc.DBAPIError as refused:
            raise UnavailableError(
                f"this database has no {name} and this login may not add it ({str(refused.orig).strip()}); "
                f"as its superuser type: create extension {name};"
            ) from refused
