"""What nobody confirms leaves the map, lists, search and matching, and is back after one click."""

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch import mail
from geomatch.db import engine
from geomatch.services import letters, matching, still
from geomatch.services.booking import By
from geomatch.services.database import DESK_ROLE
from tests.webmap.letterbox import listening

ADVICE = {"name": "Advice on grants", "kind": "information"}
SPOT = {"easting": "354100", "northing": "304100"}
SCREEN = {"name": "A screen to lend", "kind": "equipment", "subkind": "screen", **SPOT}
TALK = {"title": "A screen for the talk", "role-0-kind": "equipment", "role-0-subkind": "screen", **SPOT}
SITE = "http://localhost"
GROUND = "bbox=-2.8,52.5,-2.5,52.8"


def _by() -> By:
    return By("postman", datetime.now(UTC))


@pytest.fixture
def door(hall: Any) -> Iterator[sa.Engine]:
    made = engine.connect(hall.owner.url.render_as_string(hide_password=False), role=DESK_ROLE)
    yield made
    made.dispose()


def _offered(hall: Any) -> dict[str, bool]:
    """By place, whether the two are there."""
    client = hall.app.test_client()
    rows = csv.reader(client.get("/shown.csv?show=offers").text.splitlines())
    listed = {cell for row in rows for cell in row}
    found = client.get("/api/v1/search?near=Middleton&kind=equipment").get_json()["results"]
    api = {row["name"] for row in client.get("/api/v1/resources").get_json()["resources"]}
    map_ = client.get(f"/api/v1/map/items?{GROUND}&show=offers").text
    told = matching.match(hall.owner, matching.Asked(None, _by().wall.date()))
    screen = hall.one("select ref from resource where name = :n", n=SCREEN["name"]).ref
    given = [each for each in told["assignments"] if each["resource"] == screen]
    return {
        "list": {ADVICE["name"], SCREEN["name"]} <= listed,
        "api": {ADVICE["name"], SCREEN["name"]} <= api,
        "map": SCREEN["name"] in map_,
        "search": SCREEN["name"] in {row["name"] for row in found},
        "matching": bool(given),
    }


def _confidence(hall: Any, name: str) -> Any:
    rows = hall.app.test_client().get("/api/v1/resources").get_json()["resources"]
    return next(row["confidence"] for row in rows if row["name"] == name)


def _page(hall: Any, name: str) -> Any:
    ref = hall.one("select ref from resource where name = :n", n=name).ref
    return hall.app.test_client().get(f"/resources/{ref}").text


def _pass(hall: Any, days: int) -> None:
    """So many days go by for what was posted."""
    words = "update resource set edited_at = edited_at - make_interval(days => :d) where name = any(:n)"
    with hall.owner.begin() as connection:
        connection.execute(sa.text(words), {"d": days, "n": [ADVICE["name"], SCREEN["name"]]})


def test_from_posted_to_lapsed_to_one_letter_to_back_everywhere(hall: Any, door: sa.Engine) -> None:
    for typed in (ADVICE, SCREEN):
        assert hall.post("fay", "resources", **typed).status_code == 303
        if typed is ADVICE:
            hall.publish(ADVICE["name"])
    hall.post("fay", "needs", **TALK)
    everywhere = _offered(hall)
    assert all(everywhere.values()), everywhere
    assert _confidence(hall, ADVICE["name"]) == 1.0
    assert "confirmed lately" in _page(hall, ADVICE["name"])
    assert still.ask(door, SITE, _by()) == 0, "nobody is asked too early"
    _pass(hall, 500)
    assert 0.3 < _confidence(hall, ADVICE["name"]) < 0.35
    assert "confirmed a while ago" in _page(hall, ADVICE["name"])
    assert all(_offered(hall).values()), "what is less sure is still offered"
    _pass(hall, 231)
    nowhere = _offered(hall)
    assert not any(nowhere.values()), nowhere
    assert "Not offered just now" in _page(hall, ADVICE["name"])
    with listening() as (where, server):
        assert still.ask(door, SITE, _by()) == 1, "one letter for both"
        assert still.ask(door, SITE, _by()) == 0
        letters.send(door, mail.postbox(where), sender="desk@vale.example", now=lambda: datetime.now(UTC))
        [letter] = [each for each in server.taken if each["Subject"] == "Is this still true?"]
    assert "fay@vale.example" in letter["To"]
    body = letter.get_content()
    assert body.startswith("Hello,"), "nobody is called by no name"
    assert ADVICE["name"] in body
    assert SCREEN["name"] in body
    [link] = re.findall(rf"{SITE}(/still-true/\S+)", body)
    stranger = hall.app.test_client()
    assert ADVICE["name"] in stranger.get(link).text
    assert not any(_offered(hall).values()), "to look is not to confirm"
    assert "2 entries are confirmed" in stranger.post(link).text
    everywhere = _offered(hall)
    assert all(everywhere.values()), everywhere
    assert _confidence(hall, ADVICE["name"]) == 1.0
    assert still.ask(door, SITE, _by()) == 0
    assert stranger.get(link).status_code == 404, "a link works once"


def test_a_need_says_how_sure_it_is_that_it_is_still_wanted(hall: Any) -> None:
    def told() -> tuple[str, float | None]:
        page = hall.app.test_client().get("/needs/warm").text
        rows = hall.app.test_client().get("/api/v1/needs").get_json()["needs"]
        words = re.search(r"<dt>Still wanted</dt><dd>([^<]*)<", page)
        assert words
        return words[1], next((row["confidence"] for row in rows if row["id"] == "warm"), None)

    def dated(**columns: str) -> None:
        told = ", ".join(f"{name} = {value}" for name, value in columns.items())
        with hall.owner.begin() as connection:
            connection.execute(sa.text(f"update need set {told} where ref = 'warm'"))

    dated(asked="null", edited_at="null", import_id="null")
    assert told() == ("nobody has said until when it holds", None)
    dated(asked="current_date")
    assert told() == ("confirmed lately", 1.0)
    dated(asked="current_date - 720")
    assert told()[0] == "due to be confirmed again"
    dated(edited_at="now()")
    assert told() == ("confirmed lately", 1.0)
    dated(closes="current_date - 1")
    assert told() == ("not confirmed any more", None), "its own page alone still tells of it"


def test_a_search_tells_the_same_figure_and_words(hall: Any) -> None:
    [row] = [
        each
        for each in hall.app.test_client()
        .get("/api/v1/search?near=Middleton&kind=equipment")
        .get_json()["results"]
        if each["name"] == SCREEN["name"]
    ]
    assert row["confidence"] == _confidence(hall, SCREEN["name"]) == 1.0
    assert any(each.startswith("confirmed lately, good until") for each in row["reasons"])


def test_whoever_offers_it_sees_that_it_lapses_and_says_themselves_that_it_is_still_true(hall: Any) -> None:
    def posts() -> str:
        return str(hall.come("fay").get("/account/posts/").text)

    ref = hall.one("select ref from resource where name = :n", n=SCREEN["name"]).ref
    address = f"/account/posts/resources/{ref}/still-true"
    words = sa.text("update resource set verified_until = current_date + :d where ref = :r")
    with hall.owner.begin() as connection:
        connection.execute(words, {"d": 200, "r": ref})
    assert address not in posts(), "nobody is asked too early"
    with hall.owner.begin() as connection:
        connection.execute(words, {"d": 20, "r": ref})
    assert address in posts()
    with hall.owner.begin() as connection:
        connection.execute(words, {"d": -1, "r": ref})
    assert "not offered just now: nobody has confirmed it since" in posts()
    assert hall.come("stranger").post(address).status_code == 404
    assert not _offered(hall)["search"]
    assert hall.come("fay").post(address).status_code == 303
    page = posts()
    assert "Confirmed. It is good until" in page
    assert address not in page
    assert all(_offered(hall).values())
