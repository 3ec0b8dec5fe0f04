"""Tiles of the county's own map: served for good, none where nothing is, and none that is out of date."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import flask
import pytest

import webmap
from geomatch.errors import InputError
from geomatch.services import basemaps
from geomatch.settings import read
from webmap import here


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def drawn(site: Any, folder: Path) -> basemaps.Drawn:
    return basemaps.build(site.owner, None, folder, closest=10)


@pytest.fixture
def app(site: Any, folder: Path, drawn: basemaps.Drawn) -> Iterator[flask.Flask]:
    """The site, told where the map lies."""
    house = site.app.extensions["geomatch"]
    config = replace(house.config, basemaps=basemaps.folder(folder))
    site.app.extensions["geomatch"] = here.House(house.engine, config, house.memory)
    yield site.app
    site.app.extensions["geomatch"] = house


def _address(app: flask.Flask) -> str:
    """The address of a tile as the page tells it, with its mark."""
    found = re.search(r'"(/basemap/[0-9a-f]+/)\{z\}/\{x\}/\{y\}\.png"', app.test_client().get("/").text)
    assert found
    return found[1]


def test_a_tile_is_a_picture_to_be_kept_for_good(app: flask.Flask, drawn: basemaps.Drawn) -> None:
    answer = app.test_client().get(_address(app) + "6/31/20.png")
    assert answer.status_code == 200
    assert answer.content_type == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in answer.headers
    again = app.test_client().get(
        _address(app) + "6/31/20.png", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304
    assert drawn.max_zoom == 10


def test_nothing_there_is_an_empty_answer_and_no_such_tile_a_kind_refusal(app: flask.Flask) -> None:
    address, client = _address(app), app.test_client()
    nothing = client.get(address + "8/125/80.png")
    assert (nothing.status_code, nothing.data) == (204, b"")
    assert "immutable" in nothing.headers["Cache-Control"]
    for wrong in ("15/1/1.png", "5/15/10.png", "6/64/20.png", "6/31/-1.png"):
        answer = client.get(address + wrong)
        assert answer.status_code == 404, wrong
    assert "zoom levels 6 to 9" in client.get(address + "15/1/1.png").text
    assert client.get("/basemap/0123456789ab/6/31/20.png").status_code == 404


def test_a_map_drawn_before_the_boundaries_changed_is_not_shown(
    app: flask.Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '"raster": true' in app.test_client().get("/").text
    monkeypatch.setattr(basemaps, "mark", lambda *_: "something else")
    app.extensions["geomatch"].memory._kept.clear()
    assert '"raster": false' in app.test_client().get("/").text


def test_a_county_knows_whether_its_map_has_to_be_drawn(
    site: Any, folder: Path, drawn: basemaps.Drawn, tmp_path: Path
) -> None:
    assert basemaps.wanting(site.owner, folder, closest=10) == []
    assert basemaps.wanting(site.owner, folder) == [drawn.county]
    assert basemaps.wanting(site.owner, tmp_path, closest=10) == [drawn.county]
    assert drawn.tiles > 0


def test_every_kind_of_page_has_a_tile_that_is_there(app: flask.Flask) -> None:
    (tile,) = [each for each in webmap.every_kind_of_page(app) if each.startswith("/basemap/")]
    assert app.test_client().get(tile).status_code == 200


def test_tiles_from_elsewhere_are_a_matter_of_configuration(site: Any) -> None:
    house = site.app.extensions["geomatch"]
    url = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    config = replace(house.config, basemap_url=url, basemap_attribution="© Example <contributors>")
    site.app.extensions["geomatch"] = here.House(house.engine, config, house.memory)
    try:
        answer = site.client.get("/")
    finally:
        site.app.extensions["geomatch"] = house
    assert "img-src 'self' data: https://*.tiles.example;" in answer.headers["Content-Security-Policy"]
    assert "© Example &lt;contributors&gt;" in answer.text
    assert url in answer.text
    assert "example" not in site.client.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "environment",
    [
        {"GEOMATCH_BASEMAP_URL": "https://tiles.example/1/2/3.png", "GEOMATCH_BASEMAP_ATTRIBUTION": "x"},
        {"GEOMATCH_BASEMAP_URL": "tiles.example/{z}/{x}/{y}", "GEOMATCH_BASEMAP_ATTRIBUTION": "x"},
        {"GEOMATCH_BASEMAP_URL": "https://a; script-src *//{z}/{x}/{y}", "GEOMATCH_BASEMAP_ATTRIBUTION": "x"},
        {"GEOMATCH_BASEMAP_URL": "https://tiles.example/{z}/{x}/{y}.png"},
    ],
)
def test_an_address_of_tiles_that_cannot_be_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(InputError, match="GEOMATCH_BASEMAP_"):
        read(environment)
