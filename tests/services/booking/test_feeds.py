"""Feeds: what the public sees of a hall, and what a broker sees of his own bookings."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from geomatch.errors import UnknownPlaceError
from geomatch.model import Window
from geomatch.services import booking, calendars, feeds
from geomatch.services.booking import By, Wanted

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ANN, BOB = By("Ann Caller", NOW), By("Bob", NOW)
EVENING = Window(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21))


def events(body: bytes) -> list[tuple[str, str, int]]:
    found = icalendar.Calendar.from_ical(body).walk("VEVENT")
    return [(str(each["summary"]), str(each["status"]), each["sequence"]) for each in found]


def hall(desk: Any, now: datetime = NOW) -> bytes:
    with desk.door.connect() as connection:
        return feeds.of_resource(connection, desk.county, "hall", now)


def test_a_halls_feed_follows_its_bookings_by_one_uid_and_names_nobody(desk: Any) -> None:
    made = desk.propose(Wanted("hall", EVENING, role="for Ann's party"), by=ANN)
    bodies = [hall(desk)]
    booking.confirm(desk.door, made.bundle, ANN)
    bodies.append(hall(desk))
    booking.cancel(desk.door, made.bookings, "Ann is ill", ANN)
    bodies.append(hall(desk))
    assert [events(body) for body in bodies] == [
        [("Held", "TENTATIVE", 0)],
        [("Booked", "CONFIRMED", 1)],
        [("Cancelled", "CANCELLED", 2)],
    ]
    uids = {str(icalendar.Calendar.from_ical(body).walk("VEVENT")[0]["uid"]) for body in bodies}
    assert len(uids) == 1
    assert not any(b"Ann" in body or b"party" in body for body in bodies)


def test_a_proposal_that_has_run_out_is_cancelled_in_the_feed_before_anybody_writes_it_down(
    desk: Any,
) -> None:
    desk.propose(("hall", EVENING))
    after = NOW + timedelta(days=2)
    told = hall(desk, after)
    assert events(told) == [("Cancelled", "CANCELLED", 1)]
    desk.propose(("hall", EVENING), by=By("Bob", after))
    assert events(hall(desk, after)) == [("Cancelled", "CANCELLED", 1), ("Held", "TENTATIVE", 0)]


def test_what_is_long_past_leaves_the_feed(desk: Any) -> None:
    desk.propose(("hall", EVENING))
    assert len(events(hall(desk, datetime(2027, 3, 4, tzinfo=UTC)))) == 1
    assert events(hall(desk, datetime(2027, 3, 6, tzinfo=UTC))) == []


@pytest.mark.parametrize("ref", ["driver", "nothing"])
def test_volunteers_have_no_feed_as_if_they_were_not_there(desk: Any, ref: str) -> None:
    with desk.door.connect() as connection, pytest.raises(UnknownPlaceError, match="there is no calendar of"):
        feeds.of_resource(connection, desk.county, ref, NOW)


def test_a_broker_sees_his_own_bookings_until_the_address_is_revoked(desk: Any) -> None:
    desk.propose(("hall", EVENING), by=ANN)
    desk.propose(Wanted("projector", EVENING, 2, role="projector"), by=BOB)
    token = feeds.make_token(desk.door, desk.county, BOB)
    with desk.door.connect() as connection:
        body = feeds.of_broker(connection, token, NOW)
    assert events(body) == [("2 × Projector", "TENTATIVE", 0)]
    assert desk.run("select count(*) from feed_token where digest = :t", t=token).scalar_one() == 0
    for wrong in (token + "x", "", "\ud800"):
        with desk.door.connect() as connection, pytest.raises(UnknownPlaceError, match="no calendar at this"):
            feeds.of_broker(connection, wrong, NOW)
    assert feeds.revoke(desk.door, desk.county, BOB) == 1
    with desk.door.connect() as connection, pytest.raises(UnknownPlaceError, match="perhaps it was revoked"):
        feeds.of_broker(connection, token, NOW)


def test_the_next_two_weeks_of_a_hall_day_by_day(desk: Any) -> None:
    first = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
    desk.propose(("hall", EVENING), by=By("Ann", first))
    with desk.door.connect() as connection:
        number = connection.exec_driver_sql("select id from resource where ref = 'hall'").scalar_one()
        shown = calendars.fortnight(connection, desk.county, number, first)
    assert len(shown.days) == calendars.DAYS_SHOWN
    assert shown.days[0].opened == (("09:00", "22:00"),)
    assert shown.days[0].free == (("20:30", "22:00"),)
    assert shown.days[2].free == (("09:00", "18:15"), ("21:45", "22:00"))
    assert shown.next == Window(datetime(2026, 12, 1, 20, 30), datetime(2026, 12, 1, 21, 30))
