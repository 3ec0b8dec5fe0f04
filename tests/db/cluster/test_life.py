"""Who starts the private server, who shares it, and when it stops."""

import fcntl
import os
import signal
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from geomatch.db import cluster, reaper
from geomatch.errors import BusyError, InputError, UnavailableError


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def test_the_server_stops_when_its_last_user_leaves(home: Path, visit, wait_until) -> None:
    with cluster.open(home) as private:
        assert ask(private.url("postgres"), "select 1") == 1
        other = visit(home)
        other.address()
    assert cluster.status(home).running, "the other one still uses it"
    other.leave()
    wait_until(lambda: not cluster.status(home).running)
    assert not (home / "pg15" / "data" / "postmaster.pid").exists()


def test_a_user_killed_outright_is_gone_as_well(home: Path, visit, wait_until) -> None:
    guest = visit(home)
    url = guest.address()
    assert ask(url, "select 1") == 1
    guest.kill()
    wait_until(lambda: not cluster.status(home).running)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_six_at_once_on_an_empty_folder_share_one_server(empty_home: Path, visit) -> None:
    guests = [visit(empty_home) for _ in range(6)]
    addresses = {guest.address() for guest in guests}
    assert len(addresses) == 1
    assert (
        ask(addresses.pop(), "select count(*) from pg_stat_activity where backend_type = 'checkpointer'") == 1
    )
    for guest in guests:
        guest.leave()


def test_many_that_come_and_go_never_find_it_gone(home: Path) -> None:
    def come_and_go(_: int) -> object:
        with cluster.open(home, durable=False) as private:
            return ask(private.url("postgres"), "select 1")

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(come_and_go, range(24))) == [1] * 24


def test_a_forked_child_is_a_user_too(home: Path, wait_until) -> None:
    reading, writing = os.pipe()
    with cluster.open(home):
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)
            os._exit(0)
    os.close(reading)
    assert reaper.take(home / "pg15" / "users.lock", fcntl.LOCK_EX) is None, "the child holds it"
    assert cluster.status(home).running
    os.close(writing)
    os.waitpid(child, 0)
    wait_until(lambda: not cluster.status(home).running)


def test_a_kept_server_needs_no_user_until_it_is_told_to_stop(home: Path) -> None:
    kept = cluster.keep(home)
    pid = cluster.status(home).pid
    with cluster.open(home):
        pass
    assert ask(kept.url("postgres"), "select 1") == 1
    assert (cluster.status(home).pid, cluster.status(home).kept) == (pid, True)
    assert cluster.stop(home)
    assert (cluster.status(home).running, cluster.status(home).kept) == (False, False)
    assert not cluster.stop(home)


def test_stopping_what_was_never_made_makes_nothing(empty_home: Path) -> None:
    before = set(empty_home.iterdir())
    assert not cluster.stop(empty_home)
    assert not cluster.status(empty_home).running
    assert set(empty_home.iterdir()) == before


def test_a_killed_reaper_is_replaced_by_the_next_user(home: Path, wait_until) -> None:
    with cluster.open(home):
        assert reaper.is_held(home / "pg15" / "reaper.lock")
        os.kill(reaper_of(home), signal.SIGKILL)
        wait_until(lambda: not reaper.is_held(home / "pg15" / "reaper.lock"))
    assert cluster.status(home).running, "nobody was there to stop it"
    with cluster.open(home):
        assert reaper.is_held(home / "pg15" / "reaper.lock")
    wait_until(lambda: not cluster.status(home).running)


def reaper_of(home: Path) -> int:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if reaper.__file__.encode() in words and str(home / "pg15").encode() in words:
            return int(folder.name)
    raise AssertionError("no reaper runs")


def test_ctrl_c_in_the_terminal_that_started_it_does_not_reach_the_server(home: Path, visit) -> None:
    guest = visit(home)
    url = guest.address()
    with cluster.open(home), psycopg.connect(url) as connection:
        guest.interrupt()
        assert connection.execute("select 1").fetchone() == (1,)


def test_it_listens_on_a_closed_socket_and_on_no_port(home: Path) -> None:
    with cluster.open(home) as private:
        assert ask(private.url("postgres"), "show listen_addresses") == ""
        socket = cluster.status(home).socket
        assert socket is not None
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_the_settings_are_ours(home: Path) -> None:
    with cluster.open(home) as private:
        names = ("jit", "TimeZone", "max_parallel_workers_per_gather", "dynamic_shared_memory_type", "fsync")
        found = [ask(private.url("postgres"), f"show {name}") for name in names]
    assert found == ["off", "UTC", "0", "mmap", "on"]


def test_a_server_for_tests_is_careless(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        assert ask(private.url("postgres"), "show fsync") == "off"


def test_every_new_database_has_postgis(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        assert private.create_database("with gis")
        try:
            point = "select st_astext(st_transform('srid=4326;point(-2.75 52.7)'::geometry, 27700), 0)"
            assert ask(private.url("with gis"), point) == "POINT(349415 311633)"
            names = "select string_agg(extname, ' ' order by extname) from pg_extension"
            assert ask(private.url("with gis"), names) == "btree_gist pg_trgm plpgsql postgis"
        finally:
            private.drop_database("with gis")
        private.drop_database("with gis")


def test_the_application_role_can_log_in_and_do_nothing(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        app = private.url("postgres", "geomatch_app")
        assert ask(app, "select current_user") == "geomatch_app"
        rights = (
            "select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls from pg_roles"
        )
        assert ask(app, f"{rights} where rolname = current_user") is False
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(app, "create table public.mine (x int)")


def test_four_that_ask_for_the_same_database_get_one(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        with ThreadPoolExecutor(4) as pool:
            made = list(pool.map(lambda _: private.create_database("wanted"), range(4)))
        private.drop_database("wanted")
    assert sorted(made) == [False, False, False, True]


def test_a_copy_has_what_its_template_had(home: Path) -> None:
    with cluster.open(home, durable=False) as private:
        private.create_database("pattern")
        with private.server.connect("pattern") as pattern:
            pattern.execute("create table kept as select 7 as number")
            with pytest.raises(BusyError, match="pattern cannot be copied while others use it"):
                private.create_database("copy", "pattern")
        private.create_database("copy", "pattern")
        assert ask(private.url("copy"), "select number from kept") == 7
        private.drop_database("copy")
        private.drop_database("pattern")


@pytest.mark.parametrize("name", ["", "n" * 64, "é" * 32])
def test_a_name_postgresql_would_cut_off_is_refused(home: Path, name: str) -> None:
    with cluster.open(home, durable=False) as private, pytest.raises(InputError, match="1 to 63 expected"):
        private.create_database(name)


def test_addresses_survive_odd_names_in_both_readers(empty_home: Path, lend_binaries) -> None:
    home = empty_home / "it's 100% Llŷn & co"
    lend_binaries(home)
    with cluster.open(home, durable=False) as private:
        private.create_database("a b/c?d")
        url = private.url("a b/c?d")
        assert ask(url, "select current_database()") == "a b/c?d"
        door = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"))
        with door.connect() as connection:
            assert connection.scalar(sa.text("select current_database()")) == "a b/c?d"
        door.dispose()
    cluster.stop(home)


def test_the_address_of_a_stopped_server_is_refused(home: Path) -> None:
    with cluster.open(home) as private:
        pass
    cluster.stop(home)
    with pytest.raises(UnavailableError, match="does not run"):
        private.url("postgres")
