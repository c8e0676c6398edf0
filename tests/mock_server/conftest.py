"""What the tests of the mock share: asking an app in process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from mock_server import MockOptions, create_app

Ask = Callable[..., httpx.Response]
TOKEN = {"Authorization": "Bearer any-token"}


@dataclass
class Collector:
    """What spans are exported to: its URL, the bodies that it was sent, and whether it answers."""

    url: str = ""
    received: list[bytes] = field(default_factory=list)
    answering: threading.Event = field(default_factory=threading.Event)


def asking(app: Any, address: str = "127.0.0.1") -> Ask:
    """A function that sends one request to an ASGI app, from an address, and gives the response."""

    def ask(method: str, path: str, **kwargs: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app, client=(address, 123))
            async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
                return await client.request(method, path, **kwargs)

        return asyncio.run(send())

    return ask


@pytest.fixture
def mock() -> Callable[..., Ask]:
    """`mock("jobhive", mode="examples")` makes a mock with a state of its own and gives what asks it."""

    def make(*apis: Any, **options: Any) -> Ask:
        return asking(create_app(list(apis), MockOptions(**options)))

    return make


@pytest.fixture
def document(tmp_path: Path) -> Callable[..., Path]:
    """Writes an OpenAPI document with these paths and gives its file."""

    def write(paths: dict[str, Any], name: str = "things.json", **members: Any) -> Path:
        import json

        whole = {"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths, **members}
        file = tmp_path / name
        file.write_text(json.dumps(whole))
        return file

    return write


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Where spans are exported to."""
    kept = Collector()
    kept.answering.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.received.append(self.rfile.read(int(self.headers["Content-Length"])))
            kept.answering.wait(30)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        kept.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield kept
        kept.answering.set()
        server.shutdown()
        thread.join()
