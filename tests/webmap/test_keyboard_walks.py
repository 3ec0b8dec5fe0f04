"""Every task from its beginning to its end without a mouse: a reader's, a member's, a broker's."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, Page

from tests.webmap.everypage import Town
from tests.webmap.keyboard import fill, follow, tab_to
from tests.webmap.sites import served


@pytest.fixture(scope="module")
def reader(site: Any) -> Iterator[str]:
    """Where the small county with its roads is served to anybody."""
    with served(site.app) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    window = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 900}, accept_downloads=True
    )
    window.set_default_timeout(15_000)
    yield window.new_page()
    window.close()


def _saved(page: Page, words: str) -> Path:
    """The file that something leads to."""
    tab_to(page, words)
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    found: Download = coming.value
    return Path(found.path())


def test_areas_kinds_and_colours_are_chosen_and_an_entry_is_opened(page: Page, reader: str) -> None:
    page.goto(reader)
    fill(page, "Show", "Offers")
    fill(page, "Kind", "Ven")
    fill(page, "Areas", "Par")
    fill(page, "Colour by", "Cov")
    follow(page, "Show these")
    assert {"show=offers", "kind=venue", "areas=parish", "colour=coverage"} <= set(
        page.url.partition("?")[2].split("&")
    )
    fill(page, "Within", "10")
    fill(page, "Travel", "On")
    follow(page, "Show these")
    assert "minutes=10" in page.url
    assert "mode=foot" in page.url
    assert "Residents within 10 minutes on foot of a venue" in page.locator("#scale-title").inner_text()
    follow(page, "Venues: take this away")
    assert "kind=" not in page.url
    follow(page, "Wick Hall")
    assert page.locator("h1").inner_text() == "Wick Hall"


def test_a_place_is_found_and_what_is_within_so_many_minutes_of_it(page: Page, reader: str) -> None:
    page.goto(reader)
    fill(page, "Find a place", "Middleton")
    page.keyboard.press("Enter")
    page.locator("h1").wait_for()
    if "/places" in page.url:
        follow(page, "Middleton")
    page.locator("[data-spot]").wait_for()
    fill(page, "Within", "20")
    follow(page, "Show these")
    told = page.locator(".spot[role=status]").inner_text()
    assert "within 20 minutes by car of Middleton" in told


def test_an_area_s_page_as_on_another_day(page: Page, reader: str) -> None:
    page.goto(f"{reader}/areas/ljc")
    follow(page, "West Vale")
    tab_to(page, "Boundaries as on")
    page.keyboard.type("05062015")
    page.keyboard.press("Enter")
    page.wait_for_url("**on=2015-0*")
    assert "As its boundary stood on" in page.locator(".past").inner_text()
    follow(page, "As it stands today")
    assert "on=" not in page.url


def test_the_description_of_the_api_is_read_and_tried(page: Page, reader: str) -> None:
    page.goto(f"{reader}/about/api")
    follow(page, "Try it: areas of one kind")
    assert '"areas"' in page.locator("body").inner_text()


def test_a_member_saves_every_file_of_a_quarter(page: Page, address: str) -> None:
    page.goto(f"{address}/account/")
    follow(page, "The members’ page of")
    assert _saved(page, "Table (CSV)").read_bytes().startswith(b"\xef\xbb\xbf")
    assert json.loads(_saved(page, "Map (GeoJSON)").read_text())["type"] == "FeatureCollection"
    assert json.loads(_saved(page, "Everything (JSON)").read_text())["code"] == "west-vale"
    follow(page, "The public page")
    assert page.locator("h1").inner_text().startswith("West Vale")


def test_a_need_is_posted(page: Page, address: str, town: Town) -> None:
    title = f"A kettle {time.monotonic_ns()}"
    page.goto(f"{address}/account/")
    follow(page, "Ask, offer, register a group")
    follow(page, "Ask for something")
    fill(page, "In a few words", title)
    tab_to(page, "A position on the map instead")
    page.keyboard.press("Enter")
    fill(page, "Easting", "351500")
    fill(page, "Northing", "301500")
    fill(page, "Kind", "Equ")
    follow(page, "Keep")
    assert title in page.locator("main").inner_text()
    follow(page, "What you posted")
    assert title in page.locator("main").inner_text()


def test_two_records_become_one_and_two_again(page: Page, address: str) -> None:
    page.goto(f"{address}/broker/duplicates")
    fill(page, "One of them, by name or id", "hall")
    page.keyboard.press("Enter")
    page.wait_for_url("**text=hall*")
    page.goto(f"{address}/broker/merge/resources/near-hall?with=far-hall")
    follow(page, "Make them one")
    page.goto(f"{address}/broker/today")
    tab_to(page, "Undo:")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "undone by" in page.locator("main").inner_text()


def test_a_role_is_given_and_taken_and_somebody_s_rights_are_met(page: Page, address: str) -> None:
    email = f"ann-{time.monotonic_ns()}@vale.example"
    page.goto(f"{address}/admin/")
    fill(page, "E-mail address", email)
    fill(page, "Name", "Ann")
    fill(page, "Role", "Bro")
    follow(page, "Make the account and write to them")
    follow(page, "Take away: ")
    assert "None: a contributor" in page.locator("main").inner_text()
    follow(page, "Somebody’s rights")
    fill(page, "Their e-mail address, or a volunteer’s id", email)
    assert email in _saved(page, "Save as a spreadsheet (CSV)").read_text("utf-8-sig")
    fill(page, "Their e-mail address, or a volunteer’s id", email)
    fill(page, "The same once more, to confirm", email)
    follow(page, "Erase everything about them")
    assert page.locator("[role=alert]").count() == 0
