"""A checkout in miniature: the real scripts, beside programs that only say that they were called."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOOLS = ("geomatch", "ruff", "mypy", "lint-imports", "pytest", "uv")

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A folder with the scripts and a finished virtual environment of pretended tools."""
    folder = tmp_path / "checkout"
    for part in ("scripts", ".ci"):
        shutil.copytree(root / part, folder / part)
    for part in (
        "geomatch/__init__.py",
        "geomatch/errors.py",
        "geomatch/db/__init__.py",
        "geomatch/db/account.py",
    ):
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / part, folder / part)
    for part in ("setup.cfg", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / part, folder / part)
    bin_folder = folder / ".venv" / "bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(sys.executable)
    for tool in TOOLS:
        write_tool(bin_folder / tool)
    return folder


def write_tool(path: Path, status: int = 0) -> None:
    """A program that writes its name and words to ``called`` and ends with this status."""
    path.write_text(f'#!/bin/sh\necho "$(basename "$0") $*" >>called\nexit {status}\n')
    path.chmod(0o755)


@pytest.fixture
def break_tool(checkout: Path) -> Callable[[str], None]:
    """Make one of the tools fail."""
    return lambda name: write_tool(checkout / ".venv" / "bin" / name, status=1)


@pytest.fixture
def sh(checkout: Path) -> Callable[..., Ran]:
    """Run shell words in the checkout, with all of ``scripts/lib`` known to them; settings come by name."""
    libraries = "\n".join(
        f". {path.relative_to(checkout)}" for path in sorted(checkout.glob("scripts/lib/*.sh"))
    )

    def run(words: str, **settings: str) -> Ran:
        environment = {"PATH": os.environ["PATH"], "GEOMATCH_CHROMIUM": sys.executable, **settings}
        command = ["sh", "-eu", "-c", f"{libraries}\npython=python3\n{words}"]
        return subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture
def installed(sh: Callable[..., Ran], checkout: Path) -> None:
    """What a finished installation leaves, so that the scripts install nothing."""
    done = sh("fingerprint > .venv/geomatch-for-test")
    assert done.returncode == 0, done.stderr
