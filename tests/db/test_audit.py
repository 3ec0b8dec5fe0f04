"""Lines of the audit are added and never changed, and whatever was changed all the same is found."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from geomatch.db import audit, engine
from geomatch.db.audit import Entry, Head, What
from geomatch.errors import InputError
from geomatch.services import auditing
from geomatch.services.database import APP_ROLE, DESK_ROLE


@pytest.fixture(scope="module")
def url(make_database: Callable[[], str]) -> str:
    return make_database()


@pytest.fixture(scope="module")
def desk(url: str) -> Iterator[sa.Engine]:
    door = engine.connect(url, role=DESK_ROLE)
    yield door
    door.dispose()


@pytest.fixture(scope="module")
def owner(url: str) -> Iterator[sa.Engine]:
    door = engine.connect(url)
    yield door
    door.dispose()


@pytest.fixture
def chain(owner: sa.Engine, desk: sa.Engine) -> Iterator[None]:
    """Five lines in a fresh chain."""
    _restart(owner)
    for number in range(5):
        _write(desk, f"need/n{number}", why="wegen Übermut: é, ü" if number == 2 else "")
    yield
    _restart(owner)


def _restart(owner: sa.Engine) -> None:
    _tamper(owner, "delete from audit.entry", "delete from audit.chain")
    with owner.begin() as connection:
        connection.execute(
            sa.text(
                "update audit.head set base = 0, number = 0, base_sha256 = sha256(''), sha256 = sha256('')"
            )
        )


def _write(door: sa.Engine, about: str = "need/n", **more: object) -> None:
    with door.begin() as connection:
        audit.write(
            connection, Entry("account 1", What.OVERRIDE, about, detail={"b": 1.5, "a": [None]}, **more)
        )  # type: ignore[arg-type]


def _tamper(owner: sa.Engine, *statements: str) -> None:
    """What somebody does who owns the database and knows of the triggers."""
    with owner.begin() as connection:
        connection.execute(sa.text("set local session_replication_role = replica"))
        for statement in statements:
            connection.execute(sa.text(statement))


def _broken(owner: sa.Engine, *noted: Head) -> tuple[str, ...]:
    with owner.connect() as connection:
        return audit.verify(connection, noted=noted).broken


def test_a_chain_nobody_touched_holds(chain: None, owner: sa.Engine) -> None:
    with owner.connect() as connection:
        found = audit.verify(connection)
    assert (found.broken, found.lines, found.head.number, found.let_go) == ((), 5, 5, 0)


@pytest.mark.parametrize("role", [APP_ROLE, DESK_ROLE])
@pytest.mark.parametrize(
    "statement",
    [
        "update audit.entry set who = 'nobody'",
        "delete from audit.entry",
        "truncate audit.entry",
        "update audit.chain set sha256 = sha256('x')",
        "insert into audit.chain values (99, 99, sha256('x'))",
        "update audit.head set number = 0",
        "delete from audit.head",
        "insert into audit.entry (who, what, at) values ('me', 'match', '2001-01-01')",
        "select audit.let_go(now())",
        "alter table audit.entry disable trigger chained",
    ],
)
def test_the_applications_roles_may_add_a_line_and_nothing_else(
    chain: None, url: str, owner: sa.Engine, role: str, statement: str
) -> None:
    door = engine.connect(url, role=role)
    with door.connect() as connection, pytest.raises(sa.exc.ProgrammingError) as caught:
        connection.execute(sa.text(statement))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)
    door.dispose()
    assert _broken(owner) == ()


@pytest.mark.parametrize(
    "statement", ["update audit.entry set why = ''", "delete from audit.chain", "truncate audit.entry"]
)
def test_not_even_the_owner_changes_a_line_by_mistake(chain: None, owner: sa.Engine, statement: str) -> None:
    with owner.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="never changed"):
        connection.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("who", "'account 2'"),
        ("at", "at + interval '1 microsecond'"),
        ("what", "'match'"),
        ("about", "'need/n9'"),
        ("why", "'because'"),
        ("account_id", "7"),
        ("county_id", "1"),
        ("detail", "'{}'"),
    ],
)
def test_a_changed_line_is_found_whichever_part_was_changed(
    chain: None, owner: sa.Engine, column: str, value: str
) -> None:
    _tamper(owner, f"update audit.entry set {column} = {value} where about = 'need/n2'")
    assert _broken(owner) == ("line 3 was changed",)


def test_a_missing_line_is_found(chain: None, owner: sa.Engine) -> None:
    _tamper(owner, "delete from audit.entry where about = 'need/n1'")
    assert _broken(owner) == ("line 2 is missing",)
    _tamper(
        owner,
        "delete from audit.chain where number in (2, 3)",
        "delete from audit.entry where about = 'need/n2'",
    )
    assert _broken(owner) == ("lines 2 to 3 are missing",)


def test_a_line_put_in_past_the_chain_is_found(chain: None, owner: sa.Engine) -> None:
    _tamper(owner, "insert into audit.entry (who, what) values ('nobody', 'match')")
    [told] = _broken(owner)
    assert told.endswith("is outside the chain")


def test_an_end_that_was_cut_off_is_found_by_the_head(chain: None, owner: sa.Engine) -> None:
    cut = ("delete from audit.chain where number > 3", "delete from audit.entry where about > 'need/n2'")
    _tamper(owner, *cut)
    assert _broken(owner) == ("the end is cut off: lines 4 to 5 are missing",)


def test_whoever_makes_the_head_anew_too_is_found_by_a_head_noted_elsewhere(
    chain: None, owner: sa.Engine, desk: sa.Engine, tmp_path: Path
) -> None:
    noted = auditing.verify(owner, tmp_path).head
    _tamper(
        owner,
        "delete from audit.chain where number > 3",
        "delete from audit.entry where about > 'need/n2'",
        "update audit.head set number = 3, sha256 = (select sha256 from audit.chain where number = 3)",
    )
    assert _broken(owner) == ()
    cut = "the end is cut off: line 5 was noted and the chain ends at 3"
    assert _broken(owner, noted) == (cut,)
    assert auditing.verify(owner, tmp_path).broken == (cut,)
    for _ in range(2):
        _write(desk)
    [told] = auditing.verify(owner, tmp_path).broken
    assert "the hash noted is another" in told


def test_a_head_is_read_as_it_was_printed_and_nothing_else_is() -> None:
    assert auditing.head(f"12:{'ab' * 32}") == Head(12, "ab" * 32)
    for wrong in ("", "12", "x:" + "ab" * 32, "12:" + "AB" * 32, "12:abcd"):
        with pytest.raises(InputError, match="number:hash"):
            auditing.head(wrong)


def test_many_writers_keep_one_chain(chain: None, owner: sa.Engine, desk: sa.Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: _write(desk, f"need/m{number}"), range(80)))
    with owner.connect() as connection:
        found = audit.verify(connection)
    assert (found.broken, found.lines) == ((), 85)


def test_nobody_waits_for_a_writer_who_takes_long(chain: None, owner: sa.Engine, desk: sa.Engine) -> None:
    """So nobody can come to wait for another's chain with a lock in hand that the other waits for."""
    with desk.begin() as slow:
        audit.write(slow, Entry("account 1", What.MATCH))
        with desk.begin() as quick:
            quick.execute(sa.text("set local lock_timeout = '5s'"))
            audit.write(quick, Entry("account 2", What.MATCH))
    assert _broken(owner) == ()


def test_what_was_not_committed_is_not_in_the_chain(chain: None, owner: sa.Engine, desk: sa.Engine) -> None:
    with desk.connect() as connection, connection.begin() as undone:
        audit.write(connection, Entry("account 1", What.EXPORT))
        undone.rollback()
    _write(desk)
    with owner.connect() as connection:
        assert audit.verify(connection).lines == 6


def test_lines_let_go_leave_a_chain_that_holds_and_a_line_that_says_so(
    chain: None, owner: sa.Engine, desk: sa.Engine
) -> None:
    with owner.connect() as connection:
        noted = audit.verify(connection).head
        old = audit.lines(connection, about="need/n4")[0]["at"]
    _write(desk, "need/new")
    with owner.begin() as connection:
        assert audit.let_go(connection, old + timedelta(microseconds=1)) == 5
    with owner.connect() as connection:
        found = audit.verify(connection, noted=[noted])
        assert (found.broken, found.lines, found.let_go) == ((), 2, 5)
        newest = audit.lines(connection)
    assert [row["what"] for row in newest] == [What.RETENTION, What.OVERRIDE]
    with owner.begin() as connection:
        assert audit.let_go(connection, datetime(2000, 1, 1, tzinfo=UTC)) == 0


def test_lines_are_found_by_what_they_are_about(chain: None, desk: sa.Engine) -> None:
    with desk.connect() as connection:
        [line] = audit.lines(connection, about="need/n2")
        assert (line["who"], line["what"], line["detail"]) == (
            "account 1",
            "override",
            {"b": 1.5, "a": [None]},
        )
        assert len(audit.lines(connection, what="override", slice_=(3, 0))) == 3
        assert audit.lines(connection, what="export") == []
