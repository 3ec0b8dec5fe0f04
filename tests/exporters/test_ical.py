"""Calendars read back by the same library that telephones' servers use, in real moments and wall times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.exporters import ical
from geomatch.exporters.ical import Event

LONDON = ZoneInfo("Europe/London")
CHANGED = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)


def event(starts: datetime, ends: datetime, **more: str) -> Event:
    words = {"status": "CONFIRMED", "summary": "Booked"} | more
    return Event(uid="one@geomatch", sequence=2, starts=starts, ends=ends, changed=CHANGED, **words)


def read(body: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(body).walk("VEVENT"))


def moments(starts: datetime, ends: datetime) -> tuple[datetime, datetime]:
    [found] = read(ical.calendar("x", [event(starts, ends)]))
    return found.decoded("dtstart").astimezone(UTC), found.decoded("dtend").astimezone(UTC)


def test_an_event_comes_back_as_it_was_written() -> None:
    words = "Böögies, semicolons; and\nlines – " + "long " * 40
    body = ical.calendar(
        "Wick Hall", [event(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21), description=words)]
    )
    [found] = read(body)
    assert found.decoded("dtstart") == datetime(2026, 12, 3, 19, tzinfo=LONDON)
    assert found.decoded("dtend") == datetime(2026, 12, 3, 21, tzinfo=LONDON)
    assert (str(found["uid"]), found["sequence"], str(found["status"])) == ("one@geomatch", 2, "CONFIRMED")
    assert str(found["description"]) == words
    assert found.decoded("dtstamp") == CHANGED
    assert b"DTSTART;TZID=Europe/London:20261203T190000" in body


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    body = ical.calendar(
        "x", [event(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21), summary="é" * 200)]
    )
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-2:] == [b"END:VCALENDAR", b""]


def test_the_same_events_give_the_same_bytes() -> None:
    one = event(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21))
    assert ical.calendar("x", [one]) == ical.calendar("x", [one])


def test_a_cancelled_booking_is_marked_and_takes_no_time() -> None:
    body = ical.calendar(
        "x", [event(datetime(2026, 12, 3, 19), datetime(2026, 12, 3, 21), status="CANCELLED")]
    )
    assert b"STATUS:CANCELLED\r\n" in body
    assert b"TRANSP:TRANSPARENT\r\n" in body


def test_the_zone_in_the_file_agrees_with_the_zone_database_on_every_day() -> None:
    found = icalendar.Calendar.from_ical(ical.calendar("x", []))
    [zone] = found.walk("VTIMEZONE")
    stated = zone.to_tz(lookup_tzid=False)
    noon = datetime(2025, 1, 1, 12)
    for ahead in range(3 * 365):
        day = noon + timedelta(days=ahead)
        assert day.replace(tzinfo=stated).utcoffset() == day.replace(tzinfo=LONDON).utcoffset(), day


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last"),
    [
        # a summer's and a winter's evening
        (datetime(2026, 7, 1, 19), datetime(2026, 7, 1, 21), (18, 0), (20, 0)),
        (datetime(2026, 12, 1, 19), datetime(2026, 12, 1, 21), (19, 0), (21, 0)),
        # over the hour left out, and over the hour repeated
        (datetime(2027, 3, 28, 0), datetime(2027, 3, 28, 4), (0, 0), (3, 0)),
        (datetime(2026, 10, 25, 0), datetime(2026, 10, 25, 4), (23, 0), (4, 0)),
        # an end or a start within the repeated hour: the second pass, the first pass
        (datetime(2026, 10, 25, 0), datetime(2026, 10, 25, 1, 30), (23, 0), (1, 30)),
        (datetime(2026, 10, 25, 1, 30), datetime(2026, 10, 25, 3), (0, 30), (3, 0)),
    ],
)
def test_moments_are_right_across_the_changes_of_the_clock(
    starts: datetime, ends: datetime, first: tuple[int, int], last: tuple[int, int]
) -> None:
    begin, end = moments(starts, ends)
    assert (begin.hour, begin.minute) == first
    assert (end.hour, end.minute) == last


@settings(max_examples=50)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.integers(1, 3000))
def test_wall_times_come_back_whenever_they_are_clear(starts: datetime, minutes: int) -> None:
    begin = starts.replace(second=0, microsecond=0)
    end = begin + timedelta(minutes=minutes)
    unclear = [
        one
        for one in (begin, end)
        if one.replace(tzinfo=LONDON).utcoffset() != one.replace(tzinfo=LONDON, fold=1).utcoffset()
    ]
    if not unclear:
        [found] = read(ical.calendar("x", [event(begin, end)]))
        assert found.decoded("dtstart").replace(tzinfo=None) == begin
        assert found.decoded("dtend").replace(tzinfo=None) == end
