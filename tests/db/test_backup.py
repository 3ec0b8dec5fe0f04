"""A backup comes back whole, in place of whatever is there, or not at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from geomatch.db import audit, engine
from geomatch.db.audit import Entry, What
from geomatch.errors import InputError, UnavailableError
from geomatch.services import auditing, backups

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECRET = b"a secret of the tests, long enough"


def test_a_backup_comes_back_whole_and_the_chain_of_the_audit_with_it(
    make_database: Callable[[], str], tmp_path: Path
) -> None:
    url, file = make_database(), tmp_path / "all.backup"
    door = engine.connect(url)
    with door.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('kept', 'Kept')"))
        audit.write(connection, Entry("command", What.EXPORT, about="person/1"))
    assert backups.make(tmp_path, url, file, now=NOW)[0] == file.stat().st_size > 1000
    assert file.stat().st_mode & 0o777 == 0o600
    with door.begin() as connection:
        connection.execute(sa.text("update county set name = 'Changed'"))
        connection.execute(sa.text("insert into county (slug, name) values ('later', 'Later')"))
        connection.execute(sa.text("create table people.later (id int)"))
    door.dispose()
    with door.begin() as connection:
        audit.write(connection, Entry("command", What.EXPORT, about="person/2"))
    ended = auditing.verify(door, tmp_path).head
    done = backups.restore(tmp_path, url, file, secret=SECRET)
    assert done.head == f"{ended.number}:{ended.sha256}"
    with door.connect() as connection:
        assert connection.execute(sa.text("select name from county")).scalars().all() == ["Kept"]
        assert connection.scalar(sa.text("select to_regclass('people.later')")) is None
        [line] = audit.lines(connection, what="restore")
        assert line["detail"] == {"replaced": done.head}
    verdict = auditing.verify(door, tmp_path)
    assert (verdict.lines, verdict.broken) == (2, ()), "the backup's, and that it was restored"
    door.dispose()
    page = engine.connect(url, role="geomatch_app")
    with page.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text("select * from homes.home"))
    page.dispose()


def test_what_is_no_backup_changes_nothing(make_database: Callable[[], str], tmp_path: Path) -> None:
    url = make_database()
    door = engine.connect(url)
    with door.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('kept', 'Kept')"))
    strange, cut = tmp_path / "strange", tmp_path / "cut"
    strange.write_text("drop schema public cascade;")
    with pytest.raises(InputError, match="is no backup"):
        backups.restore(tmp_path, url, strange, secret=SECRET)
    backups.make(tmp_path, url, cut, now=NOW)
    cut.write_bytes(cut.read_bytes()[:-20_000])
    with pytest.raises(UnavailableError, match="gave up"):
        backups.restore(tmp_path, url, cut, secret=SECRET)
    with pytest.raises(InputError, match="No such file"):
        backups.restore(tmp_path, url, tmp_path / "nothing", secret=SECRET)
    with door.connect() as connection:
        assert connection.execute(sa.text("select name from county")).scalars().all() == ["Kept"]
    door.dispose()


def test_a_backup_that_is_too_old_goes_when_the_next_is_made_and_no_other_file(
    make_database: Callable[[], str], tmp_path: Path
) -> None:
    url = make_database()
    first, written_over, copy, last = (tmp_path / name for name in ("first", "over", "copy", "last"))
    for file in (first, written_over):
        assert backups.make(tmp_path, url, file, now=NOW - timedelta(days=100))[1] == []
    copy.write_bytes(first.read_bytes())
    written_over.write_text("shopping")
    _, gone = backups.make(tmp_path, url, last, now=NOW)
    assert gone == [first]
    assert not first.exists()
    assert [each.exists() for each in (written_over, copy, last)] == [True] * 3
    door = engine.connect(url)
    assert backups.let_go(door, tmp_path, now=NOW) == []
    with door.begin() as connection:
        connection.execute(
            sa.text("insert into county (slug, name, settings) values ('v', 'V', :said)"),
            {"said": '{"retention": {"backups": 1}}'},
        )
    assert backups.let_go(door, tmp_path, now=NOW + timedelta(days=30)) == []
    assert backups.let_go(door, tmp_path, now=NOW + timedelta(days=32)) == [last]
    door.dispose()
