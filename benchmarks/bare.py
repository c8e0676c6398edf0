"""The limit: an ASGI app without a framework that does what no mock can leave out, and nothing else.

It routes, checks the bearer token, reads and parses the body, validates it with jsonschema-rs and sends prepared bytes.
`python -m benchmarks.bare --port N [--documented-headers]` serves the operations that `benchmarks.exchanges` lists.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs
import uvicorn

from benchmarks.exchanges import Exchange, documented_exchanges

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """One operation: its validator, whether its last path segment has to be a number, and its answer."""

    is_valid: Callable[[Any], bool]
    numbered: bool
    answer: MutableMapping[str, Any]
    body: MutableMapping[str, Any]


class Bare:
    """The ASGI app: static paths by their path, templated ones by all but their last segment."""

    def __init__(self, exchanges: tuple[Exchange, ...], *, documented_headers: bool) -> None:
        self._static: dict[tuple[str, str], Prepared] = {}
        self._templated: dict[tuple[str, str], Prepared] = {}
        for exchange in exchanges:
            prepared = _prepare(exchange, documented_headers=documented_headers)
            path, _, last = exchange.template.rpartition("/")
            table, key = (self._templated, path) if "{" in last else (self._static, exchange.template)
            table[exchange.method, key] = prepared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        method, path = scope["method"], scope["path"]
        prepared = self._static.get((method, path))
        if prepared is None:
            key, _, last = path.rpartition("/")
            prepared = self._templated.get((method, key))
            if prepared is None or (prepared.numbered and not last.isdigit()):
                return await _refuse(404, send)
        authorized = typed = False
        for name, value in scope["headers"]:
            if name == b"authorization":
                authorized = value[:7].lower() == b"bearer " and len(value) > 7
            elif name == b"content-type":
                typed = value.startswith(b"application/json")
        if not authorized:
            return await _refuse(401, send)
        if not typed:
            return await _refuse(415, send)
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        try:
            value = json.loads(body)
        except ValueError:
            return await _refuse(400, send)
        if not prepared.is_valid(value):
            return await _refuse(422, send)
        await send(prepared.answer)
        await send(prepared.body)
        return None


async def _refuse(status: int, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _prepare(exchange: Exchange, *, documented_headers: bool) -> Prepared:
    validator = jsonschema_rs.Draft202012Validator(dict(exchange.schema), validate_formats=True)
    headers = [(b"content-type", exchange.answer_type.encode()), (b"content-length", b"%d" % len(exchange.answer))]
    if documented_headers:
        known = {name for name, _ in headers}
        pairs = [(name.lower().encode(), value.encode()) for name, value in exchange.answer_headers.items()]
        headers += [(name, value) for name, value in pairs if name not in known]
    return Prepared(
        is_valid=validator.is_valid,
        numbered=exchange.numbered,
        answer={"type": "http.response.start", "status": exchange.status, "headers": headers},
        body={"type": "http.response.body", "body": exchange.answer},
    )


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--documented-headers", action="store_true", help="send the documented response headers as well"
    )
    given = parser.parse_args()
    run_bare(Bare(documented_exchanges(), documented_headers=given.documented_headers), given.port)


def run_bare(app: Bare, port: int) -> None:
    """Serve an app with uvicorn as lean as its options make it."""
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main()
