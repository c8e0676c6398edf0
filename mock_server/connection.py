"""The mock's HTTP connection: uvicorn's, with a short way for requests that came whole.

Most requests arrive in one piece and are answered without waiting for anything. For those uvicorn's way (a task, an
event, two messages, a check of each header) costs several times what the answer costs. Here the app is run at once, in
the callback that has read the request, and its answer is written in one piece. An app that does wait is carried on in a
task, and a request whose body is still to come goes uvicorn's way from the start.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import types
from collections.abc import Awaitable, Coroutine, Generator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from mock_server.answers import Answer, header_lines
from mock_server.layers import RAW
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import CUT, SHORT_WAY, STOP, WHOLE_BODY, send_answer

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

_STOPPED = Refusal("unavailable", "The mock was stopped before this answer was ready.")
_END_OF_HEAD = b"\r\n\r\n"
_LONG = 64 * 1024
"""From how many bytes of a body on no more of it is read before the app asks for it."""


class Cycle(RequestResponseCycle):
    """One request and its answer: uvicorn's, without what only the long way needs."""

    logger = access_logger = logging.getLogger("uvicorn.error")
    access_log = disconnected = response_started = response_complete = False
    more_body = True
    chunked_encoding = None
    expected_content_length = 0
    _event: asyncio.Event | None = None

    def __init__(self, connection: Connection, *, keep_alive: bool) -> None:
        self.scope = connection.scope
        self.transport, self.flow = connection.transport, connection.flow
        self.default_headers = connection.server_state.default_headers
        self.on_response = connection.on_response_complete
        self.waiting_for_100_continue = connection.expect_100_continue
        self.keep_alive = keep_alive
        self.body = bytearray()

    async def run_asgi(self, app: ASGI3Application) -> None:
        """Run the app for an answer that takes its time; where the server stops before, the client is told."""

        async def until_it_stops(scope: Any, receive: Any, send: Any) -> None:
            try:
                await app(scope, receive, send)
            except asyncio.CancelledError:
                if self.response_started:
                    self.transport.close()
                else:
                    await send_answer(problem_details(_STOPPED), scope, send)

        await super().run_asgi(until_it_stops)

    @property
    def message_event(self) -> asyncio.Event:  # type: ignore[override]
        """Set whenever there is something to receive; made when somebody first waits for it."""
        if self._event is None:
            self._event = asyncio.Event()
            self.tell()
        return self._event

    def tell(self) -> None:
        """Wake whoever waits, if there is something to receive."""
        if self._event is not None and (self.body or not self.more_body or self.disconnected or self.response_complete):
            self._event.set()


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    cycle: Cycle | None  # type: ignore[assignment]  # None before the first request
    _data = b""
    _held: Cycle | None = None
    _active: RequestResponseCycle | None = None
    _idle_since: float | None = None
    _trailing = False  # whether a chunk has begun of which no byte has come
    _defaults: tuple[object, bytes] = (None, b"")

    def data_received(self, data: bytes) -> None:
        """Read what came; a request of which more has to come is given to a task."""
        self._data = data
        super().data_received(data)
        if self._held is not None:
            cycle, self._held = self._held, None
            super()._start_asgi_task(cycle, self.app)

    def on_headers_complete(self) -> None:
        """The head is complete: put it into the scope, and hold the request until it is known whether it is whole."""
        scope, parser, before = self.scope, self.parser, self.cycle
        version = parser.get_http_version()
        scope["method"] = parser.get_method().decode("ascii")
        if version != "1.1":
            scope["http_version"] = version
        url = httptools.parse_url(self.url)
        raw_path = scope["raw_path"] = url.path
        path = raw_path.decode("ascii")
        scope["path"] = unquote(path) if "%" in path else path
        scope["query_string"] = url.query or b""
        cycle = self.cycle = Cycle(self, keep_alive=version != "1.0" and parser.should_keep_alive())
        if before is None or before.response_complete:
            self._start_asgi_task(cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, self.app))

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Hold a request until it is known whether all of it is at hand."""
        self._active = cycle
        cycle.scope[CUT] = self._cut  # type: ignore[literal-required]
        if cycle is self.cycle and cycle.more_body:
            self._held = self.cycle
        else:
            super()._start_asgi_task(cycle, app)

    def on_body(self, body: bytes) -> None:
        """A part of the body is there."""
        self._trailing, cycle = False, self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.body += body
            if len(cycle.body) > _LONG:
                self.flow.pause_reading()
            cycle.tell()

    def on_message_complete(self) -> None:
        """The request is complete: run the app at once where it was held."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return
        cycle.more_body = False
        if self._held is None:
            cycle.tell()
        else:
            self._held = None
            self._run(cycle)

    def on_response_complete(self) -> None:
        """One timer watches an idle connection for as long as it lives; uvicorn makes one for each answer."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._watch_idleness(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has been idle for long enough, else look again when it can have been."""
        self.timeout_keep_alive_task = None
        if self._idle_since is None:
            return
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._watch_idleness(left)
        else:
            super().timeout_keep_alive_handler()

    def shutdown(self) -> None:
        """The server is about to stop: answers that do not end by themselves are ended."""
        super().shutdown()
        stop = None if self._active is None else self._active.scope.get(STOP)
        if callable(stop):
            stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone: nothing to watch any more."""
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def _unset_keepalive_if_required(self) -> None:
        self._idle_since = None

    def _watch_idleness(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)

    def _run(self, cycle: Cycle) -> None:
        """Run the app for a request that is whole, in this callback for as long as it waits for nothing."""
        data, body = self._data, bytes(cycle.body)
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
        scope[SHORT_WAY] = self._write
        scope[WHOLE_BODY] = body
        if data.find(_END_OF_HEAD) + len(_END_OF_HEAD) + len(body) == len(data):  # one request, and all of it
            scope[RAW] = data
        running: Coroutine[Any, Any, None] = self.app(cycle.scope, cycle.receive, cycle.send)
        try:
            rest: Awaitable[None] = _carried_on(running, running.send(None))
        except StopIteration:
            if not cycle.response_complete and not cycle.disconnected:
                self.transport.close()
            return
        except Exception as error:
            rest = _failing(error)
        scope.pop(SHORT_WAY, None)  # from here on another request may be the connection's current one
        super()._start_asgi_task(cycle, lambda _scope, _receive, _send: rest)

    def _cut(self, raw: bytes, *, reset: bool) -> None:
        """End the connection without an answer, behind bytes that are written as they are; `reset` as a crash would."""
        if self._active is not None:
            self._active.disconnected = True  # nothing is sent in place of the answer
        if reset:
            bound = self.transport.get_extra_info("socket")
            if bound is not None:
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()
            return
        if raw:
            self.transport.write(raw)
        self.transport.close()

    def _write(self, answer: Answer) -> bool:
        """Write a whole answer; False where it has to go the long way."""
        cycle = self.cycle
        if cycle is None or self.flow.write_paused or cycle.disconnected or cycle.response_started:
            return False
        if answer.status < 200:
            return False
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        body = b"" if scope["method"] == "HEAD" else answer.body
        cycle.response_started = cycle.response_complete = True
        self.transport.write(
            b"".join((STATUS_LINE[answer.status], self._default_lines(), answer.shared.lines, answer.own, end, body))
        )
        scope["mock.status"] = answer.status
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

    def _default_lines(self) -> bytes:
        """The headers of every answer (the date) as they stand on the wire; uvicorn makes a new list each second."""
        headers = self.server_state.default_headers
        if self._defaults[0] is not headers:
            self._defaults = headers, header_lines(headers)
        return self._defaults[1]


async def _failing(error: Exception) -> None:
    raise error


@types.coroutine
def _carried_on(running: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Carry on a coroutine that was begun outside of a task and now waits for `awaited`."""
    while True:
        try:
            try:
                got = yield awaited
            except BaseException as error:
                awaited = running.throw(error)
            else:
                awaited = running.send(got)
        except StopIteration:
            return
