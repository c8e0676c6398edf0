"""What is sent to a mock to harm it: it answers with a clear 4xx or closes, keeps its memory, and serves others."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import threading
import time
from pathlib import Path

import httpx
import pytest

from mock_server.bounds import BoundedConnection
from mock_server.threads import Mocks

TOKEN = {"Authorization": "Bearer any-token"}
PATH = "/v1/interviews/int_abc123def456"
HEAD = f"PATCH {PATH} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\n".encode()


@pytest.fixture(scope="module")
def url():
    mocks = Mocks()
    yield mocks("jobhive", "driver_interviews").url
    mocks.close()


def exchange(url: str, data: bytes, *, patience: float = 20.0) -> bytes:
    """What the mock answers to these bytes, until it closes the connection or says nothing more."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=patience) as connection:
        received = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                received += piece
        except ConnectionError:  # it was closed while we were still sending
            pass
        return received


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer.split(None, 2)[1])


def whole(body: bytes, head: bytes = HEAD) -> bytes:
    return head + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def is_well(url: str) -> bool:
    return httpx.patch(url + PATH, json={}, headers=TOKEN).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"position":' * 50_000,
        b"[" * 5000 + b"]" * 5000,
        b'{"position": "\xff\xfe"}',
        b'{"position": "\x00"}',
        b'{"position": "a", "position": "b"}',
        b'{"duration_minutes": ' + b"9" * 5000 + b"}",
        b'{"duration_minutes": 1e999999}',
        b'{"duration_minutes": NaN}',
        b'{"position": "\\ud800"}',
        b"{",
        b"",
        b"\x00" * 1000,
    ],
    ids=lambda body: f"{body[:14]!r}x{len(body)}",
)
def test_a_body_that_is_no_good_json_is_refused_with_a_reason(url, body):
    answer = exchange(url, whole(body))

    assert 400 <= status(answer) < 500
    assert json.loads(answer.partition(b"\r\n\r\n")[2])
    assert is_well(url)


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd",
        "/v1/interviews/../../../etc/passwd",
        "/v1/interviews/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "//v1//interviews//x",
        "/v1/interviews/%00",
        "/v1/interviews/%ff%fe",
        "/v1/interviews/%",
        "/v1/interviews/%zz",
        "/v1/interviews/%ed%a0%80",
        "/v1/interviews/" + "a" * 30_000,
        "/v1/interviews/..;/admin",
        "/v1/interviews/\\..\\..",
        "/_mock/../v1",
        "/_mock/jobhive/../../pyproject.toml",
        "/_mock/%2e%2e/pyproject.toml",
        "/_mock/api/%00",
        "/_mock/api/state/%ff/x/y",
        "/_world/../x",
        "/_world/%00/v1/interviews/x",
        "/_world//v1",
        "/" + "/".join("a" * 2000),
        "http://other.example/v1/interviews/x",
    ],
    ids=lambda path: path[:40],
)
def test_tricks_with_the_path_find_nothing(url, path):
    answer = exchange(url, whole(b"{}", f"PATCH {path} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer x\r\n".encode()))

    assert 400 <= status(answer) < 500
    assert is_well(url)


@pytest.mark.parametrize(
    "head",
    [
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2000 + b"\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 1_000_000,
        b"GET / HTTP/1.1\r\nX: " + b"y" * 5_000_000,
        b"GET /" + b"y" * 5_000_000,
    ],
    ids=["many", "long", "long path", "many without end", "long without end", "path without end"],
)
def test_a_flood_of_headers_is_refused(url, head):
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        threading.Thread(target=send_quietly, args=(connection, head), daemon=True).start()
        answer = connection.recv(65536)

    assert status(answer) == 431
    assert b"application/problem+json" in answer
    assert is_well(url)


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("trailers", [b"X: y\r\n" * 10_000, b"y" * 65_536], ids=["many", "long"])
@pytest.mark.parametrize("head", [HEAD, b"GET /_mock/health HTTP/1.1\r\n"], ids=["awaited", "answered before"])
def test_trailers_without_end_are_refused(url, head, trailers):
    host, port = url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=20)
    with connection, contextlib.suppress(ConnectionError):
        connection.sendall(head + CHUNKED + b"2\r\n{}\r\n0\r\nX: ")
        for _ in range(500):
            connection.sendall(trailers)
        pytest.fail("the mock went on reading")

    assert is_well(url)


def test_trailers_do_not_change_the_headers(url):
    answer = exchange(url, HEAD + CHUNKED + b"2\r\n{}\r\n0\r\nX-Mock-World: behind\r\n\r\n")

    assert status(answer) == 200
    worlds = httpx.get(f"{url}/_mock/api/worlds").json()["worlds"]
    assert "behind" not in [world["name"] for world in worlds]


def send_quietly(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 100,
        b"\xff" * 100,
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nA\x00: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: b\x00c\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n A: folded\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
    ids=repr,
)
def test_what_is_no_good_http_is_refused(url, data):
    answer = exchange(url, data)

    assert not answer or 400 <= status(answer) < 500
    assert is_well(url)


CONTROL = b"POST /_mock/api/faults HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
FAULT = b'{"kind": "delay", "seconds": 0, "operations": ["updateInterview"], "times": 1}'
CUT_UP = b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n%b\r\n%x\r\n%b\r\n0\r\nX: y\r\n\r\n"


@pytest.mark.parametrize(
    "good",
    [
        whole(b'{"position": "a", "skills": ["x"], "duration_minutes": 60}'),
        CONTROL + CUT_UP % (FAULT[:5], len(FAULT) - 5, FAULT[5:]),
        whole(b"", b"GET /_world/one/_mock/api/state?api=jobhive HTTP/1.1\r\nHost: 127.0.0.1\r\n"),
    ],
    ids=["operation", "control, chunked", "state of a world"],
)
def test_random_bytes_do_no_harm(url, good):
    """Requests with bytes changed, cut out, doubled; the same ones in every run."""
    chance = random.Random(5)
    assert 200 <= status(exchange(url, good)) < 300
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            kind = chance.randrange(4)
            if kind == 0:
                data[at] = chance.randrange(256)
            elif kind == 1:
                del data[at : at + chance.randrange(20)]
            elif kind == 2:
                data[at:at] = data[at : at + chance.randrange(40)]
            else:
                data[at:at] = chance.randbytes(chance.randrange(10))
        answer = exchange(url, bytes(data))
        assert not answer or 200 <= status(answer) < 500, bytes(data)

    assert is_well(url)


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET /", b"GET / HTTP/1.1\r\nX: y\r\n", HEAD + b"Content-Length: 100\r\n\r\n{"],
    ids=["nothing", "line", "head", "body"],
)
def test_a_client_that_never_ends_its_request_is_not_waited_for(url, begun, monkeypatch):
    monkeypatch.setattr(BoundedConnection, "patience", 0.2)
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(begun)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert (status(answer) if answer else None) == (408 if begun else None)


def test_slow_clients_do_not_keep_others_waiting(url):
    host, port = url.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(200)]
    for connection in slow:
        connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
    started = time.monotonic()
    answered = [is_well(url) for _ in range(5)]
    took = time.monotonic() - started
    for connection in slow:
        connection.close()

    assert all(answered)
    assert took < 10


def test_a_slow_answer_is_not_taken_for_a_slow_client(url, monkeypatch):
    monkeypatch.setattr(BoundedConnection, "patience", 0.1)
    with httpx.Client() as client:
        for _ in range(2):
            answer = client.patch(url + PATH, json={}, headers={**TOKEN, "Prefer": "wait=0.5"})
            assert answer.status_code == 200
            time.sleep(0.3)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_is_bounded_under_bodies_without_end(url):
    """Bodies of 200 MB in all; the process may grow by far less."""

    def resident() -> int:
        line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024

    before, piece = resident(), b"%x\r\n" % 65536 + b"x" * 65536 + b"\r\n"
    host, port = url.removeprefix("http://").split(":")
    for _ in range(20):
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
            for _ in range(160):
                try:
                    connection.sendall(piece)
                except OSError:
                    break
            else:
                pytest.fail("the mock went on reading")
    assert resident() - before < 60
    assert is_well(url)


def test_what_is_kept_of_long_bodies_is_bounded(mock, document, monkeypatch):
    monkeypatch.setattr("mock_server.stores.memory.BYTES", 100_000)
    members = {"id": {"type": "integer"}, "text": {"type": "string"}}
    thing = {"type": "object", "required": ["id"], "properties": members}
    content = {"content": {"application/json": {"schema": thing}}}
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    made, shown = ({"responses": {status: {"description": "It", **content}}} for status in ("201", "200"))
    paths = {
        "/things": {"post": {"requestBody": content, **made}},
        "/things/{id}": {"get": {"parameters": [identity], **shown}},
    }
    ask = mock(document(paths))
    for number in range(1, 61):
        assert ask("POST", "/things", json={"id": number, "text": "x" * 10_000}).status_code == 201

    kept = ask("GET", "/_mock/api/state").json()["apis"]["things"]["resources"]["/things"]
    assert list(map(int, kept)) == list(range(61 - len(kept), 61))
    assert 5 <= len(kept) <= 14


LONG = 60_000


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/digest", {"Authorization": "Digest " + "a" * LONG}),
        ("/digest", {"Authorization": "Digest " + "a=" * (LONG // 2)}),
        ("/basic", {"Authorization": "Basic " + "A" * LONG}),
        ("/cookie", {"Cookie": 'key="' + "\\\\" * (LONG // 2) + '"'}),
        ("/cookie", {"Cookie": "a=b; " * (LONG // 5)}),
        ("/compared/" + "-" * LONG, {}),
        ("/compared/" + "a-" * (LONG // 2), {}),
        ("/compared/" + "%2d" * (LONG // 3), {}),
        ("/digest?" + "&" * LONG, {}),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_is_long_is_looked_through_in_good_time(mock, document, path, headers):
    schemes = {
        "digest": {"type": "http", "scheme": "digest"},
        "basic": {"type": "http", "scheme": "basic"},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    }
    answers = {"responses": {"204": {"description": "None"}}}
    names = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in "abc"]
    paths = {f"/{name}": {"get": {"security": [{name: []}], **answers}} for name in schemes}
    paths["/compared/{a}-{b}_{c}"] = {"get": {"parameters": names, **answers}}
    ask = mock(document(paths, components={"securitySchemes": schemes}))
    begun = time.perf_counter()

    assert ask("GET", path, headers=headers).status_code in (204, 401, 404)
    assert time.perf_counter() - begun < 2
