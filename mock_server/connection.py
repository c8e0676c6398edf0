"""The mock's HTTP connection: uvicorn's, with a short way for requests that came whole.

Most requests arrive in one piece and are answered without waiting for anything. For those uvicorn's way (a task, an
event, two messages, a check of each header) costs several times what the answer costs. Here the app is run at once, in
the callback that has read the request, and its answer is written in one piece. An app that does wait is carried on in a
task, and a request whose body is still to come goes uvicorn's way from the start.
"""

from __future__ import annotations

import socket
import struct
import types
from collections.abc import Coroutine, Generator
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mock_server.answers import Answer
from mock_server.sending import CUT, SHORT_WAY, STOP, WHOLE_BODY

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle


class Connection(HttpToolsProtocol):
    """One connection of a client."""

    _held: tuple[RequestResponseCycle, ASGI3Application] | None = None
    _active: RequestResponseCycle | None = None
    _idle_since: float | None = None
    _defaults: tuple[object, bytes] = (None, b"")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Hold a request until it is known whether all of it is at hand."""
        self._active = cycle
        cycle.scope[CUT] = self._cut  # type: ignore[literal-required]
        if cycle is self.cycle and cycle.more_body:
            self._held = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def on_message_complete(self) -> None:
        """The request is complete: run the app at once where it was held."""
        super().on_message_complete()
        if self._held is not None:
            cycle, app = self._held
            self._held = None
            self._run(cycle, app)

    def data_received(self, data: bytes) -> None:
        """Read what came; a request of which more has to come is given to a task."""
        super().data_received(data)
        if self._held is not None:
            cycle, app = self._held
            self._held = None
            super()._start_asgi_task(cycle, app)

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

    def _run(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
        scope[SHORT_WAY] = self._write
        scope[WHOLE_BODY] = bytes(cycle.body)
        running = cycle.run_asgi(app)
        try:
            awaited = running.send(None)
        except StopIteration:
            return
        scope.pop(SHORT_WAY, None)  # from here on another request may be the connection's current one
        task = self.loop.create_task(_carried_on(running, awaited))
        task.add_done_callback(self.tasks.discard)
        self.tasks.add(task)

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
        scope: dict[str, Any] = cycle.scope  # type: ignore[assignment]
        if self.flow.write_paused or cycle.disconnected or cycle.response_started or answer.status < 200:
            return False
        own = b"".join([b"%b: %b\r\n" % header for header in answer.own])
        end = b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n"
        body = b"" if scope["method"] == "HEAD" else answer.body
        cycle.response_started = cycle.response_complete = True
        self.transport.write(
            b"".join((STATUS_LINE[answer.status], self._default_lines(), answer.shared.lines, own, end, body))
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
            self._defaults = headers, b"".join([b"%b: %b\r\n" % header for header in headers])
        return self._defaults[1]


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
