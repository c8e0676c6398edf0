"""The control API below `/_mock/api`: its own document, read and validated like any other, brought to its handlers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import cached_property
from inspect import iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from mock_server.answers import Answer, Headers
from mock_server.control.callers import let_in
from mock_server.control.calls import Call, Handler, Reply, Stream, json_answer
from mock_server.layers import Receive, Scope, Send
from mock_server.limits import Disconnected, check_declared_length, read_body
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.routing import Route, Router
from mock_server.sending import STOP, WHOLE_BODY, send_answer
from mock_server.stores import StoreError
from mock_server.table import CannotServe
from mock_server.validation import RequestReader

if TYPE_CHECKING:
    from mock_server.table import Table
    from specs import Api, Operation

ROOT = "/_mock/api"
DOCUMENT = Path(__file__).with_name("openapi.yaml")


class ControlApi:
    """Answers the paths below `/_mock/api`. Its document and handlers are loaded at the first call."""

    def __init__(self, table: Table, token: str | None) -> None:
        """`token` is what callers have to show; without one, only callers on this machine are answered."""
        self._table = table
        self._token = None if token is None else f"Bearer {token}".encode()
        self._readers: dict[str, RequestReader] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        try:
            let_in(scope, self._token)
            reply = await self._reply(scope, receive)
        except Refusal as refusal:
            reply = problem_details(refusal)
        except StoreError as error:
            reply = problem_details(Refusal("unavailable", str(error)))
        except CannotServe as error:
            reply = problem_details(Refusal("invalid", str(error)))
        except Disconnected:
            return
        if isinstance(reply, Stream) and scope["method"] != "HEAD":
            await _stream(reply, scope, receive, send)
        else:
            await send_answer(_answer(reply), scope, send)

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        path: str = scope["path"].removeprefix(ROOT)
        if path == "/openapi.json" and scope["method"] in {"GET", "HEAD"}:
            return json_answer(self._api.document)
        route, parameters = self._find(path, scope.get("raw_path"))
        if scope["method"] == "OPTIONS":
            return Answer(204, Headers([(b"allow", route.allow.encode())]), b"", b"")
        names, operation = _entry(route, scope["method"])
        values = dict(zip(names, parameters, strict=True))
        request = Request(scope, values, time.perf_counter())
        request.body = await self._body(scope, request, receive)
        self._reader(operation).read(request)
        _check_query(request.query, operation)
        handler = self._handlers[operation.id]
        if iscoroutinefunction(handler):
            return await handler(await self._table.worlds.in_thread(lambda: self._call(request, scope)))
        return await self._table.worlds.in_thread(lambda: handler(self._call(request, scope)))

    def _call(self, request: Request, scope: Scope) -> Call:
        worlds = self._table.worlds
        return Call(request, worlds.of(scope), worlds, self._table, scope.get("scheme", "http"))

    async def _body(self, scope: Scope, request: Request, receive: Receive) -> bytes:
        limit = self._table.worlds.options.body_limit
        whole: bytes | None = scope.get(WHOLE_BODY)
        if whole is not None and len(whole) <= limit:
            return whole
        check_declared_length(request.fields.get(b"content-length"), limit)
        return await read_body(receive, limit)

    def _find(self, path: str, raw_path: bytes | None) -> tuple[Route[Operation], tuple[str, ...]]:
        prefix, raw = ROOT.encode(), (raw_path or b"").partition(b"?")[0]
        found = self._router.find(path, raw[len(prefix) :] if raw.startswith(prefix) else quote(path).encode())
        if found is None:
            near = self._router.near(path, 3) or self._router.templates
            text = f"The control API has no {ROOT}{path}; {ROOT}/openapi.json describes what it has: {', '.join(near)}."
            raise Refusal("no_route", text)
        return found

    def _reader(self, operation: Operation) -> RequestReader:
        if operation.id not in self._readers:
            self._readers[operation.id] = RequestReader(operation, self._api)
        return self._readers[operation.id]

    @cached_property
    def _api(self) -> Api:
        import specs

        return specs.load(DOCUMENT)

    @cached_property
    def _router(self) -> Router[Operation]:
        router: Router[Operation] = Router()
        for operation in self._api.operations:
            router.add(operation.method, operation.path, operation)
        return router

    @cached_property
    def _handlers(self) -> Mapping[str, Handler]:
        from mock_server.control.handlers import HANDLERS

        return HANDLERS


def _check_query(query: bytes, operation: Operation) -> None:
    """Refuse parameters that there are not: what is misspelt would be ignored, and everything given in its place."""
    known = [parameter.name for parameter in operation.parameters if parameter.location == "query"]
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            text = f"There is no parameter {name[:120]!r} here; there are: {', '.join(known) or 'none'}."
            raise Refusal("invalid", text)


def _entry(route: Route[Operation], method: str) -> tuple[tuple[str, ...], Operation]:
    entry = route.methods.get("GET" if method == "HEAD" else method)
    if entry is None:
        text = f"{method} is not for {ROOT}{route.template}; there are: {route.allow}."
        raise Refusal("method", text, headers=[(b"allow", route.allow.encode())])
    return entry


def _answer(reply: Reply) -> Answer:
    if isinstance(reply, Answer):
        return reply
    if isinstance(reply, Stream):
        return Answer(200, Headers([(b"content-type", reply.media_type.encode())]), b"", b"")
    if reply is None:
        return Answer(204, Headers([(b"cache-control", b"no-store")]), b"", b"")
    return json_answer(reply)


async def _stream(stream: Stream, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a stream until it ends, the client goes away, or the server stops."""
    stopping = asyncio.Event()
    scope[STOP] = stopping.set
    sending = asyncio.ensure_future(stream.send(send))
    tasks = (sending, asyncio.ensure_future(_until_gone(receive)), asyncio.ensure_future(stopping.wait()))
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if sending.done():
            sending.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if sending.cancelled():
        await send({"type": "http.response.body", "body": b""})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
