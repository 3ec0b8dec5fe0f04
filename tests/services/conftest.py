"""Counties loaded once a session, each into a database of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import counties as stored
from geomatch.db import engine, needs, resources
from geomatch.model import Need, Resource, ResourceKind
from geomatch.privacy import Masked
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


Offer = Callable[[sa.Connection, int, list[Resource], int], None]


@pytest.fixture(scope="session")
def offer() -> Offer:
    """Saves resources with every volunteer's mask at the point given; the home is some way off."""

    def offered(connection: sa.Connection, county: int, values: list[Resource], made: int) -> None:
        people = [each for each in values if each.kind is ResourceKind.VOLUNTEER and each.point]
        homes = [replace(each, point=(each.point[0], each.point[1] + 900)) for each in people]
        others = [each for each in values if each not in people]
        masks = {each.id: Masked(each.point, 1000.0) for each in people}
        resources.save(connection, county, others + homes, import_id=made, masks=masks)

    return offered


@pytest.fixture
def fill(make_database: Callable[[], str], offer: Offer) -> Iterator[Fill]:
    """Makes a county "small" without roads, of these needs and resources and settings of its matching."""
    with ExitStack() as stack:

        def filled(wanted: list[Need], offered: list[Resource], sql: str = "", **rules: Any) -> sa.Engine:
            door = engine.connect(make_database())
            stack.callback(door.dispose)
            with door.begin() as connection:
                county = stored.save(connection, slug="small", name="Small", settings={"matching": rules})
                made = connection.execute(sa.text(_IMPORT), {"county": county.id}).scalar_one()
                offer(connection, county.id, offered, made)
                needs.save(connection, county.id, wanted, import_id=made)
                if sql:
                    connection.execute(sa.text(sql))
            return door

        yield filled


_IMPORT = (
    "insert into import (county_id, kind, source, sha256, read, loaded, rejected, seconds, imported_at) "
    "values (:county, 'needs', 'test', repeat('0', 64), 0, 0, 0, 0, '2026-11-01') returning id"
)
