"""What the three targets have in common: the way from a request to an answer, and the places where a fault sits."""

from __future__ import annotations

import random
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, TypeVar

from tests.targets import moments
from tests.targets.messages import Answer, Json, Request, read_json, write_json

Problem = Literal[
    "unauthenticated",
    "unaccepted",
    "no route",
    "no method",
    "media type",
    "malformed",
    "invalid",
    "not found",
    "not permitted",
    "limited",
]

REASONS: Mapping[Problem, int] = {
    "unauthenticated": 401,
    "unaccepted": 401,
    "no route": 404,
    "no method": 405,
    "media type": 415,
    "malformed": 400,
    "invalid": 422,
    "not found": 404,
    "not permitted": 409,
    "limited": 429,
}
"""The status of each refusal, where the settings don't choose another."""


class Refusal(Exception):
    """A request that is not carried out: what kind of problem, and a sentence about it."""

    def __init__(self, problem: Problem, sentence: str) -> None:
        self.problem, self.sentence = problem, sentence
        super().__init__(sentence)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What can be chosen for any target. The defaults are the plain target's.

    `statuses` overrides the status of refusals; `open_operations` need no token; `any_token` accepts any although one
    is set; `error_form` is the form of an error's body: the API's own, a text, a page, or nothing at all. `unchecked`
    are fields whose values are not checked, `needed` optional fields that must be sent (after the operation and a
    dot, where an API has several), `optional` required ones that need not be. `every_nth_limited` answers each n-th
    request with 429; `delay` and `event_delay` are in seconds.
    """

    token: str | None = None
    schemes: tuple[str, ...] = ("bearer",)
    any_token: bool = False
    open_operations: frozenset[str] = frozenset()
    statuses: Mapping[Problem, int] = field(default_factory=dict)
    error_form: Literal["own", "text", "page", "nothing"] = "own"
    error_forms: Mapping[Problem, Literal["own", "text", "page", "nothing"]] = field(default_factory=dict)
    success: int = 200
    charset: bool = True
    extra_headers: Mapping[str, str] = field(default_factory=dict)
    extra_fields: bool = False
    unknown_fields: Literal["ignored", "refused"] = "ignored"
    explicit_null: Literal["refused", "ignored"] = "refused"
    nothing_sent: Literal["accepted", "refused"] = "accepted"
    blank_text: Literal["accepted", "refused"] = "accepted"
    longest_text: int | None = None
    numbers_as_text: Literal["refused", "read"] = "refused"
    switches_as_text: Literal["refused", "read"] = "refused"
    whole_floats: Literal["read", "refused"] = "read"
    lenient_times: bool = False
    offsets: Literal["accepted", "refused"] = "accepted"
    trailing_slash: Literal["either", "documented"] = "either"
    notation: moments.Notation = "seconds"
    unchecked: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    media_types: Literal["any", "json"] = "any"
    pretty: bool = False
    ascii_only: bool = False
    every_nth_limited: int | None = None
    delay: float = 0.0
    event_delay: float = 0.0
    other_data: bool = False


S = TypeVar("S", bound=Settings)
T = TypeVar("T")


@dataclass
class Step:
    """One request on its way to its answer.

    `before` and `after` are the resource as it was and is; `sent` the checked fields of the request; `body` the JSON
    value of the answer. `refusal` says why nothing was done.
    """

    target: Target[Any]
    request: Request
    operation: str = ""
    key: str = ""
    sent: dict[str, Json] = field(default_factory=dict)
    before: dict[str, Json] = field(default_factory=dict)
    after: dict[str, Json] = field(default_factory=dict)
    refusal: Refusal | None = None
    status: int = 200
    body: Json = None
    events: list[str] = field(default_factory=list)
    notes: dict[str, Json] = field(default_factory=dict)

    @property
    def problem(self) -> Problem | None:
        """Why it was refused, or None where it was not."""
        return self.refusal.problem if self.refusal else None


@dataclass(frozen=True, kw_only=True)
class Change:
    """How a target differs from the plain one: other settings, or another turn somewhere on the way.

    `request` sees what came in, `fields` the checked fields before they are saved, `saved` the resources after it,
    `body` the JSON value of the answer, `answer` its status, headers and bytes, `events` the names of the events.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    request: Callable[[Request], Request] | None = None
    fields: Callable[[Step, dict[str, Json]], dict[str, Json]] | None = None
    saved: Callable[[Step], None] | None = None
    body: Callable[[Step, Json], Json] | None = None
    answer: Callable[[Step, Answer], Answer] | None = None
    events: Callable[[Step, list[str]], list[str]] | None = None


def combined(first: Change, second: Change) -> Change:
    """Both changes; where both have the same setting, the second one's holds."""

    def both(name: str) -> Callable[..., Any] | None:
        one, other = getattr(first, name), getattr(second, name)
        return (lambda *given: other(*given[:-1], one(*given))) if one and other else one or other

    def saved(step: Step) -> None:
        for turn in (first.saved, second.saved):
            if turn:
                turn(step)

    turns = {name: both(name) for name in ("request", "fields", "body", "answer", "events")}
    return Change(settings={**first.settings, **second.settings}, saved=saved, **turns)


Listener = Callable[[str, Json], None]


class Target(ABC, Generic[S]):
    """An implementation of one API, in memory. `handle` answers one request; nothing is kept elsewhere.

    `routes` maps operations to (method, pattern of the path, whether the documented path ends with a slash).
    """

    api: ClassVar[str]
    routes: ClassVar[Mapping[str, tuple[str, str, bool]]]
    usual_headers: ClassVar[Mapping[str, str]] = {}

    def __init__(
        self,
        settings: S,
        change: Change | None = None,
        *,
        clock: Callable[[], datetime] = moments.wall_clock,
        seed: int = 0,
        listener: Listener | None = None,
    ) -> None:
        self.change = change or Change()
        self.settings: S = replace(settings, **self.change.settings)
        self.clock, self.random, self.listener = clock, random.Random(seed), listener
        self.count = 0
        self.store: dict[str, dict[Json, dict[str, Json]]] = self.seeded()

    @abstractmethod
    def seeded(self) -> dict[str, dict[Json, dict[str, Json]]]:
        """The resources at the start: by kind, then by id."""

    @property
    @abstractmethod
    def states(self) -> Mapping[str, Mapping[str, Json]]:
        """Which ids of this target stand for the states that a contract suite asks for."""

    @abstractmethod
    def perform(self, step: Step) -> None:
        """Carry out a request that is routed and authorised: fill `step`, or raise `Refusal`."""

    @abstractmethod
    def error(self, refusal: Refusal) -> Json:
        """The body of an error in the API's own form."""

    def headers(self, step: Step, body: bytes) -> dict[str, str]:
        """The headers of an answer with this body."""
        return {"content-type": self.media_type, "content-length": str(len(body))}

    @property
    def media_type(self) -> str:
        """The media type of a JSON answer."""
        return "application/json; charset=utf-8" if self.settings.charset else "application/json"

    def handle(self, request: Request) -> Answer:
        """The answer to a request; events are told to the listener."""
        self.count += 1
        step = Step(self, self.change.request(request) if self.change.request else request)
        try:
            self._limit()
            self._route(step)
            self._authorise(step)
            step.status = self.settings.success
            self.perform(step)
        except Refusal as refusal:
            step.refusal = refusal
            step.status = self._chosen(self.settings.statuses, refusal.problem) or REASONS[refusal.problem]
            step.body = self.error(refusal)
        answer = self._answer(step)
        self._tell(step)
        return answer

    def _limit(self) -> None:
        limit = self.settings.every_nth_limited
        if limit and self.count % limit == 0:
            raise Refusal("limited", "Too many requests")

    def _route(self, step: Step) -> None:
        known = False
        for operation, (method, pattern, slash) in self.routes.items():
            ending = "/?" if self.settings.trailing_slash == "either" else "/" * slash
            match = re.fullmatch(pattern + ending, step.request.path, re.DOTALL)
            if match and method == step.request.method:
                step.operation, step.key = operation, (match.groups() or ("",))[0]
                return
            known = known or match is not None
        raise Refusal("no method" if known else "no route", f"No {step.request.method} {step.request.path} here")

    def _authorise(self, step: Step) -> None:
        if step.operation in self.settings.open_operations:
            return
        scheme, _, credentials = step.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in self.settings.schemes or not credentials.strip():
            raise Refusal("unauthenticated", "A bearer token is needed")
        accepted = self.settings.token is None or self.settings.any_token or scheme.lower() != "bearer"
        if not accepted and credentials.strip() != self.settings.token:
            raise Refusal("unaccepted", "This token is not accepted")

    def json(self, step: Step) -> dict[str, Json]:
        """The JSON object of the request. Raises `Refusal` where there is none."""
        media_type = step.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if self.settings.media_types == "json" and media_type != "application/json":
            raise Refusal("media type", "The body is not application/json")
        try:
            value = read_json(step.request.body)
        except ValueError:
            raise Refusal("malformed", "The body is not JSON") from None
        if not isinstance(value, dict):
            raise Refusal("invalid", "The body is not an object")
        return value

    def save(self, step: Step, resource: dict[str, Json], fields: dict[str, Json]) -> None:
        """Write the fields of a request into a resource, in place."""
        step.before = dict(resource)
        step.sent = self.change.fields(step, fields) if self.change.fields else fields
        resource.update(step.sent)
        step.after = resource

    def saved(self, step: Step) -> None:
        """Let a fault have its turn once everything is written."""
        if self.change.saved:
            self.change.saved(step)

    def _chosen(self, choices: Mapping[Problem, T], problem: Problem) -> T | None:
        """The choice for a problem; what is chosen for a missing token holds for a wrong one too."""
        if problem == "unaccepted" and problem not in choices:
            return choices.get("unauthenticated")
        return choices.get(problem)

    def _answer(self, step: Step) -> Answer:
        if self.change.body:
            step.body = self.change.body(step, step.body)
        form = "own" if step.refusal is None else self._chosen(self.settings.error_forms, step.refusal.problem)
        form = form or self.settings.error_form
        text = step.refusal.sentence if step.refusal else ""
        if form == "own":
            body = write_json(step.body, pretty=self.settings.pretty, ascii_only=self.settings.ascii_only)
            media_type = self.media_type
        elif form == "nothing":
            body, media_type = b"", ""
        elif form == "text":
            body, media_type = text.encode(), "text/plain; charset=utf-8"
        else:
            body, media_type = f"<!doctype html><title>{step.status}</title>".encode(), "text/html; charset=utf-8"
        headers = {**self.headers(step, body), **self.settings.extra_headers}
        if step.problem == "limited":
            headers["retry-after"] = "1"
        answer = Answer(step.status, headers, body)
        if form != "own":
            answer = answer.with_headers(content_type=media_type or None)
        return self.change.answer(step, answer) if self.change.answer else answer

    def _tell(self, step: Step) -> None:
        events = self.change.events(step, step.events) if self.change.events else step.events
        if self.listener:
            for event in events:
                self.listener(event, step.body)
