"""What the live map fetches: marks that lose nothing and do not overlap, roads, names."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.db.pages import Box
from webmap.clusters import APART_PIXELS, Cluster, merge, metres_per_pixel

BBOX = "-2.9,52.4,-2.4,52.9"


def _marks(client: Any, zoom: float, more: str = "") -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = client.get(f"/api/v1/map/points?bbox={BBOX}&zoom={zoom}{more}").get_json()[
        "marks"
    ]
    return marks


@pytest.mark.parametrize("zoom", [7, 9, 10.5, 12, 17])
def test_marks_hold_every_record_that_has_a_place(client: Any, zoom: float) -> None:
    marks = _marks(client, zoom)
    assert sum(each["items"] for each in marks) == 12
    assert sum(each["needs"] for each in marks) == 8
    assert sum(each["unmatched"] for each in marks) == 5


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("&show=needs", 8),
        ("&show=unmatched", 5),
        ("&show=offers", 4),
        ("&kind=volunteer", 4),
        ("&within=parish/parish-00", 4),
    ],
)
def test_the_filters_of_the_list_drive_the_map_alike(client: Any, more: str, count: int) -> None:
    assert sum(each["items"] for each in _marks(client, 10, more)) == count


def test_a_record_alone_comes_with_its_name_and_address(client: Any) -> None:
    alone = {each["href"]: each for each in _marks(client, 17) if each["items"] == 1}
    assert alone["/needs/warm"]["state"] == "matched"
    assert alone["/resources/hall"]["kind"] == "venue"
    assert "/needs/odd/need%3F" in alone


def test_marks_say_in_words_how_many_needs_are_left_over_and_how_many_offers_there_are(client: Any) -> None:
    assert [each["words"] for each in _marks(client, 7)] == ["5 needs not matched yet and 4 offers near here"]
    assert [each["words"] for each in _marks(client, 7, "&show=matched")] == ["every need matched near here"]
    told = client.get("/map.svg").text
    assert "<title>every need matched and 1 offer near here</title>" in told
    assert ">✓</text>" in told
    assert 'aria-label="' in told


def test_a_need_nobody_has_looked_at_is_not_called_matched(two_counties: Any) -> None:
    marks = _marks(two_counties.client, 7, "&county=aldshire")
    assert [(each["unmatched"], each["words"]) for each in marks] == [(1, "Need, waiting to be looked at")]


def test_outside_the_box_there_is_nothing(client: Any) -> None:
    assert client.get("/api/v1/map/points?bbox=-1.5,52.4,-1.4,52.9&zoom=10").get_json() == {"marks": []}
    assert client.get("/api/v1/map/items?bbox=-1.5,52.4,-1.4,52.9").get_json() == {"total": 0, "items": []}


def test_the_whole_world_is_a_box_too(client: Any) -> None:
    marks = client.get("/api/v1/map/points?bbox=-180,-90,180,90&zoom=3").get_json()["marks"]
    assert sum(each["items"] for each in marks) == 12


def test_what_lies_under_a_mark_can_be_listed(client: Any) -> None:
    told = client.get(f"/api/v1/map/items?bbox={BBOX}&show=unmatched").get_json()
    assert told["total"] == 5
    assert {each["thing"] for each in told["items"]} == {"need"}


def test_main_roads_and_names_lie_behind(client: Any) -> None:
    told = client.get("/api/v1/map/background").get_json()
    assert [(road["number"], road["class"]) for road in told["roads"]] == [("A49", 1), ("B4371", 2)]
    assert [(name, rank) for name, rank, _, _ in told["places"]] == [
        ("Middleton", 2),
        ("Abbotsley", 2),
        ("Nether Wick", 3),
    ]


def test_lanes_come_only_close_by(client: Any) -> None:
    assert len(client.get("/api/v1/map/lanes?bbox=-2.75,52.58,-2.65,52.63").get_json()["lanes"]) == 1
    assert client.get(f"/api/v1/map/lanes?bbox={BBOX}").get_json() == {"lanes": []}


def test_the_drawn_map_names_towns_roads_and_numbers(client: Any) -> None:
    answer = client.get("/map.svg?show=unmatched")
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    assert "Middleton" in answer.text
    assert answer.text.count("<path") >= 4 + 2 + 2
    assert "style=" not in answer.text
    assert "Needs" not in client.get("/areas/parish/parish-00/map.svg").text


def _lone(easting: float, northing: float) -> Cluster:
    return Cluster(easting, northing, 2, 1, 1, Box(easting, northing, easting, northing))


places = st.tuples(st.floats(0, 5000), st.floats(0, 5000))


@settings(max_examples=60, deadline=None)
@given(st.lists(places, max_size=40), st.sampled_from([1.0, 10.0, 50.0]))
def test_merging_loses_nobody_and_leaves_no_two_marks_touching(
    points: list[tuple[float, float]], metres: float
) -> None:
    merged = merge([_lone(*point) for point in points], metres=metres)
    assert sum(each.items for each in merged) == 2 * len(points)
    for number, one in enumerate(merged):
        for other in merged[:number]:
            assert (
                abs(one.easting - other.easting) >= APART_PIXELS[0] * metres
                or abs(one.northing - other.northing) >= APART_PIXELS[1] * metres
            )


def test_a_pixel_at_zoom_zero_is_as_wide_as_the_equator_says() -> None:
    assert metres_per_pixel(0, 0) * 256 == pytest.approx(40_075_016.7, abs=0.1)
    assert metres_per_pixel(1, 60) == pytest.approx(metres_per_pixel(0, 0) / 4)
