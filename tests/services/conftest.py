"""Counties loaded once a session, each into a database of its own."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from geomatch.db import engine
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
