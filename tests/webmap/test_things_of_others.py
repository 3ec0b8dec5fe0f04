"""Every address that names a thing, tried by somebody of the same role to whom that thing does not belong.

The table is held against the application's own routes: an address with a part to be filled in that stands
nowhere here fails. Each thing is there: after a stranger was turned away, whoever it belongs to comes to it.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

import webmap
from geomatch.db import accounts, sessions
from geomatch.db.accounts import Held
from tests.webmap.everypage import AT, PICKS
from tests.webmap.filmnight import Desk
from tests.webmap.sites import Site
from webmap import rules
from webmap.rules import Rule

ONLY_A_KIND = {"desk.template", "posts.count", "posts.new"}
"""What is named is a kind of thing, and nobody's."""
ALL_OF_THEM = {"admin.close", "admin.end_sessions", "admin.forget_second", "admin.give", "admin.person"}
"""Accounts belong to every administrator."""
WHOEVER_ASKS = {"posts.ask_to_join"}
"""Anybody signed in may ask; what it opens is given by a member."""

ELSEWHERE = {
    Rule.BROKER: ("broker", "aldshire", None),
    Rule.MEMBER: ("ljc_member", "valeshire", "ljc/east-vale"),
    Rule.ADMINISTRATOR: ("administrator", None, None),
}
"""Somebody of the role that an address is for: of another county, of another area."""


@dataclass(frozen=True)
class Try:
    """One address with ``{names}`` of things; with a form it is sent to."""

    endpoint: str
    path: str
    form: dict[str, str] | None = field(default=None)

    @property
    def rule(self) -> Rule:
        found = rules.rule(self.endpoint)
        assert found is not None
        return found


DAY = {"day": "{day}", "from": "19:00", "to": "21:00"}
TRIES = [
    Try("desk.need", "/broker/needs/film-night"),
    Try("desk.look", AT),
    Try("desk.contact", "/broker/contacts/resource/steward"),
    Try("desk.save_contact", "/broker/contacts/resource/steward", {"email": "x@y.z"}),
    Try("desk.edit", "/broker/needs/film-night/edit"),
    Try("desk.edit", "/broker/resources/near-hall/edit", {"name": "Mine now"}),
    Try("desk.merge", "/broker/merge/resources/near-hall?with=next-hall"),
    Try("desk.merge_them", "/broker/merge/resources/near-hall", {"with": "steward"}),
    Try("desk.merged", "/broker/merges/{merge}"),
    Try("desk.decide", "/broker/round/{run}", {"reject": "{rejected}", "reason-{rejected}": "x"}),
    Try("desk.propose", AT.partition("?")[0], PICKS | DAY),
    Try("desk.dates", "/broker/series/film-night/dates", PICKS | DAY | {"repeats": "1", "until": "{later}"}),
    Try("desk.confirm_series", "/broker/series/{series}/confirm", {}),
    Try("desk.end_series", "/broker/series/{series}/end", {"status": "cancelled", "reason": "x"}),
    Try("desk.answer", "/broker/asks/{ask}/answer", {"how": "telephone", "answer": "yes"}),
    Try("desk.confirm", "/broker/bundles/{bundle}/confirm", {}),
    Try("desk.home", "/broker/bundles/{bundle}/home", {"booking": "{booking}"}),
    Try("desk.happened", "/broker/bundles/{bundle}/happened", {"happened": "yes"}),
    Try("desk.end", "/broker/bundles/{bundle}/end", {"status": "cancelled", "booking": "{booking}"}),
    Try("desk.undo", "/broker/acts/{act}/undo", {}),
    Try("desk.answer_complaint", "/broker/complaints/{complaint}", {"answer": "We have looked."}),
    Try("desk.answer_joining", "/broker/joining/{brokers_joining}/yes", {}),
    Try("posts.edit", "/account/posts/needs/{posted}/edit"),
    Try("posts.edit", "/account/posts/needs/{posted}/edit", {"title": "Mine now"}),
    Try("posts.withdraw", "/account/posts/needs/{posted}/withdraw", {}),
    Try("posts.still_true", "/account/posts/resources/near-hall/still-true", {}),
    Try("desk.refuse_post", "/broker/posts/{post}/refuse", {"reason": "x"}),
    Try("desk.publish_post", "/broker/posts/{other_post}/publish", {}),
    Try("posts.take_in", "/account/posts/joining/{joining}/yes", {}),
    Try("posts.turn_down", "/account/posts/joining/{other_joining}/no", {}),
    Try("ljc.newest", "/ljc/west-vale"),
    Try("ljc.quarter", "/ljc/west-vale/{quarter}"),
    Try("ljc.targets", "/ljc/west-vale/targets"),
    Try("ljc.save_target", "/ljc/west-vale/targets", {"measure": "x"}),
    Try("ljc.save_story", "/ljc/west-vale/stories", {"words": "x"}),
    Try("ljc_api.ljc", "/api/v1/ljc/west-vale"),
    Try("admin.take", "/admin/people/{stranger}/roles/{role}/take", {}),
    Try("account.end_session", "/account/sessions/{session}/end", {}),
    Try("account.end_token", "/account/tokens/{token}/end", {}),
    Try("posts.leave", "/account/posts/groups/halls/leave", {}),
]  # fmt: skip
"""In an order in which whoever it belongs to may do them one after another."""

SAID = {
    "account.end_session": 303,
    "account.end_token": 303,
    "desk.decide": 409,
    "posts.leave": 303,
}
"""What a stranger hears where it is not that there is no such thing: ending what is not one's own ends
nothing, and says no more than ending what is over; another county's round is not the newest of one's own."""


class Others:
    """The town of every page with one more county, and a second person of each role."""

    def __init__(self, town: Any) -> None:
        self.app = town.app
        self.app.config["WTF_CSRF_ENABLED"] = False
        self.owner = town.app.extensions["geomatch"].matcher
        self.desk = Desk(Site(self.app, self.owner), self.owner)
        self.sql = self.desk.run
        self.sql("insert into county (slug, name) values ('aldshire', 'Aldshire')")
        self.mine = self._number("select account_id from people.session where device = 'a test' order by id")
        self.things = self._things()

    def _number(self, sql: str) -> int:
        return int(self.sql(sql)[0][0])

    def _things(self) -> dict[str, Any]:
        soon = self.desk.window.lower.date()
        things: dict[str, Any] = {"day": soon, "later": soon + timedelta(days=21)}
        for name, sql in _WHERE.items():
            things[name] = self._number(sql)
        self._second_post()
        self._series(soon)
        things["series"] = self._number("select max(id) from series")
        things |= {"posted": self.sql("select ref from need where title = 'Waits for a look'")[0][0]}
        things |= {"post": self._post("Waits for a look"), "other_post": self._post("Waits too")}
        things["rejected"] = self.sql(
            "select ref from need join match on need_id = need.id "
            "where matching_run_id = (select max(id) from matching_run) order by ref limit 1"
        )[0][0]
        things["quarter"] = self.sql("select quarter from snapshot limit 1")[0][0]
        return things | self._joinings() | self._accounts()

    def _second_post(self) -> None:
        typed = {"title": "Waits too", "easting": "351500", "northing": "301500", "role-0-kind": "venue"}
        self.come(None, "/account/posts/needs/new", typed | {"roles": "1", "do": "sure"})

    def _series(self, soon: Any) -> None:
        times = {"day": str(soon + timedelta(days=40)), "from": "09:00", "to": "10:00", "do": "propose"}
        until = {"repeats": "1", "until": str(soon + timedelta(days=54))}
        answer = self.come(None, "/broker/series/film-night/dates", PICKS | times | until)
        assert answer.status_code == 303, answer.text

    def _post(self, title: str) -> int:
        return self._number(
            f"select p.id from people.posting p join need on need.ref = p.ref where need.title = '{title}'"
        )

    def _joinings(self) -> dict[str, int]:
        """Three wait to belong to the halls, of whom the town's person is a member."""
        made, now = {}, datetime.now(UTC)
        [(group,)] = self.sql("select id from organisation where ref = 'halls'")
        with self.owner.begin() as connection:
            accounts.join(connection, self.mine, group)
            for name in ("joining", "other_joining", "brokers_joining"):
                number = accounts.add(connection, f"{name}@vale.example")
                words = "insert into people.joining (account_id, organisation_id, words, asked_at) "
                words += "values (:account, :group, '', :now) returning id"
                given = {"account": number, "group": group, "now": now}
                made[name] = int(connection.execute(sa.text(words), given).scalar_one())
        return made

    def _accounts(self) -> dict[str, int]:
        now = datetime.now(UTC)
        with self.owner.begin() as connection:
            until = now + timedelta(days=1)
            sessions.start(connection, self.mine, now=now, until=until, device="elsewhere")
            sessions.make_token(connection, self.mine, "x", now=now, until=until)
            mine = [row["id"] for row in sessions.listed(connection, self.mine, now)]
            return {
                "session": max(mine),
                "token": sessions.tokens(connection, self.mine, now)[0]["id"],
                "stranger": accounts.add(connection, "stranger@vale.example"),
                "role": accounts.role_rows(connection, self.mine)[0]["id"],
            }

    def somebody(self, one: Try) -> tuple[str, str]:
        """The session of a second person of the role that the address is for, and the county they ask in."""
        role, county, area = ELSEWHERE.get(one.rule, (None, None, None))
        if one.endpoint == "account.end_token":
            county = "valeshire"
        now = datetime.now(UTC)
        with self.owner.begin() as connection:
            number = accounts.add(connection, f"{one.rule.name}-{county}@elsewhere.example".lower())
            where = connection.scalar(sa.text("select id from county where slug = :c"), {"c": county})
            if role and not accounts.roles(connection, number):
                accounts.give_role(connection, number, Held(role, where, area))
            token = sessions.start(
                connection, number, now=now, until=now + timedelta(hours=1), device="a stranger's"
            )
            row = sessions.found(connection, token, now)
            assert row is not None
            sessions.second_given(connection, row["id"], now)
        return token, county or "valeshire"

    def come(
        self, token: str | None, path: str, form: dict[str, str] | None, county: str = "valeshire"
    ) -> Any:
        """Come to an address; without a token as the town's own person, to whom all of it belongs."""
        client = self.app.test_client()
        if token:
            client.set_cookie("geomatch-in", token)
        path += ("&" if "?" in path else "?") + f"county={county}"
        return client.get(path) if form is None else client.post(path, data=form)

    def filled(self, one: Try) -> tuple[str, dict[str, str] | None]:
        def fill(text: str) -> str:
            return text.format(**self.things)

        form = None if one.form is None else {fill(name): fill(text) for name, text in one.form.items()}
        return fill(one.path), form

    def state(self) -> dict[str, str]:
        """What stands in every table that somebody could change; sessions of strangers come and go."""
        found = {}
        for table in _TABLES:
            told = f"select md5(coalesce(string_agg(t::text, '' order by t::text), '')) from {table} t"
            found[table] = self.sql(told)[0][0]
        mine = "select string_agg(id::text, ' ' order by id) from people.session where account_id = :n"
        found["sessions"] = self.sql(mine, n=self.mine)[0][0]
        return found


_WHERE = {
    "merge": "select max(id) from people.merge",
    "run": "select max(id) from matching_run",
    "bundle": "select max(bundle_id) from booking",
    "booking": "select max(booking.id) from booking join resource on resource.id = resource_id "
    "where kind = 'volunteer'",
    "ask": "select max(id) from people.ask",
    "act": "select max(id) from people.act",
    "complaint": "select max(id) from people.complaint",
}
_TABLES = (
    "need", "need_role", "resource", "organisation", "booking", "bundle", "series", "people.target",
    "people.story", "people.contact", "people.ask", "people.decision", "people.act", "people.letter",
    "people.complaint",
    "people.posting", "people.joining", "people.member", "people.trusted", "people.role_held", "people.merge",
    "people.api_token", "homes.home",
)  # fmt: skip


@pytest.fixture(scope="module")
def others(town: Any) -> Others:
    return Others(town)


def test_every_address_that_names_a_thing_is_tried_or_stated() -> None:
    door = sa.create_engine("postgresql+psycopg://")
    app = webmap.create_app(door, desk=door)
    named = {each.endpoint for each in app.url_map.iter_rules() if each.arguments - set(each.defaults or ())}
    closed = {each for each in named if rules.rule(each) not in (Rule.ANYBODY, Rule.LINK)}
    tried = {each.endpoint for each in TRIES}
    stated = ONLY_A_KIND | ALL_OF_THEM | WHOEVER_ASKS
    assert tried & stated == set()
    assert closed - tried - stated == set(), "say whose the thing is, and try it as somebody else"
    assert stated - closed == set()


@pytest.mark.parametrize("one", TRIES, ids=lambda one: f"{one.endpoint}{'' if one.form is None else '-sent'}")
def test_nobody_comes_to_what_belongs_to_others_of_the_same_role(others: Others, one: Try) -> None:
    path, form = others.filled(one)
    token, county = others.somebody(one)
    before = others.state()
    answer = others.come(token, path, form, county)
    assert answer.status_code in ((SAID[one.endpoint],) if one.endpoint in SAID else (403, 404))
    assert others.state() == before
    if one.endpoint != "admin.take":
        assert others.come(None, path, form).status_code not in (401, 403, 404), "the thing is there"


GUESSED = ("/account/link/{}", "/answer/{}", "/still-true/{}", "/calendars/{}.ics")


def test_every_address_that_a_letter_leads_to_is_guessed() -> None:
    door = sa.create_engine("postgresql+psycopg://")
    routes = webmap.create_app(door, desk=door).url_map.iter_rules()
    links = {each.rule.replace("<token>", "{}") for each in routes if rules.rule(each.endpoint) is Rule.LINK}
    assert links == set(GUESSED)


@pytest.mark.parametrize("path", GUESSED)
@pytest.mark.parametrize("token", ["1", "A" * 43, "%00", "..%2f", "' or 1=1 --"])
def test_no_link_is_guessed(others: Others, path: str, token: str) -> None:
    client = others.app.test_client()
    assert client.get(path.format(token)).status_code in (400, 404)
    assert client.post(path.format(token)).status_code in (400, 404, 405)


def test_what_waits_for_a_look_is_at_no_public_address(others: Others) -> None:
    others._second_post()
    for [ref] in others.sql("select ref from people.posting where kind = 'needs' and state = 'waiting'"):
        for path in (f"/needs/{ref}", f"/needs/{ref}/map.svg"):
            assert others.app.test_client().get(path).status_code == 404


def test_looking_changes_nothing(others: Others, town: Any) -> None:
    before = others.state()
    for path in (path for paths in town.pages.values() for path in paths):
        others.come(None, path, None)
    assert others.state() == before
