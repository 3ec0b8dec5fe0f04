"""Every address says who may come to it."""

import sqlalchemy as sa
from werkzeug.routing import Rule as Route

import webmap
from webmap import rules
from webmap.rules import Rule

WRITTEN_BY_ANYBODY = {"account.come_in", "account.sign_out", "about.complain"}
"""What a stranger may send something to."""

ROOMS = {"/broker/": {Rule.BROKER}, "/admin/": {Rule.ADMINISTRATOR}, "/ljc/": {Rule.MEMBER}}


def _routes() -> list[Route]:
    app = webmap.create_app(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    return list(app.url_map.iter_rules())


def test_every_address_has_a_rule() -> None:
    silent = sorted({each.endpoint for each in _routes() if rules.rule(each.endpoint) is None})
    assert silent == [], "say in webmap/rules.py who may come to these; until then nobody may"


def test_no_rule_is_of_an_address_there_is_not() -> None:
    there = {each.endpoint for each in _routes()}
    assert sorted(set(rules.RULES) - there) == []


def test_what_strangers_may_come_to_only_shows_things() -> None:
    taking = {
        each.endpoint
        for each in _routes()
        if rules.rule(each.endpoint) is Rule.ANYBODY and (each.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    assert taking == WRITTEN_BY_ANYBODY


def test_whole_rooms_are_closed_to_others() -> None:
    for path, wanted in ROOMS.items():
        found = {rules.rule(each.endpoint) for each in _routes() if each.rule.startswith(path)}
        assert found <= wanted, path
    own = {each.endpoint for each in _routes() if each.rule.startswith("/account/")}
    open_ = {name for name in own if rules.rule(name) is Rule.ANYBODY}
    assert open_ == {"account.sign_in", *WRITTEN_BY_ANYBODY} - {"about.complain"}
