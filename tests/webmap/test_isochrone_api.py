"""What is within reach, for other programs: the Feature of the command, and kind refusals."""

from typing import Any

import pytest
import shapely
import sqlalchemy as sa

from geomatch.services import isochrones
from geomatch.services.holding import Holder

ROADSIDE = "/api/v1/isochrone?at=-2.6958,52.6250&minutes=10"


def test_it_answers_the_commands_feature_with_the_place_inside(site: Any, client: Any) -> None:
    answer = client.get(ROADSIDE)
    assert answer.content_type == "application/json"
    told = answer.get_json()
    assert told["type"] == "Feature"
    assert shapely.geometry.shape(told["geometry"]).contains(shapely.Point(-2.6958, 52.6250))
    assert told["properties"]["mode"] == "car"
    with site.owner.connect() as connection:
        county = connection.scalar(sa.text("select id from county"))
        asked = isochrones.Asked((-2.6958, 52.6250), 10.0)
        same = isochrones.isochrone(connection, county, asked, held=Holder())
    assert told["properties"] == same["properties"]
    assert shapely.geometry.shape(told["geometry"]).equals(shapely.geometry.shape(same["geometry"]))


def test_minutes_mode_and_direction_are_heard(client: Any) -> None:
    def told(address: str) -> dict[str, Any]:
        properties: dict[str, Any] = client.get(address).get_json()["properties"]
        return properties

    assert told(ROADSIDE.replace("=10", "=0"))["square_kilometres"] < told(ROADSIDE)["square_kilometres"]
    assert told(ROADSIDE + "&mode=foot")["mode"] == "foot"
    assert told(ROADSIDE + "&towards=1")["towards"] is True
    assert told(ROADSIDE + "&towards=0")["towards"] is False
    assert told(ROADSIDE.replace("=10", "=60"))["minutes"] == 60


def test_it_is_geojson_where_that_is_asked_for_and_never_csv(client: Any) -> None:
    answer = client.get(ROADSIDE, headers={"Accept": "application/geo+json"})
    assert answer.content_type == "application/geo+json"
    assert client.get(ROADSIDE, headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        ("minutes=10", "at"),
        ("at=-2.72,52.6", "minutes"),
        ("at=52.6,-2.72&minutes=10", "at"),
        ("at=-2.72&minutes=10", "at"),
        ("at=-2.72,52.6,0&minutes=10", "at"),
        ("at=nan,52.6&minutes=10", "at"),
        ("at=-2_0,52.6&minutes=10", "at"),
        ("at=-8.5,60.5&minutes=10", "at"),
        ("at=-2.72,52.6&minutes=-1", "minutes"),
        ("at=-2.72,52.6&minutes=60.1", "minutes"),
        ("at=-2.72,52.6&minutes=1e999", "minutes"),
        ("at=-2.72,52.6&minutes=10&mode=train", "mode"),
        ("at=-2.72,52.6&minutes=10&towards=yes", "towards"),
        ("at=-2.72,52.6&minutes=10&toward=1", "toward"),
        ("at=-2.72,52.6&at=-2.72,52.6&minutes=10", "at"),
    ],
)
def test_a_wrong_question_is_refused_by_name(client: Any, address: str, parameter: str) -> None:
    answer = client.get(f"/api/v1/isochrone?{address}")
    assert answer.status_code == 400
    assert answer.get_json(force=True)["parameter"] == parameter


def test_a_county_without_roads_says_what_to_do(two_counties: Any) -> None:
    answer = two_counties.client.get(ROADSIDE + "&county=aldshire")
    assert answer.status_code == 503
    assert "geomatch import roads" in answer.get_json(force=True)["detail"]
