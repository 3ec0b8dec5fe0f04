"""What nobody vouches for or waits for any more is counted nowhere, and returns when somebody says so."""

import re
from typing import Any

import sqlalchemy as sa


def _table(client: Any, address: str, name: str) -> list[str]:
    """The cells of one area's row."""
    for row in re.findall(r"<tr>(.*?)</tr>", client.get(address).text, re.DOTALL):
        cells = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        if cells and cells[0] == name:
            return cells
    raise AssertionError(name)


def _offers(client: Any) -> dict[str, Any]:
    """How many things and places one parish offers, wherever that is told."""
    places = client.get("/api/v1/coverage?by=parish&kind=venue&max_minutes=20").get_json()["rows"]
    page = client.get("/areas/parish/parish-00").text
    listed = client.get("/api/v1/resources").get_json()["resources"]
    return {
        "areas": int(_table(client, "/areas/parish", "Parish 00")[4]),
        "map": int(_table(client, "/?areas=parish", "Parish 00")[-3]),
        "venues of the map": int(_table(client, "/?areas=parish&kind=venue", "Parish 00")[-2]),
        "coverage": next(row["places"] for row in places if row["code"] == "parish-00"),
        "page": page.count('<li class="item resource">'),
        "api": sum(row["parish"] == "parish-00" for row in listed),
    }


def _verified_until(site: Any, day: str | None) -> None:
    with site.owner.begin() as connection:
        sql = "update resource set verified_until = cast(:day as date) where ref = 'hall'"
        connection.execute(sa.text(sql), {"day": day})


def test_a_hall_that_nobody_confirmed_leaves_every_count_and_returns(own_site: Any) -> None:
    assert set(_offers(own_site.client).values()) == {1}
    _verified_until(own_site, "2020-01-01")
    assert set(_offers(own_site.client).values()) == {0}
    text = own_site.client.get("/areas/parish/parish-00").text
    assert "0 of 1 things and places; the rest nobody has confirmed lately, so it is not shown" in text
    assert "Wick Hall" not in re.sub(r'(?s)<section aria-labelledby="(needs|served)">.*?</section>', "", text)
    _verified_until(own_site, None)
    assert set(_offers(own_site.client).values()) == {1}


def _wanted(client: Any) -> dict[str, int]:
    """How many needs one parish has, wherever that is told, and how many there are to search among."""
    listed = client.get("/api/v1/needs").get_json()["needs"]
    drawn = client.get("/api/v1/map/items?bbox=-4,51,-1,54").get_json()["items"]
    return {
        "areas": int(_table(client, "/areas/parish", "Parish 00")[2]),
        "map": int(_table(client, "/?areas=parish", "Parish 00")[1]),
        "page": client.get("/areas/parish/parish-00").text.count('<li class="item need'),
        "api": sum(row["parish"] == "parish-00" for row in listed),
        "drawn": sum(row["thing"] == "need" for row in drawn),
    }


def test_a_need_that_is_over_leaves_every_count_and_returns(own_site: Any) -> None:
    def change(what: str) -> None:
        with own_site.owner.begin() as connection:
            connection.execute(sa.text(f"update need set {what} where ref = 'warm'"))

    before = _wanted(own_site.client)
    change("closes = current_date - 1")
    after = _wanted(own_site.client)
    assert {name: before[name] - after[name] for name in before} == dict.fromkeys(before, 1)
    change("closes = current_date")
    assert _wanted(own_site.client) == before, "on its last day it is wanted"
    change("closes = current_date - 1, status = 'met'")
    assert _wanted(own_site.client)["api"] == before["api"], "what was met is no less true for being over"
