"""Somebody's rights: everything about them is told, and after they are erased nothing of them is anywhere."""

import csv
import io
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import accounts, audit, engine, letters, naming, pages, sessions, tables
from geomatch.db import persons as stored
from geomatch.db.accounts import Held
from geomatch.errors import ConflictError, UnknownPlaceError
from geomatch.exporters.spreadsheet import FORMULA
from geomatch.services import backups, persons
from geomatch.services.database import DESK_ROLE
from geomatch.services.persons import Asker

SECRET = b"a secret of the tests, long enough"
COMMAND = Asker("command")
EMAIL, NAME, PHONE, REF = "ada.byron@example.org", "Ada Byron", "01743 555 019", "ada-byron-drives"
HOME = (347_123.0, 297_456.0)
TRACES = (EMAIL, EMAIL.upper(), NAME, PHONE, REF, "SY3 9ZZ", "347123", "297456")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
OVER = date(2026, 3, 31)


@pytest.fixture
def door(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    made = engine.connect(make_database())
    with made.begin() as connection:
        _fill(connection)
    yield made
    made.dispose()


def _row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def _fill(connection: sa.Connection) -> None:
    """Traces of one person in every place where a person leaves some."""
    county = _row(connection, tables.county, slug="vale", name="Vale")
    person = _row(
        connection, tables.resource, county_id=county, ref=REF, kind="volunteer", name=f"{NAME}, driver",
        travels="resource", mode="car", precision_metres=500,
        geom=sa.text("ST_SetSRID(ST_MakePoint(347500, 297500), 27700)"),
        catchment=sa.text("ST_Multi(ST_Buffer(ST_SetSRID(ST_MakePoint(347123, 297456), 27700), 900))"),
    )  # fmt: skip
    other = _row(
        connection, tables.resource, county_id=county, ref="bob", kind="volunteer", name="Bob",
        travels="resource", mode="car",
    )  # fmt: skip
    connection.execute(
        tables.home.insert().values(
            resource_id=person, postcode="SY3 9ZZ",
            geom=sa.text("ST_SetSRID(ST_MakePoint(347123, 297456), 27700)"),
        )
    )  # fmt: skip
    connection.execute(tables.dbs_check.insert().values(resource_id=person, level="enhanced", seen_by="Pat"))
    need = _row(connection, tables.need, county_id=county, ref="n1", title="A lift", mode="car",
                description=f"{NAME} usually drives; ring {PHONE}")  # fmt: skip
    run = _row(
        connection, tables.matching_run, county_id=county, policy="no-need-lost", as_of=NOW.date(),
        problem_sha256="0" * 64, status="optimal", served=1,
        document={"served": 1, "assignments": [{"need": "n1", "resource": REF, "minutes": 12.3}]},
    )  # fmt: skip
    connection.execute(tables.run_problem.insert().values(matching_run_id=run, problem=REF.encode()))
    for who in (person, other):
        _row(connection, tables.match, matching_run_id=run, need_id=need, resource_id=who, role="driver",
             quantity=1, minutes=10.0)  # fmt: skip
    connection.execute(
        tables.unmatched.insert().values(
            matching_run_id=run, need_id=need, reason="competition",
            detail={"supply": [{"resource": REF}], "ladder": [{"with": [{"resource": REF}]}]},
        )
    )  # fmt: skip
    for owner, email in ((person, EMAIL), (other, "bob@example.org")):
        connection.execute(
            tables.contact.insert().values(
                county_id=county, resource_id=owner, name=NAME if owner == person else "Bob", email=email,
                telephone=PHONE if owner == person else None, consent_how="telephone", consent_on=NOW.date(),
                recorded_by="desk",
            )
        )  # fmt: skip
    connection.execute(
        tables.ask.insert().values(
            county_id=county, need_id=need, bundles=[1], bookings=[1], offers=True, name=NAME,
            email=EMAIL.upper(), telephone=PHONE, until=NOW,
        )
    )  # fmt: skip
    letters.write(connection, county, (EMAIL, NAME), subject="Can you?", body=f"Dear {NAME},\n")
    letters.write(
        connection, county, ("bob@example.org", "Bob"), subject="Booked", body=f"{NAME} ({PHONE}) comes.\n"
    )
    letters.make_link(
        connection, county, "answer", about={"name": NAME}, now=NOW, until=NOW + timedelta(days=1)
    )
    connection.execute(
        tables.act.insert().values(
            county_id=county, need_id=need, what="answer", words=f"{NAME} said yes", about={"email": EMAIL},
            who="desk",
        )
    )  # fmt: skip

    _fill_account(connection, county)


def _fill_account(connection: sa.Connection, county: int) -> None:
    """What the same person leaves as somebody with an account, and what was written of them in quarters."""
    number = accounts.add(connection, EMAIL, name=NAME)
    accounts.give_role(connection, number, Held("broker", county, None))
    sessions.start(connection, number, now=NOW, until=NOW + timedelta(days=1), device="Ada's telephone")
    _row(connection, tables.posting, county_id=county, account_id=number, kind="needs", ref="n1")
    _row(connection, tables.posting, county_id=county, account_id=number, kind="resources", ref=REF)
    where = {"county_id": county, "area_code": "vale"}
    _row(connection, tables.target, **where, indicator="needs", baseline=1, target=2, due=NOW.date(),
         owner=NAME, made_by=NAME)  # fmt: skip
    _row(connection, tables.story, **where, happened=NOW.date(), words=f"{NAME} drove us", made_by=NAME)
    for day in (OVER, NOW.date()):
        quarter = f"{day.year}-q{(day.month + 2) // 3}"
        kept = _row(connection, tables.snapshot, county_id=county, quarter=quarter, as_of=day)
        connection.execute(
            tables.snapshot_area.insert().values(
                snapshot_id=kept, code="vale", name="Vale",
                document={"targets": [{"owner": NAME, "to": 2}], "stories": [{"words": f"{NAME} drove us"}]},
            )
        )  # fmt: skip


def _dumped(door: sa.Engine) -> str:
    """The whole database as anybody with a copy of it would read it, points in plain figures too."""
    url = door.url.set(drivername="postgresql").render_as_string(hide_password=False)
    plain = subprocess.run(
        ["pg_dump", "--data-only", "--inserts", f"--dbname={url}"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    with door.connect() as connection:
        shapes = [
            connection.execute(sa.select(sa.func.ST_AsText(column)).where(column.is_not(None)))
            .scalars()
            .all()
            for table in tables.metadata.sorted_tables
            for column in table.columns
            if "geometry" in str(column.type).lower()
        ]
        problems = connection.execute(sa.select(tables.run_problem.c.problem)).scalars().all()
    return plain + str(shapes) + str(problems)


def test_the_hunt_finds_every_trace_before(door: sa.Engine) -> None:
    told = _dumped(door)
    assert [trace for trace in TRACES if trace not in told] == []


@pytest.mark.parametrize("given", [EMAIL, EMAIL.upper(), REF])
def test_after_an_erasure_no_copy_of_the_database_knows_the_person(door: sa.Engine, given: str) -> None:
    done = persons.erase(door, None, given, Asker("command", "asked by letter"), secret=SECRET)
    told = _dumped(door)
    assert [trace for trace in TRACES if trace.lower() in told.lower()] == []
    assert done["removed"]["homes.home"] == 1
    assert done["removed"]["people.letter"] == 1
    assert done["removed"]["people.account"] == done["removed"]["people.session"] == 1
    assert "Bob" in told
    assert "bob@example.org" in told
    with door.connect() as connection:
        assert connection.scalar(sa.select(tables.matching_run.c.served)) == 1, "counts stay"
        [line] = audit.lines(connection, what="erasure")
        assert (line["why"], line["detail"]["match"]) == ("asked by letter", 1)
        assert audit.verify(connection).broken == ()
    with pytest.raises(UnknownPlaceError, match="nobody in Vale goes by"):
        persons.erase(door, None, given, COMMAND, secret=SECRET)


def test_everything_about_somebody_is_told_and_nothing_about_others(door: sa.Engine) -> None:
    with door.begin() as connection:
        person, other = connection.execute(sa.select(tables.resource.c.id).order_by("id")).scalars()
        for number in (person, other):
            audit.write(connection, audit.Entry("account 3", audit.What.HOME_READ, f"resource-row/{number}"))
    told = persons.export(door, None, EMAIL, COMMAND)
    text = persons.as_json(told)
    assert {
        "people.account",
        "people.posting",
        "people.role_held",
        "people.session",
        "resource",
        "homes.home",
        "dbs_check",
        "match",
        "people.contact",
        "people.ask",
        "people.letter",
        "need",
        "audit.entry",
    } == set(json.loads(text)["records"])
    [need] = told["records"]["need"]
    assert need["ref"] == "n1", "what they posted"
    assert [line["about"] for line in told["records"]["audit.entry"]] == [
        f"resource-row/{told['records']['resource'][0]['id']}"
    ]
    for trace in (EMAIL, NAME, PHONE, REF, "SY3 9ZZ"):
        assert trace in text
    assert "bob@example.org" not in text
    for row in told["records"]["people.account"] + told["records"]["people.session"]:
        assert not {"password", "totp", "token_sha256"} & set(row), "what opens an account is told to nobody"
    with door.connect() as connection:
        assert len(audit.lines(connection, what="export")) == 1
        assert len(audit.lines(connection, what="home-read")) == 3


def test_a_spreadsheet_of_somebody_holds_no_live_formula(door: sa.Engine) -> None:
    with door.begin() as connection:
        connection.execute(
            tables.resource.update().values(description="=HYPERLINK(1)").where(tables.resource.c.ref == REF)
        )
    rows = list(csv.reader(io.StringIO(persons.as_csv(persons.export(door, None, REF, COMMAND)))))
    assert ["resource", "1", "description", "'=HYPERLINK(1)"] in rows
    assert not [row for row in rows if row[3].startswith(FORMULA)]


def test_letters_that_lie_in_the_outbox_go_too(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(f"To: {EMAIL.upper()}\n")
    (tmp_path / "b.eml").write_text("To: bob@example.org\n")
    assert persons.forget_letters(tmp_path, EMAIL) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["b.eml"]


def test_an_erasure_leaves_the_need_and_the_rest_of_a_quarter_that_is_over(door: sa.Engine) -> None:
    done = persons.erase(door, None, EMAIL, COMMAND, secret=SECRET)
    with door.begin() as connection:
        rows = connection.execute(sa.select(tables.posting.c.kind, tables.posting.c.account_id)).all()
        assert rows == [("needs", None)], "the need stays, and nobody knows who posted it"
        kept = connection.execute(sa.select(tables.snapshot_area.c.document)).scalars().all()
        assert [each["targets"] for each in kept] == [[{"owner": done["stand_in"], "to": 2}]] * 2
        assert connection.scalar(sa.select(tables.target.c.owner)) == done["stand_in"]
    with pytest.raises(sa.exc.DBAPIError, match="kept as it was"), door.begin() as connection:
        connection.execute(tables.snapshot_area.update().values(document={}))


def test_only_the_owner_takes_words_out_of_a_quarter_that_is_over(door: sa.Engine) -> None:
    url = door.url.render_as_string(hide_password=False)
    desk = engine.connect(url, role=DESK_ROLE)
    with desk.begin() as connection:
        naming.erasing(connection)
        with pytest.raises(sa.exc.DBAPIError, match="kept as it was"):
            connection.execute(tables.snapshot_area.update().values(document={}))
        connection.rollback()
    desk.dispose()


def test_somebody_who_only_complained_or_only_has_an_account_is_found(door: sa.Engine) -> None:
    with door.begin() as connection:
        accounts.add(connection, "only@example.org", name="Only Here")
        county = connection.scalar(sa.select(tables.county.c.id))
        _row(connection, tables.complaint, county_id=county, name="C", email="c@example.org", words="Why?")
    for email in ("only@example.org", "c@example.org"):
        persons.erase(door, None, email, COMMAND, secret=SECRET)
        assert email not in _dumped(door)


def test_the_last_who_may_manage_accounts_is_not_erased(door: sa.Engine) -> None:
    with door.begin() as connection:
        number = accounts.add(connection, "last@example.org")
        accounts.give_role(connection, number, Held("administrator", None, None))
    with pytest.raises(ConflictError, match="administrator first"):
        persons.erase(door, None, "last@example.org", COMMAND, secret=SECRET)
    assert "last@example.org" in _dumped(door)


def test_pages_draw_anew_after_an_erasure(door: sa.Engine) -> None:
    def version() -> str:
        with door.connect() as connection:
            return pages.version(connection, int(connection.scalar(sa.select(tables.county.c.id)) or 0))

    before = version()
    persons.erase(door, None, REF, COMMAND, secret=SECRET)
    assert version() != before


def test_an_offer_that_is_let_go_leaves_the_account_of_whoever_made_it(door: sa.Engine) -> None:
    with door.begin() as connection:
        county = connection.scalar(sa.select(tables.county.c.id))
        found = stored.find(connection, int(county or 0), REF).offers_only()
        stored.erase(connection, found, "erased-1")
        assert connection.scalar(sa.select(tables.account.c.email)) == EMAIL
        assert connection.scalar(sa.select(sa.func.count()).select_from(tables.home)) == 0


def _restored(door: sa.Engine, home: Path, file: Path) -> backups.Restored:
    url = door.url.render_as_string(hide_password=False)
    door.dispose()
    return backups.restore(home, url, file, secret=SECRET)


@pytest.mark.parametrize("given", [EMAIL, REF])
def test_a_restored_backup_does_not_bring_back_whoever_was_erased_since(
    door: sa.Engine, tmp_path: Path, given: str
) -> None:
    url, file = door.url.render_as_string(hide_password=False), tmp_path / "all.backup"
    backups.make(tmp_path, url, file, now=NOW)
    removed = persons.erase(door, None, given, COMMAND, secret=SECRET)["removed"]
    done = _restored(door, tmp_path, file)
    assert (done.erasures, done.rows) == (1, sum(removed.values()))
    told = _dumped(door)
    assert [trace for trace in TRACES if trace.lower() in told.lower()] == []
    assert "bob@example.org" in told
    with door.connect() as connection:
        assert [line["who"] for line in audit.lines(connection, what="erasure")] == ["restore"]
    assert _restored(door, tmp_path, file).erasures == 1, "and so again"


def test_whoever_was_erased_before_the_backup_and_came_again_stays(door: sa.Engine, tmp_path: Path) -> None:
    url, file = door.url.render_as_string(hide_password=False), tmp_path / "all.backup"
    persons.erase(door, None, EMAIL, COMMAND, secret=SECRET)
    with door.begin() as connection:
        accounts.add(connection, EMAIL, name=NAME)
    backups.make(tmp_path, url, file, now=NOW)
    done = _restored(door, tmp_path, file)
    assert (done.erasures, done.rows) == (0, 0)
    assert EMAIL in _dumped(door)
