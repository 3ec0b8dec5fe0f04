"""A county in which every kind of page has something to show, and an address of every one of them."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

import webmap
from geomatch.db import accounts, engine, finding, letters, sessions
from geomatch.db.accounts import Held
from geomatch.services import quarters
from geomatch.services.credentials import Keys
from geomatch.services.database import APP_ROLE, DESK_ROLE
from tests.webmap.county import draw, fill
from tests.webmap.filmnight import Desk, film_night
from tests.webmap.merges import merge
from tests.webmap.sites import Site
from tests.webmap.writer import Writer

PICKS = {"pick-venue": "near-hall", "pick-projector": "beamer", "pick-steward": "steward"}
AT = "/broker/bundle/film-night?pick-venue=near-hall&pick-projector=beamer&pick-steward=steward"
SECRET = "s" * 40


@dataclass(frozen=True)
class Town:
    """The site, and by endpoint the addresses of its pages: with much to show, with nothing, and wrong ones.

    ``half_way`` is the session of somebody who has yet to give a code.
    """

    app: Any
    pages: Mapping[str, list[str]]
    half_way: str


@contextmanager
def town(url: str, signed_in: Any) -> Iterator[Town]:
    """Everybody's pages, with one person signed in who may see them all."""
    owner, role = engine.connect(url), engine.connect(url, role=APP_ROLE)
    broker = engine.connect(url, role=DESK_ROLE)
    config = webmap.WebConfig(site="http://localhost", secret=SECRET, reads_per_second=1_000_000)
    app = webmap.create_app(role, config=config, desk=broker, matcher=owner)
    signed_in(app, owner, "broker", "administrator", "ljc_member", area="ljc/west-vale")
    with owner.begin() as connection:
        write = Writer(connection, "valeshire", "Valeshire", illustrative=True)
        draw(write)
        fill(write)
        film_night(write)
        connection.execute(sa.text("update matching_run set as_of = :day"), {"day": _today()})
        finding.gather(connection, write.county)
    quarters.keep(owner, quarters.Asked(None, SECRET.encode(), _today()))
    desk = Desk(Site(app, owner), owner)
    yield Town(app, _pages(desk, _links(desk)), _half_way(owner))
    for one in (owner, role, broker):
        one.dispose()


def _today() -> Any:
    return datetime.now(ZoneInfo("Europe/London")).date()


def _links(desk: Desk) -> dict[str, str]:
    """What is made only by doing something: links of letters, two records made one, a booking."""
    desk.post("/broker/round", "/broker/round")
    when = {"day": f"{desk.window.lower:%Y-%m-%d}", "from": "19:00", "to": "21:00"}
    desk.post("/broker/bundle/film-night", AT, **PICKS, **when)
    [answer, *_] = re.findall(r"/answer/\S+", desk.letters()[0]["body"])
    desk.post("/account/sign-in", "/account/sign-in", email="new@vale.example")
    [entry] = re.findall(r"/account/link/\S+", desk.letters()[0]["body"])
    merge(desk, "next-hall", "small-hall")
    [(merged,)] = desk.run("select max(id) from people.merge")
    complain = {"name": "Ada", "email": "ada@complaint.example", "words": "It says that I drive. I do not."}
    desk.post("/privacy/complaint", "/privacy/complaint", **complain)
    typed = {"title": "Waits for a look", "easting": "351500", "northing": "301500", "role-0-kind": "venue"}
    desk.post("/account/posts/needs/new", "/account/posts/needs/new", roles="1", do="sure", **typed)
    [(posted,)] = desk.run("select ref from need where title = 'Waits for a look'")
    now = datetime.now(UTC)
    with desk.owner.begin() as connection:
        county, ids = connection.execute(
            sa.text("select min(county_id), array_agg(id) from resource where ref in ('near-hall', 'beamer')")
        ).one()
        until = now + timedelta(days=9)
        still = letters.make_link(
            connection, county, "still-true", about={"resources": ids}, now=now, until=until
        )
    return {"answer": answer, "entry": entry, "still": still, "merged": merged, "posted": posted}


def _half_way(owner: sa.Engine) -> str:
    """The session of a broker whose telephone has yet to give its code."""
    now = datetime.now(UTC)
    with owner.begin() as connection:
        number = accounts.add(connection, "half-way@vale.example")
        accounts.give_role(connection, number, Held("broker", None, None))
        accounts.change(connection, number, totp=Keys(SECRET).seal("JBSWY3DPEHPK3PXP"), totp_step=0)
        until = now + timedelta(hours=1)
        return sessions.start(connection, number, now=now, until=until, device="a test")


def _pages(desk: Desk, made: Mapping[str, str]) -> dict[str, list[str]]:
    quarter = quarters.Quarter.of(_today())
    spot = "place=Middleton&spot=-2.680000,52.633000"
    return {
        "about.accessibility": ["/accessibility"],
        "about.complaint": ["/privacy/complaint"],
        "about.data": ["/about/data"],
        "about.privacy": ["/privacy"],
        "account.index": ["/account/"],
        "account.link": [made["entry"], "/account/link/nothing"],
        "account.second": ["/account/second"],
        "account.set_up": ["/account/second/set-up"],
        "account.sign_in": ["/account/sign-in", "/account/sign-in?next=/broker/"],
        "admin.audit": ["/admin/audit", "/admin/audit?about=account/987", "/admin/audit?page=x"],
        "admin.index": ["/admin/", "/admin/?text=nobody-at-all"],
        "admin.person": ["/admin/people/1", "/admin/people/987654"],
        "answer.ask": [made["answer"], "/answer/nothing"],
        "desk.aspirations": ["/broker/aspirations"],
        "desk.joining": ["/broker/joining"],
        "posts.groups": ["/account/posts/groups"],
        "desk.complaints_waiting": ["/broker/complaints"],
        "desk.contact": ["/broker/contacts/resource/steward?of=film-night", "/broker/contacts/need/nothing"],
        "desk.duplicates": ["/broker/duplicates?text=hall", "/broker/duplicates?kind=needs"],
        "desk.edit": ["/broker/resources/near-hall/edit", "/broker/needs/nothing/edit"],
        "desk.index": ["/broker/", "/broker/?state=past", "/broker/?page=x", "/broker/?text=nothing+at+all"],
        "desk.look": [AT, "/broker/bundle/film-night"],
        "desk.merge": [
            "/broker/merge/resources/near-hall?with=far-hall",
            "/broker/merge/resources/hall",
            "/broker/merge/resources/nothing",
        ],
        "desk.merged": [f"/broker/merges/{made['merged']}", "/broker/merges/987654"],
        "desk.need": ["/broker/needs/film-night", "/broker/needs/rival", "/broker/needs/nothing"],
        "desk.new": ["/broker/needs/new", "/broker/resources/new", "/broker/organisations/new"],
        "desk.posts": ["/broker/posts"],
        "desk.round_": ["/broker/round", "/broker/round?show=all", "/broker/round?show=x"],
        "desk.spreadsheet": ["/broker/import"],
        "desk.today": ["/broker/today"],
        "find.index": [
            "/find",
            "/find?near=Middleton&kind=venue",
            "/find?near=nowhere+at+all&kind=venue",
            "/find?near=Middleton&kind=castle",
        ],
        "ljc.newest": ["/ljc/west-vale", "/ljc/nothing"],
        "ljc.quarter": [f"/ljc/west-vale/{quarter.before(1)}", "/ljc/west-vale/1999-q1", "/ljc/west-vale/q7"],
        "ljc.targets": ["/ljc/west-vale/targets", "/ljc/nothing/targets"],
        "openapi.page": ["/about/api"],
        "places.choices": ["/places?place=wick", "/places?place=zzzz", "/places"],
        "posts.edit": [
            f"/account/posts/needs/{made['posted']}/edit",
            "/account/posts/resources/nothing/edit",
        ],
        "posts.index": ["/account/posts/"],
        "posts.new": [f"/account/posts/{kind}/new" for kind in ("needs", "resources", "organisations")],
        "public.area": [
            *(f"/areas/{area}" for area in ("ljc/west-vale", "parish/parish-11", "division/division-0")),
            "/areas/ljc/west-vale?on=2020-01-01",
            "/areas/parish/parish-00?show=all",
            "/areas/parish/nothing",
            "/areas/parish/parish-11?on=2026-13-01",
        ],
        "public.areas": [
            *(f"/areas/{kind}" for kind in ("ljc", "parish", "division")),
            "/areas/ljc?on=1950-01-01",
            "/areas/county",
        ],
        "public.index": [
            "/",
            "/?areas=parish&show=unmatched",
            "/?colour=coverage&minutes=10&mode=foot",
            f"/?{spot}&show=offers",
            "/?show=matched&kind=fund",
            "/?within=parish/parish-00&page=2",
            "/?show=everything",
        ],
        "public.need": ["/needs/warm", "/needs/rival", "/needs/odd/need%3F", "/needs/nothing"],
        "public.resource": ["/resources/hall", "/resources/driver", "/resources/odd", "/resources/nothing"],
        "rights.index": ["/admin/rights/"],
        "still.ask": [f"/still-true/{made['still']}", "/still-true/nothing"],
    }
