"""The mock over real sockets: whole requests, requests in pieces, several at once, HEAD, large bodies."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

import specs
from mock_server.threads import Mocks, RunningMock

TOKEN = {"Authorization": "Bearer any-token"}
PATH = "/v1/interviews/int_abc123def456"
HEAD = f"PATCH {PATH} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer x\r\n"


@pytest.fixture
def url():
    mocks = Mocks()
    yield mocks("jobhive", "driver_interviews").url
    mocks.close()


@pytest.fixture
def wire(url):
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        yield connection


def read_answers(connection, count):
    """The status and body of the next answers, all of which declare their length."""
    data, answers = b"", []
    while len(answers) < count:
        head, separator, rest = data.partition(b"\r\n\r\n")
        if separator:
            fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
            length = int(fields[b"content-length"])
            if len(rest) >= length:
                answers.append((int(head.split()[1]), rest[:length]))
                data = rest[length:]
                continue
        received = connection.recv(65536)
        assert received, "the connection was closed"
        data += received
    assert not data
    return answers


def test_the_documented_exchange_is_the_same_over_a_socket(url):
    fixture = next(f for f in specs.load("driver_interviews").fixtures if f.name == "create_interview")
    request, documented = fixture.request, fixture.response

    response = httpx.request(request.method, url + request.path, headers=request.headers, json=request.body)

    assert response.content == json.dumps(documented.body, separators=(",", ":")).encode()
    same = set(documented.headers) - {"x-request-id", "x-runtime"}
    assert {name: response.headers[name] for name in same} == {name: documented.headers[name] for name in same}


def test_a_request_may_come_in_pieces(wire):
    request = f'{HEAD}Content-Length: 18\r\n\r\n{{"position": "ab"}}'.encode()
    for start in range(0, len(request), 40):
        wire.sendall(request[start : start + 40])
        time.sleep(0.01)

    [(status, body)] = read_answers(wire, 1)

    assert (status, json.loads(body)["data"]["position"]) == (200, "ab")


def test_requests_may_be_sent_before_the_answers_came(wire):
    waiting = f"{HEAD}Prefer: wait=0.1\r\nContent-Length: 2\r\n\r\n{{}}"
    plain = f"{HEAD}Content-Length: 2\r\n\r\n{{}}"
    wire.sendall((plain + waiting + plain + plain).encode())

    answers = read_answers(wire, 4)

    ids = [json.loads(body)["meta"]["request_id"] for _, body in answers]
    assert ids == [f"req_update_int_{number:03d}" for number in range(1, 5)]


def test_a_chunked_body_is_read(wire):
    wire.sendall(f'{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{"pos\r\n'.encode())
    time.sleep(0.02)
    wire.sendall(b'd\r\nition": "ab"}\r\n0\r\n\r\n')

    [(status, body)] = read_answers(wire, 1)

    assert (status, json.loads(body)["data"]["position"]) == (200, "ab")


def test_a_client_that_waits_for_leave_is_told_to_continue(wire):
    wire.sendall(f"{HEAD}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n".encode())
    assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    wire.sendall(b"{}")

    assert read_answers(wire, 1)[0][0] == 200


def test_a_connection_is_kept_until_the_client_asks_to_close_it(wire):
    wire.sendall(f"{HEAD}Content-Length: 2\r\n\r\n{{}}".encode())
    read_answers(wire, 1)
    wire.sendall(f"{HEAD}Connection: close\r\nContent-Length: 2\r\n\r\n{{}}".encode())

    data = b"".join(iter(lambda: wire.recv(65536), b""))

    assert data.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close\r\n" in data


def test_what_is_no_http_is_refused_and_the_mock_lives_on(wire, url):
    wire.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")

    assert wire.recv(1000).startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{url}/_mock/health").status_code == 200


def test_head_is_answered_without_a_body(url):
    response = httpx.head(f"{url}/_mock/health")

    assert (response.status_code, response.content) == (200, b"")
    assert int(response.headers["content-length"]) > 0


def test_a_large_body_comes_through_and_a_larger_one_does_not(url):
    large = httpx.patch(url + PATH, json={"position": "x" * 900_000}, headers=TOKEN)
    larger = httpx.patch(url + PATH, json={"position": "x" * 1_100_000}, headers=TOKEN)

    assert len(large.json()["data"]["position"]) == 900_000
    assert larger.status_code == 413


def test_a_browser_gets_its_leave_over_the_socket_too(url):
    response = httpx.patch(url + PATH, json={}, headers={**TOKEN, "Origin": "http://app.example"})

    assert response.headers["access-control-allow-origin"] == "http://app.example"


def test_a_client_that_goes_away_does_no_harm(url):
    host, port = url.removeprefix("http://").split(":")
    for sent in (
        b"PATCH /v1",
        f"{HEAD}Content-Length: 100\r\n\r\n{{".encode(),
        f"{HEAD}Prefer: wait=0.2\r\nContent-Length: 2\r\n\r\n{{}}".encode(),
    ):
        with socket.create_connection((host, int(port))) as connection:
            connection.sendall(sent)
    time.sleep(0.3)

    assert httpx.get(f"{url}/_mock/health").status_code == 200


def test_an_idle_connection_is_closed(url, wire):
    wire.sendall(f"{HEAD}Content-Length: 2\r\n\r\n{{}}".encode())
    read_answers(wire, 1)
    started = time.monotonic()

    assert wire.recv(10) == b""
    assert 3 < time.monotonic() - started < 9


@pytest.mark.parametrize(
    "sent",
    [
        [f'{HEAD}content-LENGTH: 18\r\nX-Padded: \t padded \r\n\r\n{{"position": "ab"}}'],
        [f"{HEAD}Content-Length: 18\r\n", 'X-Padded: padded\r\n\r\n{"position"', ': "ab"}'],
        [f'{HEAD}X-Padded: padded\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{{"position": "ab"}}\r\n0\r\n\r\n'],
    ],
    ids=["whole", "in pieces", "in chunks"],
)
def test_the_journal_knows_a_request_however_it_came(wire, url, sent):
    for piece in sent:
        wire.sendall(piece.encode())
        time.sleep(0.02)
    read_answers(wire, 1)

    (entry,) = httpx.get(f"{url}/_mock/api/journal").json()["entries"]

    assert (entry["request"]["method"], entry["request"]["path"]) == ("PATCH", PATH)
    assert entry["request"]["body"]["text"] == '{"position": "ab"}'
    headers = {header["name"]: header["value"] for header in entry["request"]["headers"]}
    assert (headers["host"], headers["x-padded"]) == ("mock", "padded")
    assert json.loads(entry["answer"]["body"]["text"])["data"]["position"] == "ab"


def test_requests_that_came_together_are_apart_in_the_journal(wire, url):
    positions = ("first", "second", "third")
    bodies = [json.dumps({"position": position}) for position in positions]
    wire.sendall("".join(f"{HEAD}Content-Length: {len(body)}\r\n\r\n{body}" for body in bodies).encode())
    read_answers(wire, 3)

    entries = httpx.get(f"{url}/_mock/api/journal").json()["entries"]

    assert [entry["request"]["body"]["text"] for entry in entries] == bodies


def test_an_app_that_fails_or_does_not_answer_harms_no_other_request(caplog):
    async def app(scope, receive, send):
        if scope["type"] == "http" and scope["path"] == "/fails":
            raise ValueError("on purpose")
        if scope["type"] == "http" and scope["path"] == "/works":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})

    running = RunningMock(app)
    with httpx.Client(base_url=running.url) as client:
        assert client.get("/fails").status_code == 500
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/silent")
        assert client.get("/works").status_code == 204
    running.close()
    assert "on purpose" in caplog.text


def test_a_client_is_told_when_the_server_does_not_wait_for_its_answer(caplog):
    async def app(scope, _receive, send):
        if scope["type"] == "http":
            if scope["path"] == "/begun":
                await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
                await send({"type": "http.response.body", "body": b"some", "more_body": True})
            await asyncio.sleep(60)

    running = RunningMock(app)
    url = running.url
    running._server.config.timeout_graceful_shutdown = 0.1
    with ThreadPoolExecutor() as pool:
        silent, begun = (pool.submit(httpx.get, url + path, timeout=30) for path in ("/silent", "/begun"))
        time.sleep(0.3)
        running.close()

        assert silent.result().status_code == 503
        assert "stopped before this answer" in silent.result().json()["detail"]
        with pytest.raises(httpx.RemoteProtocolError):
            begun.result()
    assert "Traceback" not in caplog.text
