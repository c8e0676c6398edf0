"""Receives the events that a target sends: a small HTTP server that keeps what it was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was received: the path, the headers as text, and the body."""

    path: str
    headers: str
    body: bytes

    def names(self, event: str) -> bool:
        """Whether it is about an event: how an event is told is not documented, so its name may stand anywhere."""
        word = f'"{event}"'.encode()
        return word in self.body or event in self.headers.split() or event in self.path.split("/")


@dataclass
class Inbox:
    """The deliveries so far, in order."""

    _deliveries: list[Delivery] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, delivery: Delivery) -> None:
        """Keep a delivery."""
        with self._changed:
            self._deliveries.append(delivery)
            self._changed.notify_all()

    @property
    def count(self) -> int:
        """How many there are."""
        with self._changed:
            return len(self._deliveries)

    def since(self, start: int) -> list[Delivery]:
        """Those after the first `start`."""
        with self._changed:
            return self._deliveries[start:]

    def await_event(self, event: str, start: int, seconds: float) -> bool:
        """Whether an event comes within some seconds, after the first `start` deliveries."""
        with self._changed:
            return self._changed.wait_for(lambda: any(d.names(event) for d in self._deliveries[start:]), seconds)

    def settle(self, quiet: float, longest: float) -> None:
        """Wait until nothing came for `quiet` seconds."""
        end = time.monotonic() + longest
        with self._changed:
            while self._changed.wait(quiet) and time.monotonic() < end:
                pass


@contextmanager
def listening(host: str, port: int) -> Iterator[Inbox]:
    """Listen until the block ends. Raises OSError where the port cannot be had."""
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        """Keeps every request, and answers 204."""

        protocol_version = "HTTP/1.1"
        timeout: ClassVar[float] = 5.0

        def _receive(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(min(length, LARGEST))
            inbox.put(Delivery(self.path, str(self.headers), body))
            self.send_response(204)
            self.end_headers()

        do_POST = do_PUT = do_PATCH = _receive  # noqa: N815 - names of the standard library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - a name of the standard library
            """Say nothing."""

    server = ThreadingHTTPServer((host, port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
