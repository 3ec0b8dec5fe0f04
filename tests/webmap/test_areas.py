"""Pages of areas: as boundaries stood on any day, every record once, and a way on from what is not there."""

import re
from typing import Any

import pytest
import sqlalchemy as sa

from geomatch.db import areas, counties
from geomatch.services import reachable

MOVED = "2015-04-01"


@pytest.fixture(scope="module")
def moved(own_site: Any) -> Any:
    """Parish 00 goes over from West Vale to East Vale in 2015, and what is near everybody is counted."""
    with own_site.owner.begin() as connection:
        county = counties.chosen(connection, None)
        connection.execute(
            sa.text(
                "update membership set valid = daterange('2010-11-10', :day) where parish_code = 'parish-00'"
            ),
            {"day": MOVED},
        )
        connection.execute(
            sa.text(
                "insert into membership (county_id, group_kind, group_code, group_name, parish_code, valid) "
                "values (:county, 'ljc', 'east-vale', 'East Vale', 'parish-00', daterange(:day, null))"
            ),
            {"county": county.id, "day": MOVED},
        )
        areas.dissolve(connection, county.id, "ljc")
        day = connection.execute(sa.text("select max(as_of) from matching_run")).scalar_one()
        reachable.keep(connection, county, reachable.measure(connection, county, day))
    return own_site


def rows(text: str) -> dict[str, list[int]]:
    """Residents, needs, not matched, offers and groups by name, from the page of a kind of area."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", "", each).strip() for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
        ]
        if cells and cells[1:] and cells[1].replace(",", "").isdigit():
            found[cells[0]] = [int(each.replace(",", "")) for each in cells[1:6]]
    return found


@pytest.mark.parametrize("on", ["2012-06-01", "2015-03-31", MOVED, "2026-01-01", "2009-06-01"])
@pytest.mark.parametrize("kind", ["ljc", "parish", "division"])
def test_areas_of_any_day_and_none_add_up_to_the_county(moved: Any, kind: str, on: str) -> None:
    answer = moved.client.get(f"/areas/{kind}?on={on}")
    if kind == "ljc" and on < "2010-11-10":
        assert answer.status_code == 404
        return
    told = rows(answer.text)
    whole, none = told.pop("All of Valeshire"), told.pop("In none of them")
    assert [sum(column) for column in zip(none, *told.values(), strict=True)] == whole
    # eleven needs asked and not withdrawn; halls, things, a grant; three groups; two output areas
    assert whole == [1200, 11, 7, 4, 3]


def test_a_group_sits_in_another_ljc_before_and_after_a_transfer(moved: Any) -> None:
    get = moved.client.get
    assert "Lunch Club" in get(f"/areas/ljc/west-vale?on={'2015-03-31'}").text
    assert "Lunch Club" not in get(f"/areas/ljc/west-vale?on={MOVED}").text
    assert "Lunch Club" not in get("/areas/ljc/west-vale").text
    assert "Lunch Club" in get("/areas/ljc/east-vale").text
    assert "Lunch Club" not in get("/areas/ljc/east-vale?on=2015-03-31").text


def test_a_past_day_is_said_and_kept_in_links(moved: Any) -> None:
    text = moved.client.get("/areas/ljc/west-vale?on=2012-06-01").text
    assert "As its boundary stood on 1 June 2012; it changed after 31 March 2015" in text
    assert "/areas/parish/parish-00?on=2012-06-01" in text
    assert "/areas/ljc/west-vale/map.svg?on=2012-06-01" in text
    now = moved.client.get("/areas/ljc/west-vale").text
    assert "/areas/parish/parish-00" not in now
    assert "/areas/ljc/west-vale?on=2015-04-01" in now


def test_the_map_of_a_past_day_is_drawn_so(moved: Any) -> None:
    before = moved.client.get("/areas/ljc/west-vale/map.svg?on=2012-06-01").text
    assert before != moved.client.get("/areas/ljc/west-vale/map.svg").text


def test_the_page_tells_the_same_reach_as_the_api(moved: Any) -> None:
    asked = "/api/v1/coverage?by=parish&kind=venue&max_minutes=20&mode=car"
    told = {row["code"]: row for row in moved.client.get(asked).json["rows"]}["parish-11"]
    text = moved.client.get("/areas/parish/parish-11").text
    body = re.search(r"Share of residents within 10.*?<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert body
    venues = re.search(r"A venue</th>(.*?)</tr>", body[1], re.DOTALL)
    assert venues
    shares = re.findall(r'<td class="n">([^<]*)</td>', venues[1])
    assert len(shares) == 9
    assert shares[1] == f"{100 * told['share_residents']:.0f}%"
    assert f"{told['residents']:,} residents" in text


def test_people_who_help_are_not_counted_below_ten(moved: Any) -> None:
    text = moved.client.get("/areas/ljc/east-vale").text
    assert "People who help: fewer than 10, or not told." in text
    assert "A driver of the Good Neighbours" not in re.sub(
        r"(?s)<section aria-labelledby=\"needs\">.*?</section>", "", text
    )


@pytest.mark.parametrize(
    ("path", "status", "said", "way"),
    [
        ("/areas/town/x", 404, "ljc, parish, division", "/areas/parish"),
        ("/areas/town", 404, "ljc, parish, division", "/areas/ljc"),
        ("/areas/parish/nope", 404, "There is no parish", "/areas/parish"),
        ("/areas/ljc/west-vale?on=2010-01-01", 404, "2010-01-01", "/areas/ljc/west-vale"),
        ("/areas/ljc?on=2001-01-01", 404, "2001-01-01", "/areas/ljc"),
        ("/areas/parish/parish-00?on=yesterday", 400, "such as 2026-11-02", "/"),
        ("/areas/parish/parish-00/map.svg?on=2026-02-30", 400, "such as 2026-11-02", "/"),
    ],
)
def test_a_wrong_area_or_day_is_told_with_a_way_on(
    moved: Any, path: str, status: int, said: str, way: str
) -> None:
    answer = moved.client.get(path)
    assert answer.status_code == status
    assert said in answer.text
    assert f'<a href="{way}' in answer.text
