"""One documented operation as an ASGI app: who asks, what is asked, what is answered; compiled once."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.answers import Answer, Headers, compact
from mock_server.encoding import encode
from mock_server.faults import Fault, Outcome
from mock_server.faults.delivery import deliver
from mock_server.layers import Receive, Scope, Send
from mock_server.limits import Disconnected, check_declared_length, read_body
from mock_server.negotiation.menu import Menu, first_success
from mock_server.negotiation.preferences import Preferences, read_preferences
from mock_server.negotiation.servers import check_server
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.response_headers import HeaderMaker
from mock_server.security import compile_guard
from mock_server.sending import SHORT_WAY, WHOLE_BODY, send_answer
from mock_server.simulation.behaviours import Performer
from mock_server.simulation.collections import Part
from mock_server.simulation.inferred import InferredPerformer
from mock_server.simulation.store import HEAVY
from mock_server.simulation.transactions import in_transactions
from mock_server.webhooks import announcing

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Operation

Json = Any
Simulate = Callable[[Request], Answer]

_DOCUMENTED: Mapping[str, tuple[int, ...]] = {
    "invalid": (422, 400),
    "media_type": (415, 422, 400),
    "malformed": (400, 422),
    "unauthenticated": (401, 403),
    "not_found": (404,),
    "too_large": (413,),
    "rate_limited": (429,),
}
"""Which documented status a refusal takes, in this order, where no rules name one."""

_WITH_BODIES = ("POST", "PUT", "PATCH")
"""The methods whose bodies mean something: one that is not documented is noticed. Others say nothing by a body."""

_LONGEST_HEADER = 4000
_DRIBBLED = 2.0
"""Seconds over which an answer comes in pieces where a client prefers that."""


class ServedOperation:
    """Answers the requests of one operation."""

    def __init__(self, operation: Operation, served: Served) -> None:
        self.operation, self.served = operation, served
        self._limit = served.options.body_limit
        self._takes_body = operation.body is not None or operation.method in _WITH_BODIES
        self._note, self._faults = served.world.note, served.world.faults
        self._thread, self._settings = served.world.stores.thread, served.world.settings

    @cached_property
    def _pipeline(self) -> Pipeline:
        return Pipeline(self.operation, self.served)

    def warm(self) -> None:
        """Compile everything now, so that the first request does not wait for it."""
        self._pipeline.warm()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; `scope["path_params"]` are the path's values, percent-encoded."""
        request = Request(scope, scope["path_params"], time.perf_counter())
        refusal: Refusal | None = None
        if self._takes_body:
            body = scope.get(WHOLE_BODY)
            if body is None or len(body) > self._limit:
                try:
                    check_declared_length(request.fields.get(b"content-length"), self._limit)
                    body = await read_body(receive, self._limit)
                except Refusal as refused:
                    refusal, body = refused, b""
                except Disconnected:
                    return
            request.body = body
        if self._thread is None:
            answer = self._answer(request, scope, refusal)
        else:
            working = asyncio.get_running_loop().run_in_executor
            answer = await working(self._thread, self._answer, request, scope, refusal)
        if answer.wait or answer.fault is not None:
            await deliver(answer, scope, send)
            return
        write = scope.get(SHORT_WAY)
        if write is None or not write(answer):
            await send_answer(answer, scope, send)

    def _answer(self, request: Request, scope: Scope, refusal: Refusal | None) -> Answer:
        """The answer to a request, or to one that was refused before it was read; the journal knows of it then."""
        outcome: Outcome | None = None
        try:
            if refusal is not None:
                raise refusal
            if self._settings is not None:
                outcome = self._settings.draw(self.served.api, self.operation, scope)
            elif self._faults.in_force:
                outcome = self._faults.draw(self.served.api, self.operation, scope)
            answer = self._pipeline.answer(request) if outcome is None else self._pipeline.under(outcome, request)
        except Refusal as refused:
            refusal, answer = refused, self._pipeline.refuse(refused, request)
        if outcome is not None:
            outcome.mark(answer, self.operation)
        if self._note is not None:
            self._note(self.served.api, self.operation, scope["path"], request, answer, refusal)
        return answer


class Pipeline:
    """The stages of one operation: guard, preferences, reader, and what answers."""

    def __init__(self, operation: Operation, served: Served) -> None:
        self._operation, self._served = operation, served
        self._guard = compile_guard(operation, served.api.security_schemes, served.options)
        self._reader = served.reader(operation)
        self._menu = Menu(operation, served)
        self._simulate = self._simulation() if served.options.mode == "simulation" else None
        if self._simulate is not None and served.store.shared:
            writing = operation.method not in {"GET", "HEAD"}
            self._simulate = in_transactions(served.store, self._simulate, writing=writing)

    def warm(self) -> None:
        """Compile the validators."""
        self._reader.warm()

    def answer(self, request: Request) -> Answer:
        """The answer to a request. Raises Refusal."""
        if self._guard is not None:
            self._guard(request)
        preferences: Preferences | None = None
        prefer = request.fields.get(b"prefer")
        if prefer is not None or b"__" in request.query:
            preferences = read_preferences(prefer, request.query)
            if preferences is not None and preferences.server is not None:
                check_server(preferences.server, self._operation, self._served.api.document)
        self._reader.read(request)
        if len(request.body) > HEAVY:
            self._served.store.weigh(len(request.body))
        if self._simulate is None or (preferences is not None and preferences.chooses):
            answer = self.preferred(request, preferences)
        else:
            answer = self._simulate(request)
            if preferences is not None and preferences.wait:
                answer.wait = preferences.wait
        if preferences is not None and preferences.fault is not None:
            answer.fault = Fault(preferences.fault, seconds=_DRIBBLED)
        if self._operation.deprecated:
            answer.add_header(b"deprecation", b"true")
        return answer

    def under(self, outcome: Outcome | None, request: Request) -> Answer:
        """The answer to a request that faults may have struck. Raises Refusal."""
        if outcome is None:
            return self.answer(request)
        if outcome.refused:
            text = "The limit of requests is reached: Retry-After says when to try again. This is a fault, on purpose."
            raise Refusal("rate_limited", text)
        if outcome.failing is None:
            return self.answer(request)
        try:
            return self.preferred(request, Preferences(code=outcome.failing.status, example=outcome.failing.example))
        except Refusal as refusal:
            text = f"This is a fault, made on purpose. {refusal.message}"
            return self._served.wording.answer(Refusal("fault", text), self._operation, outcome.failing.status)

    def refuse(self, refusal: Refusal, request: Request) -> Answer:
        """A refusal, in the words of the rules, else as the document has it, else as problem details."""
        wording, kind = self._served.wording, refusal.kind
        if wording.has_envelope or wording.has(kind):
            return wording.answer(refusal, self._operation)
        if kind not in _DOCUMENTED:
            return problem_details(refusal)
        try:
            documented = self._menu.for_refusal(_DOCUMENTED[kind], request, _preferences(request))
        except Refusal as unknown:  # a preferred example that is not there
            return problem_details(unknown)
        if documented is None:
            return problem_details(refusal)
        headers = [*documented.headers, *refusal.headers]
        if refusal.violations:
            headers.append((b"mock-violations", _in_a_header(refusal)))
        if self._operation.deprecated:
            headers.append((b"deprecation", b"true"))
        return Answer(documented.status, Headers(headers), b"", documented.body)

    def preferred(self, request: Request, preferences: Preferences | None) -> Answer:
        """A documented answer; an error that has no example is put into the words that the rules have for it."""
        wording = self._served.wording
        if preferences is not None and preferences.code is not None and preferences.code >= 400:
            kind = wording.kind_with(preferences.code)
            undecided = preferences.example is None and not preferences.dynamic
            if kind and undecided and not self._has_examples(preferences.code):
                text = f"This is the answer with status {preferences.code}, as it was asked for."
                answer = wording.answer(Refusal(kind, text), self._operation)
                answer.wait = preferences.wait
                return answer
        return self._menu.usual(request, preferences)

    def _has_examples(self, status: int) -> bool:
        response = self._operation.response_for(status)
        return response is not None and any(media.examples for media in response.content)

    def _simulation(self) -> Simulate | None:
        served, operation = self._served, self._operation
        behaviour = served.api.rules.behaviours.get(operation.id)
        if behaviour is None or behaviour.action == "none":
            part = served.inferred.get(operation.id)
            return self._inferred(part) if part is not None else None
        status, response = first_success(operation)
        media = next((media for media in response.content if media.is_json), None) if response else None
        resource = served.api.rules.resources[behaviour.resource]
        schema, announce = media.schema if media else None, announcing(operation, served)
        perform = Performer(behaviour, resource, served.workshop, schema, served.api.document, announce)
        if media is None:
            headers = HeaderMaker(response, None, served, "simulation")

            def simulate_without_body(request: Request) -> Answer:
                perform(request)
                return headers.answer(status, b"", request.started)

            return simulate_without_body

        headers = HeaderMaker(response, media.name, served, "simulation")
        accepted: dict[bytes | None, bool] = {None: True}

        def simulate(request: Request) -> Answer:
            accept = request.fields.get(b"accept")
            if accept not in accepted:
                self._menu.content(response, accept)
                if len(accepted) < 256:
                    accepted[accept] = True
            return headers.answer(status, compact(perform(request)), request.started)

        return simulate

    def _inferred(self, part: Part) -> Simulate:
        served, made = self._served, dict[tuple[int, str | None], HeaderMaker]()
        perform = InferredPerformer(self._operation, part, served, self._menu)

        def simulate(request: Request) -> Answer:
            performed = perform(request)
            if performed is None:
                return self._menu.usual(request)
            choice, value = performed
            key = choice.status, choice.name
            if key not in made:
                made[key] = HeaderMaker(choice.response, choice.name, served, f"simulation; {part.role}")
            schema = choice.media.schema if choice.media else None
            body = b"" if choice.name is None else encode(value, choice.name, schema, served.api.document)
            return made[key].answer(choice.status, body, request.started)

        return simulate


def _preferences(request: Request) -> Preferences | None:
    """The preferences of a request that is refused for something else: those without sense do not matter."""
    try:
        return read_preferences(request.fields.get(b"prefer"), request.query)
    except Refusal:
        return None


def _in_a_header(refusal: Refusal) -> bytes:
    listed = [violation.as_json() for violation in refusal.violations]
    while listed and len(text := json.dumps(listed, separators=(",", ":"))) > _LONGEST_HEADER:
        listed.pop()
    return text.encode() if listed else compact([])
