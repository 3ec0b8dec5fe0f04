"""Pages that nobody hopes to see: too often, and our own bug. Each says what to do next, and no more."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

import webmap
from geomatch.errors import TooOftenError
from tests.webmap.sites import AXE, served

SECRETS = ("Traceback", "RuntimeError", "hunter2", "psycopg", "/webmap/", "line ")
"""What belongs in the log of the process alone."""


def _too_often() -> str:
    raise TooOftenError("too many wrong tries. Otherwise try again in 15 minutes", seconds=900)


def _bug() -> str:
    raise RuntimeError("hunter2 is the password of the database")


BROKEN: dict[int, Callable[[], str]] = {429: _too_often, 500: _bug}


@pytest.fixture(scope="module")
def broken(site: Any) -> Any:
    """The site, with its page about data and its API's areas broken."""
    made = {}
    for status, view in BROKEN.items():
        app = webmap.create_app(site.app.extensions["geomatch"].engine)
        app.view_functions["about.data"] = app.view_functions["api.areas"] = lambda view=view: view()
        made[status] = app
    return made


@pytest.mark.parametrize("status", BROKEN)
def test_the_page_has_a_title_a_way_on_and_the_policy_and_tells_nothing(broken: Any, status: int) -> None:
    answer = broken[status].test_client().get("/about/data")
    assert answer.status_code == status
    title = re.search(r"<title>([^<]+)</title>", answer.text)
    assert title
    assert title[1] in ("Too often – geomatch", "Something went wrong – geomatch")
    assert "<h1>Too often</h1>" in answer.text or "<h1>Something went wrong</h1>" in answer.text
    assert 'href="/"' in answer.text
    assert not [each for each in SECRETS if each in answer.text]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert (answer.headers.get("Retry-After") == "900") is (status == 429)


@pytest.mark.parametrize("status", BROKEN)
def test_a_program_gets_a_problem_document_that_tells_as_little(broken: Any, status: int) -> None:
    answer = broken[status].test_client().get("/api/v1/areas")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.get_json(force=True)["status"] == status
    assert not [each for each in SECRETS if each in answer.text]


def test_who_signs_in_too_often_is_shown_the_way_that_always_works(house: Any) -> None:
    client = house.app.test_client()
    given = {"email": "often@vale.example", "password": "wrong", "do": "password"}
    for _ in range(6):
        answer = house.send(client, "/account/sign-in", **given)
    assert answer.status_code == 429
    assert re.search(r'href="/account/sign-in"[^>]*>Ask for a link by e-mail', answer.text)


def test_what_is_sent_and_refused_speaks_of_what_was_sent_and_not_of_its_address(house: Any) -> None:
    answer = house.app.test_client().post("/account/sign-in", data={"email": "a@b.example"})
    assert answer.status_code == 400
    assert "That cannot be taken as it is" in answer.text
    assert "That address does not quite work" not in answer.text


@pytest.mark.parametrize("status", BROKEN)
def test_it_is_read_on_any_screen_and_by_anybody(broken: Any, browser: Browser, status: int) -> None:
    with served(broken[status]) as address:
        for width in (320, 1280):
            window = browser.new_context(viewport={"width": width, "height": 800})
            page = window.new_page()
            page.goto(f"{address}/about/data")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert Axe().run(page, options=AXE).response["violations"] == []
            window.close()
