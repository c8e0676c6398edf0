"""A target as an ASGI app, and a way to ask an app without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from tests.targets.messages import Answer, Request
from tests.targets.target import Target

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def app(target: Target[Any], *, title_case: bool = False) -> App:
    """The ASGI app of a target. With `title_case`, header names are sent like `Content-Type`."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if target.settings.delay:
            await asyncio.sleep(target.settings.delay)
        answer = target.handle(Request(scope["method"], scope["path"], headers, body))
        names = {name: name.title() if title_case else name for name in answer.headers}
        lines = [(names[name].encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": lines})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    return answered


def ask(target: App, request: Request) -> Answer:
    """The answer of an app to a request, in this process and without a server."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": request.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in request.headers.items()]
    scope: Scope = {"type": "http", "method": request.method, "path": request.path, "headers": headers}
    asyncio.run(_run(target, scope, receive, send))
    start, *rest = sent
    names = {name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], names, b"".join(message["body"] for message in rest))


async def _run(target: App, scope: Scope, receive: Receive, send: Send) -> None:
    await target(scope, receive, send)
