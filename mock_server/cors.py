"""Leave for browsers of other origins to read the mock's answers."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from mock_server.layers import App, Receive, Scope, Send
from mock_server.sending import SHORT_WAY

_METHODS = b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE"


def cors(app: App) -> App:
    """The app, answering preflights itself and letting the asking origin read every answer."""

    async def with_cors(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        origin = None
        for name, value in scope["headers"]:
            if name == b"origin":
                origin = value
        if origin is None:
            await app(scope, receive, send)
            return
        fields = dict(scope["headers"])
        scope.pop(SHORT_WAY, None)
        if scope["method"] == "OPTIONS" and b"access-control-request-method" in fields:
            await _answer_preflight(origin, fields, send)
            return

        async def send_with_leave(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _with_leave(message["headers"], origin)
            await send(message)

        await app(scope, receive, send_with_leave)

    return with_cors


def _with_leave(headers: list[tuple[bytes, bytes]], origin: bytes) -> list[tuple[bytes, bytes]]:
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


async def _answer_preflight(origin: bytes, fields: Mapping[bytes, bytes], send: Send) -> None:
    headers = [
        (b"access-control-allow-origin", origin),
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
