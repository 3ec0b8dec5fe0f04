"""The site in a real Chromium: policy, hosts, map and list, no script, access, narrow screens."""

import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.webmap.sites import AXE, served

PATIENCE_SECONDS = 20
CHECKED = [
    "/",
    "/areas/ljc/west-vale",
    "/needs/rival",
    "/resources/hall",
    "/about/data",
    "/about/api",
    "/needs/nobody",
    "/places?place=wick",
    "/?place=Nether+Wick",
    "/accessibility",
    "/privacy",
]
NARROW = [
    *CHECKED,
    "/needs/warm",
    "/?show=offers&kind=skill",
    "/?areas=parish&show=unmatched",
    "/areas/parish/parish-11",
    "/resources/odd",
    "/?page=0",
    "/places?place=so+42812",
]


@pytest.fixture(scope="module")
def address(site: Any) -> Iterator[str]:
    """Where the small county is served."""
    with served(site.app) as address:
        yield address


@pytest.fixture(scope="module")
def shared(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport={"width": 1280, "height": 900})
    opened.add_init_script(
        "window.violations = []; document.addEventListener('securitypolicyviolation', "
        "(event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI))"
    )
    yield opened
    opened.close()


@pytest.fixture
def context(shared: BrowserContext) -> Iterator[BrowserContext]:
    """One browser's window for all tests; pages of an earlier one are closed, files stay at hand."""
    yield shared
    for page in shared.pages:
        page.close()


def _until(page: Page, expression: str) -> Any:
    """What an expression gives once it is true; polled, as the page's policy forbids evaluating text."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := page.evaluate(expression)):
        assert time.monotonic() < end, f"{expression} did not come true on {page.url}"
        time.sleep(0.05)
    return found


def _drawn(page: Page) -> None:
    _until(
        page, "() => { const map = document.querySelector('.live-map'); return !map || map.dataset.ready; }"
    )


def _map(page: Page, name: str) -> str:
    return str(page.evaluate(f"() => document.querySelector('.live-map').dataset.{name}"))


def test_the_map_draws_within_its_policy_and_asks_no_other_host(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    asked: list[str] = []
    noises: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: noises.append(message.text))
    page.on("pageerror", lambda error: noises.append(str(error)))
    page.goto(address)
    _drawn(page)
    assert page.evaluate("() => window.violations") == []
    assert noises == []
    assert {url.split("/")[2] for url in asked} == {address.split("/")[2]}
    assert len(asked) <= 25
    assert page.locator(".mark .pin").count() == int(_map(page, "marks")) > 0
    assert "Middleton" in page.locator(".leaflet-names-pane").inner_text()
    coloured = page.evaluate(
        "() => [...document.querySelectorAll('.live-map canvas')].some((each) => "
        "each.getContext('2d').getImageData(0, 0, each.width, each.height).data.some((value) => value))"
    )
    assert coloured


@pytest.mark.parametrize("query", ["", "?show=unmatched", "?show=offers&kind=venue&within=ljc/west-vale"])
def test_the_map_holds_what_the_list_holds(context: BrowserContext, address: str, query: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/{query}")
    _drawn(page)
    total = int(page.locator("#list [role=status]").inner_text().split()[0].replace(",", ""))
    told = page.locator(".mapside .small").inner_text()
    unplaced = int(told.split("home. ")[1].split()[0]) if "no place on the map" in told else 0
    page.get_by_role("button", name="Zoom out of the map").click()
    _until(page, f"() => document.querySelector('.live-map').dataset.items === '{total - unplaced}'")


def _rooms(page: Page, what: str) -> dict[str, list[float]]:
    """Left, top, right and bottom of everything on the map that answers to a selector, by its text."""
    told = page.evaluate(
        "(what) => [...document.querySelectorAll('.live-map ' + what)].map((each) => {"
        " const room = each.getBoundingClientRect();"
        " return [each.textContent, [room.left, room.top, room.right, room.bottom]]; })",
        what,
    )
    return dict(told)


def test_towns_keep_their_names_and_no_mark_cuts_them(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    for zoom in (8.5, 9, 9.5, 11):
        page.goto(f"{address}/?at={zoom}/52.64/-2.67")
        _drawn(page)
        names, marks = _rooms(page, ".name:not(.road) span"), _rooms(page, ".pin, .leaflet-control")
        assert {"Middleton", "Abbotsley"} <= set(names), zoom
        for name, (left, top, right, bottom) in names.items():
            for mark, (west, north, east, south) in marks.items():
                apart = right <= west or left >= east or bottom <= north or top >= south
                assert apart, (zoom, name, mark)


def test_marks_say_what_they_stand_for(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/?at=7/52.64/-2.67")
    _drawn(page)
    words = "5 needs not matched yet and 4 offers near here"
    assert page.get_by_role("img", name=words).inner_text().split() == ["5", "4"]
    page.goto(f"{address}/?show=matched&at=7/52.64/-2.67")
    _drawn(page)
    assert page.get_by_role("img", name="every need matched near here").inner_text() == "✓"
    legend = page.locator(".legend").first.inner_text()
    assert "3 needs not matched yet and 46 offers near here" in legend
    assert "every need matched and 46 offers near here" in legend


def test_a_chosen_area_fills_the_map(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    zooms = []
    for query in ("", "?within=parish/parish-00"):
        page.goto(f"{address}/{query}")
        _drawn(page)
        page.locator(".live-map").focus()
        page.keyboard.press("ArrowRight")
        zooms.append(
            float(_until(page, "() => new URLSearchParams(location.search).get('at')").split("/")[0])
        )
    assert zooms[1] >= zooms[0] + 0.75


def test_zooming_opens_a_cluster_and_the_address_remembers(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/?at=9/52.63/-2.67")
    _drawn(page)
    few = int(_map(page, "marks"))
    page.get_by_role("button", name="Zoom in on the map").click()
    page.get_by_role("button", name="Zoom in on the map").click()
    _until(page, f"() => Number(document.querySelector('.live-map').dataset.marks) > {few}")
    _until(page, "() => location.search.includes('at=1')")
    assert page.locator("input[name=at]").input_value().startswith("1")
    page.reload()
    _drawn(page)
    assert int(_map(page, "marks")) > few


def test_a_hostile_name_is_only_a_name_on_the_map(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"{address}/?show=offers&kind=equipment")
    _drawn(page)
    page.locator(".mark .pin").first.click()
    _until(page, "() => document.querySelector('.leaflet-popup-content a')")
    assert "<img src=x" in page.locator(".leaflet-popup-content").inner_text()
    assert page.locator(".leaflet-popup-content img").count() == 0
    assert page.evaluate("() => window.violations") == []


def test_without_script_there_is_a_drawn_map_and_the_whole_list(browser: Browser, address: str) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = plain.new_page()
    page.goto(f"{address}/?show=unmatched")
    still = page.locator("noscript img, img.still")
    assert still.count() == 1
    assert still.is_visible()
    assert not page.locator(".live-map").is_visible()
    assert page.locator(".item").count() == 5
    page.select_option("#show", "offers")
    page.get_by_role("button", name="Show these").click()
    assert "show=offers" in page.url
    assert page.locator(".item.resource").count() == 5
    page.get_by_role("link", name="Wick Hall").click()
    assert page.locator("h1").inner_text() == "Wick Hall"
    plain.close()


def test_a_place_is_found_by_keyboard_as_it_is_typed(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(f"{address}/?show=offers")
    _drawn(page)
    box = page.get_by_role("combobox", name="Find a place")
    assert box.get_attribute("aria-expanded") == "false"
    box.focus()
    page.keyboard.type("wick")
    options = page.get_by_role("listbox", name="Places").get_by_role("option")
    options.first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert "places" in page.locator(".finder [role=status]").inner_text()
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = options.nth(1)
    assert chosen.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert page.evaluate("() => document.activeElement.id") == "place"
    label = page.evaluate("() => document.querySelector('[aria-selected=true]').firstChild.data")
    page.keyboard.press("Enter")
    page.wait_for_url("**spot=*")
    _drawn(page)
    assert page.locator("[data-spot] strong").inner_text() == label
    assert "show=offers" in page.url
    assert page.locator(".live-map svg path").count() == 2
    assert page.evaluate("() => window.violations") == []


def test_escape_closes_the_suggestions_and_enter_sends_what_was_typed(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(address)
    box = page.get_by_role("combobox", name="Find a place")
    box.focus()
    page.keyboard.type("wick")
    suggestions = page.get_by_role("listbox", name="Places")
    suggestions.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    assert not suggestions.is_visible()
    assert box.input_value() == "wick"
    page.keyboard.press("Enter")
    page.wait_for_url("**/places?*")
    assert page.locator(".choices .item").count() >= 2


def test_without_script_a_place_is_found_by_way_of_the_choices(browser: Browser, address: str) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = plain.new_page()
    page.goto(address)
    page.get_by_label("Find a place").fill("wick")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Nether Wick").click()
    assert page.locator("[data-spot] strong").inner_text() == "Nether Wick, Parish 00"
    assert page.get_by_label("Find a place").input_value() == "Nether Wick, Parish 00"
    plain.close()


def test_axe_finds_nothing(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    for path, width in [*((path, 1280) for path in CHECKED), ("/", 320), ("/about/data", 320)]:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address + path)
        _drawn(page)
        found = Axe().run(page, options=AXE)
        assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"


def test_nothing_runs_off_the_side_of_a_screen_320_pixels_wide(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 320, "height": 700})
    wide = {}
    for path in NARROW:
        page.goto(address + path)
        wide[path] = page.evaluate("() => document.documentElement.scrollWidth")
    assert max(wide.values()) <= 320, wide


def test_the_keyboard_passes_the_map_by_and_moves_it(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    _drawn(page)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the main content"
    stops = []
    for _ in range(40):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate(
                "() => document.activeElement.className + ' ' + document.activeElement.textContent.trim()"
            )
        )
    map_at = next(i for i, each in enumerate(stops) if each.startswith("live-map"))
    skip_at = next(i for i, each in enumerate(stops) if "Skip past the map" in each)
    assert skip_at < map_at
    assert not any(each.startswith(("pin", "mark")) for each in stops)
    assert any("A PA system" in each for each in stops[map_at:])
    page.locator(".live-map").focus()
    page.keyboard.press("ArrowRight")
    _until(page, "() => location.search.includes('at=')")


def test_small_targets_are_large_enough(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.goto(address)
    _drawn(page)
    small = page.evaluate(
        "() => [...document.querySelectorAll('button, select, .finder input, .leaflet-bar a, .pin')]"
        ".filter((each) => {"
        " const box = each.getBoundingClientRect();"
        " return box.width && (box.width < 24 || box.height < 24); })"
        ".map((each) => each.outerHTML)"
    )
    assert small == []


def test_the_screenshot_script_makes_its_pictures(
    context: BrowserContext, address: str, root: Path, tmp_path: Path
) -> None:
    command = [sys.executable, str(root / "scripts" / "screenshots"), address, "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    sizes = {path.name: int.from_bytes(path.read_bytes()[16:20], "big") for path in tmp_path.iterdir()}
    assert sizes == {"map.png": 1280, "map-narrow.png": 375}
    picture = (tmp_path / "map.png").read_bytes()
    told = zlib.decompress(picture[41 : 41 + int.from_bytes(picture[33:37], "big")])
    assert len(set(told)) <= 65
    assert len(picture) <= 300_000
    page = context.new_page()
    page.goto((tmp_path / "map.png").as_uri())
    assert page.evaluate("() => document.images[0].naturalHeight") == 900
