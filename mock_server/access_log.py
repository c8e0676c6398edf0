"""One line a request, as text or JSON; written in batches, so that logging costs the requests little."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, MutableMapping
from typing import Any, Literal, Protocol, TextIO

from mock_server.layers import App, Receive, Scope, Send
from mock_server.simulation.clock import Clock

LogFormat = Literal["text", "json"]
_PAUSE = 0.05
"""Seconds for which lines are gathered before they are written."""


class AccessLog:
    """Lines for a stream. The query is left out: it can hold keys."""

    def __init__(self, log_format: LogFormat = "text", stream: TextIO | None = None) -> None:
        self._line: Callable[[Scope, int, float], str] = _as_json if log_format == "json" else _as_text
        self._stream, self._lines, self._awaited = stream or sys.stdout, list[str](), False

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Note an answer; it is written a moment later."""
        self._lines.append(self._line(scope, status, seconds))
        if not self._awaited:
            self._awaited = True
            asyncio.get_running_loop().call_later(_PAUSE, self.flush)

    def flush(self) -> None:
        """Write what was noted. A reader that went away (a closed pipe) is no reason to stop serving."""
        lines, self._lines, self._awaited = self._lines, [], False
        if lines:
            try:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._stream = sys.__stderr__ or self._stream


class Notes(Protocol):
    """What is told of answers."""

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Note an answer; 0 is the status of a request that got none."""
        ...

    def flush(self) -> None:
        """Nothing more comes."""
        ...


def logged(app: App, log: Notes) -> App:
    """The app, with a note in the log for each of its answers."""

    async def with_log(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            if scope["type"] == "lifespan":
                log.flush()
            return
        started, status = time.perf_counter(), 0

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        await app(scope, receive, noting)
        log.note(scope, scope.get("mock.status", status), time.perf_counter() - started)

    return with_log


_clock = Clock()


def _as_text(scope: Scope, status: int, seconds: float) -> str:
    place, path = scope.get("mock.place"), scope["path"]
    if not path.isprintable():
        path = path.encode("unicode_escape").decode()
    operation = place.key if place else "-"
    return f"{_clock.written('seconds')} {status or '---'} {scope['method']} {path} {seconds * 1000:.1f} ms {operation}"


def _as_json(scope: Scope, status: int, seconds: float) -> str:
    place = scope.get("mock.place")
    return json.dumps(
        {
            "time": _clock.written("milliseconds"),
            "method": scope["method"],
            "path": scope["path"],
            "status": status or None,
            "milliseconds": round(seconds * 1000, 2),
            "api": place.served.api.name if place else None,
            "operation": place.operation.id if place else None,
        }
    )
