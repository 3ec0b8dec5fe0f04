"""A county of four square parishes, small enough to know by heart, and the site over it."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from psycopg.types.range import DateRange, TimestampRange

import webmap
from geomatch.db import accounts, engine, finding, sessions, tables
from geomatch.db.accounts import Held
from geomatch.services.database import APP_ROLE, DESK_ROLE
from webmap.maps import LeanMap  # noqa: F401 - folium is slow to import; once, here

HOSTILE = "{{ 7*191 }} ${alert(1)} </script><img src=x onerror=alert(2)>"
WEST, SOUTH, SIDE = 350_000, 300_000, 4_000
SEVEN = datetime(2026, 12, 3, 19)


@dataclass(frozen=True)
class Site:
    """One database, the application over it as its own role, and the owner's way in."""

    app: flask.Flask
    owner: sa.Engine

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()


def _square(column: int, row: int, *, wide: int = 1, high: int = 1) -> str:
    west, south = WEST + column * SIDE, SOUTH + row * SIDE
    east, north = west + wide * SIDE, south + high * SIDE
    ring = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    return f"SRID=27700;MULTIPOLYGON((({ring})))"


def _point(easting: float, northing: float) -> str:
    return f"SRID=27700;POINT({easting} {northing})"


class _Writer:
    """Puts rows into one county and knows their ids by ref."""

    def __init__(self, connection: sa.Connection, slug: str, name: str, **county: Any) -> None:
        self._connection = connection
        self.county = self.row(tables.county, slug=slug, name=name, **county)

    def row(self, table: sa.Table, **values: Any) -> int:
        made = table.insert().values(**values).returning(*table.primary_key.columns)
        return int(self._connection.execute(made).one()[0])

    def mine(self, table: sa.Table, **values: Any) -> int:
        return self.row(table, county_id=self.county, **values)

    def area(self, set_id: int, kind: str, code: str, shape: str) -> None:
        valid = DateRange(date(2009, 4, 1), None)
        name = code.replace("-", " ").title()
        self.mine(
            tables.area,
            area_set_id=set_id,
            kind=kind,
            code=code,
            name=name,
            valid=valid,
            geom=shape,
            simple=shape,
        )

    def resource(self, ref: str, kind: str, name: str, where: Any = None, **more: Any) -> int:
        travels = {"venue": "beneficiary", "volunteer": "resource", "equipment": "carried"}.get(
            kind, "nobody"
        )
        return self.mine(
            tables.resource,
            ref=ref,
            kind=kind,
            name=name,
            travels=travels,
            mode="car",
            **(_placed(where) | more),
        )

    def need(self, ref: str, title: str, where: Any = None, *, roles: Any = ("venue",), **more: Any) -> int:
        made = self.mine(tables.need, ref=ref, title=title, mode="car", **(_placed(where) | more))
        for number, kind in enumerate(roles):
            self.row(tables.need_role, need_id=made, role=f"role{number}", kind=kind)
        return made


def _placed(where: tuple[float, float] | None) -> dict[str, Any]:
    """A point with the parish and division it lies in, columns west to east and rows south to north."""
    if where is None:
        return {}
    column, row = int((where[0] - WEST) // SIDE), int((where[1] - SOUTH) // SIDE)
    inside = column in (0, 1) and row in (0, 1)
    return {
        "geom": _point(*where),
        "parish_code": f"parish-{column}{row}" if inside else None,
        "division_code": f"division-{row}" if inside else None,
        "outside": not inside,
    }


def _draw(write: _Writer) -> None:
    sets = {
        kind: write.mine(tables.area_set, kind=kind, vintage=date(2021, 5, 7))
        for kind in ("parish", "division", "ljc")
    }
    for column in (0, 1):
        write.area(sets["ljc"], "ljc", ("west-vale", "east-vale")[column], _square(column, 0, high=2))
        for row in (0, 1):
            write.area(sets["parish"], "parish", f"parish-{column}{row}", _square(column, row))
            write.mine(
                tables.membership,
                group_kind="ljc",
                group_code=("west-vale", "east-vale")[column],
                group_name=("West Vale", "East Vale")[column],
                parish_code=f"parish-{column}{row}",
                valid=DateRange(date(2010, 11, 10), None),
            )
    for row in (0, 1):
        write.area(sets["division"], "division", f"division-{row}", _square(0, row, wide=2))
    roads = write.mine(tables.road_set, current=True)
    times = {
        column.name: 60
        for column in tables.road_edge.columns
        if column.name.endswith(("_forward", "_backward"))
    }
    for edge, (number, kind, line) in enumerate(
        [
            ("A49", 4, "349000 303000,355000 303500,359000 303000"),
            ("B4371", 5, "353000 299000,354000 309000"),
            ("", 7, "351000 301000,352000 302000"),
        ]
    ):
        corners = line.split(",")
        for node, corner in ((2 * edge, corners[0]), (2 * edge + 1, corners[-1])):
            where = _point(*map(float, corner.split()))
            write.row(tables.road_node, road_set_id=roads, node=node, ref=node, geom=where)
        write.row(
            tables.road_edge,
            road_set_id=roads,
            edge=edge,
            source=2 * edge,
            target=2 * edge + 1,
            road_class=kind,
            number=number,
            metres=9000.0,
            geom=f"SRID=27700;LINESTRING({line})",
            **times,
        )
    for ref, name, kind, where in [
        ("t1", "Middleton", "Town", (354_000, 304_200)),
        ("t2", "Abbotsley", "Town", (357_200, 307_100)),
        ("v1", "Nether Wick", "Village", (351_000, 301_500)),
    ]:
        write.mine(
            tables.place_name, ref=ref, name=name, type="populatedPlace", local_type=kind, geom=_point(*where)
        )
    for code, residents, where in [("oa1", 900, (354_100, 304_300)), ("oa2", 300, (357_000, 307_000))]:
        write.mine(tables.population, code=code, residents=residents, geom=_point(*where))
    write.mine(
        tables.import_,
        kind="boundaries",
        source="parishes.geojson",
        publisher="A publisher",
        licence="OGL-3.0",
        vintage=date(2021, 5, 7),
        sha256="0" * 64,
        read=5,
        loaded=4,
        rejected=1,
        seconds=0.5,
    )


def _fill(write: _Writer) -> None:
    for ref, name, small, where in [
        ("o1", "Big Trust", "no", (350_500, 300_500)),
        ("o2", "Lunch Club", "yes", (351_500, 300_500)),
        ("o3", "Singers", "unknown", (351_000, 300_700)),
    ]:
        write.mine(tables.organisation, ref=ref, name=name, small=small, sector="voluntary", **_placed(where))
    hall = write.resource(
        "hall", "venue", "Wick Hall", (351_200, 301_300), quantity=2, subkind="village_hall"
    )
    for name, truth in [("step_free", "yes"), ("hearing_loop", "no")]:
        write.row(tables.resource_feature, resource_id=hall, name=name, type="truth", truth=truth)
    driver = write.resource(
        "driver", "volunteer", "A driver of the Good Neighbours", (356_500, 306_500), precision_metres=1000
    )
    write.resource("odd", "equipment", HOSTILE, (355_000, 301_000), description=HOSTILE)
    write.resource("grant", "fund", "A small grant")
    write.resource("far-hall", "venue", "Hall beyond the border", (360_500, 303_000))
    write.resource("gone", "venue", "Withdrawn hall", (351_000, 301_000), withdrawn_on=date(2020, 1, 1))
    needs = {
        "warm": write.need("warm", "A warm room for the Lunch Club", (351_300, 301_000)),
        "lift": write.need("lift", "Lifts to the surgery", (355_000, 305_000), roles=("volunteer",)),
        "loud": write.need("loud", "A PA system", (352_000, 306_000), roles=("equipment", "volunteer")),
        "rival": write.need("rival", "A hall for the Singers", (353_000, 307_000)),
        "quota": write.need("quota", "A room for chess", (357_000, 301_000)),
        "hard": write.need("hard", "A hall and a cook", (357_500, 301_500), roles=("venue", "volunteer")),
        "met": write.need("met", "A room that was found", (350_500, 303_500), status="met"),
        "lost": write.need("lost", "Advice, wherever it is", roles=("information",)),
        "lone": write.need("lone", "Halls for a fair", roles=()),
        "alone": write.need("alone", "Three helpers"),
        "odd": write.need("odd/need?", HOSTILE, (352_500, 302_500), description=HOSTILE),
    }
    write.row(
        tables.need_role,
        need_id=needs["lone"],
        role="venue",
        kind="venue",
        subkind="village_hall",
        substitutes=["church_hall"],
        quantity=3,
        minimum=3,
    )
    write.need("old", "No longer wanted", (351_000, 301_000), status="withdrawn")
    write.row(tables.need_window, need_id=needs["warm"], during=TimestampRange(SEVEN, SEVEN.replace(hour=21)))
    old = write.mine(
        tables.matching_run,
        policy="no-need-lost",
        as_of=date(2026, 1, 1),
        problem_sha256="0" * 64,
        status="optimal",
        served=1,
        document={},
    )
    run = write.mine(
        tables.matching_run,
        policy="no-need-lost",
        as_of=date(2026, 11, 20),
        problem_sha256="1" * 64,
        status="optimal",
        served=2,
        document={"mean_minutes": 8.4},
    )
    both = TimestampRange(SEVEN, SEVEN.replace(hour=21))
    for of, need, resource, minutes in [
        (old, "rival", hall, 3.0),
        (run, "warm", hall, 4.2),
        (run, "lift", driver, 12.6),
    ]:
        write.row(
            tables.match,
            matching_run_id=of,
            need_id=needs[need],
            resource_id=resource,
            role="role0",
            slot=both,
            quantity=1,
            minutes=minutes,
        )
    reasons: dict[str, tuple[str, dict[str, Any]]] = {
        "loud": (
            "no-candidate",
            {"eliminated": [{"test": "kind", "count": 4}, {"test": "travel", "count": 1}]},
        ),
        "rival": (
            "competition",
            {
                "needs": ["rival", "warm"],
                "supply": [{"resource": "hall", "slots": None}],
                "demand": 2,
                "capacity": 1,
            },
        ),
        "quota": ("quota", {"quota": {"area": "east-vale", "minimum_share": None, "maximum_share": 0.5}}),
        "hard": ("no-short-proof", {"role": "role1"}),
        "lone": ("no-short-proof", {"role": "venue"}),
        "alone": (
            "competition",
            {
                "needs": ["alone"],
                "supply": [{"resource": "hall", "slots": None}],
                "demand": 3,
                "capacity": 1,
            },
        ),
        "odd": ("no-candidate", {"eliminated": []}),
    }
    for need, (reason, detail) in reasons.items():
        write.row(tables.unmatched, matching_run_id=run, need_id=needs[need], reason=reason, detail=detail)


def _site(url: str) -> Iterator[Site]:
    owner, role = engine.connect(url), engine.connect(url, role=APP_ROLE)
    app = webmap.create_app(role, config=webmap.WebConfig(page_size=5, reads_per_second=1_000_000))
    yield Site(app, owner)
    role.dispose()
    owner.dispose()


@pytest.fixture(scope="session")
def site(make_database: Callable[[], str]) -> Iterator[Site]:
    """One illustrative county, drawn and filled. Nobody may change it."""
    for made in _site(make_database()):
        with made.owner.begin() as connection:
            write = _Writer(
                connection,
                "valeshire",
                "Valeshire",
                illustrative=True,
                notice="illustrative boundaries and roads; load with `geomatch county load`",
            )
            _draw(write)
            _fill(write)
            finding.gather(connection, write.county)
        yield made


@pytest.fixture(scope="module")
def own_site(make_database: Callable[[], str]) -> Iterator[Site]:
    """The same county once more, for the tests of one file to change."""
    for made in _site(make_database()):
        with made.owner.begin() as connection:
            write = _Writer(connection, "valeshire", "Valeshire")
            _draw(write)
            _fill(write)
            finding.gather(connection, write.county)
        yield made


@pytest.fixture
def client(site: Site) -> FlaskClient:
    return site.client


@pytest.fixture(scope="session")
def two_counties(make_database: Callable[[], str]) -> Iterator[Site]:
    """Two counties that share refs and codes, the second of them without boundaries or records but one."""
    for made in _site(make_database()):
        with made.owner.begin() as connection:
            first = _Writer(connection, "valeshire", "Valeshire")
            _draw(first)
            _fill(first)
            second = _Writer(connection, "aldshire", "Aldshire")
            second.need("warm", "A need of Aldshire's own", (351_300, 301_000))
        yield made


@pytest.fixture(scope="session")
def empty_site(make_database: Callable[[], str]) -> Iterator[Site]:
    """A database in which nothing is loaded."""
    yield from _site(make_database())


class Desk:
    """A broker at a small county's desk: its pages, its letters, and a film night that wants three things."""

    def __init__(self, site: Site, letters: sa.Engine) -> None:
        self.site, self.owner = site, letters
        self.client = site.app.test_client()
        self.window = _a_month_ahead()

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, headers={"Host": "localhost"}, **more)

    def post(self, path: str, at: str, **data: Any) -> Any:
        """Send a form as the page ``at`` holds it, with its token."""
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(at).text)
        assert found, f"no form on {at}"
        body = {"csrf_token": found[1], **data}
        return self.client.post(path, data=body, headers={"Host": "localhost", "Origin": "http://localhost"})

    def letters(self) -> list[Any]:
        """Letters written since the last look, by address."""
        with self.owner.begin() as connection:
            rows = connection.execute(sa.text("delete from people.letter returning *")).mappings().all()
        return sorted(rows, key=lambda row: (row["address"], row["id"]))

    def run(self, sql: str, **values: Any) -> list[Any]:
        with self.owner.begin() as connection:
            found = connection.execute(sa.text(sql), values)
            return list(found) if found.returns_rows else []


def _a_month_ahead() -> TimestampRange:
    day = datetime.combine(datetime.now(ZoneInfo("Europe/London")).date() + timedelta(days=30), time(19))
    return TimestampRange(day, day + timedelta(hours=2))


def _film_night(write: _Writer) -> None:
    """A hall, a projector and a steward wanted in a month; who has them, and one hall that is too small."""
    write._connection.execute(sa.text("delete from road_set"))
    groups = {}
    for ref, email in [
        ("film", "film@club.example"),
        ("halls", "keys@hall.example"),
        ("kit", "kit@store.example"),
    ]:
        groups[ref] = write.mine(
            tables.organisation, ref=ref, name=ref.title(), sector="voluntary", email=email, **_placed(None)
        )
    for ref, kind, subkind, group, where in [
        ("near-hall", "venue", "film_hall", "halls", (352_000, 302_000)),
        ("next-hall", "venue", "film_hall", "halls", (353_000, 303_000)),
        ("small-hall", "venue", "film_hall", "halls", (352_100, 302_000)),
        ("beamer", "equipment", "beamer", "kit", (352_500, 302_500)),
        ("steward", "volunteer", "steward", None, (352_500, 303_500)),
    ]:
        number = write.resource(
            ref,
            kind,
            ref.replace("-", " ").title(),
            where,
            subkind=subkind,
            precision_metres=1000 if kind == "volunteer" else 0,
            organisation_id=groups.get(group or ""),
        )
        if kind == "venue":
            seats = 20 if ref == "small-hall" else 80
            write.row(
                tables.resource_feature, resource_id=number, name="seats_theatre", type="number", number=seats
            )
            write.row(
                tables.resource_feature, resource_id=number, name="pence_per_hour", type="number", number=1200
            )
    need = write.need(
        "film-night", "A film night", (351_500, 302_000), roles=(), organisation_id=groups["film"]
    )
    for role, kind in [("venue", "venue"), ("projector", "equipment"), ("steward", "volunteer")]:
        subkind = {"venue": "film_hall", "projector": "beamer", "steward": "steward"}[role]
        number = write.row(tables.need_role, need_id=need, role=role, kind=kind, subkind=subkind)
        if role == "venue":
            write.row(
                tables.role_feature, need_role_id=number, name="seats_theatre", type="number", number=60
            )
    write.row(tables.need_window, need_id=need, during=_a_month_ahead())


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
        write = _Writer(connection, "valeshire", "Valeshire")
        _draw(write)
        _film_night(write)
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
        opened = playwright.chromium.launch(executable_path=chromium, args=["--disable-gpu"])
        yield opened
        opened.close()


class Hall:
    """A small county where people post, each in a browser of their own."""

    def __init__(self, site: Any, app: Any) -> None:
        self.owner, self.app = site.owner, app
        self.people: dict[str, Any] = {}

    def come(self, name: str, *roles: str) -> Any:
        if name not in self.people:
            now = datetime.now(UTC)
            with self.owner.begin() as connection:
                number = accounts.add(connection, f"{name}@vale.example")
                for role in roles:
                    accounts.give_role(connection, number, Held(role))
                until = now + timedelta(hours=1)
                token = sessions.start(connection, number, now=now, until=until, device="x")
                row = sessions.found(connection, token, now)
                assert row is not None
                sessions.second_given(connection, row["id"], now)
            self.people[name] = self.app.test_client()
            self.people[name].set_cookie("geomatch-in", token)
        return self.people[name]

    def post(self, who: str, kind: str, /, **typed: str) -> Any:
        data = {"roles": "1", "do": "sure", **typed}
        return self.come(who).post(f"/account/posts/{kind}/new", data=data)

    def one(self, statement: str, **values: Any) -> Any:
        with self.owner.connect() as connection:
            return connection.execute(sa.text(statement), values).one()

    def waiting(self) -> dict[str, int]:
        page = self.come("broker", "broker").get("/broker/posts").text
        found = re.findall(r'id="post-(\d+)">([^<]+)<', page)
        return {name: int(number) for number, name in found}

    def publish(self, name: str, **form: str) -> Any:
        number = self.waiting()[name]
        return self.come("broker", "broker").post(f"/broker/posts/{number}/publish", data=form)


@pytest.fixture(scope="module")
def hall(own_site: Any) -> Iterator[Hall]:
    url = own_site.owner.url.render_as_string(hide_password=False)
    doors = [engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE)]
    app = webmap.create_app(doors[0], desk=doors[1])
    app.config["WTF_CSRF_ENABLED"] = False
    with own_site.owner.begin() as connection:
        connection.execute(sa.text("delete from road_set"))
    yield Hall(own_site, app)
    for one in doors:
        one.dispose()
