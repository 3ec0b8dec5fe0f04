"""The same data for other programs: shapes, types, privacy and refusals."""

import csv
import io
from typing import Any

import pytest

from webmap import api

GEOJSON = {"Accept": "application/geo+json"}
CSV = {"Accept": "text/csv"}


def test_areas_are_geojson_with_code_name_kind_and_vintage(client: Any) -> None:
    answer = client.get("/api/v1/areas?kind=parish", headers=GEOJSON)
    assert answer.content_type == "application/geo+json"
    features = answer.get_json(force=True)["features"]
    assert features[0]["properties"] == {
        "code": "parish-00",
        "name": "Parish 00",
        "kind": "parish",
        "vintage": "2021-05-07",
    }
    lon, lat = features[0]["geometry"]["coordinates"][0][0][0]
    assert -2.75 < lon < -2.7
    assert 52.59 < lat < 52.61
    assert len(str(lon).split(".")[1]) <= 5
    assert client.get("/api/v1/areas?kind=lsoa").get_json() == {"areas": []}


def test_needs_come_as_json_geojson_and_csv_with_the_same_content(client: Any) -> None:
    plain = client.get("/api/v1/needs").get_json()["needs"]
    features = client.get("/api/v1/needs", headers=GEOJSON).get_json(force=True)["features"]
    table = list(
        csv.DictReader(io.StringIO(client.get("/api/v1/needs", headers=CSV).data.decode("utf-8-sig")))
    )
    ids = [each["id"] for each in plain]
    assert ids == sorted(ids)
    assert len(ids) == 11
    assert [each["properties"]["id"] for each in features] == ids
    assert [each["id"] for each in table] == ids
    states = {each["id"]: each["state"] for each in plain}
    assert states["warm"] == "matched"
    assert states["rival"] == "unmatched"
    assert states["met"] == "met"
    assert states["lost"] == "waiting"
    lost = next(each for each in features if each["properties"]["id"] == "lost")
    assert lost["geometry"] is None
    warm = next(each for each in plain if each["id"] == "warm")
    assert (warm["lon"], warm["lat"]) == pytest.approx((-2.71997, 52.60454), abs=2e-3)


def test_resources_state_access_with_unknown_and_leave_out_the_withdrawn(client: Any) -> None:
    rows = {each["id"]: each for each in client.get("/api/v1/resources").get_json()["resources"]}
    assert set(rows) == {"hall", "driver", "odd", "grant", "far-hall"}
    assert rows["hall"]["access"] == {
        "step_free": "yes",
        "hearing_loop": "no",
        "accessible_toilet": "unknown",
        "changing_places": "unknown",
        "blue_badge_parking": "unknown",
        "quiet_space": "unknown",
    }


def test_a_volunteers_place_says_how_far_from_home_it_may_be(client: Any) -> None:
    rows = client.get("/api/v1/resources?kind=volunteer", headers=GEOJSON).get_json(force=True)["features"]
    assert [each["properties"]["precision_metres"] for each in rows] == [1000]


def test_a_spreadsheet_finds_no_live_formula(client: Any) -> None:
    from webmap import formats

    with client.application.test_request_context(headers=CSV):
        answer = formats.answer(
            "x", [{"id": "=1+1", "n": -1.5, "name": "@x"}, {"id": "a", "n": 2, "name": "b"}]
        )
    assert answer.get_data(as_text=True) == "\ufeffid,n,name\r\n'=1+1,-1.5,'@x\r\na,2,b\r\n"


def test_lists_come_200_at_a_time_with_the_address_of_the_rest(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api.USUAL_ROWS == 200
    monkeypatch.setattr(api, "USUAL_ROWS", 4)
    for name, count in (("needs", 11), ("resources", 5)):
        address, seen = f"/api/v1/{name}", []
        while address:
            answer = client.get(address, headers=CSV)
            rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
            assert len(rows) <= 4
            seen += [each["id"] for each in rows]
            link = answer.headers.get("Link", "")
            assert not link or link.endswith('>; rel="next"')
            address = link[1:].partition(">")[0]
        assert len(seen) == len(set(seen)) == count
    assert "next" in client.get("/api/v1/needs").get_json()
    assert "next" not in client.get("/api/v1/needs?limit=11").get_json()


def test_limit_and_offset_walk_through_everything(client: Any) -> None:
    address, seen = "/api/v1/needs?limit=4", []
    while address:
        told = client.get(address).get_json()
        seen += [each["id"] for each in told["needs"]]
        address = told.get("next")
    assert len(seen) == len(set(seen)) == 11


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("areas", "kind"),
        ("areas?kind=ward", "kind"),
        ("areas?kind=parish&limit=1", "limit"),
        ("needs?kind=hall", "kind"),
        ("needs?state=lost", "state"),
        ("needs?stat=met", "stat"),
        ("needs?limit=0", "limit"),
        ("needs?limit=10001", "limit"),
        ("needs?offset=-1", "offset"),
        ("needs?within=x", "within"),
        ("needs?kind=venue&kind=fund", "kind"),
        ("needs?kind=%00", "kind"),
        ("resources?state=met", "state"),
        ("map/points?zoom=9", "bbox"),
        ("map/points?bbox=-3,52,-2,53", "zoom"),
        ("map/points?zoom=x&bbox=-3,52,-2,53", "zoom"),
        ("map/points?zoom=99&bbox=-3,52,-2,53", "zoom"),
        ("map/points?zoom=nan&bbox=-3,52,-2,53", "zoom"),
        ("map/points?zoom=9&bbox=-2,52,-3,53", "bbox"),
        ("map/points?zoom=9&bbox=-3,53,-2,52", "bbox"),
        ("map/points?zoom=9&bbox=1,2,3", "bbox"),
        ("map/points?zoom=9&bbox=-3,52,-2,inf", "bbox"),
        ("map/points?zoom=9&bbox=-3,52,-2,53;drop", "bbox"),
        ("map/items?bbox=", "bbox"),
        ("map/lanes", "bbox"),
        ("map/background?zoom=1", "zoom"),
    ],
)
def test_bad_input_gets_a_problem_document_that_names_the_parameter(
    client: Any, address: str, parameter: str
) -> None:
    answer = client.get(f"/api/v1/{address}")
    told = answer.get_json(force=True)
    assert answer.status_code == told["status"] == 400
    assert answer.content_type == "application/problem+json"
    assert told["parameter"] == parameter
    assert told["title"] == "Bad Request"


@pytest.mark.parametrize("address", ["nothing", "needs?within=parish/nobody", "needs?county=elsewhere"])
def test_what_is_not_there_is_a_problem_document_too(client: Any, address: str) -> None:
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


def test_a_type_we_cannot_give_is_refused(client: Any) -> None:
    answer = client.get("/api/v1/needs", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert answer.content_type == "application/problem+json"
