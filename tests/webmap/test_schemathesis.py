"""The document of the API is true: requests made from it, right and wrong ones, are answered as it says."""

from typing import Any

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
