"""Putting an answer on the wire."""

from __future__ import annotations

from mock_server.answers import Answer
from mock_server.layers import Scope, Send

SHORT_WAY = "mock.write"
"""Where a server of ours puts, into the scope, what writes an answer at once; see `connection`."""


CUT = "mock.cut"
"""Where it puts what ends the connection without an answer: `cut(raw bytes to write first, reset=bool)`."""

STOP = "mock.stop"
"""Where an answer that does not end by itself puts, into the scope, what ends it when the server stops."""

WHOLE_BODY = "mock.body"
"""Where it puts the body of a request that came whole."""


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Send an answer; to a HEAD request without its body."""
    write = scope.get(SHORT_WAY)
    if write is not None and write(answer):
        return
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
