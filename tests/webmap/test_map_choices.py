"""One choice drives map, list, colours, table and files alike, and lives in the address."""

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import counties, tables
from geomatch.services import reachable, reaching
from webmap import facets, shades
from webmap.filters import Filters

MIDDLETON = "place=Middleton&spot=-2.680000,52.633000"
BBOX = "-3.2,52.2,-2.2,53.1"


RUN = date(2026, 11, 20)
"""The day of the newest matching."""


@pytest.fixture(scope="module")
def counted(own_site: Any) -> Any:
    """The map of a county where what is near everybody is kept: most live by the road to a hall."""
    with own_site.owner.begin() as connection:
        county = counties.chosen(connection, None)
        hall = {"ref": "near", "kind": "venue", "name": "A hall", "travels": "beneficiary", "mode": "car"}
        where = "SRID=27700;POINT(354000 303400)"
        connection.execute(tables.resource.insert().values(county_id=county.id, geom=where, **hall))
        for code, point in [("oa1", "356000 303500"), ("oa2", "357000 300300")]:
            moved = tables.population.update().where(tables.population.c.code == code)
            connection.execute(moved.values(geom=f"SRID=27700;POINT({point})"))
        reachable.keep(connection, county, reachable.measure(connection, county, RUN))
    return own_site.client


def _total(client: Any, query: str) -> int:
    found = re.search(r'role="status">([\d,]+) entr', client.get(f"/?{query}").text.split('id="list"')[1])
    return int(found[1].replace(",", "")) if found else 0


def _rows(client: Any, query: str) -> list[dict[str, str]]:
    text = client.get(f"/shown.csv?{query}").text
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def _marks(client: Any, query: str, *, zoom: int = 9) -> int:
    marks = client.get(f"/api/v1/map/points?bbox={BBOX}&zoom={zoom}&{query}").get_json()["marks"]
    return sum(each["items"] for each in marks)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "show=unmatched",
        "show=offers&kind=venue",
        "within=ljc/west-vale",
        f"{MIDDLETON}&minutes=30",
        f"{MIDDLETON}&minutes=60&show=needs",
    ],
)
def test_list_map_and_files_hold_the_same(client: Any, query: str) -> None:
    total, rows = _total(client, query), _rows(client, query)
    features = client.get(f"/shown.geojson?{query}").get_json(force=True)["features"]
    assert len(rows) == len(features) == total > 0
    assert _marks(client, query) == sum(1 for row in rows if row["lon"])


def test_what_nobody_confirms_is_on_the_map_as_little_as_in_the_list(own_site: Any) -> None:
    client = own_site.client
    before = _total(client, ""), _marks(client, "", zoom=12)
    stale = {
        "ref": "stale",
        "kind": "venue",
        "name": "Nobody's hall",
        "travels": "beneficiary",
        "mode": "car",
    }
    where, until = "SRID=27700;POINT(354000 303400)", date(2020, 1, 1)
    with own_site.owner.begin() as connection:
        county = counties.chosen(connection, None)
        row = tables.resource.insert().values(county_id=county.id, geom=where, verified_until=until, **stale)
        connection.execute(row)
    assert (_total(client, ""), _marks(client, "", zoom=12)) == before
    with own_site.owner.begin() as connection:
        connection.execute(tables.resource.delete().where(tables.resource.c.ref == "stale"))


def test_files_say_what_they_are_and_where_each_entry_is_told(client: Any) -> None:
    answer = client.get("/shown.csv?show=offers&kind=venue")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="shown.csv"'
    rows = _rows(client, "show=offers&kind=venue")
    assert {row["name"] for row in rows} == {"Wick Hall", "Hall beyond the border"}
    assert {row["page"] for row in rows} == {
        "http://localhost/resources/hall",
        "http://localhost/resources/far-hall",
    }
    assert client.get("/shown.xlsx").status_code == 404
    assert client.get("/shown.csv?kind=castle").status_code == 400


def test_every_choice_says_how_much_it_leaves(client: Any) -> None:
    text = client.get("/?kind=venue").text
    for code in ("all", "needs", "unmatched", "matched", "offers"):
        told = re.search(rf'<option value="{code}"[^>]*>[^<(]+\((\d+)\)', text)
        assert told
        assert int(told[1]) == _total(client, f"kind=venue&show={code}"), code
    text = client.get("/?show=offers").text
    for code in ("venue", "volunteer", "equipment", "skill"):
        told = re.search(rf'<option value="{code}"[^>]*>[^<(]+\((\d+)\)', text)
        assert told
        assert int(told[1]) == _total(client, f"show=offers&kind={code}"), code


def test_each_choice_is_taken_back_by_itself(client: Any) -> None:
    text = client.get(f"/?show=offers&kind=venue&within=ljc/west-vale&{MIDDLETON}&minutes=20").text
    chips = re.findall(r'<li><a href="([^"]+)">([^<]+)<span class="unseen">', text)
    assert [words for _, words in chips] == [
        "Offers",
        "Venues",
        "Only in West Vale",
        "Within 20 minutes by car",
        "Near Middleton, Parish 01",
    ]
    without = {words: href.replace("&amp;", "&") for href, words in chips}
    assert "show=" not in without["Offers"]
    assert "kind=venue" in without["Offers"]
    assert "minutes=" not in without["Within 20 minutes by car"]
    assert "place=Middleton" in without["Within 20 minutes by car"]
    assert "minutes=" not in without["Near Middleton, Parish 01"]
    assert 'class="chips"' not in client.get("/").text


def test_a_place_says_which_areas_one_is_in(client: Any) -> None:
    text = re.sub(r"<[^>]+>", "", client.get("/?place=Nether+Wick").text)
    assert "You are in Parish 00 parish, Division 0 division and West Vale Local Joint Committee." in text


def test_a_point_of_the_map_is_told_with_its_areas(client: Any) -> None:
    told = client.get("/api/v1/map/here?at=-2.68,52.633").get_json()
    assert {kind: each["name"] for kind, each in told.items()} == {
        "parish": "Parish 11",
        "division": "Division 1",
        "ljc": "East Vale",
    }
    assert told["parish"]["href"] == "/areas/parish/parish-11"
    assert client.get("/api/v1/map/here?at=-2.0,52.0").get_json() == {}


def test_within_some_minutes_has_its_sentence_and_its_ground(client: Any) -> None:
    text = re.sub(r"<[^>]+>", "", client.get(f"/?{MIDDLETON}&minutes=30").text)
    assert re.search(
        r"2 needs \(1 not matched yet\) within 30 minutes by car of Middleton, Parish 01\.", text
    )
    reached = client.get(f"/api/v1/map/reach?{MIDDLETON}&minutes=10")
    assert reached.content_type == "application/geo+json"
    assert reached.get_json(force=True)["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert 'stroke-dasharray="7 5"' in client.get(f"/map.svg?{MIDDLETON}&minutes=10").text
    nowhere = client.get("/api/v1/map/reach?minutes=10")
    assert (nowhere.status_code, nowhere.get_json(force=True)["parameter"]) == (400, "minutes")


def test_more_minutes_never_reach_less(client: Any) -> None:
    totals = [_total(client, f"{MIDDLETON}&minutes={minutes}") for minutes in (1, 15, 20, 60)]
    assert totals == sorted(totals)
    assert totals[0] < totals[-1]


@pytest.mark.parametrize("wrong", ["minutes=0", "minutes=61", "minutes=ten", "mode=horse", "colour=red"])
def test_a_wrong_choice_is_named(client: Any, wrong: str) -> None:
    answer = client.get(f"/?{MIDDLETON}&{wrong}")
    assert answer.status_code == 400
    assert wrong.split("=")[0] in answer.text


@pytest.mark.parametrize("by", ["parish", "division", "ljc"])
def test_the_legend_counts_every_area_and_the_table_says_the_same(client: Any, by: str) -> None:
    told = client.get(f"/api/v1/map/shades?areas={by}&colour=unmet").get_json()
    text = client.get(f"/?areas={by}").text
    areas = client.get(f"/api/v1/areas?kind={by}").get_json()["areas"]
    counts = [int(each) for each in re.findall(r'class="count">\((\d+)', text)]
    assert sum(counts) == len(areas) == len(told["areas"])
    assert sorted(re.findall(r"<td>([^<]*(?:%|needs|for))</td>", text)) == sorted(told["told"].values())


def test_a_share_of_few_needs_is_withheld_with_a_pattern(client: Any) -> None:
    told = client.get("/api/v1/map/shades?areas=parish&colour=unmet").get_json()
    assert {told["colours"][each] for each in told["areas"].values()} == {"hatch"}
    assert "fewer than 5 needs: share withheld" in client.get("/?areas=parish").text
    picture = client.get("/map.svg?areas=parish").text
    assert 'fill="url(#hatch)"' in picture
    assert 'id="hatch"' in picture
    assert "hatch" not in client.get("/map.svg?areas=parish&colour=none").text


def test_classes_have_bounds_that_never_move() -> None:
    rows: Any = [
        {"code": str(unmatched), "needs": 100, "unmatched": unmatched}
        for unmatched in (0, 4, 5, 19, 20, 35, 100)
    ]
    found = shades._unmet(Filters(), "parish", [*rows, {"code": "none", "needs": 0, "unmatched": 0}])
    assert [found.of[row["code"]] for row in rows] == [0, 0, 1, 2, 3, 4, 4]
    assert [each.areas for each in found.legend] == [2, 1, 1, 1, 2, 0, 1]
    assert found.colour("none") == "blank"
    assert found.legend[0].words == "under 5%"
    assert found.legend[4].words == "35% or more"


@pytest.mark.parametrize("by", ["parish", "division", "ljc"])
@pytest.mark.parametrize("way", ["kind=venue", "kind=volunteer&mode=foot", "kind=venue&mode=foot&minutes=1"])
def test_coverage_colours_say_how_many_residents_are_within_reach(counted: Any, by: str, way: str) -> None:
    told = counted.get(f"/api/v1/map/shades?areas={by}&colour=coverage&{way}").get_json()
    minutes = re.search(r"minutes=(\d+)", way)
    asked = re.sub(r"&minutes=\d+", "", way) + f"&max_minutes={minutes[1] if minutes else 20}"
    rows = counted.get(f"/api/v1/coverage?by={by}&as_of={RUN}&{asked}").get_json()["rows"]
    shares = {row["code"]: row["share_residents"] for row in rows}
    assert told["told"] == {
        code: "no data" if share is None else f"{share:.0%}" for code, share in shares.items()
    }
    assert told["areas"].keys() == shares.keys()
    assert ("75%" in told["told"].values()) == ("minutes=1" not in way)


def test_coverage_is_dated_and_counted_no_farther_than_it_is_kept(counted: Any) -> None:
    text = counted.get("/?colour=coverage").text
    assert "Residents within 20 minutes by car of a venue, counted on 20 November 2026" in text
    farther = counted.get(f"/?colour=coverage&{MIDDLETON}&minutes=45").text
    assert "Residents within 30 minutes by car of a venue, counted on 20 November 2026" in farther
    assert "no more than 30 are counted" in farther


def test_coverage_is_coloured_by_minutes_and_travel_without_a_place(counted: Any) -> None:
    text = counted.get("/?colour=coverage").text
    offered = re.search(r'<select id="minutes".*?</select>', text, re.DOTALL)
    assert offered
    minutes = re.findall(r'value="(\d*)"( selected)?', offered[0])
    assert minutes == [("10", ""), ("20", " selected"), ("30", "")]
    assert '<select id="mode"' in text
    assert '<select id="minutes"' not in counted.get("/").text
    chosen = counted.get("/?colour=coverage&minutes=10&mode=foot").text
    assert "Residents within 10 minutes on foot of a venue" in chosen
    kept = Filters(colour="coverage", minutes=10, show="offers").address(page=2)
    assert kept == {"show": "offers", "page": 2, "colour": "coverage", "minutes": 10}
    assert "minutes" not in Filters(minutes=10).address()


def test_coverage_that_nobody_counted_yet_is_said_to_be_so_and_not_worked_out(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "reached", None)
    told = client.get("/api/v1/map/shades?areas=ljc&colour=coverage").get_json()
    assert set(told["told"].values()) == {"not counted yet"}
    text = client.get("/?areas=ljc&colour=coverage").text
    assert "not counted yet; this comes with the next matching" in text
    assert "not counted yet</td>" in text
    assert "20% to 40%" not in text


def test_coverage_counted_anew_is_shown_at_once(counted: Any, own_site: Any) -> None:
    asked = "/api/v1/map/shades?areas=ljc&colour=coverage"
    before = counted.get(asked).get_json()["told"]
    with own_site.owner.begin() as connection:
        connection.execute(sa.text("update reach set minutes = '{}'"))
    after = counted.get(asked).get_json()["told"]
    assert before != after
    assert set(after.values()) == {"0%", "no data"}


def test_what_is_within_reach_is_counted_by_kind() -> None:
    rows: Any = [
        {"thing": "resource", "state": None, "kind": None, "items": 13},
        {"thing": "resource", "state": None, "kind": "venue", "items": 12},
        {"thing": "resource", "state": None, "kind": "skill", "items": 1},
        {"thing": "need", "state": "unmatched", "kind": None, "items": 2},
        {"thing": "need", "state": "unmatched", "kind": "venue", "items": 1},
        {"thing": "need", "state": "met", "kind": None, "items": 7},
    ]
    assert facets.reach(rows, Filters()) == "12 venues, skills and 9 needs (2 not matched yet)"
    assert facets.reach(rows, Filters(kind="venue")) == "12 venues and 1 need (1 not matched yet)"
    assert facets.reach(rows, Filters(kind="fund")) == "nothing"
