"""Areas' pages and an LJC's own in a real Chromium: access, narrow screens, policy, a target by keyboard."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

import webmap
from geomatch.db import engine
from geomatch.services import quarters
from geomatch.services.database import APP_ROLE, DESK_ROLE
from geomatch.times import Quarter
from tests.webmap.sites import AXE, served

TODAY = datetime.now(ZoneInfo("Europe/London")).date()
PAGES = [
    "/areas/ljc",
    "/areas/ljc/west-vale?on=2020-01-01",
    "/areas/parish/parish-11",
    "/areas/ljc/nobody",
    "/ljc/west-vale",
    f"/ljc/west-vale/{Quarter.of(TODAY).before(1)}",
    "/ljc/west-vale/2026-q7",
    "/ljc/west-vale/targets",
]


@pytest.fixture(scope="module")
def address(own_site: Any, signed_in: Callable[..., str]) -> Iterator[str]:
    """A sample county with its made-up quarters, served to a member of West Vale."""
    owner = own_site.owner
    with owner.begin() as connection:
        connection.execute(sa.text("update county set illustrative = true"))
        connection.execute(sa.text("update matching_run set as_of = :day"), {"day": TODAY})
    quarters.keep(owner, quarters.Asked(None, b"x" * 32, TODAY))
    url = owner.url.render_as_string(hide_password=False)
    doors = [engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE)]
    app = webmap.create_app(doors[0], desk=doors[1])
    signed_in(app, owner, "ljc_member", area="ljc/west-vale")
    with served(app) as address:
        yield address
    for each in doors:
        each.dispose()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=True)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_and_nothing_breaks_the_policy(page: Page, address: str, path: str) -> None:
    noises: list[str] = []
    page.on("console", lambda message: noises.append(message.text))
    page.goto(address + path)
    assert [each for each in noises if "status of 40" not in each] == []
    page.goto(address + path)
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_nothing_runs_off_the_side_of_a_screen_320_pixels_wide(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, path


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of that name has the focus."""
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


def test_a_target_is_set_without_script_and_by_keyboard_alone(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/ljc/west-vale/targets")
    page.get_by_label("A new target").locator("select").focus()
    for name, typed in (("baseline", "10"), ("target", "90"), ("due", "03032031"), ("owner", "Pat")):
        _tab_to(page, name)
        page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "The target is kept." in page.locator("main").inner_text()
    page.goto(f"{address}/ljc/west-vale")
    assert "3 March 2031" in page.locator("main").inner_text()
    context.close()
