"""What people would like one day: posted like a need, shown apart, counted nowhere, and one day a need."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import audit
from geomatch.db.pages import Box
from webmap import drawing, reports
from webmap.clusters import Cluster

WISH = {
    "title": "A café in the old school",
    "description": "Somewhere to sit on a weekday",
    "easting": "351500",
    "northing": "301500",
}
AREA = "/areas/parish/parish-00"


def _ref(hall: Any) -> str:
    return str(hall.one("select ref from need where title = :n", n=WISH["title"]).ref)


def _figures(client: Any) -> list[str]:
    """Everything that counts or lists needs as if they were asked for now."""
    told = [
        client.get(path).text
        for path in (
            "/api/v1/needs?limit=100",
            "/areas/parish",
            "/api/v1/map/points?bbox=-2.8,52.5,-2.6,52.7&zoom=13",
        )
    ]
    front = client.get("/").text
    shown = re.findall(r'<option value="(?!aspirations)[a-z]*"[^>]*>[^<]*\([0-9,]+\)', front)
    return [*told, re.search(r'<p class="lead">\s*(.*?)\.', front, re.DOTALL)[1], *shown]  # type: ignore[index]


@pytest.fixture(scope="module")
def before(hall: Any) -> list[str]:
    return _figures(hall.app.test_client())


def test_a_wish_waits_like_anything_first_and_then_all_see_it_apart(hall: Any, before: list[str]) -> None:
    assert hall.post("cara", "aspirations", **WISH).status_code == 303
    ref, stranger = _ref(hall), hall.app.test_client()
    assert stranger.get(f"/needs/{ref}").status_code == 404
    for path in (AREA, "/?show=aspirations", "/api/v1/aspirations"):
        assert WISH["title"] not in stranger.get(path).text
    assert hall.publish(WISH["title"]).status_code == 303
    page = stranger.get(f"/needs/{ref}").text
    assert "one day" in page
    assert "matched yet" not in page
    assert "waiting to be looked at" not in page
    assert re.search(r'id="aspirations".*?' + WISH["title"], stranger.get(AREA).text, re.DOTALL)
    assert WISH["title"] in stranger.get("/?show=aspirations").text
    [row] = stranger.get("/api/v1/aspirations").get_json()["aspirations"]
    assert (row["id"], row["title"], row["parish"]) == (ref, WISH["title"], "parish-00")


def test_no_figure_and_no_list_of_needs_knows_of_it(hall: Any, before: list[str]) -> None:
    client = hall.app.test_client()
    assert _figures(client) == before
    for path in (
        "/",
        "/?show=needs",
        "/?show=unmatched",
        "/shown.csv",
        "/api/v1/map/items?bbox=-2.8,52.5,-2.6,52.7",
    ):
        assert WISH["title"] not in client.get(path).text, path
    shown = client.get("/shown.csv?show=aspirations").text.splitlines()
    assert len(shown) == 2
    assert shown[1].startswith("aspiration,")
    [mark] = client.get("/api/v1/map/points?bbox=-2.8,52.5,-2.6,52.7&zoom=13&show=aspirations").get_json()[
        "marks"
    ]
    assert (mark["needs"], mark["unmatched"], mark["aspirations"], mark["words"]) == (
        0,
        0,
        1,
        "Wish for one day",
    )
    assert WISH["title"] not in re.sub(
        r"Published: [^<]*", "", hall.come("broker", "broker").get("/broker/?state=all").text
    )


def test_the_picture_map_draws_it_as_a_wish_and_not_as_an_offer(hall: Any) -> None:
    client = hall.app.test_client()
    county = client.get("/map.svg?show=aspirations").text
    assert 'aria-label="1 wish for one day near here"' in county
    assert drawing.OFFER not in county
    page = client.get(f"/needs/{_ref(hall)}/map.svg").text
    assert f'fill="{drawing.WISH}"' in page
    assert drawing.NEED not in page
    both = Cluster(352_000, 302_000, 6, 2, 1, Box(351_000, 301_000, 353_000, 303_000), aspirations=3)
    picture = drawing.Picture(drawing.frame(both.box, width=400, shape=0.75), "A map")
    picture.cluster(both)
    words = "3 wishes for one day, 1 need not matched yet and 1 offer near here"
    assert f'aria-label="{words}"' in picture.svg()
    assert re.findall(r">(1|☆ 3|1)</text>", picture.svg()) == ["1", "☆ 3", "1"]


def test_the_report_of_an_area_has_it_apart(hall: Any) -> None:
    told = reports.report(hall.app, None, "parish/parish-00")
    assert re.search(r'id="wishes".*?' + WISH["title"] + r'.*?id="offers"', told, re.DOTALL)
    assert re.search(r'id="needs".*?id="wishes"', told, re.DOTALL)[0].count(WISH["title"]) == 0  # type: ignore[index]
    assert f'fill="{drawing.WISH}" stroke="#fff"' in told, "drawn as a star"
    [data] = re.findall(r'<script type="application/json" id="data">(.*?)</script>', told)
    assert [mark[4] for mark in json.loads(data)["marks"] if mark[2] == WISH["title"]] == ["wish"]
    assert "wish for one day" in told
    without = reports.report(hall.app, None, "parish/parish-11")
    assert "one day" not in re.sub(r"<script.*?</script>", "", without, flags=re.DOTALL)


def test_a_wish_like_one_that_is_there_is_pointed_out(hall: Any) -> None:
    told = hall.come("eve").post("/account/posts/aspirations/count", data=WISH | {"roles": "1"}).get_json()
    assert told["count"] == ""
    assert [row["name"] for row in told["alike"]] == [WISH["title"]]
    assert hall.post("eve", "aspirations", **WISH | {"do": "keep"}).status_code == 409


def test_who_posted_a_wish_may_change_it_but_not_make_it_a_need(hall: Any) -> None:
    ref, client = _ref(hall), hall.come("cara")
    page = client.get(f"/account/posts/aspirations/{ref}/edit").text
    assert WISH["title"] in page
    assert "Somewhere to sit" in page
    assert 'name="windows"' not in page, "nobody is asked for a time"
    assert "role-0-kind" not in page, "nor for a thing"
    assert client.get(f"/account/posts/needs/{ref}/edit").status_code == 404


def test_a_broker_makes_a_need_of_it_and_nothing_is_asked_twice(hall: Any) -> None:
    ref, broker = _ref(hall), hall.come("broker", "broker")
    assert f"/broker/needs/{ref}/edit" in broker.get("/broker/aspirations").text
    page = broker.get(f"/broker/needs/{ref}", follow_redirects=True).text
    for stands in ("Make this wish a need", WISH["title"], WISH["description"], 'value="351500"'):
        assert stands in page
    mark = re.search(r'name="mark" value="([^"]+)"', page)
    assert mark
    form = WISH | {"roles": "1", "mark": mark[1], "role-0-kind": "venue", "do": "keep"}
    assert broker.post(f"/broker/needs/{ref}/edit", data=form).status_code == 303
    row = hall.one("select aspiration, status from need where ref = :r", r=ref)
    assert (row.aspiration, row.status) == (False, "open")
    letter = hall.one("select address, body from people.letter order by id desc limit 1")
    assert letter.address == "cara@vale.example"
    assert f"/needs/{ref}" in letter.body
    with hall.owner.connect() as connection:
        assert f"need/{ref}" in [line["about"] for line in audit.lines(connection, what="published")]
    stranger = hall.app.test_client()
    assert WISH["title"] in stranger.get("/?show=needs").text
    assert WISH["title"] not in stranger.get("/?show=aspirations").text
    assert hall.come("cara").get(f"/account/posts/needs/{ref}/edit").status_code == 200
    assert broker.get(f"/broker/aspirations/{ref}/edit").status_code == 404


def test_the_table_itself_keeps_a_wish_without_a_day_and_unmet(hall: Any) -> None:
    for column, value in (("closes", "'2030-01-01'"), ("status", "'met'")):
        with pytest.raises(sa.exc.IntegrityError), hall.owner.begin() as connection:
            connection.execute(
                sa.text(f"update need set aspiration = true, {column} = {value} where ref = 'warm'")
            )
