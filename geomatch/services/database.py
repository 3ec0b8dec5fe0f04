"""The way to the database: the private server or the one named, brought to the newest schema."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from geomatch.db import cluster, engine, migrate, query
from geomatch.errors import UnavailableError
from geomatch.progress import Progress, silent

NAME = "geomatch"
"""The database in the private cluster."""

APP_ROLE = "geomatch_app"
"""The application's own, least role: it reads what the public may see and cannot see ``homes``."""

DESK_ROLE = "geomatch_desk"
"""The role of the broker's desk: it writes needs, bookings and letters, and cannot see ``homes`` either."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Three ways in: as the owner, who may do everything, as the public application and as the desk."""

    owner: str
    app: str
    desk: str


@contextmanager
def addresses(home: Path, url: str | None, *, progress: Progress = silent) -> Iterator[Addresses]:
    """The database's addresses, with the private server held up while the block runs.

    Raises UnavailableError when no server can be had.
    """
    if url:
        named = sa.make_url(url)
        app, desk = (
            named.update_query_dict({"options": f"-crole={role}"}).render_as_string(hide_password=False)
            for role in (APP_ROLE, DESK_ROLE)
        )
        yield Addresses(url, app, desk)
        return
    with cluster.open(home, progress=progress) as private:
        private.create_database(NAME)
        yield Addresses(private.url(NAME), private.url(NAME, APP_ROLE), private.url(NAME, DESK_ROLE))


@contextmanager
def owner(
    home: Path, url: str | None, *, progress: Progress = silent, secret: bytes | None = None
) -> Iterator[sa.Engine]:
    """An engine as the owner on a migrated database. Raises UnavailableError when none can be had.

    With the ``secret``, homes that have no mask yet, as after a migration, get one.
    """
    with addresses(home, url, progress=progress) as found:
        door = engine.connect(found.owner)
        try:
            require_server(door)
            migrate.upgrade(door)
            if secret is not None and _homes_wait(door):
                _mask(door, secret)
            yield door
        finally:
            door.dispose()


def _homes_wait(door: sa.Engine) -> bool:
    with door.connect() as connection:
        return bool(query.rows(connection, "home_waiting"))


def _mask(door: sa.Engine, secret: bytes) -> None:
    # needed seldom, and its libraries take seconds that a warm start has not
    from geomatch.services import masking

    masking.settle(door, secret)


def plain(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    return sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def application(found: Addresses) -> sa.Engine:
    """An engine as the application, for pages."""
    return engine.connect(found.app)


def desk(found: Addresses) -> sa.Engine:
    """An engine as the desk, for what brokers and signed-in people do."""
    return engine.connect(found.desk)


def matcher(found: Addresses) -> sa.Engine:
    """An engine as the owner, for matching alone: it keeps what no page may read or write."""
    return engine.connect(found.owner)


def require_server(door: sa.Engine) -> None:
    """Raises UnavailableError, naming the address, when no server answers."""
    try:
        with door.connect():
            return
    except sa.exc.OperationalError as refused:
        reason = str(refused.orig).strip().splitlines()[0]
        raise UnavailableError(
            f"no database answers at {door.url.render_as_string()}: {reason}; is the server up?"
        ) from refused


def revision(door: sa.Engine) -> str | None:
    """The revision of the schema that the database stands at."""
    with door.connect() as connection:
        return migrate.current(connection)
