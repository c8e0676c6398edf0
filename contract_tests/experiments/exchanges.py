"""Replays the documented exchanges: status, headers and values, as far as they must be those of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from contract_tests.answers import Answer, brief
from contract_tests.compare import moment, same
from contract_tests.laws import Situation, key_of, sent_fields
from contract_tests.places import NOTHING, find, leaves
from contract_tests.samples import refuses, replayed
from contract_tests.session import Session
from contract_tests.states import Base, States
from specs import Behaviour, Claim, Fixture, Strength
from specs.pointers import split

EVIDENT = 2 / 3
"""So much of the documented state must be there before the rest of it is asked for."""

Sort = Literal["exact", "state", "mutable", "any"]


def run(session: Session, states: States) -> None:
    """Judge the claims about documented exchanges."""
    for operation in session.api.operations:
        claims = {(c.name, c.keyword): c for c in session.claims_of(operation) if c.kind == "exchange"}
        for fixture in session.api.fixtures:
            mine = {word: claim for (name, word), claim in claims.items() if name == fixture.name}
            call = replayed(operation, fixture) if mine and session.may(operation) else None
            if call is not None:
                answer = session.ask(call, valid=not refuses(session.api, fixture), missing=_missing(session, fixture))
                _Replay(session, states, fixture, answer, mine, {}).judge()
                _again(session, states, fixture, answer, mine)


def _again(session: Session, states: States, fixture: Fixture, first: Answer, claims: dict[str, Claim]) -> None:
    """The same request once more, after the fields that it sends were set to something else: now it is known what it
    changes, and what an answer to a change says can be compared.
    """
    operation = first.call.operation
    behaviour = session.api.rules.behaviours.get(operation.id)
    if behaviour is None or behaviour.action != "update" or not session.accepted(first) or not behaviour.answer:
        return
    base = Base(session, operation, first.call, first, behaviour)
    call = first.call
    for name in sent_fields(behaviour, call):
        value = base.another(name, 2)
        call = call if value is NOTHING else call.sending(base.place(name), value)
    session.ask(call, valid=True)
    before = session.memory.fields(behaviour.resource, base.key)
    _Replay(session, states, fixture, session.ask(first.call, valid=True), claims, before).judge()


def _missing(session: Session, fixture: Fixture) -> bool:
    """Whether the fixture is the documented answer for a resource that does not exist."""
    problem = session.api.rules.problems.kinds.get("not_found")
    code = problem.members.get("code") if problem else None
    documented = any(same(value, code) for _, value in leaves(fixture.response.body))
    return refuses(session.api, fixture) and code is not None and documented


@dataclass
class _Replay:
    session: Session
    states: States
    fixture: Fixture
    answer: Answer
    claims: dict[str, Claim]
    before: Mapping[str, Any]

    def judge(self) -> None:
        """Hold the answer against the documented one."""
        expected = "refused" if refuses(self.session.api, self.fixture) else "accepted"
        outcome = self.session.outcome(self.answer)
        if outcome == expected:
            self._status()
            self._headers()
            self._body()
        elif outcome == "refused" and (reason := self._excuse()):
            for claim in self.claims.values():
                self.session.ledger.untested(claim, reason)
        else:
            operation = self.answer.call.operation
            roots = (
                self.session.request_type(operation, self.answer.call.content_type),
                self.session.claim("status", operation, "status"),
            )
            root = next((claim for claim in roots if self.session.ledger.is_broken(claim)), None)
            for claim in self.claims.values():
                expected, got = f"the documented answer: {claim.text}", self.session.said(self.answer)
                self.session.broke(claim, self.answer, expected, got, places=self._places(), cause=root)
                root = root or claim

    def _places(self, pointer: str = "") -> list[str]:
        return [f"{self.answer.call.operation.id}:{pointer}"]

    def _excuse(self) -> str | None:
        """Why a refusal of the documented request is no fault: the target need not have the documented state."""
        operation = self.answer.call.operation
        if self.answer.status in (401, 403):
            return f"the documented request was answered with {self.answer.status}: is the token right?"
        if self.states.base(operation) is not None:
            return "the target does not have the documented state"
        if self.states.may_lack(self.answer):
            return self.states.reasons.get(operation.id, "the target does not have the documented state")
        return None

    def _status(self) -> None:
        claim, status = self.claims.get("status"), self.fixture.response.status
        if claim is None or status is None:
            return
        if self.answer.status == status:
            self.session.ledger.keep(claim)
        else:
            root = self.session.claim("status", self.answer.call.operation, "status")
            cause = root if self.session.ledger.is_broken(root) else None
            self.session.broke(claim, self.answer, f"status {status}", f"status {self.answer.status}", cause=cause)

    def _headers(self) -> None:
        claim = self.claims.get("headers")
        made = {name.lower() for name in self.session.api.rules.headers} | {"content-length"}
        wrong = False
        for name, documented in self.fixture.response.headers.items():
            value = self.answer.headers.get(name.lower())
            kept = value is not None and (name.lower() in made or _same_header(name, documented, value))
            if not kept:
                wrong = True
                place = f"{self.answer.call.operation.id}#{name.lower()}"
                got = f"{name}: {value}" if value is not None else f"no header {name}"
                self.session.broke(claim, self.answer, f"{name}: {documented}", got, where=name, places=[place])
        if not wrong:
            self.session.ledger.keep(claim)

    def _body(self) -> None:
        claim = self.claims.get("body")
        documented = list(self._documented())
        judged = [(at, value) for sort, at, value in documented if sort == "exact"]
        state = [(at, value) for sort, at, value in documented if sort == "state"]
        mutable = [(at, value) for sort, at, value in documented if sort == "mutable"]
        if self._evident(state + mutable):
            judged += state
        wrong = [(at, value) for at, value in judged if not self._shows(at, value)]
        if not wrong:
            self.session.ledger.keep(claim)
        for at, value in wrong:
            got = brief(find(self.answer.json, at))
            self.session.broke(
                claim, self.answer, f"{brief(value)} at {at}", f"{got} at {at}", where=at, places=self._places(at)
            )
            return

    def _evident(self, state: list[tuple[str, Any]]) -> bool:
        shown = sum(same(value, find(self.answer.json, at)) for at, value in state)
        return bool(state) and shown >= EVIDENT * len(state)

    def _shows(self, at: str, documented: Any) -> bool:
        value = find(self.answer.json, at)
        return same(documented, value) or (value is None and self._admits_null(at))

    def _admits_null(self, at: str) -> bool:
        """Whether the documented type of a place admits null."""
        operation = self.answer.call.operation
        types = [
            claim.expected
            for claim in self.session.claims_of(operation)
            if claim.part == "response" and claim.keyword == "type" and claim.at == at
        ]
        return any("null" in kinds for kinds in types)

    def _documented(self) -> Iterator[tuple[Sort, str, Any]]:
        behaviour = self.session.api.rules.behaviours.get(self.answer.call.operation.id)
        for at, value in leaves(self.fixture.response.body):
            if self.fixture.strength_at(f"/response/body/value{at}") is not Strength.ASSUMED:
                yield self._sort(behaviour, at, value), at, value

    def _sort(self, behaviour: Behaviour | None, at: str, value: Any) -> Sort:
        """How firmly a documented value stands: `exact` follows from the request, `state` is data of the documented
        target that no operation changes, `mutable` data that one can change (which says whether the documented state is
        there, and no more), `any` is judged by its form alone.
        """
        if refuses(self.session.api, self.fixture):
            return "exact"
        if behaviour is None or behaviour.output is None:
            return "any"
        if any(rule.at == at for rule in behaviour.answer):
            return self._sort_rule(behaviour, at)
        if not at.startswith(behaviour.output + "/"):
            return "any"
        return self._sort_field(behaviour, at, value)

    def _sort_rule(self, behaviour: Behaviour, at: str) -> Sort:
        """The same for what a rule says of an answer: it is as documented where the rule is known to hold."""
        situation = Situation(sent_fields(behaviour, self.answer.call), self.before, self.answer.json)
        for rule in behaviour.answer:
            if rule.at == at and (holds := situation.holds(rule.when)) is not False:
                firm = holds and rule.value.kind == "constant" and rule.source.strength.rank > 0
                return "exact" if firm else "any"
        return "any"

    def _sort_field(self, behaviour: Behaviour, at: str, value: Any) -> Sort:
        """The same for a value that stands in the resource."""
        assert behaviour.output is not None  # noqa: S101 - for the type checker; the caller looked
        name, *below = split(at[len(behaviour.output) :])
        effect = Situation(sent_fields(behaviour, self.answer.call), {}, self.answer.json).speaking(behaviour, name)
        kind = effect.becomes.kind if effect else ""
        if kind in ("sent", "constant") and not below:
            return "exact"
        if name == self.session.api.rules.resources[behaviour.resource].identity:
            return "any" if key_of(behaviour, self.answer.call) is NOTHING else "exact"
        if kind in ("now", "new") or value is None or moment(value) is not None:
            return "any"
        return "mutable" if self._can_change(behaviour, name) else "state"

    def _can_change(self, behaviour: Behaviour, name: str) -> bool:
        """Whether an operation can set a field: then it may have been, since the documentation was written."""
        return any(
            effect.becomes.kind in ("sent", "constant") and name in effect.fields
            for other in self.session.api.rules.behaviours.values()
            if other.resource == behaviour.resource
            for effect in other.effects
        )


def _same_header(name: str, documented: str, value: str) -> bool:
    if name.lower() == "content-type":
        essence, _, parameters = documented.partition(";")
        same_type = value.partition(";")[0].strip().lower() == essence.strip().lower()
        return same_type and (not parameters or parameters.strip().lower() in value.lower().replace("; ", ";"))
    return [part.strip() for part in documented.split(",")] == [part.strip() for part in value.split(",")]
