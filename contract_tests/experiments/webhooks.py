"""Events: they come when their trigger happens, and not otherwise; their payload is judged as far as documented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.laws import Situation, aimed, key_of, sent_fields
from contract_tests.places import NOTHING
from contract_tests.receiver import Inbox, listening
from contract_tests.session import Session
from contract_tests.states import Base, States
from contract_tests.strangers import stranger
from specs import Claim, WebhookRule

ARRIVES = 3.0
"""Seconds after which an event that should come counts as missing."""

QUIET = 0.25
"""Seconds of silence after which nothing more is expected to come."""


def run(session: Session, states: States) -> None:
    """Judge the claims about events, where the run was told to listen."""
    claims = session.claims("webhook")
    if session.options.listen is None:
        for claim in claims:
            hint = "nothing listened: say --listen HOST:PORT, and have the target send its events there"
            session.ledger.untested(claim, hint)
        return
    if not claims:
        return
    with listening(*session.options.listen) as inbox:
        for operation in session.api.operations:
            mine = [claim for claim in claims if claim.operation == operation.id]
            base = states.base(operation) if mine and session.may(operation) else None
            if base is None:
                for claim in mine:
                    session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            else:
                _Watch(session, states, base, inbox, mine).judge()


@dataclass
class _Watch:
    session: Session
    states: States
    base: Base
    inbox: Inbox
    claims: list[Claim]

    def judge(self) -> None:
        """Send what triggers events and what does not, and see what comes."""
        for call, tainted in self._calls():
            before = self._before()
            self.inbox.settle(QUIET, ARRIVES)
            start = self.inbox.count
            answer = self.session.ask(call, tainted=tainted, robust="wrong-types" if tainted else "")
            for rule in self.session.api.rules.webhooks:
                if rule.after == self.base.operation.id:
                    self._hold(rule, answer, before, start)

    def _before(self) -> dict[str, object]:
        behaviour = self.base.behaviour
        return {} if behaviour is None else self.session.memory.fields(behaviour.resource, self.base.key)

    def _calls(self) -> Iterator[tuple[Call, list[str]]]:
        base, behaviour = self.base, self.base.behaviour
        if behaviour is None:
            return
        names = list(dict.fromkeys(n for e in behaviour.effects if e.becomes.kind == "sent" for n in e.fields))
        flags = {r.when.fields[0]: r.when.equals for r in behaviour.answer if r.when.kind == "sent"}
        changing = {name for rule in self.session.api.rules.webhooks for name in rule.when.fields if name in names}
        for name in sorted(names, key=lambda name: name not in changing):
            value = base.another(name, 4)
            if value is NOTHING:
                continue
            yield base.sending({base.place(name): value}), []
            if name in changing:
                yield base.sending({base.place(name): value}), []
                for flag, equals in flags.items():
                    other = base.another(name, 5)
                    yield base.sending({base.place(name): other, base.place(flag): equals}), []
        unknown = stranger(self.session, behaviour, key_of(behaviour, base.call), 9)
        yield from self._refused(unknown)
        yield from self._forbidden()

    def _refused(self, unknown: object) -> Iterator[tuple[Call, list[str]]]:
        """Requests that are not carried out: for a stranger, without a credential, with a wrong value."""
        base = self.base
        if base.behaviour is not None and base.behaviour.key is not None:
            yield aimed(base.behaviour, base.minimal_or_full(), unknown), []
        yield base.minimal_or_full().as_who("nobody"), []
        for claim in self.session.claims("request-schema", base.operation):
            if claim.keyword == "maximum" and claim.location == "body":
                yield base.sending({claim.at: claim.expected + 1}), [claim.at]

    def _forbidden(self) -> Iterator[tuple[Call, list[str]]]:
        """One update for each state that does not permit it, as far as the run was told of such resources."""
        behaviour = self.base.behaviour
        if behaviour is None or behaviour.permits is None:
            return
        resource = self.session.api.rules.resources[behaviour.resource]
        for state in resource.states:
            given = self.states.given(state.name) or {}
            refused = [c.field for c in behaviour.permits.cells if c.state == state.value and c.verdict == "refused"]
            if refused and resource.identity in given:
                at = self.base.place(refused[0])
                value = self.session.pool(self.base.operation).other_than(at, NOTHING, 6)
                yield aimed(behaviour, self.base.sending({at: value}), given[resource.identity]), [at]

    def _hold(self, rule: WebhookRule, answer: Answer, before: dict[str, object], start: int) -> None:
        holds = self._holds(rule, answer, before)
        claims = {claim.keyword: claim for claim in self.claims if claim.name == rule.event}
        if holds is None:
            return
        if holds:
            if self.inbox.await_event(rule.event, start, ARRIVES):
                self.session.ledger.keep(claims.get("sent"))
            else:
                got = f"none within {ARRIVES:g} s, {len(self.inbox.since(start))} other deliveries"
                self.session.broke(claims.get("sent"), answer, f"an event {rule.event}", got)
            return
        self.inbox.settle(QUIET, ARRIVES)
        claim = claims.get("not-otherwise") or claims.get("sent")
        if any(delivery.names(rule.event) for delivery in self.inbox.since(start)):
            self.session.broke(claim, answer, f"no event {rule.event}", f"an event {rule.event}")
        elif "not-otherwise" in claims:
            self.session.ledger.keep(claim)

    def _holds(self, rule: WebhookRule, answer: Answer, before: dict[str, object]) -> bool | None:
        if not self.session.accepted(answer):
            return False
        behaviour = self.base.behaviour
        if behaviour is None or not self.session.valid_so_far(answer):
            return None
        return Situation(sent_fields(behaviour, answer.call), before, answer.json).holds(rule.when)
