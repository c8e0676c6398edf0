"""Facts about the way to the target: limits, resets, silence, and answers that break off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import specs
from contract_tests import RunOptions
from contract_tests.calls import Call
from contract_tests.target import Target, TargetGoneError

Answering = Callable[[BaseHTTPRequestHandler, int], None]


@contextmanager
def answering(answer: Answering) -> Iterator[str]:
    """A server that answers the n-th request (from 1) as it is told."""
    count = 0

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            nonlocal count
            count += 1
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer(self, count)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def plain(handler: BaseHTTPRequestHandler, status: int = 200, body: bytes = b"{}", **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content_length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture(scope="module")
def call() -> Call:
    return Call(specs.load("jobhive").operations[0], {"id": "int_1"}, body={"position": "x"})


def target(url: str, **options: object) -> Target:
    return Target(specs.load("jobhive"), RunOptions(url=url, **options))  # type: ignore[arg-type]


def test_a_rate_limit_is_waited_for(call: Call) -> None:
    def limited(handler: BaseHTTPRequestHandler, count: int) -> None:
        plain(handler, 429 if count < 3 else 200, retry_after="0.01")

    with answering(limited) as url:
        made = target(url)
        assert made.send(call).status == 200
        assert made.requests == 3
        made.close()


def test_a_rate_limit_that_never_ends_ends_the_run(call: Call) -> None:
    with answering(lambda handler, _: plain(handler, 429, retry_after="0")) as url:
        made = target(url)
        with pytest.raises(TargetGoneError, match="rate limit"):
            made.send(call)
        made.close()


def test_a_connection_that_is_reset_is_tried_again(call: Call) -> None:
    def flaky(handler: BaseHTTPRequestHandler, count: int) -> None:
        if count == 2:
            handler.close_connection = True
        else:
            plain(handler)

    with answering(flaky) as url:
        made = target(url)
        assert [made.send(call).status for _ in range(2)] == [200, 200]
        assert made.requests == 3
        made.close()


def test_nobody_there_is_told_at_once(call: Call) -> None:
    made = target("http://127.0.0.1:9")
    with pytest.raises(
        TargetGoneError, match=r"Cannot reach the target, for PATCH http://127\.0\.0\.1:9/v1/interviews/int_1"
    ):
        made.send(call)
    assert made.requests == 1
    made.close()


def test_silence_is_told_with_its_seconds(call: Call) -> None:
    hold = threading.Event()
    with answering(lambda handler, _: plain(handler) if hold.wait(5) else None) as url:
        made = target(url, timeout=0.05)
        with pytest.raises(TargetGoneError, match=r"No answer within 0\.05 s"):
            made.send(call)
        hold.set()
        made.close()


def test_an_answer_that_breaks_off_is_kept(call: Call) -> None:
    def short(handler: BaseHTTPRequestHandler, _: int) -> None:
        plain(handler, body=b'{"a":', content_length="50")
        handler.close_connection = True

    with answering(short) as url:
        made = target(url)
        answer = made.send(call)
        assert answer.body == b'{"a":'
        assert not answer.json
        made.close()


def test_a_url_with_a_path_stands_in_for_the_documented_server(call: Call) -> None:
    origin, with_path = target("http://h:1/"), target("http://h:1/api/")
    assert origin.url(call) == "http://h:1/v1/interviews/int_1"
    assert with_path.url(call) == "http://h:1/api/interviews/int_1"
    origin.close()
    with_path.close()
