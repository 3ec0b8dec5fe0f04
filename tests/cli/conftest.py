"""The command as a person types it."""

import contextlib
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from geomatch import cli


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it left."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``geomatch`` on an empty database of the test's own."""
    monkeypatch.setenv("GEOMATCH_DATABASE_URL", database_url)
    return lambda *words: _said(monkeypatch, *words)


@pytest.fixture
def run_bare(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs ``geomatch`` without a database."""
    monkeypatch.setenv("GEOMATCH_DATABASE_URL", "postgresql://nobody@localhost:1/nothing")
    return lambda *words: _said(monkeypatch, *words)


def _said(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> Said:
    monkeypatch.setattr(sys, "argv", ["geomatch", *map(str, words)])
    monkeypatch.setattr(cli, "give_way", lambda: None)  # the tests themselves go on after the command
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())
