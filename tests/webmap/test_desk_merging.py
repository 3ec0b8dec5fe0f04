"""Two records of the same hall made one at the desk, with nothing lost, and parted again."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import icalendar
import pytest

from geomatch.errors import ConflictError
from geomatch.model import Window
from geomatch.services import booking, merging
from geomatch.services.booking import Ask, By, Wanted
from tests.webmap.merges import every_row, merge, restored, undo

PICKS = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
AT = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer&pick-steward=steward"


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    with restored(desk):
        yield


def test_pairs_with_names_alike_and_near_each_other_are_pointed_out(desk: Any) -> None:
    assert "No two seem to be the same" in desk.get("/broker/duplicates").text
    desk.run("update resource set name = 'The Near Hall' where ref = 'small-hall'")
    desk.run("update resource set name = 'Stewards' where ref = 'beamer'")
    page = desk.get("/broker/duplicates").text
    desk.run("update resource set name = 'Small Hall' where ref = 'small-hall'")
    desk.run("update resource set name = 'Beamer' where ref = 'beamer'")
    assert "/broker/merge/resources/near-hall?with=small-hall" in page
    assert "100 m" in page
    assert "Steward" not in page, "people's names are alike, and they are not pointed out"
    assert "Next Hall" in desk.get("/broker/duplicates?text=next").text
    assert desk.get("/broker/duplicates?kind=needs").status_code == 400


def test_both_are_shown_side_by_side_and_only_what_differs_is_to_be_chosen(desk: Any) -> None:
    page = desk.get("/broker/merge/resources/near-hall?with=small-hall").text
    assert re.findall(r'name="take-([^"]+)"', page).count("name") == 2
    assert 'name="take-feature-seats_theatre"' in page
    assert 'name="take-quantity"' not in page
    assert "take-feature-pence_per_hour" not in page
    assert desk.get("/broker/merge/resources/near-hall?with=near-hall").status_code == 400
    assert desk.get("/broker/merge/resources/near-hall?with=beamer").status_code == 400
    assert desk.get("/broker/merge/resources/near-hall?with=nothing").status_code == 404
    assert "Small Hall" in desk.get("/broker/merge/resources/near-hall").text


def test_everything_that_hung_on_either_hangs_on_the_one_that_stays(desk: Any) -> None:
    desk.post("/broker/round", "/broker/round")
    _book(desk)
    _book(desk, hour=15)
    [early] = desk.run("select id from booking where lower(during)::time = '15:00' and role = 'venue'")
    desk.run("update booking set status = 'cancelled', reason = 'flood' where id = :id", id=early[0])
    desk.run(
        "insert into opening (resource_id, first, rrule) select id, '[2026-12-04 09:00,2026-12-04 17:00)', "
        "'FREQ=WEEKLY;BYDAY=FR' from resource where ref = 'near-hall'"
    )
    uids = _uids(desk, "near-hall")
    assert len(uids) == 2
    [matched] = desk.run(
        "select count(*) from match join resource on resource.id = resource_id where ref = 'near-hall'"
    )
    answer = merge(desk, "small-hall", "near-hall", name="gone", **{"feature-seats_theatre": "gone"})
    assert answer.status_code == 303
    assert _ref_of_bookings(desk)["small-hall"] == ["cancelled", "proposed"]
    assert desk.run("select name from resource where ref = 'small-hall'") == [("Near Hall",)]
    assert desk.run("select count(*) from resource where ref = 'near-hall'") == [(0,)]
    assert desk.run(
        "select number from resource_feature join resource on resource.id = resource_id "
        "where ref = 'small-hall' and resource_feature.name = 'seats_theatre'"
    ) == [(80.0,)]
    assert matched[0] == 1
    assert desk.run(
        "select count(*) from match join resource on resource.id = resource_id where ref = 'small-hall'"
    ) == [(1,)]
    assert desk.run(
        "select rrule from opening join resource on resource.id = resource_id where ref = 'small-hall'"
    ) == [("FREQ=WEEKLY;BYDAY=FR",)]
    assert _uids(desk, "near-hall") == _uids(desk, "small-hall") == uids, "who subscribed to the old goes on"


def test_undone_within_the_day_every_row_is_as_it_was_and_later_bookings_stay(desk: Any) -> None:
    _book(desk)
    desk.run(
        "insert into people.contact "
        "(county_id, resource_id, name, telephone, consent_how, consent_on, recorded_by) "
        "select county_id, id, 'Ann', '01694 1', 'telephone', '2026-11-01', 'desk' "
        "from resource where ref = 'near-hall'"
    )
    before = every_row(desk)
    assert merge(desk, "small-hall", "near-hall", name="gone", place="gone").status_code == 303
    assert desk.run(
        "select telephone from people.contact join resource on resource.id = resource_id "
        "where ref = 'small-hall'"
    )
    page = desk.get("/broker/today").text
    assert "merged Near Hall (near-hall) into Small Hall (small-hall)" in page.replace("Merged", "merged")
    at = re.search(r'href="(/broker/merges/\d+)"', page)
    assert at
    assert "Ann" in desk.get(at[1]).text
    _all_but = every_row(desk)
    assert _all_but != before
    assert undo(desk).status_code == 303
    assert every_row(desk) == before
    assert desk.get("/resources/near-hall").status_code == 200


def test_what_was_changed_since_is_not_lost_by_undoing(desk: Any) -> None:
    merge(desk, "small-hall", "near-hall")
    desk.run("update resource set description = 'new roof' where ref = 'small-hall'")
    refused = undo(desk)
    assert refused.status_code == 409
    assert "was changed since" in refused.text
    desk.run("update resource set description = '' where ref = 'small-hall'")


def test_halls_booked_at_the_same_time_are_not_made_one_and_the_bookings_are_listed(desk: Any) -> None:
    _book(desk)
    desk.run(
        "with made as (insert into booking (resource_id, during, status) "
        "select id, :window, 'confirmed' from resource where ref = 'next-hall' "
        "returning id, resource_id, held, holds) "
        "insert into booking_unit (booking_id, unit, resource_id, held, holds) "
        "select id, 1, resource_id, held, holds from made",
        window=desk.window,
    )
    before = every_row(desk)
    answer = merge(desk, "next-hall", "near-hall")
    assert answer.status_code == 409
    assert "They are booked at the same time" in answer.text
    told = answer.text[
        answer.text.index("booked at the same time") : answer.text.index("Make one of two</h1>")
    ]
    assert "Near Hall" in told
    assert "Next Hall" in told
    assert "A film night" in told
    assert every_row(desk) == before
    desk.run("update resource set quantity = 2 where ref = 'next-hall'")
    assert merge(desk, "next-hall", "near-hall").status_code == 303, "two halls hold two"
    assert sorted(
        desk.run(
            "select unit from booking_unit join resource on resource.id = resource_id where ref = 'next-hall'"
        )
    ) == [
        (1,),
        (2,),
    ]
    undo(desk)
    desk.run("update resource set quantity = 1 where ref = 'next-hall'")


def test_who_books_what_is_just_being_merged_is_told_and_nothing_is_lost(desk: Any) -> None:
    by = By("desk", datetime.now(UTC))
    [county] = desk.run("select id from county")
    wanted = Wanted("near-hall", Window(desk.window.lower, desk.window.upper))
    with ThreadPoolExecutor() as pool, desk.owner.begin() as connection:
        two = merging.pair(connection, county[0], "resources", "small-hall", "near-hall")
        merging.merge_within(connection, county[0], two, {}, by)
        booked = pool.submit(booking.propose, desk.owner, Ask(county[0], (wanted,)), by)
        _until_somebody_waits(desk)
        connection.commit()
        with pytest.raises(ConflictError, match="was made one with another just now"):
            booked.result(timeout=20)
    assert _ref_of_bookings(desk) == {}


def _until_somebody_waits(desk: Any) -> None:
    for _ in range(400):
        if desk.run(
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        ):
            return
        time.sleep(0.02)
    pytest.fail("nobody waits for the merge")


def _book(desk: Any, *, hall: str = "near-hall", hour: int = 19) -> None:
    window = desk.window
    when = {"day": f"{window.lower:%Y-%m-%d}", "from": f"{hour}:00", "to": f"{hour + 2}:00"}
    at = AT.replace("near-hall", hall)
    assert (
        desk.post("/broker/bundle/film-night", at, **(PICKS | {"pick-venue": hall}), **when).status_code
        == 303
    )


def _ref_of_bookings(desk: Any) -> dict[str, list[str]]:
    rows = desk.run(
        "select ref, status from booking join resource on resource.id = resource_id order by 1, 2"
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.ref, []).append(row.status)
    return found


def _uids(desk: Any, ref: str) -> list[str]:
    answer = desk.get(f"/resources/{ref}.ics")
    assert answer.status_code == 200
    return sorted(str(event["UID"]) for event in icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_whatever_may_hang_on_a_record_is_known_to_the_merge(desk: Any) -> None:
    """A new table that mentions resources or groups must be merged too, and then be named here."""
    found = desk.run(
        "select confrelid::regclass::text || ' <- ' || conrelid::regclass::text from pg_constraint "
        "where contype = 'f' and confrelid in ('resource'::regclass, 'organisation'::regclass)"
    )
    assert {row[0] for row in found} == {
        "resource <- resource_feature",
        "resource <- opening",
        "resource <- booking",
        "resource <- match",
        "resource <- dbs_check",
        "resource <- homes.home",
        "resource <- people.contact",
        "resource <- hub_place",
        "resource <- merged",
        "organisation <- resource",
        "organisation <- need",
        "organisation <- people.contact",
        "organisation <- merged",
        "organisation <- people.member",
        "organisation <- people.joining",
        "organisation <- people.trusted",
        "resource <- people.asked_still",  # goes with it
    }
