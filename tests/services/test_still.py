"""What nobody confirms is not offered; its owner is asked once, by letter, and one link brings it back."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import engine, letters, tables
from geomatch.errors import UnknownPlaceError
from geomatch.matching.rules import Rules
from geomatch.services import still
from geomatch.services.booking import By
from geomatch.services.database import APP_ROLE, DESK_ROLE

NOW = datetime.now(UTC)
TODAY = By("x", NOW).wall.date()
BY = By("postman", NOW)
SITE = "http://localhost"


@pytest.fixture
def door(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    made = engine.connect(make_database())
    with made.begin() as connection:
        settings = {"matching": {"stale_days": 100, "stale_days_equipment": 50}}
        county = _row(connection, tables.county, slug="vale", name="Vale", settings=settings)
        group = _row(
            connection, tables.organisation, county_id=county, ref="o", name="Trust", sector="voluntary"
        )
        for ref, kind, until in (("hall", "venue", -3), ("screen", "equipment", 20), ("far", "venue", 90)):
            _row(
                connection, tables.resource, county_id=county, ref=ref, name=f"The {ref}", kind=kind,
                travels="beneficiary", mode="car", organisation_id=group,
                verified_until=TODAY + timedelta(days=until),
            )  # fmt: skip
        _row(
            connection, tables.contact, county_id=county, organisation_id=group, name="Ann",
            email="Ann@example.org", consent_how="form", consent_on=TODAY, recorded_by="desk",
        )  # fmt: skip
    yield made
    made.dispose()


def _row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def _until(door: sa.Engine) -> dict[str, date | None]:
    with door.connect() as connection:
        rows = connection.execute(sa.select(tables.resource.c.ref, tables.resource.c.verified_until))
        return {row.ref: row.verified_until for row in rows}


def _link(door: sa.Engine) -> str:
    with door.connect() as connection:
        [letter] = letters.unsent(connection)
    [found] = re.findall(r"/still-true/(\S+)", letter["body"])
    assert letter["address"] == "Ann@example.org"
    assert "The hall" in letter["body"]
    assert "The screen" in letter["body"]
    assert "The far" not in letter["body"]
    return str(found)


def test_an_owner_is_asked_once_by_one_letter_for_all(door: sa.Engine) -> None:
    assert still.ask(door, SITE, BY) == 1
    assert still.ask(door, SITE, BY) == 0
    _link(door)


def test_one_link_says_still_true_by_kind_and_works_once(door: sa.Engine) -> None:
    still.ask(door, SITE, BY)
    token = _link(door)
    assert still.answer(door, token, [], BY) == (2, 0)
    assert _until(door) == {
        "hall": TODAY + timedelta(days=100),
        "screen": TODAY + timedelta(days=50),
        "far": TODAY + timedelta(days=90),
    }
    with pytest.raises(UnknownPlaceError, match="used already"):
        still.answer(door, token, [], BY)
    later = By("postman", NOW + timedelta(days=80))
    assert still.ask(door, SITE, later) == 1, "when it runs out again the owner is asked again"


def test_what_is_gone_is_offered_no_more_and_nobody_elses_can_be(door: sa.Engine) -> None:
    still.ask(door, SITE, BY)
    with door.connect() as connection:
        found = connection.execute(sa.select(tables.resource.c.ref, tables.resource.c.id))
        ids = {row.ref: row.id for row in found}
    assert still.answer(door, _link(door), [f"resource-{ids['hall']}", f"resource-{ids['far']}"], BY) == (
        1,
        1,
    )
    with door.connect() as connection:
        gone = sa.select(tables.resource.c.ref).where(tables.resource.c.withdrawn_on.is_not(None))
        assert connection.execute(gone).scalars().all() == ["hall"]


def test_days_are_counted_alike_by_the_program_and_by_the_database(door: sa.Engine) -> None:
    rules = Rules.of({"stale_days": 100, "stale_days_equipment": 50})
    with door.begin() as connection:
        connection.execute(tables.resource.update().values(verified_until=None, edited_at=NOW))
        found = connection.execute(sa.text("select kind, good_until(resource) from resource")).all()
    assert {row[0] for row in found} == {"venue", "equipment"}
    for kind, until in found:
        assert until == TODAY + timedelta(days=rules.stale(kind))


def test_the_expired_leaves_list_map_and_search_and_comes_back(door: sa.Engine) -> None:
    url = door.url.render_as_string(hide_password=False)
    role, desk = engine.connect(url, role=APP_ROLE), engine.connect(url, role=DESK_ROLE)
    app = webmap.create_app(role, config=webmap.WebConfig(site=SITE), desk=desk, matcher=door)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()

    def offered() -> set[str]:
        return {row["id"] for row in client.get("/api/v1/resources").get_json()["resources"]}

    assert offered() == {"screen", "far"}
    assert "The hall" not in client.get("/?show=offers").text
    still.ask(desk, SITE, BY)
    page = client.get(f"/still-true/{_link(door)}")
    assert "Nobody has confirmed it since" in page.text
    told = client.post(f"/still-true/{_link(door)}").text
    assert "2 entries are confirmed" in told
    assert offered() == {"hall", "screen", "far"}
    assert client.get("/still-true/nothing").status_code == 404
    for each in (role, desk):
        each.dispose()


def _asked_for(door: sa.Engine, ref: str, days_ago: int, **values: Any) -> int:
    """A need of the group that somebody last spoke of so many days ago."""
    with door.begin() as connection:
        county, group = connection.execute(
            sa.select(tables.organisation.c.county_id, tables.organisation.c.id)
        ).one()
        return _row(
            connection, tables.need, county_id=county, organisation_id=group, ref=ref, title=f"Wanted: {ref}",
            mode="car", asked=TODAY - timedelta(days=days_ago), **values,
        )  # fmt: skip


def test_whoever_asked_is_asked_in_the_same_letter_whether_it_still_is_wanted(door: sa.Engine) -> None:
    url = door.url.render_as_string(hide_password=False)
    role, desk = engine.connect(url, role=APP_ROLE), engine.connect(url, role=DESK_ROLE)
    app = webmap.create_app(role, config=webmap.WebConfig(site=SITE), desk=desk, matcher=door)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    over = _asked_for(door, "piano", 120)
    gone = _asked_for(door, "stage", 101)
    _asked_for(door, "new", 10)
    _asked_for(door, "dated", 95, closes=TODAY + timedelta(days=3))
    _asked_for(door, "met", 400, status="met")

    def wanted() -> set[str]:
        return {row["id"] for row in client.get("/api/v1/needs").get_json()["needs"]}

    assert wanted() == {"new", "dated", "met"}
    assert still.ask(desk, SITE, BY) == 1
    assert still.ask(desk, SITE, BY) == 0
    with door.connect() as connection:
        [letter] = letters.unsent(connection)
    named = [name for name in ("piano", "stage", "new", "dated", "met", "hall") if name in letter["body"]]
    assert named == ["piano", "stage", "hall"], "what closes by itself is not asked about"
    token = _link(door)
    assert "It is not needed any more" in client.get(f"/still-true/{token}").text
    told = client.post(f"/still-true/{token}", data={"gone": [f"need-{gone}", f"need-{over}9"]}).text
    assert "3 entries are confirmed" in told
    assert "1 entry is taken back" in told
    assert wanted() == {"piano", "new", "dated", "met"}
    with door.connect() as connection:
        open_ones = "select ref, good_until from wanted(1) join need on id = need_id where status = 'open'"
        told = connection.execute(sa.text(open_ones))
        assert {row[0]: (row[1] - TODAY).days for row in told} == {"piano": 100, "new": 90, "dated": 3}
    for each in (role, desk):
        each.dispose()
