"""What stands beside the code is what the address does: parameters, the document, the page."""

import re
from typing import Any

import flask
import pytest

from webmap import described, errors, openapi, parameters, schemas
from webmap.formats import JSON


def _toy(*routes: Any) -> flask.Flask:
    app = flask.Flask("toy")
    for rule, view, methods in routes:
        app.add_url_rule(rule, view_func=view, methods=methods)
    return app


_SORT = parameters.choice("sort", "Which way.", ("up", "down")).default("up")
_SIZE = parameters.whole("size", "How large.", least=1, most=9).required("3")


@described.described("Toys", _SORT, _SIZE, answers={JSON: schemas.record({"size": schemas.WHOLE})})
def _toys() -> dict[str, Any]:
    """All toys."""
    return {"size": described.asked()[_SIZE], "sort": described.asked()[_SORT]}


@described.described(
    "A toy", answers={JSON: {}}, body={JSON: {"type": "object"}}, status=201, refusals=(409,)
)
def _keep(ref: str) -> tuple[dict[str, Any], int]:
    """Keep a toy."""
    return {"ref": ref}, 201


def test_a_function_sees_only_what_its_description_allows() -> None:
    app = _toy(("/api/v1/toys", _toys, ["GET"]))
    errors.attach(app)
    client = app.test_client()
    assert client.get("/api/v1/toys?size=3").get_json() == {"size": 3, "sort": "up"}
    assert client.get("/api/v1/toys?size=3&sort=down").get_json() == {"size": 3, "sort": "down"}
    assert client.get("/api/v1/toys?size=3&sort=").get_json() == {"size": 3, "sort": "up"}
    for wrong, name in [("", "size"), ("size=", "size"), ("size=0", "size"), ("size=3&colour=red", "colour")]:
        answer = client.get(f"/api/v1/toys?{wrong}")
        assert (answer.status_code, answer.get_json()["parameter"]) == (400, name)
    assert client.get("/api/v1/toys?size=3", headers={"Accept": "text/csv"}).status_code == 406


def test_the_document_says_what_stands_beside_the_code() -> None:
    app = _toy(("/api/v1/toys", _toys, ["GET"]), ("/api/v1/toys/<path:ref>", _keep, ["POST"]))
    told = openapi.document(app)["paths"]
    assert [each["name"] for each in told["/api/v1/toys"]["get"]["parameters"]] == ["sort", "size"]
    sort, size = told["/api/v1/toys"]["get"]["parameters"]
    assert sort["schema"] == {"type": "string", "enum": ["up", "down"], "default": "up"}
    assert size["required"]
    keep = told["/api/v1/toys/{ref}"]["post"]
    assert [(each["name"], each["in"]) for each in keep["parameters"]] == [("ref", "path")]
    assert {"201", "409", "413"} <= keep["responses"].keys()
    assert keep["requestBody"]["content"] == {JSON: {"schema": {"type": "object"}}}


def test_examples_are_what_their_own_parameters_allow(site: Any) -> None:
    for _, _, told, _ in openapi.operations(site.app):
        for each in told.parameters:
            if each.example:
                each.parse(each.example)


def test_the_page_tells_every_address_and_every_parameter(client: Any, site: Any) -> None:
    text = client.get("/about/api").text
    operations = openapi.operations(site.app)
    assert len(operations) >= 10
    for path, method, told, _ in operations:
        part = text.partition(f"<code>{method} {path}</code>")[2].partition("<h2")[0]
        assert re.findall(r'rowheader"><code>(\w+)</code>', part) == [each.name for each in told.parameters]


def test_the_document_is_public_data_like_the_rest(client: Any) -> None:
    answer = client.get("/api/v1/openapi.json")
    assert answer.content_type == JSON
    assert answer.get_json()["openapi"].startswith("3.1")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/api/v1/openapi.json?x=1").status_code == 400


def test_places_come_as_rows_in_three_types(client: Any) -> None:
    asked = "/api/v1/locate?q=Nether+Wick"
    plain = client.get(asked).get_json()
    features = client.get(asked, headers={"Accept": "application/geo+json"}).get_json(force=True)["features"]
    assert [each["properties"]["label"] for each in features] == [each["label"] for each in plain["matches"]]
    first = plain["matches"][0]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [first["lon"], first["lat"]]}
    assert client.get(asked, headers={"Accept": "text/csv"}).text.splitlines()[0].endswith("parish,exact")


@pytest.mark.parametrize(
    "name", ["needs?within=parish/nobody", "needs?county=nowhere", "areas?kind=parish&county=x"]
)
def test_what_is_not_loaded_is_named_too(client: Any, name: str) -> None:
    answer = client.get(f"/api/v1/{name}")
    assert answer.status_code == 404
    assert answer.get_json(force=True)["parameter"] in name


def test_numbers_are_written_as_people_write_them() -> None:
    minutes = parameters.number("minutes", "How far.", least=0, most=60, unit="minutes")
    assert [minutes.parse(given) for given in ("0", "60", "1.5", ".5", "6e1")] == [0, 60, 1.5, 0.5, 60]
    for given in ("", "nan", "inf", "1_0", "\u0661", "0x1", "60.0001", "-0.1", "1 0"):
        with pytest.raises(ValueError, match=r".*"):
            minutes.parse(given)


def test_boxes_run_west_to_east_and_south_to_north() -> None:
    box = parameters.box("bbox", "Where.")
    assert box.parse("-2.8,52.5,-2.6,52.7") is not None
    for given in (
        "-2.6,52.5,-2.8,52.7",
        "-2.8,52.7,-2.6,52.5",
        "-2.8,52.5,-2.6",
        "-181,52,0,53",
        "-3,52,-2,91",
    ):
        with pytest.raises(ValueError, match=r".*"):
            box.parse(given)


def test_every_address_refuses_a_parameter_it_does_not_know(client: Any, site: Any) -> None:
    read = [
        path for path, method, _, _ in openapi.operations(site.app) if method == "GET" and "{" not in path
    ]
    assert len(read) >= 10
    for path in read:
        answer = client.get(f"{path}?unheard=1")
        assert (answer.status_code, answer.get_json(force=True)["parameter"]) == (400, "unheard")
