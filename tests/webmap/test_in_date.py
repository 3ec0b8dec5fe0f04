"""What nobody vouches for any more is counted nowhere, and comes back when somebody says it is still true."""

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
