"""The same where no link leads: forms that count and check, quarters, reports, filled calendars."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import counties
from geomatch.services import feeds, quarters
from geomatch.services.booking import By
from webmap import reports

SPOTS = 20
COUNTED = (
    "desk.count",
    "posts.count",
    "desk.new",
    "posts.new",
    "desk.edit",
    "posts.edit",
    "desk.spreadsheet",
)
"""Forms that tell of others while one types, or look before they keep."""
KEPT = {
    *("account.save", "account.new_codes", "account.use_link", "account.give_second", "account.keep_second"),
    *("account.end_session", "account.end_others", "account.come_in", "account.sign_out"),
    *("account.make_token", "account.end_token", "posts.withdraw", "posts.still_true", "posts.leave"),
    *(
        "posts.ask_to_join",
        "posts.turn_down",
        "posts.take_in",
        "admin.invite",
        "admin.close",
        "admin.give",
        "admin.take",
    ),
    *("admin.forget_second", "admin.end_sessions", "answer.take", "desk_api.needs", "desk_api.resources"),
    *("desk.undo", "desk.answer", "desk.propose", "desk.confirm", "desk.end", "desk.happened"),
    *("desk.answer_complaint", "desk.save_contact", "desk.answer_joining", "desk.merge_them"),
    *("desk.publish_post", "desk.refuse_post", "desk.make_round", "desk.decide", "desk.confirm_series"),
    *("desk.end_series", "desk.dates", "ljc.save_story", "ljc.save_target", "about.complain", "still.take"),
}
"""Forms that keep what was sent, and then lead to a page."""
TOLD = {"desk.home", "rights.export", "rights.erase"}
"""What tells a home to whoever may know it, or takes it away; each time a line of the audit."""
CSV = "id,kind,name,postcode,easting,northing\nnew,volunteer,{name},{code},{e:.0f},{n:.0f}\n"


def test_every_form_is_one_that_is_tried_here_or_tells_nothing_of_others(attacked: Any) -> None:
    rules = attacked.clients["broker"].application.url_map.iter_rules()
    forms = {rule.endpoint for rule in rules if "POST" in rule.methods}
    assert forms == {*COUNTED, *KEPT, *TOLD}


def _forms(attacked: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What somebody types who would know who lives near a place, in every kind of form."""
    spots = np.random.default_rng(6).uniform(*attacked.box(), (SPOTS, 2))
    for at, (east, north) in enumerate(spots):
        place = {"easting": f"{east:.0f}", "northing": f"{north:.0f}"}
        person = {"name": f"Helper p{at}", "kind": "volunteer", "subkind": f"sort_p{at}"}
        role = {"roles": "1", "role-0-kind": "volunteer", "role-0-subkind": f"sort_p{at}"}
        need = {"title": f"Help {at}", "max_minutes": str(5 + at % 10), **role}
        group = {"name": f"Helper p{at}"}
        for kind, typed in (("needs", need), ("resources", person), ("organisations", group)):
            yield f"{kind}/count", {**typed, **place}
            yield f"{kind}/new", {**typed, **place, "do": "count"}
        yield f"resources/p{at}/edit", {**person, "do": "count"}
        sheet = CSV.format(name=f"Helper p{at}", code=attacked.postcodes[f"p{at}"], e=east, n=north)
        yield "import", {"kind": "resources", "file": (io.BytesIO(sheet.encode()), "people.csv")}


def _sent(attacked: Any, role: str, room: str) -> dict[str, str]:
    client = attacked.comes_in(role)
    client.application.config["WTF_CSRF_ENABLED"] = False
    told = {}
    for at, (address, typed) in enumerate(_forms(attacked)):
        answer = client.post(f"{room}/{address}", data=typed)
        assert answer.status_code in (200, 404, 409), (address, answer.text[:300])
        told[f"{at} {address} {answer.status_code}"] = attacked.unsigned(answer.text)
    return told


@pytest.mark.parametrize(("role", "room"), [("broker", "/broker"), ("contributor", "/account/posts")])
def test_no_form_that_counts_or_checks_tells_of_a_home(
    attacked_by_road: Any, moved: Any, role: str, room: str
) -> None:
    attacked = attacked_by_road
    before = _sent(attacked, role, room)
    with moved(attacked.owner):
        after = _sent(attacked, role, room)
    assert sum("/count 200" in each for each in before) == 3 * SPOTS
    assert len({text for each, text in before.items() if "needs/count" in each}) > 2, "it counts people"
    assert any("Helper p" in text for text in before.values())
    assert [each for each in before if before[each] != after.get(each)] == []


def _quarters(attacked: Any) -> dict[str, str]:
    """All that a committee's members see of a quarter, kept anew each time."""
    with attacked.owner.begin() as connection:
        connection.execute(sa.text("delete from snapshot"))
    kept = quarters.keep(attacked.owner, quarters.Asked(None, b"x" * 32, attacked.today))
    client = attacked.comes_in("ljc_member")
    at = f"/ljc/west/{kept['quarter']}"
    forms = ("", ".csv", ".json", ".geojson")
    told = {each: client.get(at + each) for each in forms} | {"targets": client.get("/ljc/west/targets")}
    assert {each: answer.status_code for each, answer in told.items()} == dict.fromkeys(told, 200)
    return {each: attacked.unsigned(answer.text) for each, answer in told.items()}


def _files(attacked: Any) -> dict[str, str]:
    """Reports as ``geomatch report`` writes them, and calendars of people and of a broker."""
    client = attacked.comes_in("public")
    public = webmap.create_app(client.application.extensions["geomatch"].engine)
    areas = ("ljc/west", "parish/E04000000", "parish/E04000001")
    told = {area: reports.report(public, None, area) for area in areas}
    told |= {f"p{at}.ics": client.get(f"/resources/p{at}.ics").text for at in range(1, 5)}
    with attacked.owner.connect() as connection:
        county = counties.chosen(connection, None).id
    by = By("broker", datetime.now(UTC))
    token = feeds.make_token(attacked.owner, county, by)
    told["broker.ics"] = client.get(f"/calendars/{token}.ics").text
    feeds.revoke(attacked.owner, county, by)
    return told


def test_no_quarter_report_or_calendar_tells_of_a_home(
    attacked_by_road: Any, hunter: Any, moved: Any
) -> None:
    attacked = attacked_by_road
    before = {**_quarters(attacked), **_files(attacked)}
    with moved(attacked.owner):
        after = {**_quarters(attacked), **_files(attacked)}
    assert "Helper p" in before["ljc/west"]
    assert before["broker.ics"].count("BEGIN:VEVENT") == 4, "of a volunteer's own days there is no calendar"
    assert "BEGIN" not in before["p1.ics"]
    assert [name for name in before if before[name] != after[name]] == []
    assert {name: found for name, text in before.items() if (found := hunter.found_in(text))} == {}
