"""The site over Valeshire, a broker's desk in it, and a browser."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright

import webmap
from geomatch.db import engine, finding
from geomatch.services.database import APP_ROLE, DESK_ROLE
from tests.webmap import everypage, letterbox
from tests.webmap.county import draw, fill
from tests.webmap.everypage import Town
from tests.webmap.filmnight import Desk, film_night
from tests.webmap.hall import Hall
from tests.webmap.letterbox import House
from tests.webmap.sites import Site, opened, served
from tests.webmap.writer import Writer
from webmap.maps import LeanMap  # noqa: F401 - folium is slow to import; once, here


def _valeshire(owner: sa.Engine, **county: object) -> None:
    with owner.begin() as connection:
        write = Writer(connection, "valeshire", "Valeshire", **county)
        draw(write)
        fill(write)
        finding.gather(connection, write.county)


@pytest.fixture(scope="session")
def site(make_database: Callable[[], str]) -> Iterator[Site]:
    """One illustrative county, drawn and filled. Nobody may change it."""
    notice = "illustrative boundaries and roads; load with `geomatch county load`"
    with opened(make_database()) as made:
        _valeshire(made.owner, illustrative=True, notice=notice)
        yield made


@pytest.fixture(scope="module")
def own_site(make_database: Callable[[], str]) -> Iterator[Site]:
    """The same county once more, for the tests of one file to change."""
    with opened(make_database()) as made:
        _valeshire(made.owner)
        yield made


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client


@pytest.fixture(scope="session")
def two_counties(make_database: Callable[[], str]) -> Iterator[Site]:
    """Two counties that share refs and codes, the second of them without boundaries or records but one."""
    with opened(make_database()) as made:
        with made.owner.begin() as connection:
            first = Writer(connection, "valeshire", "Valeshire")
            draw(first)
            fill(first)
            second = Writer(connection, "aldshire", "Aldshire")
            second.need("warm", "A need of Aldshire's own", (351_300, 301_000))
        yield made


@pytest.fixture(scope="session")
def empty_site(make_database: Callable[[], str]) -> Iterator[Site]:
    """A database in which nothing is loaded."""
    with opened(make_database()) as made:
        yield made


@pytest.fixture(scope="module")
def desk(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Desk]:
    """The desk of a county of its own, with everything it needs."""
    url = make_database()
    owner, role = engine.connect(url), engine.connect(url, role=APP_ROLE)
    broker = engine.connect(url, role=DESK_ROLE)
    config = webmap.WebConfig(site="http://localhost")
    app = webmap.create_app(role, config=config, desk=broker, matcher=owner)
    signed_in(app, owner, "broker", "administrator")
    with owner.begin() as connection:
        write = Writer(connection, "valeshire", "Valeshire")
        draw(write)
        film_night(write)
    yield Desk(Site(app, owner), owner)
    for one in (owner, role, broker):
        one.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Absent: skipped on a laptop, a failure in CI."""
    chromium = os.environ.get("GEOMATCH_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        words = "no Chromium: install it or set GEOMATCH_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--disable-gpu"])
        yield found
        found.close()


_WICK = """
    insert into area (county_id, area_set_id, kind, code, name, valid, geom, simple)
    select county_id, area_set_id, kind, 'E04011198', 'Wick Magna', valid, ST_Translate(geom, 4000, 0),
        ST_Translate(simple, 4000, 0)
    from area where code = 'parish-10'
"""
"""A parish with a code as they are in life, which a catchment can name."""


@pytest.fixture(scope="module")
def hall(own_site: Site) -> Iterator[Hall]:
    url = own_site.owner.url.render_as_string(hide_password=False)
    doors = [engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE)]
    app = webmap.create_app(doors[0], desk=doors[1])
    app.config["WTF_CSRF_ENABLED"] = False
    with own_site.owner.begin() as connection:
        connection.execute(sa.text("delete from road_set"))
        connection.execute(sa.text(_WICK))
    yield Hall(own_site, app)
    for one in doors:
        one.dispose()


@pytest.fixture(scope="module")
def _letterbox(make_database: Callable[[], str]) -> Iterator[House]:
    with letterbox.opened(make_database()) as made:
        yield made


@pytest.fixture
def house(_letterbox: House) -> Iterator[House]:
    """A site nobody is signed in to, with a mail server; tries at coming in are forgiven after each test."""
    yield _letterbox
    with _letterbox.owner.begin() as connection:
        connection.execute(sa.text("delete from people.attempt"))


@pytest.fixture(scope="module")
def town(make_database: Callable[[], str], signed_in: Callable[..., str]) -> Iterator[Town]:
    """A site with something at every kind of page, and somebody of every role."""
    with everypage.town(make_database(), signed_in) as made:
        yield made


@pytest.fixture(scope="module")
def address(town: Town) -> Iterator[str]:
    """Where it is served."""
    with served(town.app) as found:
        yield found
