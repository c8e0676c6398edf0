"""What was recorded of an implementation is answered by the mock, without a word in the document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

import specs
from mock_server import MockOptions, create_app
from mock_server.cli import main
from mock_server.creation import make_table
from mock_server.proxy.running import ProxyOptions, make_proxy
from mock_server.recordings import left_out
from mock_server.threads import RunningMock
from tests.targets import serve

from .conftest import TOKEN, asking

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
BODY = {"content": {"application/json": {"schema": THING}}}
KEY = {"key": {"type": "apiKey", "in": "query", "name": "key"}}
PATHS: dict[str, Any] = {
    "/things": {
        "get": {
            "operationId": "listThings",
            "parameters": [{"name": "tag", "in": "query", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "All", **BODY}},
        },
        "post": {
            "operationId": "createThing",
            "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {"201": {"description": "Made", **BODY}, "422": {"description": "Refused"}},
        },
    },
    "/things/{id}": {
        "get": {
            "operationId": "readThing",
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "responses": {"200": {"description": "One", **BODY}, "404": {"description": "None"}},
        },
    },
}


@pytest.fixture
def record(tmp_path):
    """Writes a recording, and gives the folder."""
    folder = tmp_path / "recorded"
    folder.mkdir()

    def write(operation: str, target: str, status: int | None, body: Any = None, at: str = "", **more: Any) -> Path:
        method, _, path = target.partition(" ")
        request: dict[str, Any] = {"method": method, "path": path}
        if "sent" in more:
            request["body"] = {"value": more["sent"]}
        response: dict[str, Any] = {"headers": {"Content-Type": "application/json", "X-From": "there"}}
        response["headers"] |= more.get("headers", {})
        if status is not None:
            response["status"] = status
        if body is not None:
            response["body"] = {"value": body}
        source = {"page": "there", "section": f"recorded {at}", "strength": "inferred"}
        fixture = {"operation": operation, "title": "T", "source": source, "request": request, "response": response}
        (folder / f"{len(list(folder.iterdir()))}.yaml").write_text(json.dumps(fixture))
        return folder

    return write


@pytest.fixture
def replaying(document):
    """`replaying(folder)` asks a mock that answers what is recorded there."""

    def start(folder: Path, **options: Any) -> Any:
        file = document(PATHS, components={"securitySchemes": KEY})
        return asking(create_app(file, MockOptions(recordings=specs.recordings(folder), **options)))

    return start


def test_what_a_proxy_recorded_is_answered_by_a_mock(tmp_path):
    with serve("jobhive") as target:
        table = make_table("jobhive", MockOptions())
        app, _ = make_proxy(table, ProxyOptions(target.url, {}, quiet=True, record=tmp_path))
        proxy = RunningMock(app)
        path = f"{proxy.url}/v1/interviews/int_abc123def456"
        recorded = httpx.patch(path, json={"position": "Recorded"}, headers=TOKEN, trust_env=False)
        missing = httpx.patch(path + "0", json={}, headers=TOKEN, trust_env=False)
        proxy.close()
    ask = asking(create_app("jobhive", MockOptions(recordings=specs.recordings(tmp_path))))

    def update(identity, **sent):
        return ask("PATCH", f"/v1/interviews/{identity}", json=sent, headers=TOKEN)

    again = update("int_abc123def456", position="Recorded")
    assert (again.status_code, again.json()) == (200, recorded.json())
    assert again.headers["mock-decision"] == "recorded; update_interview_200.yaml"
    assert update("int_abc123def4560").json() == missing.json()
    other = update("int_abc123def456", position="Another")
    assert (other.json()["data"]["position"], other.headers["mock-decision"]) == ("Another", "simulation")
    refused = ask("PATCH", "/v1/interviews/int_abc123def456", json={"position": "Recorded"})
    assert refused.status_code == 401


@pytest.mark.parametrize("mode", ["simulation", "examples", "dynamic"])
def test_a_request_is_the_recorded_one_by_path_query_and_body(record, replaying, mode):
    record("readThing", "GET /things/a%2Fb", 200, {"id": 1, "name": "read"})
    record("listThings", "GET /things?tag=x&tag=y", 200, {"id": 2, "name": "listed"})
    folder = record("createThing", "POST /things", 201, {"id": 3, "name": "made"}, sent={"n": [1, True]})
    ask = replaying(folder, mode=mode)

    def name(*asked, **more):
        answer = ask(*asked, **more)
        return answer.json().get("name") if answer.headers.get("x-from") == "there" else None

    assert name("GET", "/things/a%2Fb") == "read"
    assert name("GET", "/things/a") is None
    assert name("GET", "/things?tag=x&tag=y") == "listed"
    assert [name("GET", f"/things{query}") for query in ("", "?tag=y&tag=x", "?tag=x&tag=y&tag=z")] == [None] * 3
    assert name("POST", "/things", json={"n": [1, True]}) == "made"
    assert [
        name("POST", "/things", json=body) for body in ({"n": [1, 1]}, {"n": [1]}, {}, {"n": [1, True], "m": 0})
    ] == [None] * 4


def test_what_was_redacted_may_be_anything(record, replaying):
    record("listThings", "GET /things?key=[redacted]", 200, {"id": 1})
    folder = record(
        "createThing", "POST /things", 201, {"id": 2}, sent={"password": "[redacted]", "note": "of [redacted]!"}
    )
    ask = replaying(folder)

    assert ask("GET", "/things?key=mine").json() == {"id": 1}
    assert ask("POST", "/things", json={"password": 5, "note": "of me!"}).headers["x-from"] == "there"
    assert "x-from" not in ask("POST", "/things", json={"password": "x", "note": "by me!"}).headers


def test_of_several_recordings_of_a_request_the_newest_is_answered(record, replaying):
    for at, number in (("2024-01-02", 2), ("2024-01-03", 3), ("2024-01-01", 1)):
        folder = record("readThing", "GET /things/1", 200, {"id": number}, at=at)

    assert replaying(folder)("GET", "/things/1").json() == {"id": 3}


def test_a_request_with_a_preference_is_for_the_mock(record, replaying):
    folder = record("readThing", "GET /things/1", 404)
    ask = replaying(folder)

    assert ask("GET", "/things/1").status_code == 404
    assert ask("GET", "/things/1", headers={"Prefer": "code=200"}).status_code == 200
    assert ask("GET", "/things/1?__code=200").status_code == 200


def test_a_recorded_refusal_stands_in_place_of_the_checks(record, replaying):
    folder = record("createThing", "POST /things", 422, sent=[1])

    assert replaying(folder)("POST", "/things", json=[1]).headers["x-from"] == "there"


def test_a_recording_is_given_to_those_who_accept_it(record, replaying):
    folder = record("readThing", "GET /things/1", 200, {"id": 7})

    assert replaying(folder)("GET", "/things/1", headers={"Accept": "text/html"}).status_code == 406


def test_faults_strike_what_was_recorded(record, replaying):
    folder = record("readThing", "GET /things/1", 200, {"id": 7})
    ask = replaying(folder, faults=({"kind": "status", "status": 503, "times": 1},))

    assert [ask("GET", "/things/1").status_code for _ in range(2)] == [503, 200]


def test_what_contradicts_the_document_is_not_answered_unless_lenient(record, document):
    record("readThing", "GET /things/1", 200, {"id": "one"})
    record("readThing", "GET /things/2", 418, {"id": 2})
    record("readThing", "GET /things/3", None, {"id": 3})
    record("readThing", "GET /things/4", 200)
    record("readThing", "GET /things/5", 200, "text", headers={"Content-Type": "text/html"})
    record("readThing", "GET /elsewhere/6", 200, {"id": 6})
    folder = record("unknown", "GET /things/7", 200, {"id": 7})

    def told(**options):
        options = MockOptions(recordings=specs.recordings(folder), **options)
        return left_out(make_table(document(PATHS), options).apis)

    strict = sorted(told())
    assert [text.partition(" is not answered: ")[0] for text in strict] == [
        *(f"the recording {number}.yaml" for number in (5, 6)),
        *(f"things: the recording {number}.yaml" for number in range(5)),
    ]
    assert "no API that is served has readThing at /elsewhere/6" in strict[0]
    reasons = [text.partition(" is not answered: ")[2] for text in strict[2:]]
    assert reasons[0].startswith("at /id of its body, expected is")
    assert reasons[1:] == [
        "readThing has no answer with the status 418",
        "it shows no status",
        "its body was no text, or it had none although one is documented",
        "readThing is documented to answer with application/json",
    ]
    assert len(told(lenient=True)) == 3


def test_an_operation_with_callbacks_is_replayed_and_followed(record, document):
    paths = json.loads(json.dumps(PATHS))
    paths["/things"]["post"]["callbacks"] = {"made": {"http://receiver.test/": {"post": {}}}}
    folder = record("createThing", "POST /things", 201, {"id": 3}, sent={})
    ask = asking(create_app(document(paths), MockOptions(recordings=specs.recordings(folder))))

    assert ask("POST", "/things", json={}).json() == {"id": 3}
    (delivery,) = ask("GET", "/_mock/api/webhooks/deliveries").json()["deliveries"]
    assert delivery["event"] == "made"


def test_a_recording_that_is_none_is_told_with_its_file_and_line(tmp_path):
    (tmp_path / "broken.yaml").write_text("operation: x\ntitle: [\n")
    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--fixtures", str(tmp_path)])

    assert (result.exit_code, f"{tmp_path / 'broken.yaml'}:" in result.output) == (2, True)
