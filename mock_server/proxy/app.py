"""The proxy as an ASGI app: forwards, checks both directions, and lets the mock answer where it was told to."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from mock_server.answers import DECISION, Answer, Headers, header_lines
from mock_server.checking import Exchanged
from mock_server.journal.entries import entry
from mock_server.journal.noted import Noted, Refused
from mock_server.layers import FIELDS, App, Receive, Scope, Send
from mock_server.limits import Disconnected, check_declared_length, read_body
from mock_server.problems import problem_details
from mock_server.proxy.session import Session
from mock_server.proxy.upstream import Down, Fetched, Upstream
from mock_server.refusals import Refusal
from mock_server.sending import SHORT_WAY, STOP, WHOLE_BODY, send_answer
from mock_server.worlds import PREFIX, enter

if TYPE_CHECKING:
    from collections.abc import Callable

    from mock_server.checking import Finding
    from mock_server.proxy.recording import Recorder
    from mock_server.table import Place, Table

Json = Any
VIOLATIONS = b"mock-violations"
_LONGEST_HEADER = 4000
_NO_SERVER = frozenset((502, 503, 504))
_OURS = frozenset((DECISION, VIOLATIONS, b"date"))
"""Headers that the proxy's own server sends."""


class Proxy:
    """Stands between clients and upstream. `told` is called with each claim that is broken for the first time."""

    def __init__(
        self,
        table: Table,
        mock: App,
        upstream: Upstream,
        session: Session,
        *,
        recorder: Recorder | None = None,
        told: Callable[[Finding], None] | None = None,
    ) -> None:
        """`mock` answers below `/_mock`, and what it is told to."""
        self._table, self._mock, self._upstream, self._session = table, mock, upstream, session
        self._recorder, self._told = recorder, told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._mock(scope, receive, self._closing(send))
            return
        if scope["path"].startswith(PREFIX):
            enter(scope)
        if scope["path"].startswith("/_mock/") or scope["path"] == "/_mock":
            await self._mock(scope, receive, send)
            return
        place, values, wrong = self._found(scope)
        answerer = self._session.answerer(place.operation.id if place else None)
        if answerer == "mock":
            await self._mock(scope, receive, _marked(scope, send, "the mock; as it was switched"))
            return
        try:
            body = await self._body(scope, receive)
        except Refusal as refusal:
            await send_answer(problem_details(refusal), scope, send)
            return
        except Disconnected:
            return
        passing = _Passing(scope, place, values, body, wrong)
        # in a task, which our server begins only when there is something to wait for: the transport asks for one
        await asyncio.create_task(self._forward(passing, send, falls_back=answerer == "fallback"))

    def _closing(self, send: Send) -> Send:
        """`send` that closes the connections to upstream before it says that everything is closed."""

        async def sending(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                await self._upstream.close()
            await send(message)

        return sending

    async def _forward(self, passing: _Passing, send: Send, *, falls_back: bool) -> None:
        fetched: Fetched | None = None
        reason = "upstream has no route for this"
        try:
            fetched = await self._fetch(passing)
        except Down as down:
            reason = f"upstream is down: {down}"
        if falls_back and (fetched is None or _has_no_route(fetched, passing)):
            if fetched is not None:
                await fetched.close()
            passing.scope[WHOLE_BODY] = passing.body
            await self._mock(passing.scope, _again(passing.body), _marked(passing.scope, send, f"the mock; {reason}"))
        elif fetched is None:
            await self._refuse(passing, reason, send)
        elif fetched.rest is not None:
            await self._pass_on(passing, fetched, send)
        else:
            await self._answer(passing, fetched, send)

    def _found(self, scope: Scope) -> tuple[Place | None, Mapping[str, str], list[Json]]:
        """The operation of a request with its path's values; where there is none, in what that is wrong."""
        router = self._table.router(scope[FIELDS].get(b"host"))
        found, method = router.find(scope["path"], scope.get("raw_path")), scope["method"]
        if found is None:
            return None, {}, [self._undocumented("path", "a documented path", scope["path"])]
        route, values = found
        entry_ = route.methods.get(method) or (route.methods.get("GET") if method == "HEAD" else None)
        if entry_ is None:
            return None, {}, [] if method == "OPTIONS" else [self._undocumented("method", route.allow, method)]
        names, place = entry_
        scope["mock.place"] = place  # for the access log
        return place, dict(zip(names, values, strict=False)), []

    def _undocumented(self, where: str, expected: str, got: str) -> Json:
        pages = ", ".join(str(served.api.source) for served in self._table.apis)
        said = {"in": "path", "where": where, "keyword": "documented", "expected": expected, "got": got}
        return {**said, "source": pages, "strength": "inferred", "side": "client"}

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limit = self._table.worlds.options.body_limit
        whole: bytes | None = scope.get(WHOLE_BODY)
        if whole is not None and len(whole) <= limit:
            return whole
        check_declared_length(scope[FIELDS].get(b"content-length"), limit)
        return await read_body(receive, limit)

    async def _fetch(self, passing: _Passing) -> Fetched:
        scope = passing.scope
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        base = passing.place.base_path if passing.place else self._table.apis[0].base_path
        target = self._upstream.path(path.partition(b"?")[0], base)
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        return await self._upstream.fetch(scope["method"], target, scope["headers"], passing.body)

    async def _answer(self, passing: _Passing, fetched: Fetched, send: Send) -> None:
        """Hold an answer against the claims, and pass it on with what was found."""
        findings: list[Finding] = []
        place = passing.place
        exchanged = passing.exchanged(fetched) if fetched.body is not None else None
        if place is not None and exchanged is not None:
            findings = self._session.check(place.served.api.name, exchanged)
        violations = [*passing.wrong, *(finding.as_json() for finding in findings if finding.is_blame)]
        own = [(DECISION, b"proxy; upstream" if fetched.body is not None else b"proxy; upstream; unchecked")]
        if violations:
            own.append((VIOLATIONS, _in_a_header(violations)))
        answer = Answer(fetched.status, Headers(_as_sent(fetched, passing)), header_lines(own), fetched.raw)
        noted = await self._note(passing, answer, fetched.body, violations)
        if place is not None and exchanged is not None:
            ledger = self._session.ledgers[place.served.api.name]
            for finding in ledger.enter(place.operation.id, findings, entry(noted)):
                if self._told is not None:
                    self._told(finding)
            if self._recorder is not None and fetched.status not in _NO_SERVER:
                self._recorder.record(noted, exchanged)
        await send_answer(answer, passing.scope, send)

    async def _pass_on(self, passing: _Passing, fetched: Fetched, send: Send) -> None:
        """Pass on an answer that is too long to be read, or does not end."""
        own = header_lines([(DECISION, b"proxy; upstream; unchecked")])
        answer = Answer(fetched.status, Headers(_as_sent(fetched, None)), own, fetched.raw)
        await self._note(passing, answer, None, passing.wrong)
        await send({"type": "http.response.start", "status": fetched.status, "headers": answer.headers})
        copying = asyncio.ensure_future(_copy(fetched, send))
        passing.scope[STOP] = copying.cancel
        try:
            await asyncio.wait({copying})
            if not copying.cancelled():
                copying.result()
            await send({"type": "http.response.body", "body": b""})
        finally:
            await fetched.close()

    async def _refuse(self, passing: _Passing, reason: str, send: Send) -> None:
        text = f"There is no answer: {reason}. --fall-back lets the mock answer in its place."
        refusal = Refusal("unavailable", text)
        answer = problem_details(refusal, 502)
        await self._note(passing, answer, answer.body, passing.wrong, Refused(refusal.kind, text))
        await send_answer(answer, passing.scope, send)

    async def _note(
        self,
        passing: _Passing,
        answer: Answer,
        body: bytes | None,
        violations: list[Json],
        refused: Refused | None = None,
    ) -> Noted:
        """Keep an exchange in the journal of its world."""
        worlds, place = self._table.worlds, passing.place
        shown = answer.body if body is None else body
        noted = Noted(
            0,
            time.time(),
            time.perf_counter() - passing.started,
            "",
            place.served.api if place else None,
            place.operation if place else None,
            passing.scope["method"],
            passing.scope["path"],
            passing.scope["query_string"],
            passing.scope["headers"],
            passing.body,
            len(passing.body),
            answer.status,
            answer.headers,
            shown,
            len(shown),
            refused,
            tuple(violations),
        )

        def kept() -> Noted:
            try:
                world = worlds.of(passing.scope)
            except Refusal:  # a name that upstream may understand
                world = worlds.common
            return world.journal.add(noted)

        return await worlds.in_thread(kept)


class _Passing:
    """A request on its way."""

    def __init__(
        self, scope: Scope, place: Place | None, values: Mapping[str, str], body: bytes, wrong: list[Json]
    ) -> None:
        self.scope, self.place, self.values, self.body, self.wrong = scope, place, values, body, wrong
        self.started = time.perf_counter()

    def exchanged(self, fetched: Fetched) -> Exchanged | None:
        """The exchange as claims speak of it; None for one with no documented operation."""
        if self.place is None or fetched.body is None:
            return None
        return Exchanged(
            self.place.operation,
            self.scope["method"],
            self.scope["path"],
            self.values,
            self.scope["query_string"],
            self.scope["headers"],
            self.body,
            fetched.status,
            fetched.headers,
            fetched.body,
        )


async def _copy(fetched: Fetched, send: Send) -> None:
    """Pass on the body of an answer as it comes."""
    await send({"type": "http.response.body", "body": fetched.raw, "more_body": True})
    if fetched.rest is not None:
        async for chunk in fetched.rest:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})


def _has_no_route(fetched: Fetched, passing: _Passing) -> bool:
    """Whether upstream does not know the operation, rather than what it was asked for: such an answer is no JSON."""
    if fetched.status in {405, 501, *_NO_SERVER}:
        return True
    if fetched.status != 404 or passing.place is None:
        return False
    kind = dict(fetched.headers).get(b"content-type", b"").partition(b";")[0].strip().lower()
    documented = passing.place.operation.response_for(404)
    shows_body = documented is not None and bool(documented.content)
    return not kind.endswith((b"/json", b"+json")) and (shows_body or bool(fetched.raw))


def _as_sent(fetched: Fetched, passing: _Passing | None) -> list[tuple[bytes, bytes]]:
    """The headers of an answer as they are sent on; `passing` is given where it is sent whole."""
    headers = [(name, value) for name, value in fetched.headers if name not in _OURS]
    if passing is None or passing.scope["method"] == "HEAD" or fetched.status in {204, 304}:
        return headers
    headers = [(name, value) for name, value in headers if name != b"content-length"]
    return [*headers, (b"content-length", b"%d" % len(fetched.raw))]


def _in_a_header(violations: list[Json]) -> bytes:
    listed = list(violations)
    while len(listed) > 1 and len(json.dumps(listed, separators=(",", ":"))) > _LONGEST_HEADER:
        listed.pop()
    text = json.dumps(listed, separators=(",", ":"))
    return text.encode() if len(text) <= _LONGEST_HEADER else json.dumps([{"claim": listed[0].get("claim")}]).encode()


def _marked(scope: Scope, send: Send, reason: str) -> Send:
    """`send`, which tells in a header that it was the mock that answered."""
    scope.pop(SHORT_WAY, None)

    async def sending(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"mock-proxy", reason.encode("latin-1", "replace"))]
        await send(message)

    return sending


def _again(body: bytes) -> Receive:
    """A `receive` that gives a body that was read before."""

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
