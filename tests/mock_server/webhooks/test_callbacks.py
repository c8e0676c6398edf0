"""Callbacks are sent to where the client says, as the document says, and only to addresses that were configured."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from standardwebhooks import Webhook

import specs
from mock_server import MockOptions
from mock_server.cli import main
from mock_server.creation import make_table
from specs.reading import parse

from ..stores.conftest import store_url
from .conftest import Mocked, until

CASES = parse((Path(__file__).parents[1] / "data" / "callbacks.yaml").read_text(), Path("callbacks.yaml"))
FORM = {
    "application/json": {
        "schema": {
            "type": "object",
            "required": ["id", "state"],
            "properties": {"id": {"type": "string"}, "state": {"enum": ["done"]}, "note": {"type": "string"}},
        },
        "example": {"id": "job_example", "state": "done"},
    }
}
SENT = {
    "url": "http://receiver.test/hook",
    "name": "a b/c",
    "n": 7,
    "ok": True,
    "none": None,
    "of": {"a/b": ["x", "y"]},
}
Jobs = Callable[..., Mocked]


def operation(expression: str, content: Any = None, method: str = "post") -> dict[str, Any]:
    """`startJob`, whose callback `jobDone` goes to the URL of an expression."""
    back: dict[str, Any] = {"responses": {"200": {"description": "Taken"}}}
    if content is not None:
        back["requestBody"] = {"content": content}
    answer = {"id": "job 7", "state": "queued", "next": "http://receiver.test/next"}
    location = {"schema": {"type": "string"}, "example": "http://receiver.test/location"}
    return {
        "operationId": "startJob",
        "parameters": [{"name": "kind", "in": "path", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
        "responses": {
            "202": {
                "description": "Begun",
                "headers": {"Location": location},
                "content": {"application/json": {"example": answer}},
            },
            "404": {"description": "Unknown"},
        },
        "callbacks": {"jobDone": {expression: {method: back}}},
    }


@pytest.fixture
def jobs(mocked: Callable[..., Mocked], document: Callable[..., Path]) -> Jobs:
    """`jobs("{$request.body#/url}")` is a mock of a document with that callback."""

    def make(expression: str, content: Any = FORM, method: str = "post", **options: Any) -> Mocked:
        paths = {"/jobs/{kind}": {"post": operation(expression, content, method)}}
        return mocked(document(paths), mode="examples", **options)

    return make


def start(mock: Mocked, body: Any = None, **headers: str) -> Any:
    query = "?at=http%3A%2F%2Freceiver.test%2Fasked&n=1"
    sent = {"X-Back": "http://receiver.test/header", **headers}
    return mock.ask("POST", f"/jobs/big%20one{query}", json=SENT if body is None else body, headers=sent)


def origin(receiver: Any) -> str:
    return str(receiver.url.removesuffix("/events"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_url_is_what_the_exchange_says(jobs, case):
    mock = jobs(case["expression"])

    assert start(mock).status_code == 202
    assert [one["url"] for one in mock.deliveries()] == ([] if case["url"] is None else [case["url"]])


def test_a_callback_is_sent_signed_to_an_origin_that_is_allowed(jobs, receiver):
    mock = jobs("{$request.body#/url}", allow_callbacks=(origin(receiver),))
    start(mock, {"url": receiver.url})
    (delivery,) = mock.settled()
    (allowed,) = mock.control("GET", "/webhooks/subscribers").json()["subscribers"]
    secret = mock.control("GET", f"/webhooks/subscribers/{allowed['id']}/secret").json()["secret"]
    headers, body = receiver.got[0]

    assert (delivery["state"], delivery["event"], delivery["about"]) == ("delivered", "jobDone", "things/startJob")
    assert (allowed["url"], allowed["callbacks_only"], delivery["subscriber"]) == (
        origin(receiver),
        True,
        allowed["id"],
    )
    assert Webhook(secret).verify(body, headers) == {"id": "job 7", "state": "done"}
    assert headers["content-type"] == "application/json"


def test_a_callback_is_sent_to_where_a_subscriber_is_and_signed_as_its_events_are(jobs, receiver):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    mock = jobs("{$request.body#/url}", webhooks=(receiver.url,), webhook_secret=secret)
    start(mock, {"url": f"{origin(receiver)}/elsewhere"})
    mock.settled()
    headers, body = receiver.got[0]

    assert Webhook(secret).verify(body, headers)["state"] == "done"


def test_a_subscriber_with_a_password_is_at_its_origin(mocked):
    subscribers = mocked(webhooks=("http://user:pass@receiver.test/events",)).table.worlds.outbox.subscribers

    assert subscribers.at("common", "http://receiver.test/hook") is not None


def test_a_callback_to_another_address_is_not_sent_and_says_what_to_do(jobs, receiver):
    mock = jobs("{$request.body#/url}")
    start(mock, {"url": receiver.url})
    (delivery,) = mock.deliveries()

    assert (delivery["state"], delivery["subscriber"], delivery["attempts"]) == ("failed", "", [])
    assert delivery["reason"].startswith("not sent: address not allowed")
    assert f"--allow-callbacks {origin(receiver)}" in delivery["reason"]

    mock.control("POST", "/webhooks/subscribers", {"url": f"{origin(receiver)}/x"})
    mock.control("POST", f"/webhooks/deliveries/{delivery['id']}/replay")
    (delivered,) = mock.settled()
    assert (delivered["state"], delivered["url"], len(receiver.got)) == ("delivered", receiver.url, 1)
    assert "reason" not in delivered


@pytest.mark.parametrize(
    ("allowed", "url"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.0.0.1:8000/", "HTTP://127.0.0.1:8000/a?b=c#d"),
        ("http://Receiver.test", "http://receiver.TEST:80/a"),
        ("https://receiver.test:443", "https://receiver.test"),
        ("http://[::1]:8000", "http://[::1]:8000/a"),
        ("http://127.0.0.1:*", "http://127.0.0.1:49152/a"),
    ],
)
def test_an_origin_that_is_allowed_is_known_in_every_notation(mocked, allowed, url):
    subscribers = mocked(allow_callbacks=(allowed,)).table.worlds.outbox.subscribers

    assert subscribers.at("common", url) is not None


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.test:8001/",
        "https://receiver.test:8000/",
        "http://receiver.test.evil.example:8000/",
        "http://receiver.test:8000@evil.example/",
        "http://user@receiver.test:8000/",
        "http://evil.example\\@receiver.test:8000/",
        "http://receiver.test:8000\\.evil.example/",
        "http://evil.example#@receiver.test:8000/",
        "http://evil.example/?http://receiver.test:8000/",
        "http:receiver.test:8000/",
        "//receiver.test:8000/",
        "ftp://receiver.test:8000/",
        "http://receiver.test:*/",
        "http://receiver.test:8000/\r\nX: y",
        "http://receiver.test:8000/" + "a" * 3000,
        "/relative",
    ],
)
def test_no_other_url_passes_for_an_origin_that_is_allowed(jobs, url):
    mock = jobs("{$request.body#/url}", allow_callbacks=("http://receiver.test:8000",))
    start(mock, {"url": url})
    (delivery,) = mock.deliveries()

    assert (delivery["state"], delivery["attempts"], delivery["reason"][:8]) == ("failed", [], "not sent")


@pytest.mark.parametrize(
    "text", ["receiver.test", "http://receiver.test/path", "ftp://receiver.test", "http://a@b", "http://*:80", "*"]
)
def test_what_is_no_origin_is_refused_with_a_sentence(text):
    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--allow-callbacks", text])

    assert (result.exit_code, "takes an origin such as http://127.0.0.1:8000" in result.output) == (2, True)


def test_a_refused_request_is_followed_by_no_callback(jobs):
    mock = jobs("{$request.body#/url}")
    assert start(mock, Prefer="code=404").status_code == 404
    assert start(mock, [1]).status_code == 422

    assert mock.deliveries() == []


def test_a_callback_is_tried_again_in_its_world(jobs, receiver):
    receiver.statuses = [500]
    mock = jobs("{$request.body#/url}", allow_callbacks=(origin(receiver),))
    start(mock, {"url": receiver.url}, **{"X-Mock-World": "mine"})
    (delivery,) = mock.settled("mine")

    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 204]
    assert {headers["x-mock-world"] for headers, _ in receiver.got} == {"mine"}
    assert mock.deliveries() == []


def test_callbacks_to_one_url_keep_their_order(jobs, receiver):
    receiver.statuses = [503]
    mock = jobs("{$request.body#/url}", allow_callbacks=(origin(receiver),), webhook_backoff=0.05)
    for note in "AB":
        start(mock, {"url": receiver.url, "note": note})
    mock.settled()

    assert [body["note"] for body in receiver.bodies] == ["A", "A", "B"]


def test_an_origin_for_callbacks_is_sent_no_events_and_stays(mocked, receiver):
    mock = mocked(allow_callbacks=(origin(receiver),))
    mock.update({})
    (allowed,) = mock.control("GET", "/webhooks/subscribers").json()["subscribers"]

    assert mock.deliveries() == []
    assert mock.control("DELETE", f"/webhooks/subscribers/{allowed['id']}").status_code == 409


@pytest.mark.parametrize(
    ("content", "media_type", "body"),
    [
        (None, None, b""),
        ({"text/plain": {"example": "done"}}, "text/plain", b"done"),
        ({"application/json": {"example": [1]}}, "application/json", b"[1]"),
        ({"application/json": {}}, "application/json", b"{}"),
        (
            {"application/x-www-form-urlencoded": {"example": {"state": "all done"}}},
            "application/x-www-form-urlencoded",
            b"state=all+done",
        ),
        (
            {"text/csv": {"schema": {"const": "a,b"}}, "application/json": {"example": {"state": "done"}}},
            "application/json",
            b'{"state":"done"}',
        ),
        ({"text/csv": {"schema": {"const": "a,b"}}}, "text/csv", b"a,b"),
    ],
)
def test_a_body_is_in_the_documented_form(jobs, receiver, content, media_type, body):
    mock = jobs("{$request.body#/url}", content, allow_callbacks=(origin(receiver),))
    start(mock, {"url": receiver.url})
    mock.settled()
    headers, got = receiver.got[0]

    assert (headers.get("content-type"), got) == (media_type, body)


def test_the_method_is_the_documented_one(jobs, receiver):
    mock = jobs("{$request.body#/url}", FORM, "put", allow_callbacks=(origin(receiver),))
    start(mock, {"url": receiver.url})
    mock.settled()

    assert receiver.methods == ["PUT"]


@pytest.mark.parametrize("place", ["sqlite", "postgresql"])
def test_a_callback_outlives_a_restart(jobs, receiver, tmp_path, place):
    for url in store_url(place, tmp_path):
        receiver.statuses = [500]
        options = {"store": url, "allow_callbacks": (origin(receiver),), "webhook_backoff": 0.5}
        first = jobs("{$request.body#/url}", **options)
        start(first, {"url": receiver.url})
        until(lambda mock=first: mock.deliveries()[0]["attempts"])
        first.table.worlds.close()
        second = jobs("{$request.body#/url}", **options)
        second.table.worlds.outbox.start()

        assert [one["state"] for one in second.settled()] == ["delivered"]
        second.table.worlds.close()


def test_callbacks_of_callbacks_are_not_followed_however_deep_they_are(document):
    item: dict[str, Any] = {"post": operation("{$request.body#/url}")}
    callbacks = item["post"]["callbacks"]
    callbacks["jobDone"]["{$request.body#/url}"] = {"$ref": "#/paths/~1jobs~1{kind}"}
    callbacks["x-more"] = {"x-url": None}
    api = specs.load(document({"/jobs/{kind}": item}))
    (start_job,) = api.operations
    (callback,) = start_job.callbacks

    assert (callback.name, callback.expression, callback.operation.method) == (
        "jobDone",
        "{$request.body#/url}",
        "POST",
    )
    assert callback.operation.callbacks == ()
    assert api.warnings == ()


def test_a_callback_that_is_a_reference_is_followed(document):
    whole = {"post": operation("http://receiver.test/")}
    callbacks = whole["post"].pop("callbacks")
    whole["post"]["callbacks"] = {"jobDone": {"$ref": "#/components/callbacks/jobDone"}}
    table = make_table(document({"/jobs/{kind}": whole}, components={"callbacks": callbacks}), MockOptions())

    assert json.dumps([each.expression for each in table.places[0].operation.callbacks]) == '["http://receiver.test/"]'
