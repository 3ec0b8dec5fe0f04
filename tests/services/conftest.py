"""Counties loaded once a session, each into a database of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import counties as stored
from geomatch.db import engine, needs, resources
from geomatch.model import Need, Resource
from geomatch.services import counties
from geomatch.services.counties import Loaded

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def beside_the_data(
    tmp_path_factory: pytest.TempPathFactory, test_data: Path, root: Path
) -> Callable[[str], Path]:
    """A copy of a county's TOML from the test tree, with the folders of real files beside it."""

    def copied(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        (folder / "data").symlink_to(test_data.resolve())
        (folder / "facts").symlink_to((test_data.parent / "facts").resolve())
        return Path(shutil.copy(root / "tests/counties" / f"{name}.toml", folder))

    return copied


@pytest.fixture(scope="session")
def rutland_file(beside_the_data: Callable[[str], Path]) -> Path:
    """Rutland's TOML, loadable."""
    return beside_the_data("rutland")


@pytest.fixture(scope="session")
def rutland(make_database: Callable[[], str], rutland_file: Path) -> Iterator[tuple[sa.Engine, Loaded]]:
    """Rutland from its real files with needs made up, and what the load said."""
    door = engine.connect(make_database())
    yield door, counties.load(door, rutland_file, today=TODAY, sample_needs=1)
    door.dispose()


@pytest.fixture(scope="session")
def shropshire(
    make_database: Callable[[], str], beside_the_data: Callable[[str], Path]
) -> Iterator[tuple[sa.Engine, Loaded]]:
    """Shropshire from what real files there are, without roads, and what the load said."""
    door = engine.connect(make_database())
    yield door, counties.load(door, beside_the_data("shropshire"), today=TODAY, sample_needs=1)
    door.dispose()


Fill = Callable[..., sa.Engine]


@pytest.fixture
def fill(make_database: Callable[[], str]) -> Iterator[Fill]:
    """Makes a county "small" without roads, of these needs and resources and settings of its matching."""
    with ExitStack() as stack:

        def filled(wanted: list[Need], offered: list[Resource], sql: str = "", **rules: Any) -> sa.Engine:
            door = engine.connect(make_database())
            stack.callback(door.dispose)
            with door.begin() as connection:
                county = stored.save(connection, slug="small", name="Small", settings={"matching": rules})
                made = connection.execute(sa.text(_IMPORT), {"county": county.id}).scalar_one()
                resources.save(connection, county.id, offered, import_id=made)
                needs.save(connection, county.id, wanted, import_id=made)
                if sql:
                    connection.execute(sa.text(sql))
            return door

        yield filled


_IMPORT = (
    "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds, imported_at) "
    "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0, '2026-11-01') returning id"
)
