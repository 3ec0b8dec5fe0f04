"""What a broker types in is looked at, and kept whole or not at all; nothing typed is lost."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

import webmap
from geomatch.db import engine
from geomatch.services.database import APP_ROLE, DESK_ROLE

HALL = {"name": "Abbotsley Village Hall", "kind": "venue", "easting": "357000", "northing": "307000"}
NEED = {
    "title": "Bellringers practise",
    "easting": "351500",
    "northing": "301500",
    "role-0-kind": "venue",
    "roles": "1",
}
CSV = "id,kind,name,easting,northing\nnew-hall,venue,Newhall,357100,301100\n"


@pytest.fixture
def intake_site(own_site: Any, signed_in: Callable[..., str]) -> Iterator[Any]:
    """A desk over a county that may be changed, forms without their token."""
    url = own_site.owner.url.render_as_string(hide_password=False)
    app_door, desk_door = (engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE))
    app = webmap.create_app(app_door, desk=desk_door)
    signed_in(app, own_site.owner, "broker")
    app.config["WTF_CSRF_ENABLED"] = False
    yield app.test_client(), own_site.owner
    app_door.dispose()
    desk_door.dispose()


def _one(owner: sa.Engine, statement: str, **values: Any) -> Any:
    with owner.connect() as connection:
        return connection.execute(sa.text(statement), values).one()


def _ref(answer: Any) -> str:
    found = re.search(r"/broker/\w+/(.+)/edit", answer.headers["Location"])
    assert found
    return found[1]


def _marked(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields of a form as they stand."""
    page = client.get(address).text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields | dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', page, re.DOTALL))


def test_a_need_typed_in_is_kept_placed_and_shown_to_all(intake_site: Any) -> None:
    client, owner = intake_site
    answer = client.post("/broker/needs/new", data=NEED | {"do": "keep", "role-0-quantity": "2"})
    assert answer.status_code == 303
    ref = _ref(answer)
    row = _one(owner, "select parish_code, edited_at from need where ref = :ref", ref=ref)
    assert row.parish_code == "parish-00"
    assert row.edited_at is not None
    assert "Bellringers practise" in client.get(f"/needs/{ref}").text


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(intake_site: Any) -> None:
    client, owner = intake_site
    before = _one(owner, "select count(*) from need")
    typed = NEED | {"windows": "next week", "title": "Chess & <b>tea</b>", "role-0-quantity": "-3"}
    answer = client.post("/broker/needs/new", data=typed)
    assert answer.status_code == 400
    assert '<a href="#windows">' in answer.text
    assert 'id="windows-wrong"' in answer.text
    assert "next week</textarea>" in answer.text
    assert "Chess &amp; &lt;b&gt;tea&lt;/b&gt;" in answer.text
    assert 'value="-3"' in answer.text
    assert _one(owner, "select count(*) from need") == before


def test_an_empty_form_names_what_it_needs(intake_site: Any) -> None:
    client, _ = intake_site
    answer = client.post("/broker/needs/new", data={"do": "keep"})
    assert answer.status_code == 400
    assert {'<a href="#title">', '<a href="#role-0-kind">'} <= set(
        re.findall(r'<a href="#[^>]+>', answer.text)
    )


def test_the_same_hall_again_is_pointed_out_and_kept_only_when_one_is_sure(intake_site: Any) -> None:
    client, _ = intake_site
    again = {"name": "Wick Village Hall", "kind": "venue", "easting": "351250", "northing": "301350"}
    answer = client.post("/broker/resources/new", data=again | {"do": "keep"})
    assert answer.status_code == 409
    assert "/broker/resources/hall/edit" in answer.text
    assert client.post("/broker/resources/new", data=again | {"do": "sure"}).status_code == 303


def test_what_stands_there_can_be_changed_and_the_rest_of_it_stays(intake_site: Any) -> None:
    client, owner = intake_site
    features = (
        "select count(*) from resource_feature join resource on resource.id = resource_id where ref = 'hall'"
    )
    before = _one(owner, features)
    form = _marked(client, "/broker/resources/hall/edit")
    answer = client.post("/broker/resources/hall/edit", data=form | {"quantity": "5", "do": "keep"})
    assert answer.status_code == 303, answer.text
    assert _one(owner, "select name, quantity, subkind from resource where ref = 'hall'") == (
        "Wick Hall",
        5,
        "village_hall",
    )
    assert _one(owner, features) == before


def test_who_comes_second_is_told_that_it_was_changed_meanwhile(intake_site: Any) -> None:
    client, owner = intake_site
    form = _marked(client, "/broker/organisations/o1/edit")
    assert (
        client.post("/broker/organisations/o1/edit", data=form | {"name": "Bigger Trust"}).status_code == 303
    )
    answer = client.post("/broker/organisations/o1/edit", data=form | {"name": "Biggest Trust"})
    assert answer.status_code == 409
    assert "changed this meanwhile" in answer.text
    assert 'value="Biggest Trust"' in answer.text
    assert _one(owner, "select name from organisation where ref = 'o1'").name == "Bigger Trust"


def test_a_home_is_written_never_shown_and_stays_where_none_is_typed(intake_site: Any) -> None:
    client, owner = intake_site
    person = {"name": "A driver", "kind": "volunteer", "easting": "351234", "northing": "301987"}
    ref = _ref(client.post("/broker/resources/new", data=person))
    shown = client.get(f"/broker/resources/{ref}/edit").text
    assert "351234" not in shown
    assert "301987" not in shown
    form = _marked(client, f"/broker/resources/{ref}/edit")
    assert client.post(f"/broker/resources/{ref}/edit", data=form | {"quantity": "2"}).status_code == 303
    where = _one(
        owner,
        "select ST_X(home.geom), ST_Y(home.geom), ST_X(resource.geom), quantity from resource "
        "join homes.home on resource_id = resource.id where ref = :ref",
        ref=ref,
    )
    assert tuple(where[:2]) == (351250, 301950)
    assert where[2] is not None
    assert where[3] == 2


def test_the_count_goes_by_the_hard_tests_and_keeps_nothing(intake_site: Any) -> None:
    client, owner = intake_site
    before = _one(owner, "select count(*) from need")
    told = client.post("/broker/needs/count", data=NEED).get_json()
    assert re.fullmatch(r"Could meet it: \d+ for a venue \(venue\)\.", told["count"]), told
    nothing = client.post("/broker/needs/count", data=NEED | {"role-0-features": "seats_theatre=90000"})
    assert nothing.get_json()["count"].startswith("Could meet it: 0 for a venue")
    nowhere = client.post("/broker/needs/count", data={"title": "x", "role-0-kind": "venue"}).get_json()
    assert "nobody knows where it is" in nowhere["count"]
    assert _one(owner, "select count(*) from need") == before
    page = client.post("/broker/needs/new", data=NEED | {"do": "count"}).text
    assert told["count"] in page


def test_one_more_thing_is_asked_for_without_losing_the_first(intake_site: Any) -> None:
    client, _ = intake_site
    page = client.post("/broker/needs/new", data=NEED | {"do": "role"}).text
    assert 'name="role-1-kind"' in page
    assert 'value="Bellringers practise"' in page
    assert 'name="roles" value="2"' in page


def _file(content: str, **more: str) -> dict[str, Any]:
    return {"kind": "resources", "file": (BytesIO(content.encode()), "halls.csv"), **more}


def test_a_spreadsheet_is_looked_at_and_the_same_bytes_are_kept(intake_site: Any) -> None:
    client, owner = intake_site
    looked = client.post("/broker/import", data=_file(CSV))
    assert "1 record: 1 new, 0 there already" in looked.text
    assert _one(owner, "select count(*) from resource where ref = 'new-hall'").count == 0
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', looked.text))
    assert "1 record from halls.csv" in client.post("/broker/import", data=form | {"do": "keep"}).text
    assert _one(owner, "select name from resource where ref = 'new-hall'").name == "Newhall"
    other = form | {"do": "keep", "mark": "0" * 64}
    assert client.post("/broker/import", data=other).status_code == 400


def test_one_bad_row_of_a_spreadsheet_keeps_all_of_it_out(intake_site: Any) -> None:
    client, owner = intake_site
    looked = client.post("/broker/import", data=_file(CSV + "other,castle,Keep,1,2\n"))
    assert re.search(r'<td class="n">3</td><td>kind</td><td>castle</td>', looked.text)
    assert 'value="keep"' not in looked.text
    assert _one(owner, "select count(*) from resource where ref = 'other'").count == 0


def test_what_may_be_twice_is_told_by_row_before_anything_is_kept(intake_site: Any) -> None:
    client, _ = intake_site
    rows = (
        "wick-2,venue,Wick Hall,351210,301310\n"
        "one,venue,Uppington Hall,352000,303000\n"
        "two,venue,uppington  hall,352300,303000\n"
        "far,venue,Uppington Hall,357000,307000\n"
    )
    looked = client.post("/broker/import", data=_file("id,kind,name,easting,northing\n" + rows))
    assert re.search(
        r'<td class="n">2</td><td>id</td><td>wick-2</td><td><a[^>]*>Wick Hall</a> \(hall\)', looked.text
    )
    assert '<td class="n">4</td><td>id</td><td>two</td><td>row 3 of this file (one)' in looked.text
    assert "<td>far</td>" not in looked.text
    assert 'value="keep"' in looked.text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("halls.xlsx", b"PK\x03\x04 anything"),
        ("halls.csv", b"PK\x03\x04 a workbook by another name"),
        ("halls.xls", b"\xd0\xcf\x11\xe0 an older one"),
    ],
)
def test_a_workbook_is_told_how_to_become_a_csv_file(intake_site: Any, name: str, content: bytes) -> None:
    client, _ = intake_site
    sent = {"kind": "resources", "file": (BytesIO(content), name)}
    answer = client.post("/broker/import", data=sent)
    assert answer.status_code == 400
    assert "a workbook, not a CSV file" in answer.text
    assert "CSV UTF-8 (comma delimited)" in answer.text


def test_a_program_sends_records_with_the_templates_columns(intake_site: Any) -> None:
    client, owner = intake_site
    record = {
        "id": "api-1",
        "title": "Table tennis",
        "kind": "venue",
        "easting": 351500,
        "northing": 303500.0,
    }
    answer = client.post("/api/v1/needs", json=[record | {"all_or_nothing": True, "parish": None}])
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["kept"] == [{"id": "api-1", "updated": False}]
    assert _one(owner, "select parish_code from need where ref = 'api-1'").parish_code == "parish-00"
    assert client.post("/api/v1/needs", json=record).get_json()["kept"] == [{"id": "api-1", "updated": True}]


def test_a_program_is_refused_in_the_same_words_by_row_and_column(intake_site: Any) -> None:
    client, owner = intake_site
    record = {"id": "api-2", "title": "Chess", "kind": "venue", "easting": 351500, "northing": 303500}
    answer = client.post("/api/v1/needs", json=[record, record | {"id": "api-3", "windows": "next week"}])
    assert answer.status_code == 400
    told = [(issue["row"], issue["column"]) for issue in answer.get_json()["issues"]]
    assert told == [(2, "windows")]
    assert "is not a window" in answer.get_json()["detail"]
    assert _one(owner, "select count(*) from need where ref like 'api-2'").count == 0


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"headers": {"Origin": "https://elsewhere.example"}}, 403),
        ({"headers": {"Host": "desk.attacker.example"}}, 400),
        ({"content_type": "text/plain"}, 400),
    ],
)
def test_no_page_of_another_site_writes_by_the_api(intake_site: Any, more: Any, status: int) -> None:
    client, _ = intake_site
    sent = {"data": '{"id": "x", "title": "x", "kind": "venue"}', "content_type": "application/json"} | more
    assert client.post("/api/v1/needs", **sent).status_code == status


def test_the_desk_sees_that_somebody_drew_an_area_and_none_of_its_corners(intake_site: Any) -> None:
    client, owner = intake_site
    person = {"name": "Drives within", "kind": "volunteer", "easting": "351234", "northing": "301987"}
    address = f"/broker/resources/{_ref(client.post('/broker/resources/new', data=person))}/edit"
    shape = "MULTIPOLYGON(((351000 301000,351900 301000,351900 301700,351000 301000)))"
    with owner.begin() as connection:
        drawn = "catchment_kind = 'polygon', catchment = ST_GeomFromText(:shape, 27700)"
        sql = f"update resource set {drawn} where name = 'Drives within'"
        connection.execute(sa.text(sql), {"shape": shape})
    columns = "catchment_kind as kind, ST_AsText(catchment) as shape, quantity"
    kept = f"select {columns} from resource where name = :name"
    form = _marked(client, address)
    assert "POLYGON" not in client.get(address).text
    assert form["catchment"] == "the area they drew"
    assert client.post(address, data=form | {"quantity": "2", "do": "sure"}).status_code == 303
    assert tuple(_one(owner, kept, name=person["name"])) == ("polygon", shape, 2)
    form = _marked(client, address)
    assert client.post(address, data=form | {"catchment": "30 minutes", "do": "sure"}).status_code == 303
    assert _one(owner, kept, name=person["name"]).kind == "minutes"
