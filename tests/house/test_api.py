"""Every address of the API is described, and nothing is described that is not there."""

import sqlalchemy as sa

import webmap
from webmap import described, openapi


def test_every_api_route_is_in_the_document_and_the_other_way_round() -> None:
    app = webmap.create_app(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    undescribed = [rule.rule for rule in openapi.rules(app) if described.of(app, rule.endpoint) is None]
    assert undescribed == [], "put @described(...) under the route; see webmap/described.py"
    told = {
        (path, method.upper())
        for path, operations in openapi.document(app)["paths"].items()
        for method in operations
    }
    there = {
        (rule.rule.replace("<path:", "{").replace("<", "{").replace(">", "}"), method)
        for rule in openapi.rules(app)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == there
    assert len(there) >= 10


def test_every_described_address_says_more_than_its_name() -> None:
    app = webmap.create_app(sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none"))
    for path, _, told, _ in openapi.operations(app):
        assert told.summary, path
        assert told.detail, path
        assert all(each.what and each.expected for each in told.parameters), path
