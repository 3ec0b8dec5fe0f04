"""One private server: building its data, starting it, and saying in plain words why it would not.

The caller of everything here that changes something holds ``start.lock`` (see ``reaper``).
"""

import fcntl
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg
from psycopg import conninfo, pq

from geomatch.db import account, reaper
from geomatch.db.binaries import Binaries
from geomatch.errors import UnavailableError
from geomatch.progress import Progress

OWNER = "geomatch"
APPLICATION = "geomatch_app"
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
PORT = 5432
"""Names the socket file; there is no TCP port."""

ROOM_TO_BUILD = 300 * 2**20
"""Bytes that must be free for a new cluster (80 MB) and its first databases."""

ROOM_TO_START = 48 * 2**20
"""Bytes that must be free to start: recovery writes WAL, in files of 16 MB, and gives up without room."""

LONGEST_SOCKET_PATH = 107
"""Bytes of a unix socket's path on Linux (``sun_path`` without its final zero)."""

ANSWER_SECONDS = 120.0
"""How long a starting server may take to answer; recovery after a crash is part of it."""

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # compiling queries costs more than it gains on ours
    "jit": "off",
    # containers often have a tiny /dev/shm, where parallel queries fail
    "dynamic_shared_memory_type": "mmap",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "max_wal_size": "256MB",
}
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For databases that may be lost when the machine stops, as those of tests."""

_SIGNS = ("FATAL:", "PANIC:", "error:")


@dataclass(frozen=True)
class Server:
    """The server of one major version in one home; ``folder`` is ``<home>/pg<major>``."""

    folder: Path
    binaries: Binaries
    account: account.Account
    durable: bool

    @property
    def data(self) -> Path:
        """PostgreSQL's own data folder."""
        return self.folder / "data"

    @property
    def is_built(self) -> bool:
        """Whether building was finished; a folder without this mark was interrupted and is built again."""
        return (self.data / "geomatch-ready").exists()

    def ensure(self, progress: Progress) -> None:
        """Have the server running, built first when it is new, recovered when it crashed.

        Raises:
            UnavailableError: no room, no permission, a folder too long, or PostgreSQL's own reason.
        """
        try:
            if not self._answers_while_alive():
                if not self.is_built:
                    progress("making the database cluster", 0, None)
                    self._build()
                progress("starting the database server", 0, None)
                self._start()
            if not self.is_built:
                progress("adding PostGIS", 0, None)
                self._furnish()
        except (OSError, psycopg.Error) as error:
            raise UnavailableError(
                f"cannot run a database in {self.folder}: {_reason(str(error))}"
            ) from error

    def socket_folder(self) -> Path:
        """Where the running server listens.

        Raises:
            UnavailableError: it does not run; ``Cluster.revive`` starts it again.
        """
        folder = reaper.socket_folder(self.folder)
        if folder is None:
            raise UnavailableError(f"the database server in {self.folder} does not run")
        return folder

    def connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        """Connect as the owner, every statement its own transaction."""
        return psycopg.connect(
            host=str(self.socket_folder()), port=PORT, user=OWNER, dbname=database, autocommit=True
        )

    def _answers_while_alive(self) -> bool:
        """Wait for a living server to answer. ``False``: none lives, or only backends did."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while reaper.is_alive(self.folder):
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"the database server in {self.folder} lives but does not answer; its log is {self._log}"
                )
            time.sleep(0.02)
        return False

    def _answers(self) -> bool:
        folder = reaper.socket_folder(self.folder)
        if folder is None:
            return False
        where = conninfo.make_conninfo(host=str(folder), port=PORT, user=OWNER, dbname="postgres")
        return pq.PGconn.ping(where.encode()) == pq.Ping.OK

    def _build(self) -> None:
        _require_room(self.folder, ROOM_TO_BUILD)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir()
        self.account.own(self.data, 0o700)
        command = [self.binaries.program("initdb"), "-D", str(self.data), "-U", OWNER, "-A", "trust"]
        command += ["-E", "UTF8", "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])]
        done = self._run(command)
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise UnavailableError(f"cannot make a database in {self.folder}: {_reason(done.stderr)}")

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs; all it starts inherits ``server.lock``."""
        lock = reaper.take(self.folder / "server.lock", fcntl.LOCK_EX, seconds=5)
        if lock is None:
            raise UnavailableError(f"another server has just been started in {self.folder}; try again")
        try:
            return self.account.run(command, environment=self.binaries.environment, pass_on=[lock])
        finally:
            os.close(lock)

    def _start(self) -> None:
        _require_room(self.folder, ROOM_TO_START)
        self._clear_leftovers()
        settings = SETTINGS | ({} if self.durable else CARELESS)
        settings |= {"unix_socket_directories": str(self._make_socket_folder()), "port": str(PORT)}
        words = shlex.join(f"--{name}={value}" for name, value in settings.items())
        command = [self.binaries.program("pg_ctl"), "start", "--no-wait", "--silent"]
        command += ["-D", str(self.data), "-l", str(self._log), "-o", words]
        done = self._run(command)
        if done.returncode or not self._answers_while_alive():
            raise UnavailableError(
                f"cannot start the database in {self.folder}: {self._last_words(done.stderr)}"
            )

    def _clear_leftovers(self) -> None:
        """Nothing lives here, so pid and socket files are a dead server's; PostgreSQL would believe them."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self._short_folder() / name).unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)

    def _make_socket_folder(self) -> Path:
        folder = self._short_folder()
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid not in (os.geteuid(), self.account.uid):
            raise UnavailableError(f"{folder} belongs to another user; remove it and try again")
        self.account.own(folder, 0o700)
        return folder

    def _short_folder(self) -> Path:
        """In the home where the path is short enough for a socket, else in the folder of temporary files."""
        name = f"geomatch-{self.account.uid}-{sha256(bytes(self.folder)).hexdigest()[:10]}"
        for folder in (self.folder / "run", Path("/tmp") / name, Path(tempfile.gettempdir()) / name):  # noqa: S108
            fits = len(bytes(folder / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET_PATH
            if fits and os.access(folder.parent, os.W_OK | os.X_OK):
                return folder
        raise UnavailableError(
            f"no folder with a path short enough for a socket ({LONGEST_SOCKET_PATH} bytes)"
        )

    def _furnish(self) -> None:
        """PostGIS in the template of every later database, and the role of least rights."""
        with self.connect("template1") as template:
            for extension in EXTENSIONS:
                template.execute(f"create extension if not exists {extension}".encode())
            if not template.execute("select 1 from pg_roles where rolname = %s", [APPLICATION]).fetchone():
                template.execute(f"create role {APPLICATION} login".encode())
            template.execute("checkpoint")
        (self.data / "geomatch-ready").touch()

    @property
    def _log(self) -> Path:
        return self.data / "server.log"

    def _last_words(self, complaint: str) -> str:
        log = self._log.read_text(errors="replace") if self._log.exists() else ""
        return _reason(f"{complaint}\n{log}")


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise UnavailableError(
            f"the disk of {folder} is full: {free / 2**20:.0f} MB free, at least {needed / 2**20:.0f} MB "
            "needed; free some room or set GEOMATCH_HOME to a folder on another disk"
        )


def _reason(words: str) -> str:
    """What a person can act on in what PostgreSQL said, else its last lines."""
    if "No space left on device" in words:
        return "the disk is full (No space left on device)"
    lines = [line for line in words.splitlines() if line.strip()]
    telling = [i for i, line in enumerate(lines) if any(sign in line for sign in _SIGNS)]
    # PostgreSQL often says what is wrong in the line before the one that says that it gives up
    first = max(telling[0] - 1, 0) if telling else -3
    return " / ".join(lines[first:][:3]) or "it gave no reason"
