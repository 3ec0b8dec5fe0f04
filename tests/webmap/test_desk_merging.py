"""Two records of the same hall or group made one at the desk, with nothing lost, and parted again."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from geomatch.cli.merging import merge as merge_command
from geomatch.errors import ConflictError
from geomatch.model import Window
from geomatch.services import booking, counties, merging
from geomatch.services.booking import Ask, By, Wanted
from geomatch.services.reading import Part

PICKS = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
AT = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer&pick-steward=steward"
TABLES = {
    "resource": "id",
    "organisation": "id",
    "resource_feature": "resource_id, name",
    "opening": "id",
    "dbs_check": "resource_id",
    "people.contact": "id",
    "homes.home": "resource_id",
    "homes.parked": "merge_id",
    "booking": "id",
    "booking_unit": "booking_id, unit",
    "booking_change": "id",
    "match": "id",
    "need": "id",
    "merged": "ref",
    "findable": "what, source_id, key",
}


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    """What one test makes one is two for the next."""
    before = _all(desk)
    yield
    for table in (
        "booking",
        "bundle",
        "series",
        "matching_run",
        "people.ask",
        "people.link",
        "people.letter",
    ):
        desk.run(f"delete from {table}")
    for [number] in desk.run(
        "select id from people.act where what = 'merge' and undone_at is null order by id desc"
    ):
        assert desk.post(f"/broker/acts/{number}/undo", "/broker/today").status_code == 303
    for table in ("people.act", "people.contact", "opening", "people.merge"):
        desk.run(f"delete from {table}")
    desk.run("update need set status = 'open'")
    desk.run("delete from import")
    assert {table: rows for table, rows in _all(desk).items() if rows != before[table]} == {}


def _all(desk: Any) -> dict[str, list[str]]:
    """Every row that a merge may touch, as text."""
    skip = {"findable": "id", "resource": "import_id", "organisation": "import_id"}
    found = {}
    for table, order in TABLES.items():
        row = f"to_jsonb(it) - '{skip.get(table, '-')}' - '{'edited_at' if table in skip else '-'}'"
        where = "where what in ('organisation', 'resource')" if table == "findable" else ""
        rows = desk.run(f"select {row} from {table} it {where} order by {order}")
        found[table] = [str(each[0]) for each in rows]
    return found


def _merge(desk: Any, kept: str, gone: str, *, kind: str = "resources", **take: str) -> Any:
    taken = {f"take-{name}": side for name, side in take.items()}
    at = f"/broker/merge/{kind}/{kept}?with={gone}"
    return desk.post(f"/broker/merge/{kind}/{kept}", at, **{"with": gone}, **taken)


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


def _last_act(desk: Any) -> int:
    return int(desk.run("select max(id) from people.act where what = 'merge'")[0][0])


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
    answer = _merge(desk, "small-hall", "near-hall", name="gone", **{"feature-seats_theatre": "gone"})
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


def test_old_addresses_lead_to_the_one_that_stays(desk: Any) -> None:
    _merge(desk, "small-hall", "near-hall")
    for old, new in (
        ("/resources/near-hall", "/resources/small-hall"),
        ("/broker/resources/near-hall/edit", "/broker/resources/small-hall/edit"),
        ("/broker/merge/resources/near-hall", "/broker/merge/resources/small-hall"),
    ):
        answer = desk.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert desk.get("/resources/never-was").status_code == 404
    _merge(desk, "next-hall", "small-hall")
    assert desk.get("/resources/near-hall").headers["Location"] == "/resources/next-hall", "twice over"
    first, last = desk.run("select id from people.act where what = 'merge' order by id")
    assert desk.post(f"/broker/acts/{first[0]}/undo", "/broker/today").status_code == 409, (
        "the later one first"
    )
    assert desk.post(f"/broker/acts/{last[0]}/undo", "/broker/today").status_code == 303


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
    before = _all(desk)
    answer = _merge(desk, "next-hall", "near-hall")
    assert answer.status_code == 409
    assert "They are booked at the same time" in answer.text
    told = answer.text[
        answer.text.index("booked at the same time") : answer.text.index("Make one of two</h1>")
    ]
    assert "Near Hall" in told
    assert "Next Hall" in told
    assert "A film night" in told
    assert _all(desk) == before
    desk.run("update resource set quantity = 2 where ref = 'next-hall'")
    assert _merge(desk, "next-hall", "near-hall").status_code == 303, "two halls hold two"
    assert sorted(
        desk.run(
            "select unit from booking_unit join resource on resource.id = resource_id where ref = 'next-hall'"
        )
    ) == [
        (1,),
        (2,),
    ]
    desk.post(f"/broker/acts/{_last_act(desk)}/undo", "/broker/today")
    desk.run("update resource set quantity = 1 where ref = 'next-hall'")


def test_undone_within_the_day_every_row_is_as_it_was_and_later_bookings_stay(desk: Any) -> None:
    _book(desk)
    desk.run(
        "insert into people.contact "
        "(county_id, resource_id, name, telephone, consent_how, consent_on, recorded_by) "
        "select county_id, id, 'Ann', '01694 1', 'telephone', '2026-11-01', 'desk' "
        "from resource where ref = 'near-hall'"
    )
    before = _all(desk)
    assert _merge(desk, "small-hall", "near-hall", name="gone", place="gone").status_code == 303
    assert desk.run(
        "select telephone from people.contact join resource on resource.id = resource_id "
        "where ref = 'small-hall'"
    )
    page = desk.get("/broker/today").text
    assert "merged Near Hall (near-hall) into Small Hall (small-hall)" in page.replace("Merged", "merged")
    at = re.search(r'href="(/broker/merges/\d+)"', page)
    assert at
    assert "Ann" in desk.get(at[1]).text
    _all_but = _all(desk)
    assert _all_but != before
    assert desk.post(f"/broker/acts/{_last_act(desk)}/undo", "/broker/today").status_code == 303
    assert _all(desk) == before
    assert desk.get("/resources/near-hall").status_code == 200


def test_what_was_changed_since_is_not_lost_by_undoing(desk: Any) -> None:
    _merge(desk, "small-hall", "near-hall")
    desk.run("update resource set description = 'new roof' where ref = 'small-hall'")
    refused = desk.post(f"/broker/acts/{_last_act(desk)}/undo", "/broker/today")
    assert refused.status_code == 409
    assert "was changed since" in refused.text
    desk.run("update resource set description = '' where ref = 'small-hall'")


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


def test_by_command_the_same(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = desk.owner.url.render_as_string(hide_password=False)
    said = CliRunner().invoke(
        merge_command,
        ["resources", "small-hall", "near-hall", "--take", "name=gone", "--json"],
        env={"GEOMATCH_DATABASE_URL": url},
    )
    assert json.loads(said.stdout)["kept"] == "small-hall"
    assert desk.run("select name from resource where ref = 'small-hall'") == [("Near Hall",)]
    refused = CliRunner().invoke(
        merge_command,
        ["resources", "small-hall", "next-hall", "--take", "colour=gone"],
        env={"GEOMATCH_DATABASE_URL": url},
    )
    assert "neither record says 'colour'" in str(refused.exception)


def test_groups_become_one_with_what_they_offer_and_ask_for(desk: Any) -> None:
    assert _merge(desk, "kit", "halls", kind="organisations", email="gone").status_code == 303
    assert desk.run(
        "select count(*) from resource join organisation on organisation.id = organisation_id "
        "where organisation.ref = 'kit'"
    ) == [(4,)], "three halls and a beamer"
    assert desk.run("select email from organisation where ref = 'kit'") == [("keys@hall.example",)]
    assert (
        desk.get("/broker/organisations/halls/edit").headers["Location"] == "/broker/organisations/kit/edit"
    )


def test_a_file_that_brings_the_old_id_again_brings_no_duplicate_back(desk: Any, tmp_path: Path) -> None:
    _merge(desk, "small-hall", "near-hall", name="gone")
    _merge(desk, "kit", "halls", kind="organisations")
    path = tmp_path / "resources.csv"
    path.write_text(
        "id,kind,name,organisation,easting,northing\n"
        "near-hall,venue,Near Hall,halls,352000,302000\n"
        "small-hall,venue,Small Hall,halls,352100,302000\n"
        "third-hall,venue,Third Hall,halls,352200,302000\n"
    )
    [told] = counties.add(desk.owner, None, Part("resources", (path,)), today=date(2026, 11, 27))
    assert (told["loaded"], told["rejected"]) == (1, 2)
    assert {issue["kind"] for issue in told["issues"]} == {"merged"}
    assert desk.run("select name from resource where ref in ('near-hall', 'small-hall')") == [("Near Hall",)]
    assert desk.run(
        "select organisation.ref from resource join organisation on organisation.id = organisation_id "
        "where resource.ref = 'third-hall'"
    ) == [("kit",)]
    with pytest.raises(sa.exc.IntegrityError, match="was merged into another"):
        desk.run(
            "insert into resource (county_id, ref, kind, name, travels, mode) "
            "select id, 'near-hall', 'venue', 'x', 'beneficiary', 'car' from county"
        )
    desk.run("delete from resource where ref = 'third-hall'")


def test_a_program_that_sends_the_old_id_hears_what_became_of_it(desk: Any) -> None:
    _merge(desk, "small-hall", "near-hall")
    rows = [
        {"id": "near-hall", "kind": "venue", "name": "Near Hall"},
        {"id": "third-hall", "kind": "venue", "name": "Third Hall", "easting": 352200, "northing": 302000},
    ]
    answer = desk.client.post("/api/v1/resources", json=rows, headers={"Host": "localhost"})
    assert answer.status_code == 201
    assert answer.json["merged"] == {"near-hall": "small-hall"}
    assert [each["id"] for each in answer.json["kept"]] == ["third-hall"]
    desk.run("delete from resource where ref = 'third-hall'")
    alone = desk.client.post("/api/v1/resources", json=rows[0], headers={"Host": "localhost"})
    assert alone.status_code == 400
    assert "merged into small-hall" in alone.json["detail"]


def test_a_persons_home_goes_along_unseen_and_the_other_is_put_aside(desk: Any) -> None:
    desk.run(
        "insert into resource (county_id, ref, kind, subkind, name, travels, mode, geom, precision_metres) "
        "select county_id, 'again', 'volunteer', 'steward', 'Steward again', 'resource', 'car', "
        "'SRID=27700;POINT(353500 303500)', 1000 from resource where ref = 'steward'"
    )
    for ref, spot in (("steward", "352111 303111"), ("again", "353222 303222")):
        desk.run(
            "insert into homes.home (resource_id, geom) select id, cast(:spot as geometry) "
            "from resource where ref = :ref",
            spot=f"SRID=27700;POINT({spot})",
            ref=ref,
        )
    page = desk.get("/broker/merge/resources/steward?with=again").text
    assert "352111" not in page
    assert "353222" not in page
    assert _merge(desk, "steward", "again", place="gone").status_code == 303
    homes = (
        "select ST_AsText(home.geom) from homes.home join resource on resource.id = resource_id "
        "where ref = 'steward'"
    )
    assert desk.run(homes) == [("POINT(353222 303222)",)]
    assert desk.run("select ST_AsText(geom) from homes.parked") == [("POINT(352111 303111)",)]
    broker = desk.site.app.extensions["geomatch"].desk
    with broker.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.text("select * from homes.parked"))
    desk.post(f"/broker/acts/{_last_act(desk)}/undo", "/broker/today")
    assert desk.run(homes) == [("POINT(352111 303111)",)]
    assert desk.run("select count(*) from homes.parked") == [(0,)]
    desk.run("delete from homes.home")
    desk.run("delete from resource where ref = 'again'")


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
        "organisation <- people.trusted",
        "resource <- people.asked_still",  # goes with it
    }
