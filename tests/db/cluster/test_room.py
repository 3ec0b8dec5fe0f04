"""Full disks, long paths and closed folders: said in one sentence that names what to do."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from geomatch.db import account, cluster, premises, server
from geomatch.db.binaries import find_binaries
from geomatch.errors import UnavailableError

MEGABYTE = 2**20


@pytest.fixture
def small_disk(
    as_root: None, lend_binaries: Callable[[Path], None], wait_until
) -> Iterator[Callable[[int], Path]]:
    """A disk of so many megabytes; asked again it grows."""
    folder = Path(tempfile.mkdtemp(prefix="geomatch-disk-"))

    def of(megabytes: int) -> Path:
        remount = "remount," if folder.is_mount() else ""
        options = f"{remount}size={megabytes}m,mode=755"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"this machine lets nobody mount: {done.stderr}")
        lend_binaries(folder)
        return folder

    yield of
    if folder.is_mount():
        cluster.stop(folder)
        # the reaper has the folder open for a moment longer
        wait_until(lambda: subprocess.run(["umount", str(folder)], check=False).returncode == 0)
    folder.rmdir()


def test_too_little_room_is_said_before_anything_is_made(small_disk: Callable[[int], Path]) -> None:
    home = small_disk(30)
    with pytest.raises(
        UnavailableError, match=r"is full: 30 MB free, at least 300 MB needed; free some room"
    ):
        cluster.open(home).__enter__()
    assert not (home / "pg15" / "data").exists()


def test_a_disk_that_fills_while_building_leaves_nothing_behind(
    small_disk: Callable[[int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = small_disk(30)
    with monkeypatch.context() as patch:
        patch.setattr(server, "ROOM_TO_BUILD", 0)
        with pytest.raises(UnavailableError, match="the disk is full"):
            cluster.open(home).__enter__()
    assert not (home / "pg15" / "data").exists()
    small_disk(400)
    with cluster.open(home) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_disk_that_fills_while_loading_loses_nothing_committed(small_disk: Callable[[int], Path]) -> None:
    home = small_disk(400)
    ballast = home / "ballast"
    with cluster.open(home) as private:
        with private.server.connect("postgres") as connection:
            connection.execute("create table rows as select generate_series(1, 5000) as n")
            fill(ballast, 20 * MEGABYTE)
            with pytest.raises(psycopg.OperationalError):
                connection.execute("insert into rows select generate_series(1, 5000000)")
        with contextlib.suppress(UnavailableError):
            private.revive()
        ballast.unlink()
        private.revive()
        with private.server.connect("postgres") as connection:
            row = connection.execute(
                "select count(*), count(*) filter (where n <= 5000) from rows"
            ).fetchone()
    assert row == (5000, 5000)


def fill(ballast: Path, left: int) -> None:
    """Take all room of a disk but so many bytes."""
    state = os.statvfs(ballast.parent)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - left)


def test_no_room_to_recover_is_said_before_it_is_tried(small_disk: Callable[[int], Path]) -> None:
    home = small_disk(400)
    with cluster.open(home):
        pass
    cluster.stop(home)
    fill(home / "ballast", 20 * MEGABYTE)
    with pytest.raises(UnavailableError, match="at least 48 MB needed"):
        cluster.open(home).__enter__()
    (home / "ballast").unlink()
    with cluster.open(home) as private:
        assert private.url("postgres")


SORTS_MUCH = """
import sys
from pathlib import Path
from geomatch.db import cluster
home = Path(sys.argv[1])
with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
    connection.execute("create temp table rows as select md5(n::text) as m from generate_series(1, 200000) n")
    connection.execute("set parallel_setup_cost = 0")
    connection.execute("set parallel_tuple_cost = 0")
    connection.execute("create index on rows (m)")
    print(connection.execute("select count(*) from rows a join rows b using (m)").fetchone()[0])
"""


def test_a_tiny_shared_memory_does_not_matter(as_root: None, home: Path) -> None:
    """Containers give 64 MB or less, where parallel queries fail; here it is 1 MB and closed to writing."""
    command = 'mount -t tmpfs -o size=1m,mode=755 tmpfs /dev/shm && exec "$@"'
    words = ["unshare", "--mount", "sh", "-c", command, "sh", sys.executable, "-c", SORTS_MUCH, str(home)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"this machine lets nobody mount: {done.stderr}")
    assert (done.stdout.strip(), done.returncode) == ("200000", 0), done.stderr


def test_a_home_too_deep_for_a_socket_gets_one_elsewhere(empty_home: Path, lend_binaries) -> None:
    home = empty_home / ("deep" * 30)
    lend_binaries(home)
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        socket = cluster.status(home).socket
        assert socket is not None
        assert home not in socket.parents
        assert len(bytes(socket)) < 80
    cluster.stop(home)
    socket.rmdir()


def test_a_home_too_deep_for_postgresql_is_refused(empty_home: Path) -> None:
    home = empty_home.joinpath(*["deep" * 50] * 5)
    with pytest.raises(UnavailableError, match="is too long for a database"):
        premises.premises(home, find_binaries(empty_home), durable=True)


def test_root_names_the_folder_its_user_may_not_enter(as_root: None, make_home: Callable[[], Path]) -> None:
    closed = make_home() / "closed"
    closed.mkdir(mode=0o700)
    words = rf"may not enter {closed}: type `GEOMATCH_HOME=/var/lib/geomatch scripts/run`"
    with pytest.raises(UnavailableError, match=words):
        cluster.open(closed / "inner" / "home").__enter__()


def test_what_root_makes_on_the_way_lets_its_user_pass(as_root: None, make_home: Callable[[], Path]) -> None:
    home = make_home() / "new" / "home"
    before = os.umask(0o077)
    try:
        premises.premises(home, find_binaries(home.parents[1]), durable=False)
    finally:
        os.umask(before)
    assert home.stat().st_mode & 0o777 == 0o755


def test_root_runs_the_server_as_the_owner_of_its_data(as_root: None, empty_home: Path) -> None:
    data = empty_home / "pg15" / "data"
    data.mkdir(parents=True)
    assert account.for_data(data).name in account.ORDINARY_USERS
    os.chown(data, 2, 2)
    assert account.for_data(data).uid == 2


def test_data_of_another_user_is_refused(as_root: None, empty_home: Path) -> None:
    data = empty_home / "pg15" / "data"
    data.mkdir(parents=True)
    os.chown(data, 2, 2)
    os.seteuid(65534)
    try:
        with pytest.raises(UnavailableError, match=r"belongs to the user \w+, not to nobody"):
            account.for_data(data)
    finally:
        os.seteuid(0)


def test_a_folder_we_may_not_write_is_refused(empty_home: Path) -> None:
    (empty_home / "file").write_text("in the way")
    with pytest.raises(UnavailableError, match="set GEOMATCH_HOME to a folder you may write"):
        premises.premises(empty_home / "file" / "home", find_binaries(empty_home), durable=True)


def test_data_of_another_version_is_refused(empty_home: Path) -> None:
    data = empty_home / "pg15" / "data"
    data.mkdir(parents=True)
    (data / "geomatch-ready").touch()
    (data / "PG_VERSION").write_text("13\n")
    with pytest.raises(UnavailableError, match="was made by PostgreSQL 13 and this one is 15"):
        cluster.open(empty_home).__enter__()
    (data / "geomatch-ready").unlink()
