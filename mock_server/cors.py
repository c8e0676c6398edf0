"""Leave for browsers of other origins to read the mock's answers."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from mock_server.layers import Send

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE"


def with_leave(send: Send, origin: bytes) -> Send:
    """`send`, which adds to every answer the leave for `origin` to read it."""

    async def send_with_leave(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _granted(message["headers"], origin)
        await send(message)

    return send_with_leave


def _granted(headers: list[tuple[bytes, bytes]], origin: bytes) -> list[tuple[bytes, bytes]]:
    exposed = b", ".join(dict.fromkeys(name for name, _ in headers))
    kept = [(name, value) for name, value in headers if not name.startswith(b"access-control-")]
    if not any(name == b"vary" and b"origin" in value.lower() for name, value in headers):
        kept.append((b"vary", b"Origin"))
    return [
        *kept,
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", exposed),
    ]


async def answer_preflight(fields: Mapping[bytes, bytes], send: Send) -> None:
    """Grant what a browser asks for before it sends a request; `fields` are the headers by name in lower case."""
    headers = [
        (b"access-control-allow-origin", fields[b"origin"]),
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", fields.get(b"access-control-request-headers", b"*")),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-max-age", b"600"),
        (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
        (b"content-length", b"0"),
    ]
    if b"access-control-request-private-network" in fields:
        headers.append((b"access-control-allow-private-network", b"true"))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
