"""The control API under generated requests: whatever is sent, it answers as its document says and does not fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import specs
from mock_server.control.api import DOCUMENT
from mock_server.threads import Mocks
from tests.mock_server.stores.conftest import store_url

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]


APIS = ("jobhive", "driver_interviews")


@pytest.fixture(scope="module", params=["memory", "sqlite"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    mocks, options = Mocks(), {"clock": "2024-01-15T16:45:00Z", "webhooks": ("http://127.0.0.1:9/",)}
    for store in store_url(request.param, tmp_path_factory.mktemp("store")):
        yield mocks(*APIS, store=store, webhook_backoff=60.0, **options).url
        mocks.close()


def arrange(url: str) -> dict[str, Any]:
    """What is there, by the names of path parameters: a name by chance leads to nothing."""
    control = f"{url}/_mock/api"
    made = httpx.put(f"{control}/faults", json={"faults": [{"kind": "delay", "seconds": 0}]}).raise_for_status()
    httpx.post(f"{control}/state/reset").raise_for_status()
    token = {"Authorization": "Bearer x"}
    for headers in (token, {**token, "X-Mock-World": "mine"}):
        httpx.patch(f"{url}/v1/interviews/int_abc123def456", json={}, headers=headers).raise_for_status()
    return {
        "api": "jobhive",
        "kind": "interview",
        "id": "int_abc123def456",
        "world": "mine",
        "fault": made.json()["faults"][0]["id"],
        "number": httpx.get(f"{control}/journal").json()["last"],
        "delivery": httpx.get(f"{control}/webhooks/deliveries").json()["deliveries"][0]["id"],
        "subscriber": httpx.get(f"{control}/webhooks/subscribers").json()["subscribers"][0]["id"],
    }


@pytest.fixture(scope="module")
def operations(url: str) -> dict[str, schemathesis.schemas.APIOperation]:
    """The operations of the document, by id."""
    document = httpx.get(f"{url}/_mock/api/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=f"{url}/_mock/api")
    found = [result.ok() for result in schema.get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


SETTINGS = settings(
    max_examples=15,
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

UNLIKELY = {
    "addSubscriber",
    "provideState",
    "readCoverage",
    "readProxy",
    "removeSubscriber",
    "switchProxy",
    "triggerEvent",
}
"""Those that chance asks for nothing that can be done."""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_control_api_answers_as_documented_whatever_is_sent(operation, operations, url):
    there, statuses = arrange(url), set()

    made = [operations[operation].as_strategy(generation_mode=mode) for mode in GenerationMode]

    @SETTINGS
    @given(case=one_of(made))
    def fuzz(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=20)
        case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
        statuses.add(case.call_and_validate(checks=CHECKS, timeout=20).status_code)

    fuzz()
    if operation not in UNLIKELY:
        assert min(statuses) < 300, "nothing was ever done as it was asked"
    assert httpx.get(f"{url}/_mock/ready").status_code == 200


def test_the_operations_that_are_fuzzed_are_nearly_all(operations):
    assert len(operations) - len(OPERATIONS) <= 2
    assert len(OPERATIONS) > 20
