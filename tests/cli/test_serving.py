"""Pages are not served where others come in and the secret would be one that nobody set."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.cli import pages, serving
from geomatch.db import counties, engine
from geomatch.services import options, search
from geomatch.services.database import APP_ROLE, DESK_ROLE


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


def test_what_the_first_reader_and_the_first_broker_look_at_is_read_before_they_come(
    run: Any, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GEOMATCH_HOME", str(tmp_path))
    run("user", "list")
    owner = engine.connect(database_url)
    with owner.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('vale', 'Vale')"))
    read: list[tuple[str, str, str]] = []

    def noted(what: str) -> Callable[..., None]:
        def warm(connection: sa.Connection, county: counties.County, *_: object) -> None:
            read.append((what, county.slug, str(connection.scalar(sa.text("select current_user")))))

        return warm

    monkeypatch.setattr(search, "warm", noted("search"))
    monkeypatch.setattr(options, "warm", noted("options"))
    doors = [engine.connect(database_url, role=role) for role in (APP_ROLE, DESK_ROLE)]
    pages._warm(*doors)
    owner.dispose()
    assert read == [("search", "vale", APP_ROLE), ("options", "vale", DESK_ROLE)]
