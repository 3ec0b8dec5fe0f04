"""Fixtures every room may use."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy as sa

from geomatch import sample
from geomatch.db import accounts, cluster, engine, migrate, sessions
from geomatch.db.accounts import Held
from geomatch.db.binaries import UNPACKED

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's own folder."""
    return ROOT


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of real files (``GEOMATCH_TEST_DATA``). Absent: skipped on a laptop, a failure in CI."""
    folder = Path(os.environ.get("GEOMATCH_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        words = f"no real data at {folder}; set GEOMATCH_TEST_DATA to the folder that holds it"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return folder


@pytest.fixture(scope="session")
def lend_binaries() -> Callable[[Path], None]:
    """Lets a home of the tests' own use the PostgreSQL that was unpacked into the real one, where one was."""

    def lend(home: Path) -> None:
        unpacked = Path(os.environ.get("GEOMATCH_HOME") or ROOT / ".geomatch") / UNPACKED
        if unpacked.is_dir() and not (home / UNPACKED).exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / UNPACKED).symlink_to(unpacked)

    return lend


@pytest.fixture(scope="session")
def server(lend_binaries: Callable[[Path], None]) -> Iterator[str]:
    """Address of a server's maintenance database, as its owner: the private cluster, made for tests."""
    given = os.environ.get("GEOMATCH_DATABASE_URL")
    if given:
        yield given
        return
    home = Path(tempfile.gettempdir()) / f"geomatch-tests-{os.getuid()}"
    lend_binaries(home)
    with cluster.open(home, durable=False) as private:
        yield private.url("template1")


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """Name of a migrated, empty database that tests clone."""
    name = f"geomatch_template_{os.getpid()}"
    with _maintenance(server) as connection:
        connection.execute(sa.text(f"create database {name} template template0"))
    door = engine.connect(_address(server, name))
    migrate.upgrade(door)
    door.dispose()
    yield name
    with _maintenance(server) as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))


@pytest.fixture(scope="session")
def make_database(server: str, template: str) -> Iterator[Callable[[], str]]:
    """Makes migrated, empty databases and gives their owner's address; all are dropped in the end."""
    made: list[str] = []

    def make() -> str:
        name = f"geomatch_test_{os.getpid()}_{len(made)}"
        with _maintenance(server) as connection:
            connection.execute(sa.text(f"create database {name} template {template} strategy file_copy"))
        made.append(name)
        return _address(server, name)

    yield make
    with _maintenance(server) as connection:
        for name in made:
            connection.execute(sa.text(f"drop database {name} with (force)"))


@pytest.fixture
def database_url(make_database: Callable[[], str]) -> str:
    """Address of a migrated, empty database of the test's own, for tests with several connections."""
    return make_database()


@pytest.fixture(scope="session")
def _shared(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    door = engine.connect(make_database())
    yield door
    door.dispose()


@pytest.fixture
def connection(_shared: sa.Engine) -> Iterator[sa.Connection]:
    """A connection as the owner to a migrated, empty database; all it does is rolled back."""
    with _shared.connect() as held, held.begin() as transaction:
        yield held
        transaction.rollback()


@contextmanager
def _maintenance(server: str) -> Iterator[sa.Connection]:
    door = engine.connect(server).execution_options(isolation_level="AUTOCOMMIT")
    with door.connect() as connection:
        yield connection
    door.dispose()


def _address(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the whole sample county's files, written once."""
    return sample.write(tmp_path_factory.mktemp("sample")).parent


@pytest.fixture(scope="session")
def signed_in() -> Callable[..., str]:
    """Signs somebody in: ``signed_in(app, owner, "broker")``."""
    return _come_in


def _come_in(
    app: flask.Flask, owner: sa.Engine, *roles: str, email: str = "", area: str | None = None
) -> str:
    """Somebody with these roles, signed in with both steps; from now on whoever comes to the app is they.

    Gives the session's token. Without a county a role holds in all; a member is one of the first county's.
    """
    now = datetime.now(UTC)
    with owner.begin() as connection:
        number = accounts.add(connection, email or f"{'-'.join(roles) or 'contributor'}@example.org")
        for role in roles:
            mine = role == "ljc_member"
            county = connection.scalar(sa.text("select min(id) from county")) if mine else None
            accounts.give_role(connection, number, Held(role, county, area if mine else None))
        token = sessions.start(connection, number, now=now, until=now + timedelta(days=1), device="a test")
        row = sessions.found(connection, token, now)
        assert row is not None
        sessions.second_given(connection, row["id"], now)

    app.wsgi_app = _Known(app.wsgi_app, token)  # type: ignore[method-assign]
    return token


class _Known:
    """Lends whoever comes without a session the one given, in a browser too."""

    def __init__(self, behind: Any, token: str) -> None:
        self._behind, self._cookie = behind, f"geomatch-in={token}"

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        sent = environ.get("HTTP_COOKIE", "")
        if "geomatch-in=" not in sent:
            environ["HTTP_COOKIE"] = "; ".join(filter(None, (sent, self._cookie)))
        return self._behind(environ, start)
