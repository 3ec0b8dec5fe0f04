"""The first administrator is made on the machine itself, and the audit is checked there."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import engine


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own: the audit's head is kept there."""
    monkeypatch.setenv("GEOMATCH_HOME", str(tmp_path))
    return tmp_path


def test_an_administrator_is_made_with_a_link_to_come_in_by(run: Any, home: Path) -> None:
    said = run("user", "add", "Ann@Example.org", "--role", "administrator", "--role", "broker", "--json")
    assert said.code == 0, said.err
    assert said.document["email"] == "ann@example.org"
    assert said.document["roles"] == ["administrator", "broker"]
    assert said.document["link"].startswith("http://127.0.0.1:8000/account/link/")
    again = run("user", "add", "ann@example.org", "--role", "administrator", "--json")
    assert again.document["account"] == said.document["account"]
    assert again.document["link"] != said.document["link"]


@pytest.mark.parametrize(
    "words",
    [("ann",), ("ann@x.org", "--role", "ljc_member"), ("ann@x.org", "--role", "king"),
     ("ann@x.org", "--role", "ljc_member", "--area", "ljc/nowhere")],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_made(
    run: Any, home: Path, database_url: str, words: tuple[str, ...]
) -> None:
    assert run("user", "add", *words).code == 2
    door = engine.connect(database_url)
    with door.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from people.account")) == 0
    door.dispose()


def test_the_audit_is_checked_and_a_cut_is_found_by_the_head_kept_at_home(
    run: Any, home: Path, database_url: str
) -> None:
    run("user", "add", "ann@example.org", "--role", "administrator", "--role", "broker")
    said = run("audit", "verify", "--json")
    assert (said.code, said.document["valid"], said.document["lines"]) == (0, True, 2)
    assert run("audit", "verify", "--head", said.document["head"]).code == 0
    assert run("audit", "verify", "--head", "2:" + "0" * 64).code == 1
    assert run("audit", "verify", "--head", "two").code == 2
    door = engine.connect(database_url)
    with door.begin() as connection:
        for statement in (
            "set local session_replication_role = replica",
            "delete from audit.entry",
            "delete from audit.chain",
            "update audit.head set number = 0, sha256 = sha256('')",
        ):
            connection.execute(sa.text(statement))
    door.dispose()
    said = run("audit", "verify", "--json")
    assert said.code == 1
    assert said.document["broken"] == ["the end is cut off: line 2 was noted and the chain ends at 0"]
