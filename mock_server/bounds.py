"""What a client may ask of a connection: heads of a bounded length, and requests that arrive in good time."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mock_server.answers import header_lines
from mock_server.connection import Connection
from mock_server.problems import problem_details
from mock_server.refusals import Refusal

LONGEST_HEAD = 64 * 1024
"""The longest head of a request in bytes: its line and its headers."""

MOST_HEADERS = 500

_NOT_HTTP = Refusal("malformed", "This is no request of HTTP/1.1 that can be read.")
_TOO_LONG = Refusal(
    "head_too_long",
    f"The head of a request may have {LONGEST_HEAD} bytes and {MOST_HEADERS} headers here; so may its trailers.",
)
_TOO_SLOW = Refusal("too_slow", "The request arrives so slowly that it is not waited for.")


class _Dropped(list[tuple[bytes, bytes]]):
    """Where trailers go: they come when the headers have been read, and must not change them (RFC 9110, 6.5.1)."""

    def append(self, _trailer: tuple[bytes, bytes]) -> None:
        """Keep nothing."""


_TRAILERS = _Dropped()


class BoundedConnection(Connection):
    """One connection of a client, with its bounds; what is beyond them is told, and the connection closed."""

    patience = 30.0
    """Seconds in which `least` bytes of a request have to arrive, unless that ends it."""
    least = 16 * 1024

    _fault = _NOT_HTTP
    _is_large = False
    _counted: object = None
    _length = 0
    _seen: tuple[object, int] | None = None
    _watch: asyncio.TimerHandle | None = None
    _trailed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(self.patience, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: nothing to watch any more."""
        super().connection_lost(exc)
        if self._watch is not None:
            self._watch.cancel()

    def data_received(self, data: bytes) -> None:
        """Read what came, and count it where a request is not whole yet."""
        self._is_large = len(data) > LONGEST_HEAD
        super().data_received(data)
        cycle = self.cycle
        if cycle is None or cycle.more_body or cycle.scope is not self.scope:
            self._count(len(data))
            if self._trailing:
                self._count_trailers(len(data))

    def on_headers_complete(self) -> None:
        """The head is complete: go on if it is within its bounds."""
        may_be_long = self._is_large or self._counted is self.scope
        if len(self.headers) > MOST_HEADERS or (may_be_long and self._head_length() > LONGEST_HEAD):
            self._fault = _TOO_LONG
            raise ValueError(_TOO_LONG.message)  # the parser stops, and `send_400_response` follows
        super().on_headers_complete()
        self.headers = _TRAILERS

    def on_chunk_header(self) -> None:
        """A chunk begins: either some of the body follows, or nothing but trailers."""
        self._trailing, self._trailed = True, 0

    def on_chunk_complete(self) -> None:
        """A chunk is whole."""
        self._trailing = False

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (uvicorn's own words)
        """Tell what is wrong with what was sent, and close."""
        self._refuse(self._fault)

    def _count(self, length: int) -> None:
        if self._counted is not self.scope:
            self._counted, self._length = self.scope, 0
        self._length += length
        if self._in_head() and self._length > LONGEST_HEAD:
            self._refuse(_TOO_LONG)

    def _count_trailers(self, length: int) -> None:
        self._trailed += length
        if self._trailed <= LONGEST_HEAD:
            return
        if self.cycle is not None and self.cycle.response_complete:
            self.transport.close()
        else:
            self._refuse(_TOO_LONG)

    def _look(self) -> None:
        """See, now and then, whether a request that is not whole has come closer to it."""
        self._watch = None
        if self.transport.is_closing():
            return
        waiting = (self.scope, self._length) if self._in_head() or self._in_body() else None
        if waiting is not None and self._seen is not None and self._seen[0] is waiting[0]:
            if waiting[1] - self._seen[1] < self.least:
                self._refuse(_TOO_SLOW)
                return
        elif self.scope is None:  # nothing was ever sent
            self.transport.close()
            return
        self._seen = waiting
        self._watch = self.loop.call_later(self.patience, self._look)

    def _in_head(self) -> bool:
        return self.scope is not None and (self.cycle is None or self.cycle.scope is not self.scope)

    def _in_body(self) -> bool:
        cycle = self.cycle
        return cycle is not None and cycle.scope is self.scope and cycle.more_body and not cycle.response_complete

    def _head_length(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse(self, refusal: Refusal) -> None:
        if self.transport.is_closing():
            return
        answer = problem_details(refusal)
        lines = header_lines([*answer.headers, (b"connection", b"close")])
        self.transport.write(b"".join((STATUS_LINE[answer.status], lines, b"\r\n", answer.body)))
        self.transport.close()
