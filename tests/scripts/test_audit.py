"""Whether known holes are asked after honestly: what could not be looked up is never taken for well."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

WELL = {"name": "flask", "version": "3.1.2", "vulns": []}
HOLE = {"name": "pillow", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.0"]}]}
UNKNOWN = {"name": "numpy", "skip_reason": "Dependency not found"}


def _answers(checkout: Path, words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    """The script beside an advisory service that answers so."""
    (checkout / "answer").write_text(words)
    tool = checkout / ".venv" / "bin" / "uv"
    tool.write_text(f'#!/bin/sh\necho "$*" >asked\ncat answer\nexit {status}\n')
    tool.chmod(0o755)
    return subprocess.run(
        [sys.executable, checkout / "scripts/audit"], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ([WELL, WELL], 0, "2 versions were looked up; none has a known hole"),
        ([WELL, HOLE], 1, "pillow 1.0: PYSEC-1, mended in 2.0"),
        ([WELL, UNKNOWN], 3, "1 of 2 versions could not be looked up, so nothing is known of them: numpy"),
        ([HOLE, UNKNOWN], 1, "1 of 2 versions could not be looked up"),
        ([], 3, "0 of 0 versions"),
    ],
)
def test_what_was_answered_is_told_and_what_is_not_known_is_never_well(
    checkout: Path, told: list[Any], code: int, words: str
) -> None:
    said = _answers(checkout, json.dumps({"dependencies": told}))
    assert said.returncode == code, said.stderr
    assert words in said.stderr


@pytest.mark.parametrize("answer", ["", "not JSON", "{}"])
def test_a_service_that_does_not_answer_is_told(checkout: Path, answer: str) -> None:
    said = _answers(checkout, answer, status=1)
    assert said.returncode == 3
    assert "could not be asked" in said.stderr


def test_every_pinned_version_is_asked_after(checkout: Path) -> None:
    _answers(checkout, json.dumps({"dependencies": [WELL]}))
    asked = (checkout / "asked").read_text()
    assert "pip-audit --requirement constraints.txt" in asked
    assert "--no-deps" in asked
