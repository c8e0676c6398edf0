"""What the tests of the proxy share: proxies in front of implementations, each on a port of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from mock_server import MockOptions
from mock_server.creation import make_table
from mock_server.proxy.running import ProxyOptions, make_proxy
from mock_server.proxy.session import Session
from mock_server.threads import RunningMock

INTERVIEW = "/v1/interviews/int_abc123def456"
AUTHORIZED = {"Authorization": "Bearer some-token"}
GONE = "http://127.0.0.1:9"
"""Where nobody listens."""


@dataclass
class RunningProxy:
    """A proxy that runs."""

    url: str
    session: Session
    client: httpx.Client

    def update(self, **body: Any) -> httpx.Response:
        """The answer to an update of an interview of JobHive."""
        return self.client.patch(INTERVIEW, json=body, headers=AUTHORIZED)

    def journal(self) -> list[Any]:
        """The entries of its journal."""
        entries: list[Any] = self.client.get("/_mock/api/journal").json()["entries"]
        return entries


@pytest.fixture
def proxy() -> Iterator[Callable[..., RunningProxy]]:
    """`proxy(upstream, **options)` starts one for JobHive."""
    running: list[tuple[RunningMock, httpx.Client]] = []

    def start(upstream: str, api: str = "jobhive", mock: MockOptions | None = None, **options: Any) -> RunningProxy:
        table = make_table(api, mock or MockOptions(clock="2024-01-15T16:45:00Z"))
        app, session = make_proxy(table, ProxyOptions(upstream, options.pop("answerers", {}), quiet=True, **options))
        server = RunningMock(app)
        client = httpx.Client(base_url=server.url, timeout=20, trust_env=False)
        running.append((server, client))
        return RunningProxy(server.url, session, client)

    yield start
    for server, client in running:
        client.close()
        server.close()


@pytest.fixture
def implementation() -> Iterator[Callable[..., str]]:
    """`implementation(answer)` serves what `answer(handler)` writes and gives its URL."""
    stack = []

    def start(answer: Callable[[BaseHTTPRequestHandler], None]) -> str:
        serving = _served(answer)
        stack.append(serving)
        return serving.__enter__()

    yield start
    for serving in stack:
        serving.__exit__(None, None, None)


@contextmanager
def _served(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            self.sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            answer(self)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Say nothing of clients that did not wait."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(handler: Any, status: int, body: bytes = b"", **headers: str) -> None:
    """Answer a request of `implementation`; underscores in names of headers stand for hyphens."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
