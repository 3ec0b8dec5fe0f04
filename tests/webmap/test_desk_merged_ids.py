"""The id of a record that was merged into another, wherever it still is used: addresses, files, programs."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.services import counties
from geomatch.services.reading import Part
from tests.webmap.merges import merge, restored


@pytest.fixture(autouse=True)
def _as_at_first(desk: Any) -> Iterator[None]:
    with restored(desk):
        yield


def test_old_addresses_lead_to_the_one_that_stays(desk: Any) -> None:
    merge(desk, "small-hall", "near-hall")
    for old, new in (
        ("/resources/near-hall", "/resources/small-hall"),
        ("/broker/resources/near-hall/edit", "/broker/resources/small-hall/edit"),
        ("/broker/merge/resources/near-hall", "/broker/merge/resources/small-hall"),
    ):
        answer = desk.get(old)
        assert (answer.status_code, answer.headers["Location"]) == (301, new)
    assert desk.get("/resources/never-was").status_code == 404
    merge(desk, "next-hall", "small-hall")
    assert desk.get("/resources/near-hall").headers["Location"] == "/resources/next-hall", "twice over"
    first, last = desk.run("select id from people.act where what = 'merge' order by id")
    assert desk.post(f"/broker/acts/{first[0]}/undo", "/broker/today").status_code == 409, (
        "the later one first"
    )
    assert desk.post(f"/broker/acts/{last[0]}/undo", "/broker/today").status_code == 303


def test_a_file_that_brings_the_old_id_again_brings_no_duplicate_back(desk: Any, tmp_path: Path) -> None:
    merge(desk, "small-hall", "near-hall", name="gone")
    merge(desk, "kit", "halls", kind="organisations")
    path = tmp_path / "resources.csv"
    path.write_text(
        "id,kind,name,organisation,easting,northing\n"
        "near-hall,venue,Near Hall,halls,352000,302000\n"
        "small-hall,venue,Small Hall,halls,352100,302000\n"
        "third-hall,venue,Third Hall,halls,352200,302000\n"
    )
    [told] = counties.add(desk.owner, None, Part("resources", (path,)), today=date(2026, 11, 27))
    assert (told["loaded"], told["rejected"]) == (1, 2)
    assert {issue["kind"] for issue in told["issues"]} == {"merged"}
    assert desk.run("select name from resource where ref in ('near-hall', 'small-hall')") == [("Near Hall",)]
    assert desk.run(
        "select organisation.ref from resource join organisation on organisation.id = organisation_id "
        "where resource.ref = 'third-hall'"
    ) == [("kit",)]
    with pytest.raises(sa.exc.IntegrityError, match="was merged into another"):
        desk.run(
            "insert into resource (county_id, ref, kind, name, travels, mode) "
            "select id, 'near-hall', 'venue', 'x', 'beneficiary', 'car' from county"
        )
    desk.run("delete from resource where ref = 'third-hall'")


def test_a_program_that_sends_the_old_id_hears_what_became_of_it(desk: Any) -> None:
    merge(desk, "small-hall", "near-hall")
    rows = [
        {"id": "near-hall", "kind": "venue", "name": "Near Hall"},
        {"id": "third-hall", "kind": "venue", "name": "Third Hall", "easting": 352200, "northing": 302000},
    ]
    answer = desk.client.post("/api/v1/resources", json=rows, headers={"Host": "localhost"})
    assert answer.status_code == 201
    assert answer.json["merged"] == {"near-hall": "small-hall"}
    assert [each["id"] for each in answer.json["kept"]] == ["third-hall"]
    desk.run("delete from resource where ref = 'third-hall'")
    alone = desk.client.post("/api/v1/resources", json=rows[0], headers={"Host": "localhost"})
    assert alone.status_code == 400
    assert "merged into small-hall" in alone.json["detail"]
