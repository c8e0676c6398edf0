"""One run against one target: what experiments have in common. They ask through it, so that no answer goes unjudged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from contract_tests.answers import Answer, brief, steps
from contract_tests.calls import Call
from contract_tests.looking import observe
from contract_tests.memory import Memory
from contract_tests.observations import Observer
from contract_tests.options import RunOptions
from contract_tests.places import find
from contract_tests.results import Failure
from contract_tests.samples import Pool
from contract_tests.target import Target
from contract_tests.verdicts import Ledger
from specs import Api, Behaviour, Claim, Operation
from specs.pointers import join, split

CONFUSED = ("effect", "answer", "permit", "exchange", "request-schema")
"""Kinds of claims about which nothing sure can be found out at a target that mixes up its resources."""

Outcome = Literal["accepted", "refused", "failed", "strange"]


class Session:
    """A run: the target, the claims that it judges, what it has learnt, and where evidence goes."""

    def __init__(self, api: Api, options: RunOptions, target: Target) -> None:
        self.api, self.options, self.target = api, options, target
        self.chosen = chosen(api.claims, options)
        self.ledger = Ledger(api.claims, self.chosen)
        self.observer = Observer(api, self.ledger)
        self.memory = Memory(api, self.ledger)
        self.notes: list[str] = []
        self._pools: dict[str, Pool] = {}

    @cached_property
    def _by_operation(self) -> dict[str, list[Claim]]:
        grouped: dict[str, list[Claim]] = {}
        for claim in self.api.claims:
            grouped.setdefault(claim.operation, []).append(claim)
        return grouped

    def claims(self, kind: str, operation: Operation | None = None) -> list[Claim]:
        """The claims of a kind that this run judges and that are no mere assumption."""
        pool = self.api.claims if operation is None else self._by_operation.get(operation.id, [])
        return [claim for claim in pool if claim.kind == kind and self.ledger.judges(claim)]

    def claim(self, kind: str, operation: Operation, keyword: str) -> Claim | None:
        """The claim of a kind with this keyword, judged or not."""
        found = self._by_operation.get(operation.id, [])
        return next((claim for claim in found if claim.kind == kind and claim.keyword == keyword), None)

    def claims_of(self, operation: Operation) -> list[Claim]:
        """All claims of an operation, judged or not."""
        return self._by_operation.get(operation.id, [])

    def note(self, remark: str) -> None:
        """A remark for people, once."""
        if remark not in self.notes:
            self.notes.append(remark)

    def request_type(self, operation: Operation, content_type: str | None) -> Claim | None:
        """The claim that a request's body may be of a media type, judged or not."""
        found = (c for c in self.claims_of(operation) if c.kind == "media-type" and c.part == "request")
        return next((claim for claim in found if claim.expected == content_type), None)

    def pool(self, operation: Operation) -> Pool:
        """The documented values of an operation's request."""
        return self._pools.setdefault(operation.id, Pool(self.api, operation))

    def may(self, operation: Operation) -> bool:
        """Whether the run may send valid requests of an operation: all, or with `safe` those that only read."""
        return not self.options.safe or operation.method.upper() in ("GET", "HEAD", "OPTIONS")

    def ask(
        self,
        call: Call,
        *,
        valid: bool = False,
        tainted: Sequence[str] = (),
        robust: str = "",
        missing: bool = False,
    ) -> Answer:
        """Send a call and hold its answer against everything that is promised of it.

        `valid`: the documentation says that it is answered with success. `tainted` are the places of the request's
        body that should be refused: what an answer shows there is for the experiment to judge. `robust` is the kind of
        bad input that this is. `missing`: it names a resource that does not exist.
        """
        answer = self.target.send(call)
        shown = [place for at in tainted for place in self._shown_at(call.operation, at)]
        self.hold(answer, shown, robust=robust, valid=valid, missing=missing)
        behaviour = self.api.rules.behaviours.get(call.operation.id)
        if self.accepted(answer):
            observe(self.memory, answer, [name for at in tainted for name in self._fields(behaviour, at)])
        elif self.refuses(answer):
            self.memory.refused(answer)
        return answer

    def hold(
        self, answer: Answer, tainted: Sequence[str] = (), *, robust: str, valid: bool = False, missing: bool = False
    ) -> None:
        """Hold an answer against what is promised of any: the response that it is, and no server errors. `tainted` are
        places of the answer that are not judged.
        """
        outcome, success = self.outcome(answer), answer.call.operation.success
        if outcome == "accepted" and success is not None:
            self.observer.hold(answer, success.status, tainted)
        elif outcome == "refused":
            self._hold_refusal(answer, missing=missing)
        self._hold_robustness(answer, outcome, robust, valid=valid)

    def outcome(self, answer: Answer) -> Outcome:
        """What the target did: a refusal is a 4xx status, or the documented sign of one in the body."""
        problems = self.api.rules.problems
        if answer.is_fault:
            return "failed"
        if problems.refused_at is not None and find(answer.json, problems.refused_at) == problems.refused_value:
            return "refused"
        if answer.is_success:
            return "accepted"
        return "refused" if answer.status >= 400 else "strange"

    def accepted(self, answer: Answer) -> bool:
        """Whether the target did what it was asked to."""
        return self.outcome(answer) == "accepted"

    def refuses(self, answer: Answer) -> bool:
        """Whether the target refused, and did not fail."""
        return self.outcome(answer) == "refused"

    def broke(  # noqa: PLR0913 - a breach has this many sides
        self,
        claim: Claim | None,
        answer: Answer,
        expected: str,
        got: str,
        *,
        where: str = "",
        before: Iterable[Answer] = (),
        places: Iterable[str] = (),
        cause: Claim | None = None,
    ) -> None:
        """Put it down that `answer` breaks the claim; `before` are the answers that lead to it."""
        behaviour = self.api.rules.behaviours.get(answer.call.operation.id)
        if cause is None and behaviour is not None and claim is not None and claim.kind in CONFUSED:
            cause = self.memory.doubts.get(behaviour.resource)
        failure = Failure(expected, got, where, steps([*before, answer]))
        self.ledger.breaks(claim, failure, places, cause)

    def valid_so_far(self, answer: Answer) -> bool:
        """Whether the request was one that the target may carry out: it was accepted, and not by mistake."""
        return answer.call.who == "valid" and self.accepted(answer)

    def said(self, answer: Answer) -> str:
        """What an answer said, in short."""
        body = brief(answer.json) if answer.json or answer.json == {} else answer.body[:120].decode("utf-8", "replace")
        return f"{answer.status} {body}".strip()

    def _fields(self, behaviour: Behaviour | None, at: str) -> list[str]:
        """The fields of the resource that stand at, above or below a place of a request's body."""
        start = behaviour.input + "/" if behaviour else "/"
        if at.startswith(start):
            return [split(at[len(start) - 1 :])[0]]
        return [name for effect in behaviour.effects for name in effect.fields] if behaviour else []

    def _shown_at(self, operation: Operation, at: str) -> list[str]:
        """Where an answer shows what stands at `at` in a request, and what is embedded by it."""
        behaviour = self.api.rules.behaviours.get(operation.id)
        if behaviour is None or behaviour.output is None or not at.startswith(behaviour.input + "/"):
            return []
        below = at[len(behaviour.input) :]
        embedded = [n for e in behaviour.effects if join("", e.becomes.name) == below for n in e.fields]
        return [behaviour.output + below, *(join(behaviour.output, name) for name in embedded)]

    def _hold_refusal(self, answer: Answer, *, missing: bool) -> None:
        """Hold a refusal against a documented error, where the documentation says that this is one of them."""
        operation = answer.call.operation
        entry = operation.response_for(answer.status)
        if entry is not None and answer.is_success and entry.source.strength.rank == 2:
            # A refusal with the documented status of success is held against what is documented for that.
            self.observer.hold(answer, entry.status, misplaced=True)
            return
        entry = entry if not answer.is_success else None
        problem = self.api.rules.problems.kinds.get("not_found")
        if missing and problem is not None:
            entry = operation.response_for(problem.status)
        elif entry is not None and entry.status != "default" and entry.source.strength.rank < 2:
            entry = None
        if entry is not None and not entry.is_success:
            self.observer.hold(answer, entry.status)

    def _hold_robustness(self, answer: Answer, outcome: Outcome, robust: str, *, valid: bool) -> None:
        operation = answer.call.operation
        if valid:
            claim = self.claim("status", operation, "status")
            if outcome in ("failed", "strange"):
                self.broke(claim, answer, "a valid request is answered with success", self.said(answer))
        elif robust or outcome == "failed":
            claim = self.claim("robustness", operation, robust or "wrong-types")
            if outcome == "failed":
                self.broke(claim, answer, "no server error", self.said(answer), places=[f"{operation.id}!{robust}"])
            else:
                self.ledger.keep(claim)


def chosen(claims: Iterable[Claim], options: RunOptions) -> frozenset[str]:
    """The ids of the claims that a run with these options judges: the asked ones, and of these the shard's."""
    number, of = options.shard
    wanted = set(options.only)
    ids = [claim.id for claim in claims if not wanted or claim.id in wanted]
    return frozenset(name for name in ids if of <= 1 or _shard(name, of) == number)


def _shard(name: str, of: int) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") % of + 1


def without_optional(call: Call, claims: Iterable[Claim]) -> Call:
    """The call without what may be left out of its body."""
    for claim in claims:
        if claim.keyword == "optional" and claim.location == "body" and claim.at:
            call = call.without(claim.at)
    return replace(call)
