"""The desk in a real Chromium: the main task by keyboard and without JavaScript, access, narrow screens."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.webmap.keyboard import tab_to
from tests.webmap.sites import AXE, served

CHOSEN = "pick-venue=small-hall&pick-projector=beamer&pick-steward=steward"


@pytest.fixture(scope="module")
def address(desk: Any) -> Iterator[str]:
    """Where the desk is served."""
    with served(desk.site.app) as address:
        yield address


def test_from_inbox_to_booked_by_keyboard_alone_and_without_javascript(
    browser: Browser, desk: Any, address: str
) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = plain.new_page()
    page.goto(f"{address}/broker/")
    tab_to(page, "A film night")
    page.keyboard.press("Enter")
    page.wait_for_url("**/needs/film-night")
    for thing in ("Beamer", "Steward", "Near Hall"):
        tab_to(page, thing)
        page.keyboard.press("Space")
    tab_to(page, "Put these together")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bundle/film-night?*")
    assert "£24.00" in page.locator("main").inner_text()
    tab_to(page, "Propose and ask everybody")
    page.keyboard.press("Enter")
    page.wait_for_url("**/needs/film-night*")
    assert page.locator("[role=status]").inner_text().startswith("Proposed.")
    for letter in desk.letters():
        [link] = re.findall(r"/answer/\S+", letter["body"])
        page.goto(address + link)
        tab_to(page, "Yes")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Thank you").wait_for()
    page.goto(f"{address}/broker/needs/film-night")
    tab_to(page, "Confirm: I have everybody's word")
    page.keyboard.press("Enter")
    page.locator("[role=status]", has_text="Booked.").wait_for()
    assert page.locator(".is-confirmed").count() == 3
    plain.close()


def test_a_series_is_looked_at_date_by_date_and_proposed_on_a_narrow_screen(
    browser: Browser, desk: Any, address: str
) -> None:
    desk.run("delete from booking")
    desk.run("update need set status = 'open'")
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{address}/broker/bundle/film-night?pick-venue=next-hall")
    page.locator("summary", has_text="It repeats").click()
    page.get_by_label("How often").select_option("2")
    page.get_by_label("Until").fill(f"{desk.window.lower + timedelta(weeks=6):%Y-%m-%d}")
    page.get_by_role("button", name="Look at each date").click()
    page.get_by_role("heading", name="Each date for A film night").wait_for()
    assert page.locator("input[name=date]").count() == 4
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    assert Axe().run(page, options=AXE).violations_count == 0
    page.locator("input[name=date]").nth(1).uncheck()
    page.get_by_role("button", name="Propose the dates that are ticked").click()
    page.locator("[role=status]", has_text="Proposed 3 times").wait_for()
    page.locator("summary", has_text="Each date").click()
    assert page.locator(".bundle .bundle").count() == 3
    assert Axe().run(page, options=AXE).violations_count == 0
    page.close()
    desk.letters()


def test_axe_finds_nothing_and_nothing_runs_off_a_narrow_screen(
    browser: Browser, desk: Any, address: str
) -> None:
    desk.run("delete from booking")
    desk.run("update need set status = 'open'")
    desk.letters()
    desk.post("/broker/round", "/broker/round")
    at = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer"
    when = {"day": f"{desk.window.lower:%Y-%m-%d}", "from": "19:00", "to": "21:00"}
    desk.post(
        "/broker/bundle/film-night", at, **{"pick-venue": "near-hall", "pick-projector": "beamer"}, **when
    )
    [link, *_] = re.findall(r"/answer/\S+", desk.letters()[0]["body"])
    paths = [
        "/broker/",
        "/broker/needs/film-night",
        f"/broker/bundle/film-night?{CHOSEN}",
        "/broker/contacts/resource/steward?of=film-night",
        "/broker/round?show=all",
        "/broker/today",
        "/broker/duplicates?text=hall",
        "/broker/merge/resources/near-hall",
        "/broker/merge/resources/near-hall?with=small-hall",
        "/broker/needs/new",
        "/broker/resources/near-hall/edit",
        "/broker/import",
        link,
    ]
    page = browser.new_page()
    for width in (1280, 375, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(address + path)
            page.evaluate(
                "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
            )
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (path, width)
            if width != 375:
                found = Axe().run(page, options=AXE)
                assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
    page.close()


def test_signing_in_wants_no_javascript_and_a_code_may_be_pasted(
    browser: Browser, desk: Any, address: str
) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = plain.new_page()
    page.goto(f"{address}/account/sign-in?next=/broker/today")
    tab_to(page, "E-mail address")
    page.keyboard.insert_text("keys@hall.example")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A letter is on its way").wait_for()
    [letter] = desk.letters()
    [link] = re.findall(r"/account/link/\S+", letter["body"])
    page.goto(address + link)
    tab_to(page, "Come in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/broker/today")
    page.get_by_role("heading", name="This is not open to you").wait_for()
    plain.close()


def test_where_somebody_sets_out_from_is_asked_for_without_javascript(
    browser: Browser, desk: Any, address: str
) -> None:
    at = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer&pick-steward=steward"
    picks = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
    when = {"day": f"{desk.window.lower:%Y-%m-%d}", "from": "19:00", "to": "21:00"}
    desk.run("delete from booking")
    desk.run("update need set status = 'open'")
    desk.run(
        "insert into homes.home (resource_id, geom, postcode, exact) select id, "
        "ST_SetSRID(ST_MakePoint(353411, 303822), 27700), 'SY7 9QX', true from resource where ref = 'steward'"
    )
    assert desk.post("/broker/bundle/film-night", at, **picks, **when).status_code == 303
    number = desk.run("select max(id) from bundle")[0][0]
    desk.post(f"/broker/bundles/{number}/confirm", "/broker/needs/film-night")
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 900})
    page = plain.new_page()
    page.goto(address + "/broker/needs/film-night")
    page.get_by_role("button", name="Where they set out from: Steward").press("Enter")
    page.get_by_text("SY7 9QX").wait_for()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 320
    plain.close()
    desk.run("delete from homes.home")
