"""The private PostGIS of a home folder: started by its first user, stopped when its last one has gone.

A unix socket and no TCP port; any number of processes share it. Whatever dies, however it dies, the next
``open`` finds a sound server: see ``reaper`` for the locks this rests on.
"""

import contextlib
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from geomatch.db import reaper
from geomatch.db.binaries import find_binaries
from geomatch.db.premises import premises
from geomatch.db.server import APPLICATION, OWNER, PORT, Server
from geomatch.errors import BusyError, InputError, UnavailableError
from geomatch.progress import Progress, silent

__all__ = [
    "APPLICATION",
    "OWNER",
    "Cluster",
    "Status",
    "find_binaries",
    "keep",
    "open",
    "status",
    "stop",
]

PATIENCE_SECONDS = 180.0
"""How long to wait for another process that builds, starts or stops the same server."""

LONGEST_NAME = 63
"""Bytes of a database's name; PostgreSQL would cut a longer one off."""

_NAMES_LOCK = 7_305_001
"""Advisory lock under which databases are made, so that two processes may ask for the same one."""


@dataclass(frozen=True)
class Status:
    """How a home's server is doing. ``socket`` and ``pid`` are ``None`` while it is stopped."""

    data: Path
    running: bool
    kept: bool
    socket: Path | None
    pid: int | None


@dataclass(frozen=True)
class Cluster:
    """A running server, as long as the ``open`` it came from lasts."""

    server: Server

    def url(self, database: str, user: str = OWNER) -> str:
        """Address of a database over the unix socket, for SQLAlchemy and anything made on libpq."""
        host = quote(str(self.server.socket_folder()))
        return f"postgresql://{quote(user, safe='')}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def create_database(self, name: str, template: str | None = None) -> bool:
        """Make a database with PostGIS, or a copy of ``template``; ``False`` when it is there already.

        Raises:
            InputError: a name PostgreSQL would not keep as it is.
            BusyError: somebody is connected to the template.
        """
        if not 0 < len(name.encode()) <= LONGEST_NAME:
            raise InputError(
                f"the database name {name!r} has {len(name.encode())} bytes; 1 to {LONGEST_NAME} expected"
            )
        with self.server.connect("postgres") as connection:
            connection.execute("select pg_advisory_lock(%s)", [_NAMES_LOCK])
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return False
            try:
                connection.execute(self._creation(name, template))
            except psycopg.errors.ObjectInUse as error:
                raise BusyError(f"the database {template} cannot be copied while others use it") from error
        return True

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there, whoever is connected to it."""
        with self.server.connect("postgres") as connection:
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    def revive(self, progress: Progress = silent) -> None:
        """Start the server again if it died under its users; cheap when it lives.

        Raises:
            UnavailableError: it cannot be started; the message says why.
        """
        with _starting(self.server.folder):
            _have_reaper(self.server.folder)
            self.server.ensure(progress)

    def _creation(self, name: str, template: str | None) -> sql.Composed:
        command = sql.SQL("create database {}").format(sql.Identifier(name))
        if template is None:
            return command
        # copying files is quicker than writing them to the log, once there is anything in them
        how = sql.SQL(" strategy file_copy" if self.server.binaries.major >= 15 else "")
        return command + sql.SQL(" template {}").format(sql.Identifier(template)) + how


@contextlib.contextmanager
def open(home: Path, *, durable: bool = True, progress: Progress = silent) -> Iterator[Cluster]:  # noqa: A001
    """Start or join the server of a home, and be one of its users until the block ends.

    A forked child counts as a user too, until it ends. ``durable=False`` is for whoever starts it for tests:
    what a crash of the machine loses does not matter.

    Raises:
        UnavailableError: no PostgreSQL, no room, no permission; the message says what to do.
    """
    server = premises(home, find_binaries(home), durable=durable)
    with contextlib.ExitStack() as stack:
        with _starting(server.folder):
            stack.callback(os.close, _taken(server.folder / "users.lock", fcntl.LOCK_SH))
            _have_reaper(server.folder)
            server.ensure(progress)
        yield Cluster(server)


def keep(home: Path, *, progress: Progress = silent) -> Cluster:
    """Start the server of a home and leave it running, without any user, until ``stop``.

    Raises:
        UnavailableError: as ``open``.
    """
    server = premises(home, find_binaries(home), durable=True)
    with _starting(server.folder):
        (server.folder / reaper.KEEP).touch()
        server.ensure(progress)
    return Cluster(server)


def stop(home: Path) -> bool:
    """Stop the server of a home now, whoever uses it; what they committed is safe. ``False``: it did not run.

    Raises:
        UnavailableError: no PostgreSQL, or the server does not stop.
    """
    if not status(home).data.is_dir():
        return False
    server = premises(home, find_binaries(home), durable=True)
    with _starting(server.folder):
        (server.folder / reaper.KEEP).unlink(missing_ok=True)
        running = reaper.is_alive(server.folder)
        try:
            reaper.stop(server.folder)
        except TimeoutError as error:
            raise UnavailableError(str(error)) from error
    return running


def status(home: Path) -> Status:
    """How the server of a home is doing; nothing is made or started.

    Raises:
        UnavailableError: no PostgreSQL on this machine.
    """
    folder = home.resolve() / f"pg{find_binaries(home).major}"
    pid = reaper.postmaster(folder)
    socket = None if pid is None else reaper.socket_folder(folder)
    return Status(folder / "data", socket is not None, (folder / reaper.KEEP).exists(), socket, pid)


@contextlib.contextmanager
def _starting(folder: Path) -> Iterator[None]:
    descriptor = _taken(folder / "start.lock", fcntl.LOCK_EX)
    try:
        yield
    finally:
        # not only closed: a child forked meanwhile must not go on holding it
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _taken(path: Path, kind: int) -> int:
    try:
        descriptor = reaper.take(path, kind, seconds=PATIENCE_SECONDS)
    except PermissionError as error:
        raise UnavailableError(
            f"{path} belongs to another user; set GEOMATCH_HOME to a folder of your own"
        ) from error
    if descriptor is None:
        raise BusyError(
            f"another process has held {path} for {PATIENCE_SECONDS:.0f} seconds; try again later"
        )
    return descriptor


def _have_reaper(folder: Path) -> None:
    """See that one reaper watches. It inherits its lock from us, so there is no moment with none or two."""
    lock = reaper.take(folder / "reaper.lock", fcntl.LOCK_EX)
    if lock is None:
        return
    try:
        command = [sys.executable, "-I", "-S", reaper.__file__, str(folder), str(lock)]
        subprocess.run(  # noqa: S603 - our own script
            command,
            pass_fds=[lock],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    finally:
        os.close(lock)
