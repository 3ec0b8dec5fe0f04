"""Pages are not served where others come in and the secret would be one that nobody set."""

from pathlib import Path
from typing import Any

import pytest

from geomatch.cli import serving


def test_for_others_nothing_is_served_without_a_secret_of_one_s_own(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[object] = []

    def noted(pages: serving.Pages) -> None:
        served.append(pages)

    monkeypatch.setattr(serving.Pages, "run", noted)
    monkeypatch.setenv("GEOMATCH_HOME", str(tmp_path))
    monkeypatch.setenv("GEOMATCH_SITE", "https://share.example")
    monkeypatch.delenv("GEOMATCH_SECRET", raising=False)
    said = run("serve")
    assert (said.code, served) == (2, [])
    assert "GEOMATCH_SECRET is not set" in said.err
    monkeypatch.setenv("GEOMATCH_SECRET", "0123456789abcdef" * 4)
    assert run("serve").code == 0
    assert len(served) == 1
