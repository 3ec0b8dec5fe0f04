"""The first administrator is made on the machine itself, and the audit is checked there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import accounts, engine, sessions


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
    assert (said.code, said.document["valid"], said.document["lines"]) == (0, True, 3)
    assert run("audit", "verify", "--head", said.document["head"]).code == 0
    assert run("audit", "verify", "--head", "3:" + "0" * 64).code == 1
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
    assert said.document["broken"] == ["the end is cut off: line 3 was noted and the chain ends at 0"]


def _county(database_url: str) -> None:
    door = engine.connect(database_url)
    with door.begin() as connection:
        for statement in (
            "insert into county (slug, name) values ('vale', 'Vale')",
            "insert into organisation (county_id, ref, name, sector) "
            "select id, 'wi', 'WI', 'voluntary' from county",
        ):
            connection.execute(sa.text(statement))
    door.dispose()


def test_an_operator_gives_and_takes_roles_and_membership_and_each_is_written_down(
    run: Any, home: Path, database_url: str
) -> None:
    run("user", "add", "ann@example.org", "--role", "administrator")
    run("user", "add", "Bob@example.org", "--name", "Bob")
    _county(database_url)
    assert run("user", "give", "bob@example.org", "--role", "broker", "--county", "vale").code == 0
    joined = run("user", "join", "bob@example.org", "wi", "--json").document
    assert (joined["roles"], joined["groups"]) == (["broker of Vale"], ["wi"])
    [one] = run("user", "list", "bob", "--json").document["accounts"]
    assert one == joined
    assert len(run("user", "list", "--json").document["accounts"]) == 2
    assert "Bob" in run("user", "list").out
    assert run("user", "list", "nobody-at-all").out == "nobody\n"
    refused = run("user", "take", "bob@example.org", "--role", "broker")
    assert refused.code == 2
    assert "broker of Vale" in refused.err, "it says what is held"
    taken = run("user", "take", "bob@example.org", "--role", "broker", "--county", "vale", "--json")
    assert taken.document["roles"] == []
    assert run("user", "leave", "bob@example.org", "wi", "--json").document["groups"] == []
    door = engine.connect(database_url)
    with door.connect() as connection:
        lines = connection.execute(sa.text("select who, detail from audit.entry order by id")).all()
    door.dispose()
    done = [line.detail["did"] for line in lines if line.who == "command"]
    assert done[-4:] == ["given", "joined", "taken", "left"]


def test_an_operator_ends_sessions_forgets_a_second_step_and_closes(
    run: Any, home: Path, database_url: str
) -> None:
    run("user", "add", "ann@example.org", "--role", "administrator")
    number = run("user", "add", "bob@example.org", "--json").document["account"]
    door = engine.connect(database_url)
    with door.begin() as connection:
        now = datetime.now(UTC)
        for device in ("a", "b"):
            sessions.start(connection, number, now=now, until=now + timedelta(days=1), device=device)
        accounts.change(connection, number, totp=b"sealed")
        accounts.save_codes(connection, number, [b"x" * 32])
    before = run("user", "list", "bob", "--json").document["accounts"][0]
    assert (before["sessions"], before["second_step"]) == (2, True)
    assert run("user", "sign-out", "bob@example.org", "--json").document["sessions"] == 0
    assert run("user", "forget-second-step", "bob@example.org", "--json").document["second_step"] is False
    assert run("user", "close", "bob@example.org", "--json").document["closed"] is True
    assert run("user", "close", "bob@example.org", "--open", "--json").document["closed"] is False
    with door.connect() as connection:
        assert accounts.codes_left(connection, number) == 0
    door.dispose()


@pytest.mark.parametrize(
    "words",
    [("give", "nobody@x.org", "--role", "broker"), ("take", "nobody@x.org", "--role", "broker"),
     ("join", "ann@x.org", "no-group"), ("leave", "ann@x.org", "no-group"), ("sign-out", "nobody@x.org"),
     ("forget-second-step", "not an address"), ("close", "nobody@x.org"), ("close", "ann@x.org"),
     ("take", "ann@x.org", "--role", "administrator")],
)  # fmt: skip
def test_what_an_operator_mistypes_changes_nothing(
    run: Any, home: Path, database_url: str, words: tuple[str, ...]
) -> None:
    run("user", "add", "ann@x.org", "--role", "administrator")
    _county(database_url)
    before = run("user", "list", "--json").document
    said = run("user", *words)
    assert said.code == 2, said.err
    assert said.err.startswith("geomatch: ")
    assert run("user", "list", "--json").document == before
