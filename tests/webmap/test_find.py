"""Searching by page and by address: the same answers, and hostile parameters refused by name."""

import csv
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa

API = "/api/v1/search?near=Nether+Wick&kind=venue"
HOSTILE_TEXTS = [
    "nan", "inf", "-1", "0", "1e3", "٣", "1;drop table resource", "' or '1'='1", "<script>", "9" * 40,
    "../..", "=1+1",
]  # fmt: skip


def test_the_address_answers_the_document_with_reasons(client: Any) -> None:
    found = client.get(API).json
    assert list(found) == ["place", "widened_to", "guess", "total", "results", "near_misses"]
    assert found["place"]["label"].startswith("Nether Wick")
    first = found["results"][0]
    assert (first["id"], first["kind"], first["access"]["step_free"]) == ("hall", "venue", "yes")
    assert first["minutes"] > 0
    assert first["reasons"][0].endswith("min by car")
    assert "gone" not in {row["id"] for row in found["results"]}


def test_csv_and_geojson_hold_the_same_results(client: Any) -> None:
    ids = [row["id"] for row in client.get(API).json["results"]]
    features = client.get(API, headers={"Accept": "application/geo+json"}).json["features"]
    assert [each["properties"]["id"] for each in features] == ids
    assert all(each["geometry"]["type"] == "Point" for each in features)
    text = client.get(API, headers={"Accept": "text/csv"}).text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["id"] for row in rows] == ids
    assert "·" in rows[0]["reasons"]


@pytest.fixture(scope="module")
def roadless(own_site: Any) -> Any:
    """The county without its few roads, which lead to none of its people: journeys are guessed."""
    with own_site.owner.begin() as connection:
        connection.execute(sa.text("delete from road_set"))
    return own_site.client


def test_a_volunteer_is_told_by_fives_wherever_it_stands(roadless: Any) -> None:
    found = roadless.get("/api/v1/search?near=Middleton&kind=volunteer&max_minutes=60").json
    assert found["results"]
    for row in found["results"]:
        assert row["minutes"] % 5 == 0
        assert row["metres"] % 1000 == 0
        assert row["precision_metres"] == 1000


@pytest.mark.parametrize(
    "parameter",
    ["max_minutes", "radius_metres", "limit", "seats", "units", "for_minutes", "max_pence", "spot"],
)
@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_hostile_number_is_refused_by_name(client: Any, parameter: str, text: str) -> None:
    if (parameter, text) == ("max_pence", "0"):
        return  # free of charge
    answer = client.get(
        "/api/v1/search", query_string={"near": "Nether Wick", "kind": "venue", parameter: text}
    )
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["parameter"] == parameter


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("kind", "castle"),
        ("mode", "helicopter"),
        ("layout", "boudoir"),
        ("subkind", "a b; drop"),
        ("subkind", "x" * 101),
        ("feature", "bogus"),
        ("feature", "step_free=perhaps"),
        ("at", "9999-01-01"),
        ("at", "2020-01-01T10:00"),
        ("at", "2026-02-30T10:00/11:00"),
        ("at", "soon"),
        ("at", "Mon 19:00-21:00 only in half-term"),
        ("at", "x" * 300),
        ("back", "maybe"),
        ("widen", "1"),
        ("limit", "201"),
        ("max_minutes", "120.5"),
        ("near", "x" * 300),
        ("near", "qqqqqqqq"),
        ("colour", "red"),
    ],
)
def test_a_wrong_word_is_refused_by_name(client: Any, parameter: str, text: str) -> None:
    asked = {"near": "Nether Wick", "kind": "venue"} | {parameter: text}
    answer = client.get("/api/v1/search", query_string=asked)
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("parameter", ["near", "kind"])
def test_what_is_missing_is_named(client: Any, parameter: str) -> None:
    asked = {"near": "Nether Wick", "kind": "venue"}
    del asked[parameter]
    answer = client.get("/api/v1/search", query_string=asked)
    assert (answer.status_code, answer.json["parameter"]) == (400, parameter)


def test_the_page_shows_the_form_before_anything_is_asked(client: Any) -> None:
    text = client.get("/find").text
    assert 'name="near"' in text
    assert "Say where you are" in text
    assert "/find" in client.get("/").text


def test_the_page_lists_with_reasons_and_keeps_what_was_asked(client: Any) -> None:
    text = client.get(
        "/find?near=Nether+Wick&kind=venue&mode=foot&max_minutes=90&feature=step_free&seats="
    ).text
    assert re.search(r'href="/resources/hall"', text)
    assert 'value="foot" selected' in text
    assert 'value="step_free" checked' in text
    assert 'value="90"' in text
    assert "/find/map.svg?" in text
    picture = client.get("/find/map.svg?near=Nether+Wick&kind=venue")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")


def test_a_place_that_may_be_several_asks_which(client: Any) -> None:
    text = client.get("/find?near=parish&kind=venue").text
    links = re.findall(r'href="(/find\?[^"]*spot=[^"]*)"', text)
    assert links
    assert "Nearly" not in text
    chosen = client.get(links[0].replace("&amp;", "&"))
    assert chosen.status_code == 200
    assert 'class="crumb"' not in chosen.text


def test_nothing_found_is_said_kindly_with_ways_to_ask_for_less(client: Any) -> None:
    text = client.get("/find?near=Nether+Wick&kind=venue&seats=900&feature=stage").text
    assert "Nothing found" in text
    assert "The same, of any size" in text
    assert "The same, whatever it has" in text


def test_a_wrong_choice_on_the_page_says_so_beside_the_form(client: Any) -> None:
    answer = client.get("/find?near=Nether+Wick&kind=venue&at=whenever")
    assert answer.status_code == 400
    assert 'id="wrong"' in answer.text
    assert 'name="at" type="text" value="whenever"' in answer.text


def test_hostile_names_are_shown_as_text(roadless: Any) -> None:
    text = roadless.get("/find?near=Middleton&kind=equipment").text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
