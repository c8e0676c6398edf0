"""The control API under generated requests: whatever is sent, it answers as its document says and does not fail."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import specs
from mock_server.control.api import DOCUMENT
from mock_server.threads import Mocks

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    mocks = Mocks()
    yield mocks("jobhive", "driver_interviews", clock="2024-01-15T16:45:00Z").url
    mocks.close()


@pytest.fixture(scope="module")
def operations(url: str) -> dict[str, schemathesis.schemas.APIOperation]:
    """The operations of the document, by id."""
    document = httpx.get(f"{url}/_mock/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"{url}/_mock/api")
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


SETTINGS = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

OPERATIONS = [
    operation.id
    for operation in specs.load(DOCUMENT).operations
    if not any(media.name == "text/event-stream" for response in operation.responses for media in response.content)
]
"""All but those whose answers never end."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_control_api_answers_as_documented_whatever_is_sent(operation, operations, url):
    @SETTINGS
    @given(case=operations[operation].as_strategy())
    def fuzz(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=20)

    fuzz()
    assert httpx.get(f"{url}/_mock/ready").status_code == 200


def test_the_operations_that_are_fuzzed_are_nearly_all(operations):
    assert len(operations) - len(OPERATIONS) <= 2
    assert len(OPERATIONS) > 20
