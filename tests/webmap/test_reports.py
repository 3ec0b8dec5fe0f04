"""A report of an area is one file that opens anywhere, asks nobody for anything and says it all in words."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from geomatch.errors import InputError, UnknownPlaceError
from geomatch.services import basemaps
from tests.webmap.sites import AXE
from webmap import here, reports


@pytest.fixture(scope="module")
def made(site: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of one committee, over a map of its own."""
    home = tmp_path_factory.mktemp("home")
    basemaps.build(site.owner, None, home, closest=10)
    house = site.app.extensions["geomatch"]
    config = type(house.config)(basemaps=basemaps.folder(home))
    site.app.extensions["geomatch"] = here.House(house.engine, config, house.memory)
    try:
        return reports.report(site.app, None, "west vale")
    finally:
        site.app.extensions["geomatch"] = house


def test_nothing_in_the_file_points_anywhere(made: str) -> None:
    markup = re.sub(r"(<script[^>]*>).*?</script>", r"\1", made, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!data:|#)""", markup)
    assert "url(" not in re.sub(r"url\(#[a-zA-Z#]+\)", "", markup)
    assert "@import" not in made
    assert made.count("<script") == 2


def test_it_says_what_is_needed_and_offered_and_why_not(made: str) -> None:
    text = re.sub(r"<[^>]+>", " ", made)
    for words in ("A warm room for the Lunch Club", "Wick Hall", "Lunch Club (small)", "not matched yet"):
        assert words in text
    assert "Who is within 20 minutes by car" in text


def test_a_hostile_name_stays_a_name(made: str) -> None:
    assert "<img src=x" not in made
    assert "{{ 7*191 }}" in made
    assert "1337" not in made
    assert made.count("</script>") == 2


def test_an_area_is_named_by_its_code_or_its_name(site: Any) -> None:
    with site.app.test_request_context("/"):
        assert reports._area("parish/parish-00")["name"] == "Parish 00"
        assert reports._area("EAST VALE")["code"] == "east-vale"
        with pytest.raises(UnknownPlaceError, match="West Vale"):
            reports._area("West Vail")
        with pytest.raises(UnknownPlaceError):
            reports._area("parish/nowhere")


def test_a_name_that_several_areas_bear_is_asked_about(site: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    twins = [{"name": "Twin", "kind": "parish", "code": code} for code in ("a", "b")]
    monkeypatch.setattr(reports.pages, "areas", lambda *_: twins)
    monkeypatch.setattr(reports.pages, "area_kinds", lambda *_: ["parish"])
    with site.app.test_request_context("/"), pytest.raises(InputError, match="parish/a, parish/b"):
        reports._area("twin")


@pytest.mark.parametrize("script", [True, False])
def test_it_opens_from_a_folder_draws_its_map_and_axe_finds_nothing(
    browser: Browser, made: str, tmp_path: Path, script: bool
) -> None:
    file = tmp_path / "report.html"
    file.write_text(made, "utf-8")
    context = browser.new_context(java_script_enabled=script, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    noises: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noises.append(message.text))
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.goto(file.as_uri())
    assert noises == []
    assert [each for each in asked if not each.startswith("data:")] == [file.as_uri()]
    still = page.locator(".still")
    assert still.is_visible() is not script
    if script:
        assert page.locator(".live-map").get_attribute("data-ready") == "yes"
        assert page.locator(".leaflet-image-layer").evaluate("(image) => image.naturalWidth > 20")
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, found.generate_report()
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
        page.emulate_media(media="print")
        assert still.is_visible()
    context.close()
