"""People post for themselves in a real Chromium: nothing is there twice, nothing is asked twice."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from geomatch.db import letters
from geomatch.services import still
from geomatch.services.booking import By
from tests.webmap.sites import served

POSTS = "/account/posts"
SPOT = {"Easting": "351500", "Northing": "301500"}


class Town:
    """Windows of people who came in, each kept open to the end of a test."""

    def __init__(self, hall: Any, browser: Browser, address: str, stack: ExitStack) -> None:
        self.hall, self.browser, self.address, self.stack = hall, browser, address, stack

    def page(self, who: str, path: str, *roles: str, **how: Any) -> Page:
        self.hall.come(who, *roles)
        window = self.hall.window(self.browser, self.address, who, **how)
        self.stack.callback(window.close)
        page: Page = window.new_page()
        page.goto(self.address + path)
        return page


@pytest.fixture(scope="module")
def address(hall: Any) -> Iterator[str]:
    with served(hall.app) as found:
        yield found


@pytest.fixture
def town(hall: Any, browser: Browser, address: str) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(hall, browser, address, stack)


def _place(page: Page) -> None:
    page.get_by_text("A position on the map instead").click()
    for words, text in SPOT.items():
        page.get_by_label(words).fill(text)


def _keep(page: Page) -> None:
    page.get_by_role("button", name="Keep", exact=True).last.click()


def _item(page: Page, name: str) -> Any:
    return page.locator(".item").filter(has_text=name)


def test_what_is_like_something_there_is_pointed_out_read_out_and_can_be_ignored(town: Town) -> None:
    page = town.page("typist", f"{POSTS}/resources/new")
    page.get_by_label("Kind").select_option("venue")
    name = page.get_by_label("Name", exact=False).first
    name.press_sequentially("Wick Hal")
    told = page.locator("[data-told=alike]")
    expect(told).to_be_visible()
    assert told.evaluate("(it) => it.closest('[aria-live]').getAttribute('aria-live')") == "polite"
    link = told.get_by_role("link", name="Wick Hall (opens a new tab)")
    expect(link).to_have_attribute("href", "/resources/hall")
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Wick Hall")
    expect(name).to_have_value("Wick Hal"), "nothing typed is lost"
    told.get_by_role("button", name="It is another one").click()
    expect(told).to_be_hidden()
    expect(name).to_be_focused()
    with page.expect_response("**/count"):
        name.press_sequentially("l")
    expect(told).to_be_hidden()
    _place(page)
    _keep(page)
    page.wait_for_url(f"**{POSTS}/")
    expect(_item(page, "Wick Hall")).to_be_visible(), "nothing is asked twice"


def test_without_a_script_it_is_pointed_out_once_after_sending(town: Town) -> None:
    page = town.page("plain", f"{POSTS}/resources/new", java_script_enabled=False)
    page.get_by_label("Kind").select_option("venue")
    page.get_by_label("Name", exact=False).first.fill("Wick Hall")
    _place(page)
    expect(page.get_by_role("button", name="It is another one")).to_have_count(0)
    _keep(page)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This may be there already")
    expect(alert.get_by_role("link", name="Wick Hall").first).to_have_attribute("href", "/resources/hall")
    assert not town.hall.waiting().get("Wick Hall, plain")
    page.get_by_label("Name", exact=False).first.fill("Wick Hall, plain")
    alert.get_by_role("button", name="It is another one: keep it").click()
    page.wait_for_url(f"**{POSTS}/")
    expect(_item(page, "Wick Hall, plain")).to_contain_text("waits for a broker's look")


def test_a_group_registers_is_trusted_and_then_seen_at_once(town: Town) -> None:
    page = town.page("olive", f"{POSTS}/organisations/new")
    page.get_by_label("Name", exact=False).first.fill("Vale Film Club")
    _place(page)
    _keep(page)
    expect(page.get_by_role("status")).to_contain_text("A broker looks at it before everybody sees it")
    expect(_item(page, "Vale Film Club").first).to_contain_text("waits for a broker's look")
    desk = town.page("broker", "/broker/posts", "broker")
    desk.get_by_label("From now on publish what this group posts at once").check()
    desk.get_by_role("button", name="Publish: Vale Film Club", exact=True).click()
    expect(desk.get_by_role("status").first).to_contain_text("Vale Film Club")
    assert "Vale Film Club" not in town.hall.waiting()
    page.goto(f"{town.address}{POSTS}/needs/new")
    page.get_by_label("In a few words").fill("A hall for the film night")
    page.get_by_label("For which group").select_option("Vale Film Club")
    page.get_by_label("Kind").select_option("venue")
    _place(page)
    _keep(page)
    expect(page.get_by_role("status")).to_have_text("Kept, and everybody sees it.")
    item = _item(page, "A hall for the film night")
    item.get_by_role("link", name="its page").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A hall for the film night")
    page.goto(f"{town.address}{POSTS}/")
    page.get_by_role("button", name="Take back: A hall for the film night").click()
    expect(page.get_by_role("status")).to_contain_text("nobody sees it any more")


def test_a_wish_waits_and_asks_neither_for_a_day_nor_for_a_thing(town: Town) -> None:
    page = town.page("winnie", f"{POSTS}/aspirations/new")
    page.get_by_label("In a few words").fill("A bench by the brook")
    assert page.get_by_label("Days and times").count() == page.get_by_label("Kind").count() == 0
    _place(page)
    _keep(page)
    expect(_item(page, "A bench by the brook")).to_contain_text("Wish for one day · waits")


def test_one_joins_a_group_and_leaves_it(town: Town) -> None:
    page = town.page("jo", f"{POSTS}/groups")
    page.get_by_label("Part of its name").fill("big")
    page.get_by_role("button", name="Find it").click()
    page.get_by_label("Who you are, in a few words").fill("I keep the books")
    page.get_by_role("button", name="Ask to join Big Trust").click()
    expect(page.get_by_role("status").first).to_contain_text("You hear by letter")
    expect(_item(page, "Big Trust")).to_contain_text("waits for an answer")
    desk = town.page("broker", "/broker/joining", "broker")
    expect(desk.locator("main")).to_contain_text("I keep the books")
    desk.get_by_role("button", name=re.compile("^Yes")).first.click()
    page.reload()
    page.get_by_role("button", name="Leave Big Trust").click()
    expect(page.get_by_role("status").first).to_contain_text("You do not belong to it any more.")
    expect(page.get_by_role("button", name="Leave Big Trust")).to_have_count(0)


def test_the_page_of_the_letter_confirms_some_and_lets_others_go(town: Town) -> None:
    for name in ("Chairs to lend", "A tea urn"):
        town.hall.post("lou", "resources", name=name, kind="equipment", easting="351500", northing="301500")
    with town.hall.owner.begin() as connection:
        connection.execute(
            sa.text(
                "update resource set withdrawn_on = null, verified_until = current_date - 3 "
                "where name in ('Chairs to lend', 'A tea urn')"
            )
        )
    assert still.ask(town.hall.owner, town.address, By("postman", datetime.now(UTC))) == 1
    with town.hall.owner.connect() as connection:
        body = next(row["body"] for row in letters.unsent(connection) if "/still-true/" in row["body"])
    [path] = re.findall(rf"{town.address}(/still-true/\S+)", body)
    page = town.page("anybody", path, java_script_enabled=False)
    expect(page.locator(".item")).to_have_count(2)
    _item(page, "A tea urn").get_by_label("It is not offered any more").check()
    page.get_by_role("button", name="Yes, still true").click()
    expect(page.get_by_role("status")).to_contain_text("1 entry is confirmed")
    words = "select name, withdrawn_on is null as there, verified_until > current_date as good from resource "
    with town.hall.owner.connect() as connection:
        found = connection.execute(sa.text(words + "where name in ('Chairs to lend', 'A tea urn')"))
        rows = {name: (there, good) for name, there, good in found}
    assert rows["Chairs to lend"] == (True, True)
    assert rows["A tea urn"][0] is False
    with town.hall.owner.begin() as connection:
        connection.execute(sa.text("update people.posting set state = 'published' where kind = 'resources'"))
    page = town.page("lou", f"{POSTS}/")
    expect(_item(page, "A tea urn")).to_contain_text("taken back")
    expect(_item(page, "Chairs to lend")).to_contain_text("everybody sees it, good until")
