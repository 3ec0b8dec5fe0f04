"""Coverage for other programs: the same figures as the command, in three formats, and kind refusals."""

from typing import Any

import pytest

GEOJSON = {"Accept": "application/geo+json"}
ASKED = "/api/v1/coverage?by=parish&kind=venue&max_minutes=20"


def test_coverage_counts_residents_and_needs_within_reach(client: Any) -> None:
    answer = client.get(ASKED)
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert told["rows"][0].keys() >= {
        *("code", "name", "residents", "residents_within", "share_residents", "needs", "needs_within"),
        *("share_needs", "places", "e2sfca"),
    }
    rows = {row["code"]: row for row in told["rows"]}
    assert [row["code"] for row in told["rows"]] == sorted(rows)
    assert (rows["parish-11"]["residents"], rows["parish-11"]["residents_within"]) == (1200, 0)
    assert rows["parish-00"]["places"] == 1
    assert rows["parish-10"]["residents"] is None
    assert told["minutes"] == "by road"
    assert sum(row["needs"] for row in rows.values()) == sum(
        row["needs"] for row in client.get(ASKED.replace("parish", "ljc")).get_json()["rows"]
    )


def test_a_grant_reaches_everybody_without_a_journey(client: Any) -> None:
    rows = client.get(ASKED.replace("venue", "fund")).get_json()["rows"]
    assert [row["residents_within"] for row in rows] == [None, None, None, 1200]


def test_coverage_comes_as_geojson_with_code_name_kind_and_vintage_and_as_csv(client: Any) -> None:
    features = client.get(ASKED, headers=GEOJSON).get_json(force=True)["features"]
    assert features[0]["properties"].items() >= {"kind": "parish", "vintage": "2021-05-07"}.items()
    assert features[0]["geometry"]["type"] == "MultiPolygon"
    table = client.get(ASKED, headers={"Accept": "text/csv"}).data.decode("utf-8-sig")
    assert table.startswith("code,name,residents,residents_within,share_residents")


@pytest.mark.parametrize(
    ("address", "parameter"),
    [
        (ASKED.replace("parish", "moon"), "by"),
        (ASKED.replace("by=parish&", ""), "by"),
        (ASKED.replace("venue", "hall"), "kind"),
        (ASKED.replace("=20", "=soon"), "max_minutes"),
        (ASKED.replace("=20", "=0"), "max_minutes"),
        (ASKED.replace("=20", "=nan"), "max_minutes"),
        (ASKED.replace("=20", "=61"), "max_minutes"),
        (ASKED + "&mode=train", "mode"),
        (ASKED + "&as_of=yesterday", "as_of"),
        (ASKED + "&minutes=3", "minutes"),
    ],
)
def test_a_wrong_question_is_refused_by_name(client: Any, address: str, parameter: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["parameter"] == parameter
