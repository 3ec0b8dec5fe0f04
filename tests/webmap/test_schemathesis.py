"""The document of the API is true: requests made from it, right and wrong ones, are answered as it says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.checks import negative_data_rejection, unsupported_method

import webmap
from geomatch.db import engine
from geomatch.services.database import APP_ROLE, DESK_ROLE
from webmap import openapi
from webmap.formats import CSV, GEOJSON, JSON

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
]
ACCEPTED = ("*/*", JSON, GEOJSON, CSV)
"""One for each request, by its length: so every type of answer is held to its schema."""
NOWHERE = sa.create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
API = schemathesis.openapi.from_dict(openapi.document(webmap.create_app(NOWHERE)))

API.config.checks.negative_data_rejection.expected_statuses += ["414"]  # too long before it is wrong


@API.parametrize()
@settings(
    max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
def test_the_api_does_what_its_document_says(case: Any, site: Any) -> None:
    accept = ACCEPTED[len(str(case.query)) % len(ACCEPTED)]
    headers = {"Accept": accept, "Accept-Encoding": "identity"}
    case.call_and_validate(checks=CHECKS, app=site.app, headers=headers)


@API.include(method="POST").parametrize()
@settings(
    max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
def test_what_programs_may_write_is_answered_as_the_document_says(case: Any, open_site: Any) -> None:
    case.call_and_validate(checks=CHECKS, app=open_site, headers={"Accept-Encoding": "identity"})


@pytest.fixture(scope="module")
def open_site(own_site: Any, signed_in: Callable[..., str]) -> Iterator[Any]:
    """The site as a broker has it."""
    url = own_site.owner.url.render_as_string(hide_password=False)
    app_door, desk_door = (engine.connect(url, role=role) for role in (APP_ROLE, DESK_ROLE))
    config = webmap.WebConfig(reads_per_second=1_000_000)
    app = webmap.create_app(app_door, config=config, desk=desk_door)
    signed_in(app, own_site.owner, "broker")
    yield app
    app_door.dispose()
    desk_door.dispose()
