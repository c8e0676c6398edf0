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
from mock_server.sending import CUT, send_answer

if TYPE_CHECKING:
    from mock_server.faults.values import Fault

Cut = Callable[..., None]


async def deliver(answer: Answer, scope: Scope, send: Send) -> None:
    """Wait for as long as the answer says, then send it as its fault says."""
    if answer.wait:
        await asyncio.sleep(answer.wait)
    fault = answer.fault
    if fault is None:
        await send_answer(answer, scope, send)
    elif fault.kind == "dribble":
        await _dribble(answer, fault, scope, send)
    else:
        cut: Cut | None = scope.get(CUT)
        if cut is None:
            text = f"The fault {fault.kind} breaks a connection; there is none where the mock runs in a test's process."
            await send_answer(problem_details(Refusal("unservable", text)), scope, send)
        else:
            cut(_malformed(answer) if fault.kind == "malformed_chunk" else b"", reset=fault.kind == "reset")


async def _dribble(answer: Answer, fault: Fault, scope: Scope, send: Send) -> None:
    body = b"" if scope["method"] == "HEAD" else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    size = -(-len(body) // fault.pieces) or 1
    pieces = [body[begin : begin + size] for begin in range(0, len(body), size)] or [b""]
    for piece in pieces:
        await asyncio.sleep(fault.seconds / len(pieces))
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _malformed(answer: Answer) -> bytes:
    """An answer in chunks, of which the second is none."""
    phrase = HTTPStatus(answer.status).phrase if answer.status in HTTPStatus._value2member_map_ else ""
    lines = [f"HTTP/1.1 {answer.status} {phrase}".encode()]
    lines += [b"%b: %b" % header for header in answer.headers if header[0] != b"content-length"]
    first = answer.body[: len(answer.body) // 2] or b" "
    return b"\r\n".join([*lines, b"transfer-encoding: chunked", b"", b"%x" % len(first), first, b"no length", b"", b""])
