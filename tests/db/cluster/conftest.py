"""Homes for private servers, and other processes that use them."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geomatch.db import cluster

PATIENCE_SECONDS = 60.0

GUEST = """
import sys
from pathlib import Path
from geomatch.db import cluster
with cluster.open(Path(sys.argv[1]), durable=False) as private:
    print(private.url("postgres"), flush=True)
    sys.stdin.read()
"""


class Guest:
    """Another process that uses a home's server until it is told to leave, or is killed."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", GUEST, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def address(self) -> str:
        """Where it reached the server; waits until it did."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            assert self.process.stderr is not None
            pytest.fail(self.process.stderr.read())
        return line

    def leave(self) -> None:
        """Let it end in good order."""
        self.process.communicate("")
        assert self.process.returncode == 0

    def kill(self) -> None:
        """End it without a chance to tidy up."""
        self.process.kill()
        self.process.communicate()

    def interrupt(self) -> None:
        """What Ctrl-C in its terminal does: the signal goes to its whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.communicate()


def wait_until(what: Callable[[], bool]) -> None:
    """Wait for something that will come true; it failing to do so fails the test."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not what():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(name="wait_until")
def _wait_until() -> Callable[[Callable[[], bool]], None]:
    return wait_until


@pytest.fixture
def visit() -> Iterator[Callable[[Path], Guest]]:
    """Starts another process that uses a home's server."""
    guests: list[Guest] = []

    def start(home: Path) -> Guest:
        guests.append(Guest(home))
        return guests[-1]

    yield start
    for guest in guests:
        if guest.process.poll() is None:
            guest.kill()


@pytest.fixture(scope="session")
def make_home(lend_binaries: Callable[[Path], None]) -> Iterator[Callable[[], Path]]:
    """Makes empty homes that the server's user may enter (pytest's own folders are closed to all others)."""
    homes: list[Path] = []

    def make() -> Path:
        home = Path(tempfile.mkdtemp(prefix="geomatch-cluster-"))
        home.chmod(0o755)
        lend_binaries(home)
        homes.append(home)
        return home

    yield make
    for home in homes:
        cluster.stop(home)
        shutil.rmtree(home)


@pytest.fixture
def empty_home(make_home: Callable[[], Path]) -> Path:
    """A home in which nothing was built yet."""
    return make_home()


@pytest.fixture(scope="session")
def _built(make_home: Callable[[], Path]) -> Path:
    home = make_home()
    with cluster.open(home, durable=False):
        pass
    return home


@pytest.fixture
def home(_built: Path) -> Iterator[Path]:
    """A home whose server is built and stopped; every test leaves it without users, and so it stops again."""
    wait_until(lambda: not cluster.status(_built).running)
    yield _built
    wait_until(lambda: not cluster.status(_built).running)


@pytest.fixture
def as_root() -> None:
    """For what only root can arrange. Skipped for others, as anybody may run the tests."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount folders and become other users")
