"""Sending an answer as a broken network would: late, in pieces, malformed, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING

from mock_server.answers import Answer
from mock_server.layers import Scope, Send
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import CUT, STOP, send_answer

if TYPE_CHECKING:
    from mock_server.faults.values import Fault

Cut = Callable[..., None]

GRACE = 3.0
"""Seconds for which an answer that is late on purpose is held back when the server stops."""


async def deliver(answer: Answer, scope: Scope, send: Send) -> None:
    """Wait for as long as the answer says, then send it as its fault says."""
    pauses = _Pauses(scope)
    if answer.wait:
        await pauses.wait(answer.wait)
    fault = answer.fault
    if fault is None:
        await send_answer(answer, scope, send)
    elif fault.kind == "dribble":
        await _dribble(answer, fault, scope, send, pauses)
    else:
        cut: Cut | None = scope.get(CUT)
        if cut is None:
            text = f"The fault {fault.kind} breaks a connection; there is none where the mock runs in a test's process."
            await send_answer(problem_details(Refusal("unservable", text)), scope, send)
        else:
            cut(_malformed(answer) if fault.kind == "malformed_chunk" else b"", reset=fault.kind == "reset")


class _Pauses:
    """The pauses of an answer; when the server stops, they end so early that the answer is still sent."""

    def __init__(self, scope: Scope) -> None:
        self._stopping = asyncio.Event()
        self._until: float | None = None
        scope[STOP] = self._stopping.set

    async def wait(self, seconds: float) -> None:
        """Wait for so many seconds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        if self._until is None:
            try:
                await asyncio.wait_for(self._stopping.wait(), seconds)
            except TimeoutError:
                return
            self._until = loop.time() + GRACE
        await asyncio.sleep(max(min(end, self._until) - loop.time(), 0))


async def _dribble(answer: Answer, fault: Fault, scope: Scope, send: Send, pauses: _Pauses) -> None:
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    size = -(-len(body) // fault.pieces) or 1
    pieces = [body[begin : begin + size] for begin in range(0, len(body), size)] or [b""]
    for piece in pieces:
        await pauses.wait(fault.seconds / len(pieces))
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _malformed(answer: Answer) -> bytes:
    """An answer in chunks, of which the second is none."""
    phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}".encode()]
    lines += [b"%b: %b" % header for header in answer.headers if header[0] != b"content-length"]
    first = answer.body[: len(answer.body) // 2] or b" "
    return b"\r\n".join([*lines, b"transfer-encoding: chunked", b"", b"%x" % len(first), first, b"no length", b"", b""])
