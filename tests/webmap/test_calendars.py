"""When a thing is free: its page's two weeks, and its feed."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from psycopg.types.range import TimestampRange

import webmap
from geomatch.db import engine, tables
from geomatch.model import Window
from geomatch.services import booking, feeds
from geomatch.services.booking import Ask, By, Wanted
from geomatch.services.database import APP_ROLE
from webmap import here

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NINE = datetime(2026, 11, 20, 9)
ANN = By("Ann", NOW)


@pytest.fixture
def hall(make_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A hall open every day from nine to five, its site, and a way to book it."""
    url = make_database()
    owner, role = engine.connect(url), engine.connect(url, role=APP_ROLE)
    with owner.begin() as connection:
        county = connection.execute(
            tables.county.insert().values(slug="vale", name="Vale").returning(tables.county.c.id)
        ).scalar_one()
        for ref, kind in (("a/hall", "venue"), ("driver", "volunteer")):
            made = tables.resource.insert().values(
                county_id=county, ref=ref, kind=kind, name=ref.title(), travels="beneficiary", mode="car"
            )
            number = connection.execute(made.returning(tables.resource.c.id)).scalar_one()
            connection.execute(
                tables.opening.insert().values(
                    resource_id=number,
                    first=TimestampRange(NINE, NINE.replace(hour=17)),
                    rrule="FREQ=DAILY",
                    only_in=[],
                )
            )
    monkeypatch.setattr(here, "now", lambda: NOW)
    yield _Hall(webmap.create_app(role).test_client(), owner, int(county))
    role.dispose()
    owner.dispose()


class _Hall:
    def __init__(self, client: Any, owner: sa.Engine, county: int) -> None:
        self.client, self.owner, self.county = client, owner, county

    def book(self, hour: int, hours: int = 2, days: int = 1) -> booking.Proposal:
        starts = datetime(2026, 11, 23, hour) + timedelta(days=days)
        thing = Wanted("a/hall", Window(starts, starts + timedelta(hours=hours)))
        return booking.book(self.owner, Ask(self.county, (thing,)), ANN)

    def rows(self) -> list[list[str]]:
        table = (
            self.client.get("/resources/a/hall").text.split('<table class="days">')[1].split("</table>")[0]
        )
        lines = re.findall(r"<tr>(.*?)</tr>", table)
        return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]


def test_the_next_two_weeks_are_a_table_with_headings(hall: Any) -> None:
    hall.book(9, 8)
    hall.book(12, days=2)
    head, *days = hall.rows()
    assert head == ["Day", "Open", "Free"]
    assert len(days) == 14
    assert days[:4] == [
        ["Mon 23 Nov", "09:00 to 17:00", "all of it"],
        ["Tue 24 Nov", "09:00 to 17:00", "fully booked"],
        ["Wed 25 Nov", "09:00 to 17:00", "09:00 to 11:30 and 14:30 to 17:00"],
        ["Thu 26 Nov", "09:00 to 17:00", "all of it"],
    ]
    page = hall.client.get("/resources/a/hall").text
    assert page.count('<th scope="row">') == 14
    assert "<caption>The next two weeks</caption>" in page
    assert "Next free for an hour: <strong>Monday 23 November 2026, 09:00 to 10:00</strong>" in page


def test_a_page_kept_before_a_booking_is_not_taken_for_the_new_one(hall: Any) -> None:
    for days, address in enumerate(("/resources/a/hall", "/resources/a/hall.ics"), 2):
        first = hall.client.get(address)
        kept = {"If-None-Match": first.headers["ETag"]}
        assert hall.client.get(address, headers=kept).status_code == 304
        hall.book(12, days=days)
        assert hall.client.get(address, headers=kept).status_code == 200


def test_the_feed_is_linked_from_the_page_and_read_by_calendars(hall: Any) -> None:
    hall.book(12)
    assert 'href="/resources/a/hall.ics"' in hall.client.get("/resources/a/hall").text
    answer = hall.client.get("/resources/a/hall.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    [event] = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert (str(event["summary"]), event.decoded("dtstart")) == (
        "Booked",
        datetime(2026, 11, 24, 12, tzinfo=UTC),
    )
    assert b"Ann" not in answer.data


def test_a_volunteer_has_no_calendar_in_public(hall: Any) -> None:
    page = hall.client.get("/resources/driver").text
    assert 'class="days"' not in page
    assert ".ics" not in page
    assert "is asked through the broker" in page
    for ref in ("driver", "nobody"):
        answer = hall.client.get(f"/resources/{ref}.ics")
        assert answer.status_code == 404
        assert f"There is no calendar of &#39;{ref}&#39; in this county." in answer.text


def test_a_brokers_feed_is_private_and_ends_when_it_is_revoked(hall: Any) -> None:
    hall.book(12)
    address = f"/calendars/{feeds.make_token(hall.owner, hall.county, ANN)}.ics"
    answer = hall.client.get(address)
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert b"SUMMARY:A/Hall" in answer.data
    feeds.revoke(hall.owner, hall.county, ANN)
    assert hall.client.get(address).status_code == 404
    assert hall.client.get("/calendars/guess.ics").status_code == 404
