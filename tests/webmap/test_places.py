"""Finding a place on the pages: the address for programs, the page of choices, and the map at the place."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

HOSTILE = [
    "' OR '1'='1",
    "'; DROP TABLE county; --",
    "<script>alert(1)</script>",
    "{{ 7*7 }}",
    "=1+1",
    "a" * 10_000,
    "\x1b[31m",
    "\u202e\u202e",
    "SO 42812",
    "nan,nan",
    "1e400,1e400",
    "91, 181",
    "999999999999999999999",
    "\\",
    "%",
]


def test_the_address_answers_the_commands_document(client: Any) -> None:
    answer = client.get("/api/v1/locate?q=nether+wick")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    told = answer.get_json()
    assert told["matches"][0] == {
        "label": "Nether Wick, Parish 00",
        "kind": "village",
        "lon": pytest.approx(-2.7244, abs=1e-3),
        "lat": pytest.approx(52.6090, abs=1e-3),
        "precision_metres": 500,
        "in_county": True,
        "parish": "Parish 00",
        "exact": True,
    }
    assert told["understood"] == "Nether Wick, Parish 00: a village, to within 500 m"
    assert told["choose"] is False
    again = client.get("/api/v1/locate?q=nether+wick", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_nothing_found_is_an_answer(client: Any) -> None:
    assert client.get("/api/v1/locate?q=xyzzyqux").get_json()["matches"] == []


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("locate", "q"),
        ("locate?q=", "q"),
        ("locate?q=+", "q"),
        ("locate?q=so+42812", "q"),
        ("locate?q=a&q=b", "q"),
        ("locate?q=%00", "q"),
        ("locate?q=wick&limit=0", "limit"),
        ("locate?q=wick&limit=51", "limit"),
        ("locate?q=wick&n=1", "n"),
    ],
)
def test_bad_questions_get_a_problem_document(client: Any, address: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True)["parameter"] == parameter


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_or_finds_nothing_and_is_never_markup(client: Any, text: str) -> None:
    told = client.get("/api/v1/locate", query_string={"q": text})
    assert told.status_code in (400, 414) or told.get_json()["matches"] == []
    for address in ("/", "/places"):
        page = client.get(address, query_string={"place": text}, follow_redirects=True)
        assert page.status_code in (200, 400, 414)
        assert "<script>alert" not in page.text
        assert "Traceback" not in page.text


def test_no_volunteer_is_found(client: Any) -> None:
    for text in ("A driver of the Good Neighbours", "driver", "good neighbours"):
        told = client.get("/api/v1/locate", query_string={"q": text}).get_json()
        assert all("river" not in match["label"] for match in told["matches"])


def test_a_certain_place_is_shown_on_the_map_page_at_once(client: Any) -> None:
    page = client.get("/?place=Nether+Wick&show=offers")
    assert page.status_code == 200
    assert "<strong>Nether Wick, Parish 00</strong>: a village, to within 500 m" in page.text
    assert re.search(r'"spot": \[52\.6\d+, -2\.7\d+, 500\]', page.text)
    form = page.text.partition('class="finder"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="show" value="offers">' in form
    assert 'value="Nether Wick"' in form


def test_several_places_lead_to_the_page_of_choices_which_keeps_the_filters(client: Any) -> None:
    answer = client.get("/?place=wick&show=offers")
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == "/places"
    assert parse_qs(urlsplit(answer.location).query) == {"place": ["wick"], "show": ["offers"]}
    page = client.get(answer.location)
    assert "several places answer to “wick”" in page.text.lower()
    links = re.findall(r'<li class="item"><a href="([^"]+)"', page.text)
    assert len(links) >= 2
    for link in links:
        shown = client.get(link.replace("&amp;", "&"))
        assert shown.status_code == 200
        assert "data-spot" in shown.text
        assert "show=offers" in link


def test_what_cannot_be_a_place_is_said_beside_the_box(client: Any) -> None:
    page = client.get("/places?place=so+42812")
    assert page.status_code == 400
    assert "has 5 figures" in page.text
    assert 'aria-invalid="true"' in page.text
    assert "<title>Error: " in page.text
    nothing = client.get("/places?place=xyzzyqux")
    assert nothing.status_code == 200
    assert "No place called “xyzzyqux” is known" in nothing.text
    assert client.get("/places").status_code == 200


def test_a_spot_must_be_a_position(client: Any) -> None:
    for wrong in ("x", "1", "0,0", "nan,52", "52.4,-2.7"):
        assert client.get(f"/?place=wick&spot={wrong}").status_code == 400


def test_the_drawn_map_shows_the_place_too(client: Any) -> None:
    whole, near = client.get("/map.svg").text, client.get("/map.svg?place=Nether+Wick").text
    assert "Map of Nether Wick, Parish 00" in near
    assert whole != near
    assert "/map.svg?place=Nether+Wick" in client.get("/?place=Nether+Wick").text


def test_the_script_is_small(client: Any) -> None:
    address = re.search(r'src="([^"]+find\.js)"', client.get("/").text)
    assert address
    small = client.get(address[1], headers={"Accept-Encoding": "br"})
    assert len(small.data) < 1_600
