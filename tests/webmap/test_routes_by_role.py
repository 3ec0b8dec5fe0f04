"""The table of every address by every role, made from the application's own routes and tried one by one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule as Route
from werkzeug.routing.converters import AnyConverter, IntegerConverter

import webmap
from geomatch.db import accounts, engine, sessions
from geomatch.db.accounts import Held
from geomatch.services.database import APP_ROLE, DESK_ROLE
from webmap import rules
from webmap.rules import Rule

ROLES: dict[str, tuple[tuple[str, str | None], ...] | None] = {
    "stranger": None,
    "half way": (("broker", None),),
    "contributor": (),
    "member": (("ljc_member", "ljc/west-vale"),),
    "member elsewhere": (("ljc_member", "ljc/east-vale"),),
    "broker": (("broker", None),),
    "broker elsewhere": (("broker", "aldshire"),),
    "administrator": (("administrator", None),),
}
"""Each with the roles held, and where; a stranger has no account."""

FULLY = set(ROLES) - {"stranger", "half way"}
MAY = {
    Rule.ANYBODY: set(ROLES),
    Rule.LINK: set(ROLES),
    Rule.HALF_WAY: set(ROLES) - {"stranger"},
    Rule.SIGNED_IN: FULLY,
    Rule.MEMBER: {"member", "broker", "administrator"},
    Rule.BROKER: {"broker"},
    Rule.PROGRAM: {"broker"},
    Rule.ADMINISTRATOR: {"administrator"},
}
"""Who may come where, as the README tells it."""


class Town:
    """A site with somebody of every role, and a fresh session for every visit."""

    def __init__(self, site: Any, app: Any) -> None:
        self.owner, self.app = site.owner, app
        with self.owner.begin() as connection:
            self.accounts = {name: self._account(connection, name, held) for name, held in ROLES.items()}

    def _account(self, connection: sa.Connection, name: str, held: Any) -> int | None:
        if held is None:
            return None
        number = accounts.add(connection, f"{name.replace(' ', '-')}@table.example")
        rows = connection.execute(sa.text("select slug, id from county"))
        counties = {row.slug: row.id for row in rows}
        for role, where in held:
            member = role == "ljc_member"
            county = counties["valeshire"] if member else counties.get(where or "")
            accounts.give_role(connection, number, Held(role, county, where if member else None))
        return number

    def session(self, name: str) -> str | None:
        number = self.accounts[name]
        if number is None:
            return None
        now = datetime.now(UTC)
        with self.owner.begin() as connection:
            token = sessions.start(connection, number, now=now, until=now + timedelta(hours=1), device="x")
            row = sessions.found(connection, token, now)
            assert row is not None
            if name != "half way":
                sessions.second_given(connection, row["id"], now)
        return token

    def visit(self, name: str, path: str, method: str, **more: Any) -> Any:
        client = self.app.test_client()
        token = self.session(name)
        if token:
            client.set_cookie("geomatch-in", token)
        return client.open(path, method=method, **more)


@pytest.fixture(scope="module")
def town(own_site: Any) -> Iterator[Town]:
    url = own_site.owner.url.render_as_string(hide_password=False)
    doors = [engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE)]
    with own_site.owner.begin() as connection:
        connection.execute(sa.text("insert into county (slug, name) values ('aldshire', 'Aldshire')"))
    app = webmap.create_app(doors[0], desk=doors[1], config=webmap.WebConfig(reads_per_second=1_000_000))
    app.config["WTF_CSRF_ENABLED"] = False
    yield Town(own_site, app)
    for one in doors:
        one.dispose()


def _routes() -> list[Route]:
    door = sa.create_engine("postgresql+psycopg://")
    app = webmap.create_app(door, desk=door)
    return sorted(
        app.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint, sorted(each.methods or ()))
    )


def _path(route: Route) -> str:
    """An address of the route; there need not be anything at it."""
    parts: dict[str, Any] = {}
    for name in route.arguments - set(route.defaults or ()):
        converter = route._converters[name]
        parts[name] = "west-vale" if name == "slug" else "nothing"
        if isinstance(converter, AnyConverter):
            parts[name] = sorted(converter.items)[0]
        elif isinstance(converter, IntegerConverter):
            parts[name] = 987_654
    built = route.build(parts)
    assert built
    return built[1] + "?county=valeshire"


def _open(answer: Any) -> bool:
    """Whether somebody was let in; what they then found is another matter."""
    if answer.status_code in (401, 403):
        return False
    there = answer.headers.get("Location", "")
    turned = ("/account/sign-in?next=", "/account/second?next=", "/account/second/set-up?next=")
    return not there.startswith(turned)


@pytest.mark.parametrize("route", _routes(), ids=lambda route: f"{route.endpoint}-{route.rule}")
def test_each_address_opens_to_those_it_is_for_and_nobody_else(town: Town, route: Route) -> None:
    stated = rules.rule(route.endpoint)
    assert stated is not None
    for method in sorted((route.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
        found = {name for name in ROLES if _open(town.visit(name, _path(route), method))}
        assert found == MAY[stated], (method, route.rule)


def test_an_address_without_a_rule_is_closed_to_everybody(town: Town) -> None:
    town.app._got_first_request = False
    town.app.add_url_rule("/new", "fresh", lambda: "secret")
    for name in ROLES:
        answer = town.visit(name, "/new", "GET")
        assert answer.status_code == 403
        assert "secret" not in answer.text


def test_what_is_not_for_anybody_is_kept_nowhere(town: Town) -> None:
    for name, path in (("broker", "/broker/"), ("contributor", "/account/"), ("administrator", "/admin/")):
        answer = town.visit(name, path + "?county=valeshire", "GET")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "route",
    [each for each in _routes() if rules.rule(each.endpoint) is Rule.LINK and "GET" in (each.methods or ())],
    ids=lambda route: str(route.endpoint),
)
def test_what_a_letter_links_to_is_kept_nowhere_and_found_by_no_search(town: Town, route: Route) -> None:
    answer = town.visit("stranger", _path(route), "GET")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_broker_of_one_county_is_none_in_another(town: Town) -> None:
    assert town.visit("broker elsewhere", "/broker/?county=aldshire", "GET").status_code == 200
    assert town.visit("broker elsewhere", "/broker/?county=valeshire", "GET").status_code == 403


def test_nobody_ends_the_session_or_token_of_somebody_else(town: Town) -> None:
    town.session("broker")
    with town.owner.begin() as connection:
        now = datetime.now(UTC)
        number = town.accounts["broker"]
        assert number is not None
        theirs = sessions.listed(connection, number, now)[0]["id"]
        sessions.make_token(connection, number, "x", now=now, until=now + timedelta(days=1))
        token = sessions.tokens(connection, number, now)[0]["id"]
    town.visit("contributor", f"/account/sessions/{theirs}/end", "POST")
    town.visit("broker elsewhere", f"/account/tokens/{token}/end?county=aldshire", "POST")
    with town.owner.connect() as connection:
        assert theirs in [row["id"] for row in sessions.listed(connection, number, now)]
        assert token in [row["id"] for row in sessions.tokens(connection, number, now)]


def test_programs_come_in_by_a_broker_s_token_and_by_no_other(town: Town) -> None:
    now = datetime.now(UTC)
    made: dict[str, str] = {}
    with town.owner.begin() as connection:
        for name in ("broker", "contributor"):
            number = town.accounts[name]
            assert number is not None
            made[name] = sessions.make_token(connection, number, "x", now=now, until=now + timedelta(days=1))
        made["over"] = sessions.make_token(connection, number, "x", now=now, until=now - timedelta(days=1))

    def sent(token: str) -> Any:
        record = {"id": "by-program", "title": "T", "kind": "venue", "easting": 351500, "northing": 301500}
        client = town.app.test_client()
        return client.post(
            "/api/v1/needs?county=valeshire", json=record, headers={"Authorization": f"Bearer {token}"}
        )

    assert sent(made["broker"]).status_code == 201
    assert sent(made["contributor"]).status_code == 403
    for wrong in (made["over"], "gm_guessed", ""):
        answer = sent(wrong)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
