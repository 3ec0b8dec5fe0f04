"""Where somebody would go: said in one of four ways, told back in plain words where it cannot be."""

import html
import json
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import accounts, counties
from geomatch.errors import InputError
from geomatch.importers import catchment_text
from geomatch.roads import SPEEDS
from geomatch.services import intake
from geomatch.services.importing import Job

HELP = {"name": "Drives on Tuesdays", "kind": "volunteer", "easting": "356789", "northing": "306789"}
AREA = {"type": "Polygon", "coordinates": [[[-2.72, 52.6], [-2.7, 52.6], [-2.7, 52.62], [-2.72, 52.6]]]}


def _ref(hall: Any, name: str) -> str:
    return str(hall.one("select ref from resource where name = :n", n=name).ref)


@pytest.mark.parametrize(
    ("ways", "kind"),
    [
        ({"serves_minutes": "20"}, "minutes"),
        ({"serves_area": json.dumps(AREA)}, "polygon"),
        ({"serves_area": json.dumps({"type": "Feature", "properties": {}, "geometry": AREA})}, "polygon"),
        ({"serves_parishes": "E04011198"}, "parishes"),
        ({}, "anywhere"),
        ({"serves": "minutes", "serves_minutes": "20", "serves_area": "half drawn"}, "minutes"),
        ({"serves": "anywhere", "serves_minutes": "20"}, "anywhere"),
    ],
)
def test_a_volunteer_says_where_they_would_go_in_one_of_four_ways(
    hall: Any, ways: dict[str, str], kind: str
) -> None:
    name = f"Helps {kind} {len(str(ways))}"
    assert hall.post("vol", "resources", **HELP | {"name": name}, **ways).status_code == 303
    row = hall.one("select id, ref, catchment_kind from resource where name = :n", n=name)
    assert row.catchment_kind == kind
    home = hall.one("select ST_X(geom) as x from homes.home where resource_id = :r", r=row.id)
    assert home.x == 356750, "the middle of its hundred metres"
    page = hall.come("vol").get(f"/account/posts/resources/{row.ref}/edit").text
    assert "356789" not in page, "a home is not shown, not even to whoever typed it"
    assert hall.one(
        "select count(*) from people.posting where ref = :r and state = 'waiting'", r=row.ref
    ).count


@pytest.mark.parametrize(
    "ways",
    [
        {"serves_minutes": "20", "serves_parishes": "E04011198"},
        {"serves_minutes": "soon"},
        {"serves_area": "{}"},
        {"serves_area": '{"type": "Point", "coordinates": [-2.7, 52.6]}'},
        {"serves_area": '{"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 1], [1, 0], [0, 0]]]}'},
        {"serves_area": "[" * 3000},
        {"serves_parishes": "Nowhere"},
        {"serves": "minutes"},
        {"serves": "parishes", "serves_minutes": "20"},
        {"serves": "area"},
        {"serves": "moon"},
    ],
)
def test_a_catchment_that_cannot_be_is_told_at_its_field_and_nothing_is_lost(
    hall: Any, ways: dict[str, str]
) -> None:
    answer = hall.post("vol", "resources", **HELP | {"name": "Never kept"}, **ways)
    assert answer.status_code == 400
    assert 'href="#serves' in answer.text
    assert 'value="Never kept"' in answer.text
    assert hall.one("select count(*) from resource where name = 'Never kept'").count == 0


def test_too_many_corners_are_refused() -> None:
    ring = [[-2.7 + n / 1e6, 52.6] for n in range(catchment_text.MOST_CORNERS)] + [[-2.7, 52.7], [-2.7, 52.6]]
    with pytest.raises(InputError, match="corners"):
        catchment_text.read(json.dumps({"type": "Polygon", "coordinates": [ring]}))


def test_a_drawn_area_is_shown_to_whoever_drew_it_and_to_nobody_else_of_the_group(hall: Any) -> None:
    with hall.owner.begin() as connection:
        group = connection.scalar(sa.text("select id from organisation where ref = 'o3'"))
        for name in ("drawer", "fellow"):
            hall.come(name)
            row = accounts.by_email(connection, f"{name}@vale.example")
            if row is None:
                row = {"id": accounts.add(connection, f"{name}@vale.example")}
            accounts.join(connection, row["id"], int(group or 0))
    typed = HELP | {"name": "Drives within an area", "organisation": "o3", "serves_area": json.dumps(AREA)}
    assert hall.post("drawer", "resources", **typed).status_code == 303
    address = f"/account/posts/resources/{_ref(hall, typed['name'])}/edit"
    assert "[-2.72" in hall.come("drawer").get(address).text
    page = hall.come("fellow").get(address).text
    assert "[-2.72" not in page
    assert "it stays as it is" in page
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark
    form = {"name": typed["name"], "kind": "volunteer", "organisation": "o3", "roles": "1", "mark": mark[1]}
    assert hall.come("fellow").post(address, data=form).status_code == 303
    words = "select catchment_kind, catchment is not null as drawn from resource where name = :n"
    assert tuple(hall.one(words, n=typed["name"])) == ("polygon", True), "it stays as it was drawn"
    mark = re.search(r'name="mark" value="([^"]+)"', hall.come("fellow").get(address).text)
    assert mark
    anywhere = form | {"mark": mark[1], "serves": "anywhere"}
    assert hall.come("fellow").post(address, data=anywhere).status_code == 303
    assert hall.one(words, n=typed["name"]).catchment_kind == "anywhere", "they may say something else"


def test_what_was_drawn_comes_back_into_the_form_and_out_of_it_as_it_was(hall: Any) -> None:
    typed = HELP | {"name": "Keeps the same area", "serves": "area", "serves_area": json.dumps(AREA)}
    assert hall.post("steady", "resources", **typed).status_code == 303
    words = "select ref, ST_AsText(catchment) as shape from resource where name = :n"
    ref = _ref(hall, typed["name"])
    page = hall.come("steady").get(f"/account/posts/resources/{ref}/edit").text
    [again] = re.findall(r'<textarea[^>]*name="serves_area"[^>]*>\s*([^<]*)<', page)
    assert json.loads(html.unescape(again))["coordinates"] == AREA["coordinates"]
    finer = (
        "351000.1234 301000.5678, 352000.4321 301000.8765, 352000.1111 302000.2222, 351000.1234 301000.5678"
    )
    with hall.owner.begin() as connection:
        shape = f"ST_GeomFromText('MULTIPOLYGON((({finer})))', 27700)"
        connection.execute(sa.text(f"update resource set catchment = {shape} where ref = '{ref}'"))
    shape = hall.one(words, n=typed["name"]).shape
    page = hall.come("steady").get(f"/account/posts/resources/{ref}/edit").text
    [again] = re.findall(r'<textarea[^>]*name="serves_area"[^>]*>\s*([^<]*)<', page)
    [mark] = re.findall(r'name="mark" value="([^"]+)"', page)
    form = {"name": typed["name"], "kind": "volunteer", "roles": "1", "mark": mark, "description": "New",
            "serves": "area", "serves_area": html.unescape(again).strip()}  # fmt: skip
    answer = hall.come("steady").post(f"/account/posts/resources/{ref}/edit", data=form)
    assert answer.status_code == 303
    assert hall.one(words, n=typed["name"]).shape == shape, "not moved by a millimetre"


def test_lines_that_cross_are_told_in_plain_words(hall: Any) -> None:
    ring = [[-2.72, 52.6], [-2.7, 52.62], [-2.7, 52.6], [-2.72, 52.62], [-2.72, 52.6]]
    drawn = json.dumps({"type": "Polygon", "coordinates": [ring]})
    answer = hall.post("vol", "resources", **HELP | {"name": "Crossed"}, serves="area", serves_area=drawn)
    assert answer.status_code == 400
    assert "The lines of the area cross at -2.71, 52.61" in answer.text


def test_a_parish_that_is_none_of_the_county_s_is_told_once_at_its_field(hall: Any) -> None:
    answer = hall.post("vol", "resources", **HELP | {"name": "Strange"}, serves_parishes="E04099999")
    assert answer.status_code == 400
    told = "No parish of the county has the code E04099999"
    assert answer.text.count(told) == 2, "in the summary and at the field"
    assert 'href="#serves_parishes"' in answer.text
    assert "Wick Magna" in answer.text, "parishes are chosen by name"
    assert hall.one("select count(*) from resource where name = 'Strange'").count == 0


def test_a_program_hears_of_each_parish_by_the_record_it_stands_in(hall: Any) -> None:
    with hall.owner.begin() as connection:
        job = Job(connection, counties.every(connection)[0], date(2026, 11, 1), SPEEDS)
        cells = [
            {"id": ref, "name": ref, "kind": "volunteer", "catchment": f"parishes {code}"}
            for ref, code in (("one", "E04011198"), ("two", "E04099999"))
        ]
        [issue] = [
            each for each in intake.look(job, "resources", cells).report.issues if each.column == "catchment"
        ]
    assert issue.message.startswith("two: no parish of the county has the code E04099999")


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ((-1.0, 51.0, -0.9, 51.1), "outside the county"),
        ((-3.5, 52.0, -2.0, 53.2), "larger than the whole county"),
    ],
)
def test_an_area_outside_the_county_or_larger_than_it_is_told_at_its_field(
    hall: Any, box: tuple[float, ...], words: str
) -> None:
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    drawn = json.dumps({"type": "Polygon", "coordinates": [ring]})
    answer = hall.post("vol", "resources", **HELP | {"name": "Too far"}, serves_area=drawn)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'href="#serves_area"' in answer.text
    assert hall.one("select count(*) from resource where name = 'Too far'").count == 0
