"""Putting an answer on the wire."""

from __future__ import annotations

from mock_server.answers import Answer
from mock_server.layers import Scope, Send


async def send_answer(answer: Answer, scope: Scope, send: Send) -> None:
    """Send an answer; to a HEAD request without its body."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})
