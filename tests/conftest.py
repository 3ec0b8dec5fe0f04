"""Fixtures every room may use."""

import os
from pathlib import Path

import pytest

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
