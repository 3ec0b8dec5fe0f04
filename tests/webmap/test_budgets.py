"""What pages weigh, in bytes and requests as a browser without a cache counts them."""

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser

from geomatch.services import basemaps
from tests.webmap.sites import served
from webmap import here
from webmap.memory import Memory

LISTS = [
    "/",
    "/?areas=parish&show=unmatched",
    "/areas/ljc/west-vale",
    "/find?near=Middleton&kind=venue",
    "/places?place=wick",
]


@pytest.mark.parametrize("address", LISTS)
def test_a_page_of_text_is_at_most_15_kilobytes(client: Any, address: str) -> None:
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200
    assert len(answer.data) <= 15_000


def test_the_map_page_keeps_to_its_budget(
    site: Any, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    basemaps.build(site.owner, None, home, closest=11)
    house = site.app.extensions["geomatch"]
    config = replace(house.config, basemaps=basemaps.folder(home))
    site.app.extensions["geomatch"] = here.House(house.engine, config, Memory())
    window = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        with served(site.app) as address, closing(window) as context:
            page = context.new_page()
            found: list[tuple[str, int, str]] = []
            page.on(
                "requestfinished",
                lambda request: found.append(
                    (request.url, request.sizes()["responseBodySize"], request.resource_type)
                ),
            )
            noises: list[str] = []
            page.on("console", lambda message: noises.append(message.text))
            page.goto(address)
            page.wait_for_selector(".live-map[data-ready=yes]")
            page.wait_for_load_state("networkidle")
            coloured = page.locator(".leaflet-tile-loaded").count()
    finally:
        site.app.extensions["geomatch"] = house
    assert noises == []
    assert coloured > 0
    assert any("/basemap/" in url for url, _, _ in found)
    assert len(found) <= 25
    assert sum(size for _, size, _ in found) <= 180_000
    assert sum(size for _, size, kind in found if kind == "script") <= 60_000
