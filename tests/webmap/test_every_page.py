"""Every kind of page, by the application's own table: access, narrow screens, no script, no mouse."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

import webmap
from tests.webmap.everypage import Town
from tests.webmap.sites import AXE

NO_PAGES = ("api.", "assets.", "basemap.", "coverage_api.", "feeds.", "layers.", "ljc_api.", "overlays.",
    "pictures.", "search_api.", "about.healthy", "about.ready", "desk.template", "find.picture",
    "openapi.told", "public.shown")  # fmt: skip
"""Addresses of data, pictures and files; each is looked at elsewhere."""
SCRIPTLESS = """() => [...document.querySelectorAll('main button')]
    .filter((each) => !each.form && each.offsetParent).map((each) => each.outerHTML)"""
"""Buttons that are seen and would do nothing without a script."""
STOP = """() => {
    const it = document.activeElement, look = getComputedStyle(it);
    if (it === document.body) return null;
    it.dataset.stop = (Number(it.dataset.stop) || 0) + 1;
    const marked = it.dataset.stop !== '1' || look.outlineStyle !== 'none' || look.boxShadow !== 'none';
    return [it.outerHTML.slice(0, 120), marked];
}"""
"""What has the focus, and whether one sees so when it comes there first."""
MISSED = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .filter((each) => each.type !== 'hidden')
    .filter((each) => each.checkVisibility() && each.tabIndex >= 0 && !each.disabled && !each.dataset.stop)
    .filter((each) => each.type !== 'radio').map((each) => each.outerHTML.slice(0, 120))"""
"""What Tab never came to. Of radio buttons it comes to one, and arrows to the others."""


def _endpoints() -> list[str]:
    door = sa.create_engine("postgresql+psycopg://")
    rules = webmap.create_app(door, desk=door).url_map.iter_rules()
    told = {each.endpoint for each in rules if "GET" in (each.methods or ())}
    return sorted(each for each in told if not each.startswith(NO_PAGES))


@pytest.fixture(scope="module")
def windows(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A window as a test wants it, closed after all of them."""
    opened: dict[tuple[tuple[str, Any], ...], BrowserContext] = {}

    def window(**how: Any) -> BrowserContext:
        key = tuple(sorted(how.items()))
        if key not in opened:
            opened[key] = browser.new_context(viewport={"width": 1280, "height": 900}, **how)
        return opened[key]

    yield window
    for each in opened.values():
        each.close()


def test_an_address_of_every_kind_of_page_is_looked_at(town: Town) -> None:
    assert sorted(town.pages) == _endpoints()
    first = {endpoint: paths[0] for endpoint, paths in town.pages.items()}
    client = town.app.test_client()
    for endpoint, path in first.items():
        _known(client, endpoint, town)
        answer = client.get(path, headers={"Host": "localhost"})
        assert (answer.status_code, answer.mimetype) == (200, "text/html"), (endpoint, path)


def _known(client: Any, endpoint: str, town: Town) -> None:
    client.delete_cookie("geomatch-in")
    if endpoint == "account.second":
        client.set_cookie("geomatch-in", town.half_way)


def _open(window: BrowserContext, town: Town, endpoint: str, address: str) -> Page:
    window.clear_cookies()
    if endpoint == "account.second":
        window.add_cookies([{"name": "geomatch-in", "value": town.half_way, "url": address}])
    return window.new_page()


def _ready(page: Page) -> None:
    """The map, where there is one, is drawn; whatever can be unfolded is."""
    for _ in range(200):
        if page.evaluate("() => !document.querySelector('.live-map:not([data-ready])')"):
            break
        page.wait_for_timeout(50)
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true; })")


@pytest.mark.parametrize("endpoint", _endpoints())
def test_axe_finds_nothing_wide_or_narrow_and_nothing_runs_off_the_side(
    town: Town, address: str, windows: Callable[..., BrowserContext], endpoint: str
) -> None:
    page = _open(windows(), town, endpoint, address)
    broken: list[str] = []
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: broken.append(message.text))
    for path in town.pages[endpoint]:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(address + path)
        _ready(page)
        for width in (768, 320):
            page.set_viewport_size({"width": width, "height": 700})
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width, (path, width)
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options=AXE)
            assert found.violations_count == 0, f"{path} at {width}: {found.generate_report()}"
    assert not [each for each in broken if "Content Security Policy" in each]
    assert hosts == {address.split("/")[2]}
    page.close()


@pytest.mark.parametrize("endpoint", _endpoints())
def test_every_button_does_something_without_javascript(
    town: Town, address: str, windows: Callable[..., BrowserContext], endpoint: str
) -> None:
    page = _open(windows(java_script_enabled=False), town, endpoint, address)
    for path in town.pages[endpoint]:
        page.goto(address + path)
        assert page.locator("h1").count() == 1, path
        assert page.evaluate(SCRIPTLESS) == [], path
    page.close()


@pytest.mark.parametrize("endpoint", _endpoints())
def test_tab_comes_to_everything_once_and_out_again(
    town: Town, address: str, windows: Callable[..., BrowserContext], endpoint: str
) -> None:
    path = town.pages[endpoint][0]
    page = _open(windows(), town, endpoint, address)
    page.goto(address + path)
    _ready(page)
    seen: list[list[Any]] = []
    for _ in range(400):
        page.keyboard.press("Tab")
        told = page.evaluate(STOP)
        if told is None or (seen and "Skip to the main content" in told[0]):
            break
        seen.append(told)
    else:
        pytest.fail(f"Tab does not come out of {path}")
    assert [html for html, marked in seen if not marked] == []
    assert page.evaluate(MISSED) == []
    page.close()
