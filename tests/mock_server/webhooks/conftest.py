"""What the tests of webhooks share: a subscriber that answers as it is told, and mocks whose outbox is closed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mock_server import MockOptions
from mock_server.creation import assemble, make_table
from mock_server.table import Table

from ..conftest import TOKEN, Ask, asking
from ..controlling import Control, controlling

NOON = "2024-01-15T16:45:00Z"
INTERVIEW = "/v1/interviews/int_abc123def456"
PATIENCE = 30.0


@dataclass
class Receiver:
    """A subscriber: keeps what it gets, and answers with the statuses it was told, then with 204.

    `headers` go with every answer; `before` is done before each.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    before: Callable[[bytes], None] = lambda _body: None

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    @property
    def events(self) -> list[str]:
        return [body["event"] for body in self.bodies]

    def await_count(self, count: int) -> None:
        until(lambda: len(self.got) >= count)


def until(holds: Callable[[], Any]) -> Any:
    """What `holds` gives, once that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := holds()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
    return found


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.before(body)
            kept.got.append((dict(self.headers), body))
            kept.methods.append(self.command)
            status = kept.statuses.pop(0) if kept.statuses else 204
            self.send_response(status)
            for name, value in kept.headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", "5")
            self.end_headers()
            if status != 204:
                self.wfile.write(b"words")

        def do_PUT(self) -> None:
            self.do_POST()

        def do_GET(self) -> None:  # of one who follows redirects
            kept.got.append((dict(self.headers), b"{}"))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/events"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Mocked:
    """A mock of which tests see the inside, too."""

    table: Table
    ask: Ask
    control: Control

    def update(self, body: Any, world: str | None = None, path: str = INTERVIEW) -> Any:
        headers = TOKEN if world is None else {**TOKEN, "X-Mock-World": world}
        response = self.ask("PATCH", path, json=body, headers=headers)
        assert response.status_code == 200, response.text
        return response.json()

    def interview(self) -> Any:
        return self.control("GET", "/state/jobhive/interview/int_abc123def456").json()

    def deliveries(self, query: str = "", world: str | None = None) -> list[Any]:
        listed = self.control("GET", f"/webhooks/deliveries{query}", world=world).json()["deliveries"]
        return list(reversed(listed))

    def settled(self, world: str | None = None) -> list[Any]:
        """The deliveries, once none of them waits."""
        until(lambda: all(one["state"] != "waiting" for one in self.deliveries(world=world)))
        return self.deliveries(world=world)


@pytest.fixture
def mocked() -> Iterator[Callable[..., Mocked]]:
    """`mocked(webhooks=(url,))` makes a mock of JobHive; `mocked("file.json")` of another."""
    tables: list[Table] = []

    def make(*apis: Any, **options: Any) -> Mocked:
        table = make_table(
            list(apis) or ["jobhive"], MockOptions(**{"clock": NOON, "webhook_backoff": 0.01, **options})
        )
        tables.append(table)
        ask = asking(assemble(table))
        return Mocked(table, ask, controlling(ask))

    yield make
    for table in tables:
        table.worlds.close()
