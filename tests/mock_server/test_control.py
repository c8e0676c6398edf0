"""The control API is described by a document of its own, keeps to it, and is not for everyone."""

from __future__ import annotations

import asyncio

import httpx
import pytest

import specs
from mock_server import MockOptions, create_app
from mock_server.control.api import DOCUMENT
from mock_server.control.handlers import HANDLERS
from mock_server.schemas import compile_schema

from .conftest import asking
from .controlling import controlling, document

SECRET = "tok-1"


def test_every_operation_has_a_handler_and_every_handler_an_operation():
    assert {operation.id for operation in document().operations} == set(HANDLERS)


def test_the_document_has_nothing_to_be_warned_of():
    assert specs.load(DOCUMENT).warnings == ()


def test_every_operation_is_shown_by_examples_that_fit_their_schemas():
    for operation in document().operations:
        contents = [*(operation.body.content if operation.body else ())]
        contents += [media for response in operation.responses for media in response.content if media.is_json]
        for media in contents:
            assert media.examples, f"{operation.id} {media.pointer}"
            validator = compile_schema(media.schema, document().document)
            for example in media.examples:
                validator.validate(example.value)


def test_the_document_is_served(mock):
    served = mock("jobhive")("GET", "/_mock/api/openapi.json").json()

    assert (served["openapi"], set(served["paths"])) == (
        document().document["openapi"],
        set(document().document["paths"]),
    )


def test_unknown_paths_and_methods_are_refused_with_a_way_out(mock):
    ask = mock("jobhive")

    for path in ("/_mock/api", "/_mock/api/", "/_mock/api/nothing", "/_mock/nothing"):
        answer = ask("GET", path)
        assert (answer.status_code, "/_mock/api/openapi.json" in answer.json()["detail"]) == (404, True)
    assert "/journal/verify" in ask("GET", "/_mock/api/journal/verfy").json()["detail"]
    refused = ask("DELETE", "/_mock/api/clock")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS, PUT")
    assert ask("OPTIONS", "/_mock/api/clock").headers["allow"] == "GET, HEAD, OPTIONS, PUT"
    assert (ask("HEAD", "/_mock/api/clock").status_code, ask("HEAD", "/_mock/api/clock").content) == (200, b"")


def test_a_document_that_serves_every_path_leaves_the_mocks_own(mock, document):
    answer = {"responses": {"200": {"description": "All", "content": {"text/plain": {"example": "mine"}}}}}
    ask = mock(document({"/{a}/{b}": {"get": answer}, "/{a}/{b}/{c}": {"get": answer}}))

    assert ask("GET", "/_mock/health").json()["status"] == "ok"
    assert ask("GET", "/_mock/api/worlds").json() == {"worlds": [{"name": "common"}]}
    assert ask("GET", "/_else/where").text == "mine"


def from_address(address: str, **options: object):
    transport = httpx.ASGITransport(create_app("jobhive", MockOptions(**options)), client=(address, 1))

    def ask(**headers: str) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
                return await client.get("/_mock/api/clock", headers=headers)

        return asyncio.run(send())

    return ask


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_without_a_token_callers_of_this_machine_are_answered(address):
    assert from_address(address)().status_code == 200


@pytest.mark.parametrize("address", ["192.0.2.7", "2001:db8::1", ""])
def test_without_a_token_nobody_else_is(address):
    response = from_address(address)()

    assert response.status_code == 403
    assert "--control-token" in response.json()["detail"]


def test_without_a_token_pages_of_other_machines_are_refused():
    ask = from_address("127.0.0.1")

    assert ask(origin="http://elsewhere.example").status_code == 403
    assert ask(origin="null").status_code == 403
    assert ask(origin="http://[").status_code == 403
    assert ask(origin="http://localhost:3000").status_code == 200


@pytest.mark.parametrize(
    ("origin", "token", "leave"),
    [
        ("http://elsewhere.example", None, None),
        ("http://localhost:3000", None, "http://localhost:3000"),
        ("http://elsewhere.example", SECRET, "http://elsewhere.example"),
    ],
)
@pytest.mark.parametrize("path", ["/_mock/api/worlds", "/_world/mine/_mock/api/worlds"])
def test_browsers_get_leave_to_read_only_where_the_page_would_be_answered(origin, token, leave, path):
    ask = asking(create_app("jobhive", MockOptions(control_token=token)))
    asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}

    for response in (ask("GET", path, headers={"Origin": origin}), ask("OPTIONS", path, headers=asked)):
        assert response.headers.get("access-control-allow-origin") == leave


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:4010", "127.0.0.1:4010", "127.1.2.3", "[::1]:4010", "jobhive.localhost", "mock"]
)
def test_without_a_token_the_control_api_is_at_the_names_of_this_machine(host):
    assert from_address("127.0.0.1")(host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["rebound.example", "rebound.example:4010", "localhost.example", "192.0.2.7", "[", "0.0.0.0", "x@[", "@"]
)
def test_without_a_token_it_is_at_no_other_name(host):
    refused = from_address("127.0.0.1")(host=host)

    assert refused.status_code == 403
    assert ("--control-token" in refused.json()["detail"], repr(host) in refused.json()["detail"]) == (True, True)


def test_with_a_token_it_is_at_every_name_and_for_every_page():
    ask = from_address("127.0.0.1", control_token=SECRET)

    answer = ask(host="mock.example", origin="https://tests.example", authorization=f"Bearer {SECRET}")
    assert answer.status_code == 200


def test_with_a_token_everyone_who_shows_it_is_answered():
    ask = from_address("192.0.2.7", control_token=SECRET)

    assert ask(authorization=f"Bearer {SECRET}").status_code == 200
    assert ask(authorization="Bearer other").status_code == 401
    assert from_address("127.0.0.1", control_token=SECRET)().status_code == 401


def test_a_token_is_not_shown():
    assert SECRET not in repr(MockOptions(control_token=SECRET))


def test_bodies_are_read_as_any_other(mock):
    control = controlling(mock("jobhive", body_limit=100))

    assert control("PUT", "/clock", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    assert control("PUT", "/clock", content=b"x", headers={"content-type": "text/plain"}).status_code == 415
    assert control("PUT", "/clock").status_code == 422
    assert control("PUT", "/clock", json={"mode": "frozen", "at": "x" * 200}).status_code == 413


def test_a_parameter_that_there_is_not_is_refused_rather_than_ignored(mock):
    refused = mock("jobhive")("GET", "/_mock/api/journal?oepration=updateInterview")

    assert refused.status_code == 422
    assert "no parameter 'oepration' here; there are: api, operation," in refused.json()["detail"]


@pytest.mark.parametrize(("sent", "meant"), [("a%2Fb", "a/b"), ("a%2541", "a%41"), ("%252F", "%2F"), ("%C3%A4", "ä")])
def test_a_path_is_read_as_it_was_sent(mock, sent, meant):
    ask = mock("jobhive")
    control = controlling(ask)

    made = control("PUT", f"/state/jobhive/interview/{sent}", {"status": "scheduled"})

    assert (made.status_code, made.json()["id"]) == (200, meant)
    assert ask("GET", f"/_world/common/_mock/api/state/jobhive/interview/{sent}").json()["id"] == meant
    assert ask("GET", f"/%5Fmock/api/state/jobhive/interview/{sent}").status_code in (200, 404)
