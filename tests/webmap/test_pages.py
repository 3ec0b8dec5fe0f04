"""Every public page over a county one knows by heart."""

import re
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import tables
from webmap import areas, rules
from webmap.drawing import MET, NEED
from webmap.rules import Rule


def _words(client: Any, address: str, *, status: int = 200) -> str:
    """The text of a page as a reader sees it, spaces mended."""
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return (
        " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1]).split())
        .replace(" .", ".")
        .replace(" ,", ",")
    )


def test_every_kind_of_page_answers(site: Any) -> None:
    addresses = webmap.every_kind_of_page(site.app)
    answers = {address: site.client.get(address).status_code for address in addresses}
    assert set(answers.values()) == {200}, answers
    routes = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if rules.rule(rule.endpoint) is Rule.ANYBODY and "GET" in (rule.methods or ())
    }
    with site.app.app_context():
        adapter = site.app.url_map.bind("localhost")
        visited = {adapter.match(address.split("?")[0])[0] for address in addresses}
    assert routes - visited == {
        "assets.ours",
        "assets.leaflets",
        "basemap.tile",
    }


def test_the_landing_page_counts_needs_offers_and_groups(client: Any) -> None:
    words = _words(client, "/")
    assert (
        "11 needs have been asked for across Valeshire. 2 matched, 8 minutes away on average; 7 not yet."
        in words
    )
    assert "offered by 3 groups. People who help: fewer than 10, or not told." in words


def test_the_sample_county_says_so_on_every_page(site: Any) -> None:
    for address in [
        "/",
        "/areas/parish/parish-00",
        "/needs/warm",
        "/resources/hall",
        "/about/data",
        "/privacy",
    ]:
        assert "Illustrative boundaries and roads; load with" in site.client.get(address).text, address
    assert 'class="onmap"' in site.client.get("/").text


def test_the_list_shows_unmatched_needs_first_and_pages_through_all(client: Any) -> None:
    seen: list[str] = []
    for page in (1, 2, 3, 4):
        text = client.get(f"/?page={page}").text
        seen += re.findall(r'<li class="item [\w ]+">\s*<a href="/(\w+/[^"?]+)', text)
    assert len(seen) == len(set(seen)) == 16
    assert all(ref.startswith("needs/") for ref in seen[:11])
    first = ["loud", "rival", "quota", "hard", "lone", "alone", "odd/need%3F"]
    assert set(seen[:7]) == {f"needs/{ref}" for ref in first}
    assert "No longer wanted" not in client.get("/?page=3").text
    assert "There is no page 5." in _words(client, "/?page=5")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("show=needs", 11),
        ("show=unmatched", 7),
        ("show=matched", 2),
        ("show=offers", 5),
        ("kind=volunteer", 4),
        ("show=offers&kind=venue", 2),
        ("within=parish/parish-00", 4),
        ("within=ljc/west-vale&show=needs", 5),
        ("within=division/division-0&show=offers", 2),
        ("show=&kind=&areas=&within=&page=&at=", 16),
    ],
)
def test_filters_narrow_the_list(client: Any, query: str, count: int) -> None:
    assert f"{count} entr" in _words(client, f"/?{query}")


def test_a_choice_that_fits_nothing_says_so_and_shows_a_way_on(client: Any) -> None:
    words = _words(client, "/?show=offers&kind=skill")
    assert "Nothing here fits what you chose. Show everything in Valeshire" in words


def test_filters_stay_in_the_links_to_other_pages(client: Any) -> None:
    text = client.get("/?show=needs&within=ljc/west-vale&page=1").text
    assert 'value="ljc/west-vale"' in text
    more = client.get("/?show=needs&kind=venue&at=11/52.6000/-2.6000").text
    assert 'href="/?show=needs&amp;kind=venue&amp;page=2&amp;at=11/52.6000/-2.6000#list"' in more


def test_an_area_tells_its_story(client: Any) -> None:
    words = _words(client, "/areas/ljc/west-vale")
    assert "5 needs, 3 of them not matched yet. 1 thing or place is offered here, and 3 groups are" in words
    assert "at home here. People who help: fewer than 10, or not told." in words
    assert words.index("Lunch Club small") < words.index("Singers size unknown") < words.index("Big Trust")
    why = "not matched yet : nothing fits; what came nearest is too far away"
    assert f"A PA system For equipment and a volunteer · {why}" in words
    assert "matched with Wick Hall, 4 minutes" in words
    assert "Neighbours East Vale" in words
    assert "Parishes in it Parish 00 Parish 01" in words
    assert "Boundary as of 7 May 2021" in words
    assert "Size 32.0 km²" in words


def test_a_parish_links_up_to_its_committee_and_division(client: Any) -> None:
    text = client.get("/areas/parish/parish-11").text
    for link in [
        "/areas/ljc/east-vale",
        "/areas/division/division-1",
        "/areas/parish/parish-01",
        "/areas/parish/parish-10",
    ]:
        assert f'href="{link}"' in text, link
    assert "/areas/ljc/west-vale" not in text


def test_who_serves_an_area_from_outside_is_said(client: Any) -> None:
    assert "Volunteers here 1 about 15 minutes" in _words(client, "/areas/ljc/east-vale")
    assert "Wick Hall Parish 00 1 4 minutes" in _words(client, "/areas/parish/parish-00")


def test_a_matched_need_names_who_and_how_far(client: Any) -> None:
    words = _words(client, "/needs/warm")
    assert "matched when last looked at on 20 November 2026" in words
    assert "Thursday 3 December 2026, 19:00 to 21:00" in words
    assert "Wick Hall 4 minutes by car · a venue" in words
    assert "Why it is not matched" not in words


def test_minutes_to_a_volunteer_are_rounded_to_five_everywhere(client: Any) -> None:
    for address in ["/needs/lift", "/resources/driver", "/areas/ljc/east-vale"]:
        words = _words(client, address)
        assert "about 15 minutes" in words, address
        assert "12.6" not in client.get(address).text
        assert "13 minutes" not in words


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        (
            "loud",
            "Nothing on offer fits the part that is hardest to find. "
            "5 things are offered; 4 are of another kind. The one other is too far away.",
        ),
        ("rival", "not enough of them to go round: 2 are wanted and 1 can be given."),
        ("rival", "What would suit Wick Hall Who else needs the same A warm room for the Lunch Club"),
        ("quota", "A limit on how much an area must or may receive held it back: East Vale."),
        ("hard", "others were served with what it could have had"),
        ("hard", "Its parts are needed together; the hardest to find was: a volunteer."),
        ("lone", "others were served with what it could have had. They were shared out"),
        ("lone", "It asks for at least 3 at once, which is harder than finding one."),
        ("alone", "It asks for 3, and only 1 that would suit can be had, even if nobody else asked."),
        ("odd/need%3F", "Nothing on offer fits."),
        ("lost", "It has not been looked at yet."),
    ],
)
def test_an_unmatched_need_says_why_in_plain_words(client: Any, ref: str, why: str) -> None:
    assert why in _words(client, f"/needs/{ref}")


def test_a_need_for_one_thing_is_not_said_to_have_parts(client: Any) -> None:
    assert (
        "part" not in _words(client, "/needs/lone").split("Why it is not matched")[1].split("Map and list")[0]
    )
    assert "who else needs" not in _words(client, "/needs/alone").lower()


def test_codes_of_kinds_are_written_as_one_reads_them(client: Any) -> None:
    assert "3 × village hall (venues), or church hall" in _words(client, "/needs/lone")
    assert "A venue (village hall), offered" in _words(client, "/resources/hall")


def test_a_matched_need_looks_matched_wherever_it_is_listed(client: Any) -> None:
    for address in ["/?show=matched", "/areas/parish/parish-00", "/resources/hall"]:
        lines = re.findall(r'<li class="item need ?(\w*)">\s*<a href="/needs/warm"', client.get(address).text)
        assert lines == ["matched"], address
    assert '<li class="item need unmatched">' in client.get("/areas/ljc/west-vale").text
    assert f'fill="{MET}"' in client.get("/needs/warm/map.svg").text
    assert f'fill="{NEED}"' not in client.get("/needs/warm/map.svg").text
    assert f'fill="{NEED}"' in client.get("/needs/rival/map.svg").text


def test_the_notice_reads_as_a_sentence_with_its_command_as_code(client: Any) -> None:
    text = client.get("/privacy").text
    assert "Illustrative boundaries and roads; load with <code>geomatch county load</code>.</span>" in text
    assert "`" not in text


def test_long_lists_of_an_area_can_be_shown_whole(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(areas, "_SHOWN", 2)
    short = client.get("/areas/ljc/west-vale").text
    assert "Big Trust" not in short
    assert '<a href="/areas/ljc/west-vale?show=all#groups">Show all 3 groups</a>' in short
    whole = client.get("/areas/ljc/west-vale?show=all").text
    assert "Big Trust" in whole
    assert "Show all" not in whole
    assert client.get("/areas/ljc/west-vale?show=most").status_code == 400


def test_only_the_latest_matching_counts(client: Any) -> None:
    assert "3 minutes" not in _words(client, "/needs/rival")
    assert "Needs it serves A warm room for the Lunch Club" in _words(client, "/resources/hall")


def test_what_is_not_known_of_access_is_shown_as_unknown(client: Any) -> None:
    words = _words(client, "/resources/hall")
    assert "Step-free yes Hearing loop no Accessible toilet unknown Changing places unknown" in words
    assert "Nobody has told us when it is free: unknown." in words


def test_names_that_attack_are_only_names(client: Any) -> None:
    for address in [
        "/",
        "/needs/odd/need%3F",
        "/resources/odd",
        "/areas/ljc/east-vale",
        "/needs/odd/need%3F/map.svg",
    ]:
        text = client.get(address).text
        assert "<img src=x" not in text, address
        assert "1337" not in text, address


@pytest.mark.parametrize(
    "address",
    [
        "/nothing",
        "/needs/nobody",
        "/needs/old",
        "/resources/nobody",
        "/resources/" + quote("' or 1=1 --"),
        "/areas/parish/E99999999",
        "/areas/county/valeshire",
        "/areas/parish/nobody/map.svg",
        "/needs/lost/map.svg",
        "/?county=elsewhere",
        "/?within=parish/nobody",
        "/static/own/0/../../config.py",
        "/static/own/0/nothing.css",
        "/static/leaflet/0/leaflet-src.js",
    ],
)
def test_what_is_not_there_is_a_kind_404(client: Any, address: str) -> None:
    words = _words(client, address, status=404)
    assert words.startswith('id="main"') or "Not found" in words
    assert "Go to the map and the list" in words


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("show", "everything"),
        ("kind", "hall"),
        ("areas", "ward"),
        ("within", "parish"),
        ("within", "county/x"),
        ("page", "0"),
        ("page", "-1"),
        ("page", "1e3"),
        ("page", "99999999999"),
        ("page", "٣"),
        ("at", "11/52.6"),
        ("at", "nan/52.6/-2.7"),
        ("at", "11/12/-2.7"),
        ("show", "a\x00b"),
    ],
)
def test_a_wrong_parameter_is_named(client: Any, parameter: str, value: str) -> None:
    answer = client.get("/", query_string={parameter: value})
    assert answer.status_code == 400
    assert f"{parameter}: " in answer.text
    assert "expected" in answer.text


def test_a_parameter_given_twice_is_refused(client: Any) -> None:
    assert client.get("/?show=needs&show=offers").status_code == 400


def test_nothing_can_be_sent(client: Any) -> None:
    answer = client.post("/", data={"x": "y"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_with_two_counties_the_first_by_name_is_shown_and_the_other_offered(two_counties: Any) -> None:
    client = two_counties.client
    words = _words(client, "/")
    assert words.count("Needs and offers in Aldshire") == 1
    assert 'href="/?county=valeshire"' in client.get("/").text
    assert "so there is no map" in words
    assert "A need of Aldshire's own" in _words(client, "/needs/warm").replace("&#39;", "'")
    assert "Lunch Club" in _words(client, "/needs/warm?county=valeshire")
    assert 'href="/needs/warm?county=valeshire"' in client.get("/?county=valeshire&show=matched").text


def test_where_no_group_is_known_none_is_counted(two_counties: Any) -> None:
    assert "0 things and places are offered. People who help: fewer than 10, or not told." in _words(
        two_counties.client, "/"
    )


def test_a_database_without_a_county_says_what_to_do(empty_site: Any) -> None:
    assert "geomatch county load" in _words(empty_site.client, "/", status=404)
    assert empty_site.client.get("/healthz").status_code == 200
    assert empty_site.client.get("/readyz").status_code == 503
    assert webmap.every_kind_of_page(empty_site.app) == ["/healthz"]


def test_readiness_tells_database_migrations_and_roads(client: Any) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {
        "ready": True,
        "database": True,
        "migrations": True,
        "counties": 1,
        "with_roads": 1,
    }


def test_an_unreachable_database_is_told_kindly() -> None:
    app = webmap.create_app(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    answer = app.test_client().get("/")
    assert answer.status_code == 503
    assert "does not answer just now" in answer.text
    assert app.test_client().get("/readyz").json["ready"] is False


def test_the_sources_are_listed_with_publisher_licence_and_counts(client: Any) -> None:
    words = _words(client, "/about/data")
    assert "Boundaries parishes.geojson A publisher OGL-3.0 7 May 2021 4 1" in words
    assert "Leaflet 1.9" in words


def test_the_application_cannot_read_homes(site: Any) -> None:
    engine = site.app.extensions["geomatch"].engine
    with engine.connect() as connection, pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        connection.execute(sa.select(tables.home.c.resource_id))


def test_a_page_of_the_landing_list_is_light(client: Any) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "br"})
    assert len(answer.data) <= 15_000
