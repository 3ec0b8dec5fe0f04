"""Whatever died, and however: the next user finds a sound server with all that was committed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from geomatch.db import cluster, reaper
from geomatch.errors import UnavailableError


def postmaster_of(home: Path) -> int:
    pid = cluster.status(home).pid
    assert pid is not None
    return pid


def processes_of(home: Path) -> list[int]:
    """The postmaster and all its children, found by the folder they work in."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == home / "pg15" / "data":
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def kill_all(home: Path) -> None:
    for pid in [postmaster_of(home), *processes_of(home)]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def test_after_a_crash_all_committed_rows_are_there_and_no_others(home: Path) -> None:
    with cluster.open(home) as private:
        private.create_database("crash")
        with private.server.connect("crash") as connection:
            connection.execute("create table rows as select generate_series(1, 3000) as n")
            half = psycopg.connect(private.url("crash"))
            half.execute("insert into rows select generate_series(3001, 9000)")
            kill_all(home)
            half.close()
        private.revive()
        with private.server.connect("crash") as connection:
            assert connection.execute("select count(*), max(n) from rows").fetchone() == (3000, 3000)
        private.drop_database("crash")


def test_a_postmaster_killed_alone_is_replaced_for_the_next_user(home: Path, visit) -> None:
    guest = visit(home)
    guest.address()
    killed = postmaster_of(home)
    os.kill(killed, signal.SIGKILL)
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
        assert postmaster_of(home) != killed
    guest.kill()


def test_reviving_what_lives_changes_nothing(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        before = postmaster_of(home)
        private.revive()
        assert postmaster_of(home) == before


def test_one_killed_backend_costs_the_connections_and_not_the_server(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        before = postmaster_of(home)
        connection = private.server.connect("postgres")
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select pg_sleep(60)")
        connection.close()
        private.revive()
        with private.server.connect("postgres") as again:
            assert again.execute("select 1").fetchone() == (1,)
        assert postmaster_of(home) == before


def leave_behind(home: Path, first_line: str) -> None:
    """What a server that died leaves: its pid file, with this in its first line, and its socket's files."""
    data, run = home / "pg15" / "data", home / "pg15" / "run"
    rest = f"{data}\n1700000000\n5432\n{run}\n\n  5432001         0\nready   \n"
    (data / "postmaster.pid").write_text(f"{first_line}\n{rest}" if first_line else "")
    (run / ".s.PGSQL.5432.lock").write_text(f"{first_line}\n{rest}")
    (run / ".s.PGSQL.5432").touch()


def test_a_number_somebody_else_has_by_now_is_not_taken_for_the_server(home: Path) -> None:
    other = subprocess.Popen(["sleep", "600"])
    leave_behind(home, str(other.pid))
    assert not cluster.status(home).running
    assert not cluster.stop(home)
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert other.poll() is None, "it was left alone"
    other.kill()
    other.wait()


@pytest.mark.parametrize("first_line", ["", "not a number", "999999999"])
def test_a_pid_file_left_behind_does_not_stop_the_next_start(home: Path, first_line: str) -> None:
    """Empty, damaged, and of a process long gone."""
    leave_behind(home, first_line)
    assert not cluster.status(home).running
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_dead_postmaster_nobody_buried_does_not_count_as_alive(home: Path) -> None:
    """In containers the first process often never reaps: the number still answers, the process is gone."""
    zombie = subprocess.Popen(["/bin/true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    os.kill(zombie.pid, 0)
    leave_behind(home, str(zombie.pid))
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    zombie.wait()


@pytest.mark.parametrize("sign", ["data/PG_VERSION", "data/postmaster.pid"])
def test_building_cut_short_is_done_again(
    make_home: Callable[[], Path], visit, wait_until, sign: str
) -> None:
    home = make_home()
    guest = visit(home)
    wait_until((home / "pg15" / sign).exists)
    guest.kill()
    with cluster.open(home, durable=False) as private:
        assert private.create_database("sound")
        with private.server.connect("sound") as connection:
            assert connection.execute(
                "select count(*) from spatial_ref_sys where srid = 27700"
            ).fetchone() == (1,)


def test_a_folder_without_the_mark_of_completion_is_built_anew(empty_home: Path) -> None:
    data = empty_home / "pg15" / "data"
    data.mkdir(parents=True)
    (data / "half").write_text("what an interrupted initdb left")
    with cluster.open(empty_home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert not (data / "half").exists()


def test_a_start_that_fails_says_why_and_holds_nothing(home: Path) -> None:
    settings = home / "pg15" / "data" / "postgresql.auto.conf"
    before = settings.read_text()
    settings.write_text("shared_buffers = 'plenty'\n")
    try:
        with pytest.raises(UnavailableError, match='invalid value for parameter "shared_buffers": "plenty"'):
            cluster.open(home).__enter__()
    finally:
        settings.write_text(before)
    assert not reaper.is_alive(home / "pg15")
    with cluster.open(home, durable=False) as private, private.server.connect("postgres") as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_reaper_needs_nothing_but_the_standard_library() -> None:
    script = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='looked at'); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script, reaper.__file__],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "psycopg" not in done.stdout
    assert "geomatch" not in done.stdout.replace(reaper.__file__, "")
