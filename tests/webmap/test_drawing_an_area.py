"""An area drawn on a map: by clicks, by keys, without dragging; and what there is where no script runs."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from geomatch.db import finding, tables
from tests.webmap import county
from tests.webmap.keyboard import tab_to
from tests.webmap.sites import AXE, served
from tests.webmap.writer import Writer, point

NEW = "/account/posts/resources/new"


@pytest.fixture(scope="module")
def address(hall: Any) -> Iterator[str]:
    with served(hall.app) as found:
        yield found


@pytest.fixture
def page(hall: Any, browser: Browser, address: str) -> Iterator[Page]:
    with closing(hall.window(browser, address, "drawer")) as window:
        page = window.new_page()
        page.goto(address + NEW)
        yield page


def _draw(page: Page) -> Any:
    """Choose to draw; gives the map."""
    page.get_by_label("Only within an area that you draw").check()
    page.get_by_role("button", name="Draw it on a map").click()
    ground = page.get_by_role("application")
    expect(ground).to_have_attribute("data-ready", "yes")
    return ground


def _click(ground: Any, *corners: tuple[float, float]) -> None:
    """Click at shares of the map's width and height."""
    room = ground.bounding_box()
    for across, down in corners:
        ground.click(position={"x": room["width"] * across, "y": room["height"] * down})


def _ring(page: Page) -> Any:
    text = page.locator("#serves_area").input_value()
    ring = json.loads(text)["coordinates"][0] if text else []
    return [[round(number, 5) for number in corner] for corner in ring]


def _said(page: Page) -> Any:
    return page.locator(".drawing [role=status]")


def _press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def test_clicks_make_an_area_that_is_kept_and_shown_again(hall: Any, page: Page) -> None:
    page.get_by_label("Name", exact=False).first.fill("Drives in the middle")
    page.get_by_label("Kind").select_option("volunteer")
    ground = _draw(page)
    _click(ground, (0.35, 0.35), (0.6, 0.35), (0.6, 0.6), (0.35, 0.6))
    expect(_said(page)).to_contain_text("4 corners, about")
    ring = _ring(page)
    page.get_by_role("button", name="Keep").last.click()
    page.wait_for_url("**/account/posts/")
    words = "select catchment_kind, ST_NPoints(catchment) from resource where name = 'Drives in the middle'"
    row = hall.one(words)
    assert tuple(row) == ("polygon", 5)
    page.get_by_label("Change: Drives in the middle").click()
    expect(page.get_by_role("application")).to_have_attribute("data-corners", "4")
    assert sorted(_ring(page)[:-1]) == sorted(ring[:-1])


def test_corners_are_moved_taken_away_and_brought_back_with_and_without_dragging(page: Page) -> None:
    ground = _draw(page)
    _click(ground, (0.3, 0.3), (0.6, 0.3), (0.6, 0.6))
    before = _ring(page)
    corner = page.get_by_role("button", name="Corner 2 of 3")
    corner.drag_to(ground, target_position={"x": 420, "y": 90})
    dragged = _ring(page)
    assert dragged != before
    _press(page, "Take the last step back")
    assert _ring(page) == before
    corner.click()
    expect(corner).to_have_attribute("aria-pressed", "true")
    _click(ground, (0.7, 0.2))
    assert _ring(page) not in (before, dragged)
    expect(_said(page)).to_contain_text("Corner 2 moved.")
    page.get_by_role("button", name="Corner 1 of 3").click()
    _press(page, "Take this corner away")
    expect(_said(page)).to_contain_text("2 corners; an area needs three.")
    assert _ring(page) == []
    _press(page, "Take the last step back")
    assert len(_ring(page)) == 4
    _press(page, "Begin anew")
    assert _ring(page) == []
    _press(page, "Take the last step back")
    assert len(_ring(page)) == 4


def test_lines_that_cross_are_told_at_once_and_by_the_server(hall: Any, page: Page) -> None:
    page.get_by_label("Name", exact=False).first.fill("Crosses itself")
    page.get_by_label("Kind").select_option("volunteer")
    _click(_draw(page), (0.3, 0.3), (0.6, 0.6), (0.6, 0.3), (0.3, 0.6))
    expect(_said(page)).to_contain_text("Two of its lines cross")
    page.get_by_role("button", name="Keep").last.click()
    expect(page.get_by_role("alert")).to_contain_text("The lines of the area cross")
    assert hall.one("select count(*) from resource where name = 'Crosses itself'").count == 0
    expect(page.get_by_role("application")).to_have_attribute("data-corners", "4"), "nothing drawn is lost"


def test_two_corners_are_no_area_and_are_not_lost_in_silence(page: Page, address: str) -> None:
    _click(_draw(page), (0.3, 0.3), (0.6, 0.6))
    page.get_by_role("button", name="Keep").last.click()
    expect(_said(page)).to_contain_text("Nothing is sent yet. 2 corners; an area needs three.")
    assert page.url == address + NEW


def test_by_keyboard_alone(page: Page) -> None:
    tab_to(page, "Anywhere")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Only within an area that you draw")).to_be_checked()
    tab_to(page, "Draw it on a map")
    page.keyboard.press("Enter")
    ground = page.get_by_role("application")
    expect(ground).to_have_attribute("data-ready", "yes")
    expect(ground).to_be_focused()
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Enter")
        for _ in range(3):
            page.keyboard.press(way)
            page.wait_for_timeout(350)
    expect(_said(page)).to_have_text("Corner 3 put. " + _said(page).inner_text().partition("put. ")[2])
    first = _ring(page)
    assert len(first) == 4
    page.keyboard.press("Enter")
    expect(_said(page)).to_contain_text("Corner 4 put.")
    page.keyboard.press("Backspace")
    expect(_said(page)).to_contain_text("Last step taken back. 3 corners")
    assert _ring(page) == first
    page.get_by_role("button", name="Corner 1 of 3").focus()
    page.keyboard.press("ArrowLeft")
    assert _ring(page) != first
    expect(page.get_by_role("button", name="Corner 1 of 3")).to_be_focused()
    page.keyboard.press("Delete")
    expect(_said(page)).to_contain_text("2 corners")
    expect(ground).to_be_focused()


def test_a_finger_puts_corners_on_a_narrow_screen_and_scrolls_past_the_map(
    hall: Any, browser: Browser, address: str
) -> None:
    with closing(hall.window(browser, address, "phone", has_touch=True, is_mobile=True)) as window:
        page = window.new_page()
        page.set_viewport_size({"width": 375, "height": 700})
        page.goto(address + NEW)
        ground = _draw(page)
        expect(page.locator("#drawing-keys")).to_be_hidden()
        page.evaluate(
            "() => document.querySelector('.drawing [data-map]').scrollIntoView({behavior: 'instant'})"
        )
        room = ground.bounding_box()
        assert room
        for across, down in ((0.2, 0.4), (0.7, 0.4), (0.5, 0.7)):
            page.touchscreen.tap(room["x"] + room["width"] * across, room["y"] + room["height"] * down)
        expect(_said(page)).to_contain_text("3 corners, about")
        assert len(_ring(page)) == 4
        grabbed = ground.evaluate("(it) => getComputedStyle(it).touchAction")
        assert grabbed not in ("none", "pinch-zoom"), "one finger scrolls the page and does not drag the map"


def test_no_map_is_fetched_before_somebody_draws_and_the_form_stays_small(
    hall: Any, browser: Browser, address: str
) -> None:
    with closing(hall.window(browser, address, "drawer")) as window:
        page = window.new_page()
        asked: list[tuple[str, int]] = []
        page.on(
            "requestfinished",
            lambda request: asked.append((request.url, request.sizes()["responseBodySize"])),
        )
        page.goto(address + NEW)
        page.wait_for_load_state("networkidle")
        assert not [url for url, _ in asked if "leaflet" in url or "draw" in url or "/api/" in url]
        assert sum(size for _, size in asked) <= 25_000
        before = len(asked)
        _draw(page)
        page.wait_for_load_state("networkidle")
        assert sum(size for _, size in asked[before:]) <= 90_000


def test_axe_finds_nothing_with_everything_open_wide_or_narrow(page: Page) -> None:
    noises: list[str] = []
    page.on("console", lambda message: noises.append(message.text))
    _click(_draw(page), (0.3, 0.3), (0.6, 0.3), (0.6, 0.6))
    for way in ("Only to some parishes", "So many minutes from home", "Only within an area that you draw"):
        page.get_by_label(way).check()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, found.generate_report()
    assert noises == []


def test_parishes_are_found_by_part_of_their_name(page: Page) -> None:
    page.get_by_label("Only to some parishes").check()
    part = page.get_by_label("Part of a parish’s name")
    part.fill("magn")
    assert page.locator(".many label:visible").all_inner_texts() == ["Wick Magna"]
    expect(page.locator("[data-search] [role=status]")).to_have_text("1 parish of this name")
    page.get_by_label("Wick Magna").check()
    part.fill("nothing so called")
    expect(page.locator("[data-search] [role=status]")).to_have_text("No parish of this name")
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: Wick Magna")
    part.press("Enter")
    part.press("Escape")
    assert page.locator(".many label:visible").count() == 5


def test_without_a_script_parishes_minutes_and_text_do(hall: Any, browser: Browser, address: str) -> None:
    with closing(hall.window(browser, address, "plain", java_script_enabled=False)) as window:
        page = window.new_page()
        page.goto(address + NEW)
        assert page.get_by_role("button", name="Draw it on a map").count() == 0
        page.get_by_label("Name", exact=False).first.fill("Goes to Wick Magna")
        page.get_by_label("Kind").select_option("volunteer")
        page.get_by_label("Only to some parishes").check()
        page.get_by_label("Wick Magna").check()
        page.get_by_role("button", name="Keep").last.click()
        words = "select catchment_kind, catchment_parishes from resource where name = 'Goes to Wick Magna'"
        assert tuple(hall.one(words)) == ("parishes", ["E04011198"])
        page.get_by_label("Change: Goes to Wick Magna").click()
        page.get_by_label("Only within an area that you draw").check()
        page.get_by_text("The area as text").click()
        expect(page.get_by_label("Area in GeoJSON")).to_be_visible()


@pytest.fixture
def roads(hall: Any) -> Iterator[None]:
    """The county's roads are there, and the middle of one postcode by them."""
    with hall.owner.begin() as connection:
        write = Writer.of(connection, connection.scalar(sa.text("select id from county")))
        county.roads(write)
        where = {"geom": point(352_950, 303_000), "quality": 10}
        connection.execute(
            tables.postcode.insert().values(county_id=write.county, postcode="VA1 1AA", **where)
        )
        finding.gather(connection, write.county)
    yield
    with hall.owner.begin() as connection:
        connection.execute(sa.text("delete from road_set"))


def _square_kilometres(said: Any) -> int:
    return int(re.findall(r"about (\d+) square", said.inner_text())[0])


@pytest.mark.usefixtures("roads")
def test_minutes_are_shown_on_the_map_from_the_middle_of_the_postcode(page: Page) -> None:
    page.get_by_label("So many minutes from home").check()
    look, said = (
        page.get_by_role("button", name="See on a map how far that is"),
        page.locator("[data-reach] [data-said]"),
    )
    look.click()
    expect(said).to_have_text("Type your postcode above first.")
    page.get_by_label("Postcode").fill("VA1 1AA")
    look.click()
    expect(said).to_contain_text("Say how many minutes")
    page.get_by_label("Minutes at most").fill("5")
    look.click()
    expect(said).to_contain_text("within 5 minutes by car of VA1 1AA, about")
    five = _square_kilometres(said)
    page.get_by_label("Minutes at most").fill("10")
    look.click()
    expect(said).to_contain_text("within 10 minutes by car")
    assert _square_kilometres(said) > five
    assert page.locator('[data-reach] path[stroke="#14507a"]').count() == 1
    page.get_by_label("Postcode").fill("VA9 9ZZ")
    look.click()
    expect(said).to_have_text("No postcode VA9 9ZZ is known here.")
