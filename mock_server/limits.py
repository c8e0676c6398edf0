"""Reading a request's body without ever holding more of it than is allowed."""

from __future__ import annotations

from mock_server.layers import Receive
from mock_server.refusals import Refusal


class Disconnected(Exception):
    """The client went away before its request was complete."""


async def read_body(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises Refusal `too_large` as soon as it is longer than `limit` bytes."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    body: bytes = message.get("body", b"")
    if not message.get("more_body") and len(body) <= limit:
        return body
    chunks, length = [body], len(body)
    while message.get("more_body"):
        if length > limit:
            break
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunks.append(message.get("body", b""))
        length += len(chunks[-1])
    if length > limit:
        raise _too_large(limit)
    return b"".join(chunks)


def check_declared_length(declared: bytes | None, limit: int) -> None:
    """Refuse a body by its Content-Length, before any of it is read. Raises Refusal `too_large`."""
    if declared and declared.isdigit() and (len(declared) > 15 or int(declared) > limit):
        raise _too_large(limit)


def _too_large(limit: int) -> Refusal:
    text = f"The body is longer than the {limit} bytes that this mock reads; --body-limit raises the limit."
    return Refusal("too_large", text, headers=((b"connection", b"close"),))
