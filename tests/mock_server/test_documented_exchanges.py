"""From the seed state, the documented request gets the documented response, to the byte."""

from __future__ import annotations

import json
import re

import pytest

import specs
from mock_server import create_app
from mock_server.options import MockOptions

from .conftest import asking

APIS = {name: specs.load(name) for name in specs.names()}
EXCHANGES = [(api, fixture) for api in APIS.values() for fixture in api.fixtures if fixture.request]
SUCCESSES = [
    (api, fixture)
    for api, fixture in EXCHANGES
    if any(
        example.fixture == fixture.name
        for media in api.by_id[fixture.operation].success.content
        for example in media.examples
    )
]
CLOCK = "2024-01-15T16:45:00Z"
FORMS = {
    "x-request-id": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "x-runtime": r"\d+\.\d{6}",
}


@pytest.mark.parametrize(("api", "fixture"), EXCHANGES, ids=lambda value: value.name)
@pytest.mark.parametrize("together", [True, False], ids=["all-apis", "one-api"])
def test_the_documented_request_gets_the_documented_response(api, fixture, together):
    ask = asking(create_app(list(APIS) if together else api.name, MockOptions(clock=CLOCK)))
    request, documented = fixture.request, fixture.response

    response = ask(request.method, request.path, headers=request.headers, content=json.dumps(request.body))

    assert response.content == json.dumps(documented.body, separators=(",", ":"), ensure_ascii=False).encode()
    assert documented.status in {None, response.status_code}
    for name, value in documented.headers.items():
        form = FORMS.get(name)
        assert re.fullmatch(form, response.headers[name]) if form else response.headers[name] == value


@pytest.mark.parametrize(("api", "fixture"), SUCCESSES, ids=lambda value: value.name)
def test_the_examples_mode_gives_the_documented_body(api, fixture):
    ask = asking(create_app(api.name, MockOptions(mode="examples")))
    request = fixture.request

    responses = [ask(request.method, request.path, headers=request.headers, json=request.body) for _ in range(2)]

    assert [response.json() for response in responses] == [fixture.response.body] * 2


def test_request_ids_are_fresh_and_follow_from_the_seed():
    fixture = APIS["driver_interviews"].fixtures[0]
    request = fixture.request

    def ids(seed):
        ask = asking(create_app("driver_interviews", MockOptions(seed=seed)))
        answers = [ask(request.method, request.path, headers=request.headers, json=request.body) for _ in range(3)]
        return [answer.headers["x-request-id"] for answer in answers]

    assert len(set(ids(1))) == 3
    assert ids(1) == ids(1)
    assert ids(1) != ids(2)
