"""A layer in front of the mock: reads each request whole, lets a turn answer it, and sends what that answered."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote

from specs import Api
from tests.proof.exchange import Answered, Asked, HeaderList, Routes, Turn

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def layered(api: Api, app: App, turn: Turn, *, digests: bool = True) -> App:
    """The app behind a turn. `digests`: headers that are a digest of the body are made anew where that was changed."""
    routes = Routes(api)
    made = {name: rule.made for name, rule in api.rules.headers.items() if isinstance(rule.made, Mapping)}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        honest: list[bytes] = []

        async def ask(asked: Asked) -> Answered:
            answered = await _asked_of(app, scope, asked)
            honest.append(answered.body)
            return answered

        answered = await turn(routes.named(await _read(scope, receive)), ask)
        if digests and answered.succeeded and answered.body not in honest:
            for name, how in made.items():
                if answered.header(name) is not None:
                    answered = answered.with_header(name, digest(how, answered.body))
        await send({"type": "http.response.start", "status": answered.status, "headers": list(answered.headers)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answered.body})

    return answer


def digest(made: Mapping[str, Any], body: bytes) -> str:
    """The value of a header that is a digest of the body."""
    value = getattr(hashlib, str(made["algorithm"]))(body).hexdigest()[: int(made["digits"])]
    return f'{"W/" if made.get("weak") else ""}"{value}"'


async def _read(scope: Scope, receive: Receive) -> Asked:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            break
    headers = tuple((bytes(name), bytes(value)) for name, value in scope["headers"])
    return Asked(scope["method"], scope["path"], scope.get("query_string", b""), headers, b"".join(chunks))


async def _asked_of(app: App, scope: Scope, asked: Asked) -> Answered:
    headers = [(name, value) for name, value in asked.headers if name not in (b"content-length", b"transfer-encoding")]
    headers.append((b"content-length", str(len(asked.body)).encode()))
    inner = {
        **scope,
        "method": asked.method,
        "path": asked.path,
        "raw_path": quote(asked.path, safe="/:@!$&'()*+,;=-._~").encode(),
        "query_string": asked.query,
        "headers": headers,
        "extensions": {},
    }
    status, sent = 500, HeaderList()
    chunks: list[bytes] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, sent
        if message["type"] == "http.response.start":
            status, sent = message["status"], tuple((bytes(name), bytes(value)) for name, value in message["headers"])
        else:
            chunks.append(message.get("body", b""))

    await app(inner, receive, send)
    return Answered(status, sent, b"".join(chunks))
