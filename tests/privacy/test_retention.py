"""Nothing about people is kept longer than the county says; complaints are kept and answered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import audit, engine, letters, tables
from geomatch.errors import ConflictError, InputError
from geomatch.privacy.retention import Retention
from geomatch.services import complaints, retaining
from geomatch.services.complaints import Complaint
from geomatch.services.database import APP_ROLE, DESK_ROLE

SECRET = b"a secret of the tests, long enough"
NOW = datetime(2036, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def door(make_database: Callable[[], str]) -> Iterator[sa.Engine]:
    made = engine.connect(make_database())
    with made.begin() as connection:
        connection.execute(
            tables.county.insert().values(slug="vale", name="Vale", settings={"retention": {"letters": 3}})
        )
    yield made
    made.dispose()


def _row(connection: sa.Connection, table: sa.Table, **values: Any) -> int:
    return int(connection.execute(table.insert().values(**values).returning(table.c.id)).scalar_one())


def _county(connection: sa.Connection) -> int:
    return int(connection.execute(sa.select(tables.county.c.id)).scalar_one())


def test_what_is_old_goes_and_what_is_not_stays(door: sa.Engine) -> None:
    with door.begin() as connection:
        county = _county(connection)
        for ref, until in (("gone", NOW - timedelta(days=800)), ("here", NOW - timedelta(days=600))):
            _row(connection, tables.resource, county_id=county, ref=ref, kind="volunteer", name=ref,
                 travels="resource", mode="car", verified_until=until.date())  # fmt: skip
        for title, over in (("old", 400), ("new", 300)):
            need = _row(connection, tables.need, county_id=county, ref=title, title=title, mode="car",
                        status="met", closes=(NOW - timedelta(days=over)).date())  # fmt: skip
            _row(connection, tables.contact, county_id=county, need_id=need, name=title,
                 telephone="01743 555 000", consent_how="telephone", consent_on=NOW.date(),
                 recorded_by="desk")  # fmt: skip
        for days in (800, 600):
            _row(connection, tables.matching_run, county_id=county, policy="no-need-lost", as_of=NOW.date(),
                 problem_sha256="0" * 64, status="optimal", served=7, made_at=NOW - timedelta(days=days),
                 document={"served": 7, "assignments": [{"resource": "here"}], "ladders": {}})  # fmt: skip
        for days in (100, 80):
            number = letters.write(connection, county, ("ann@example.org", "Ann"), subject="A", body="B")
            letters.mark_sent(connection, number, NOW - timedelta(days=days))
    done = retaining.retain(door, secret=SECRET, now=NOW)
    assert done["vale"] == {"volunteers": 1, "needs": 1, "matches": 1, "letters": 1, "complaints": 0}
    with door.connect() as connection:
        assert connection.execute(sa.select(tables.resource.c.ref)).scalars().all() == ["here"]
        assert connection.execute(sa.select(tables.contact.c.name)).scalars().all() == ["new"]
        runs = connection.execute(
            sa.select(tables.matching_run.c.document).order_by(tables.matching_run.c.id)
        )
        assert [sorted(each) for each in runs.scalars()] == [["served"], ["assignments", "ladders", "served"]]
    assert retaining.retain(door, secret=SECRET, now=NOW)["vale"]["volunteers"] == 0


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"letters": 0}, "letters = 0; expected 1 to 240 months"),
        ({"cakes": 3}, "unknown cakes; expected volunteers"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, int], words: str) -> None:
    with pytest.raises(InputError, match=words):
        Retention.of(settings)


@pytest.fixture(scope="module")
def pages(door: sa.Engine, signed_in: Callable[..., str]) -> Iterator[tuple[Any, Any]]:
    url = door.url.render_as_string(hide_password=False)
    role, desk = engine.connect(url, role=APP_ROLE), engine.connect(url, role=DESK_ROLE)
    config = webmap.WebConfig(site="http://localhost")
    public, broker = (webmap.create_app(role, config=config, desk=desk, matcher=door) for _ in range(2))
    signed_in(broker, door, "broker")
    for app in (public, broker):
        app.config["WTF_CSRF_ENABLED"] = False
    yield public.test_client(), broker.test_client()
    for each in (role, desk):
        each.dispose()


def test_a_complaint_is_acknowledged_kept_and_answered(door: sa.Engine, pages: tuple[Any, Any]) -> None:
    public, broker = pages
    form = {"name": "Ann Lee", "email": "ann@example.net", "words": "My <b>name</b> is wrong."}
    assert 'href="/privacy/complaint"' in public.get("/privacy").text
    assert "complain" in public.get("/privacy/complaint").text
    told = public.post("/privacy/complaint", data=form).text
    assert "We have your complaint; its number is 1." in told
    with door.connect() as connection:
        letter = connection.execute(
            sa.select(tables.letter).where(tables.letter.c.address == form["email"])
        ).one()
        assert "My <b>name</b> is wrong." in letter.body
        assert [line["about"] for line in audit.lines(connection, what="complaint")] == ["complaint/1"]
    waiting = broker.get("/broker/complaints").text
    assert "My &lt;b&gt;name&lt;/b&gt; is wrong." in waiting
    assert broker.post("/broker/complaints/1", data={"answer": "We have put it right."}).status_code == 303
    assert "No complaint waits" in broker.get("/broker/complaints").text
    assert broker.post("/broker/complaints/1", data={"answer": "Again"}).status_code == 404
    assert public.get("/broker/complaints").status_code in (302, 303, 401, 403)
    with door.connect() as connection:
        bodies = connection.execute(
            sa.select(tables.letter.c.body).where(tables.letter.c.address == form["email"])
        )
        assert "We have put it right." in bodies.scalars().all()[-1]


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"email": "nobody"}, {"email": "a@b@c"}, {"words": ""}, {"words": "x" * 4001}]
)
def test_a_complaint_that_cannot_be_answered_says_what_is_missing(
    pages: tuple[Any, Any], wrong: dict[str, str]
) -> None:
    form = {"name": "Ann Lee", "email": "ann@example.com", "words": "Wrong."} | wrong
    answer = pages[0].post("/privacy/complaint", data=form)
    assert answer.status_code == 400
    assert "expected" in answer.text


def test_nobody_fills_the_queue_alone(door: sa.Engine) -> None:
    with door.connect() as connection:
        county, made = _county(connection), Complaint("Bo", "bo@example.org", "Wrong.")
        for _ in range(complaints.MOST_A_DAY):
            complaints.make(connection, county, made, NOW)
        with pytest.raises(ConflictError, match="several complaints"):
            complaints.make(connection, county, Complaint("Bo", "BO@example.org", "Wrong."), NOW)
