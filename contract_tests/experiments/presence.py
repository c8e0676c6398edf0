"""What is required must be required, and what may be left out can be left out."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import UNSUPPORTED, Base, States
from contract_tests.strangers import seems_unknown
from specs import Claim, Operation


def run(session: Session, states: States) -> None:
    """Judge the claims about what must be sent, and about what need not be."""
    for operation in session.api.operations:
        claims = session.claims("presence", operation)
        if not session.may(operation):
            continue
        base = states.base(operation) or _complete(session, states, operation)
        for claim in claims:
            if base is None:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            elif claim.keyword == "required":
                _required(session, base, claim)
            else:
                _optional(session, base, claim)


def _required(session: Session, base: Base, claim: Claim) -> None:
    if claim.location == "body":
        if claim.at and find(base.call.body, claim.at) is NOTHING:
            session.ledger.untested(claim, "the documented request does not have it")
            return
        call = base.call.without(claim.at)
    else:
        call = base.call.with_parameter(claim.location, claim.name, NOTHING)
    answer = session.ask(
        call, tainted=[claim.at] if claim.at else [], robust="empty-body" if not claim.at else "wrong-types"
    )
    if session.refuses(answer):
        session.ledger.keep(claim)
    elif session.accepted(answer):
        got = f"accepted with {session.said(answer)}"
        session.broke(claim, answer, f"a refusal: {claim.text}", got, where=claim.at, places=[at_request(claim)])


def _optional(session: Session, base: Base, claim: Claim) -> None:
    answers = []
    for call in _left_out(base, claim):
        answers.append(session.ask(call, valid=True))
        if session.accepted(answers[-1]):
            session.ledger.keep(claim)
            return
    if not answers:
        session.ledger.keep(claim)
    elif all(session.refuses(answer) for answer in answers):
        base.lean = False
        got = session.said(answers[0])
        session.broke(claim, answers[0], f"accepted: {claim.text}", got, where=claim.at, places=[at_request(claim)])


def at_request(claim: Claim) -> str:
    """The place that a claim about requests is about, with its operation in front."""
    return f"{claim.operation}>{claim.location}{claim.name}{claim.at}"


def _left_out(base: Base, claim: Claim) -> Iterator[Call]:
    """The accepted call without the one thing; nothing where it never had it. An update of nothing is not described:
    something else then takes the place of what is left out, and there are several calls.
    """
    if claim.location != "body":
        if base.call.parameter(claim.location, claim.name) is not NOTHING:
            yield base.call.with_parameter(claim.location, claim.name, NOTHING)
        return
    if not claim.at or find(base.call.body, claim.at) is NOTHING:
        return
    call = base.call.without(claim.at)
    if any(find(call.body, base.place(name)) is not NOTHING for name in _saved(base)):
        yield call
        return
    others = [name for name in _saved(base) if base.place(name) != claim.at]
    values = ((base.place(name), base.another(name)) for name in others)
    fillers = [call.sending(at, value) for at, value in values if value is not NOTHING]
    yield from fillers[:2] or [call]


def _saved(base: Base) -> Iterator[str]:
    """The fields that the operation saves; for an operation without rules, none are known."""
    for effect in base.behaviour.effects if base.behaviour else ():
        if effect.becomes.kind == "sent":
            yield from effect.fields


def _complete(session: Session, states: States, operation: Operation) -> Base | None:
    """A target that refuses the documented request may accept one in which nothing is left out; then something that
    may be left out is required, and the claim about it is the root of all refusals.
    """
    refusal = states.refused.get(operation.id)
    if refusal is None or not session.refuses(refusal) or refusal.status in (401, 403):
        return None
    if refusal.status != UNSUPPORTED and operation.id not in states.certain and seems_unknown(session, refusal):
        return None
    media = session.request_type(operation, refusal.call.content_type)
    cause = media if session.ledger.is_broken(media) else None
    status = session.claim("status", operation, "status")
    session.broke(status, refusal, "the documented request is accepted", session.said(refusal), cause=cause)
    if (base := _other_members(session, states, refusal)) is not None:
        return base
    call, added = refusal.call, list[Claim]()
    pool = session.pool(operation)
    for claim in session.claims_of(operation):
        if claim.kind == "presence" and claim.keyword == "optional" and claim.location == "body" and claim.at:
            value = pool.other_than(claim.at, NOTHING) if find(call.body, claim.at) is NOTHING else NOTHING
            if value is not NOTHING:
                call, added = call.sending(claim.at, value), [*added, claim]
    answer = session.ask(call, valid=True) if added else None
    if answer is None or not session.accepted(answer):
        return None
    base = states.adopt(operation, call, answer)
    base.lean = False
    _blame(session, call, added, refusal)
    return base


def _other_members(session: Session, states: States, refusal: Answer) -> Base | None:
    """The documented request with another member of one of its lists, where that is accepted."""
    operation = refusal.call.operation
    for claim in session.claims_of(operation):
        if claim.kind == "request-schema" and claim.keyword == "enum" and claim.location == "body":
            current = find(refusal.call.body, claim.at)
            for member in claim.expected if current is not NOTHING else ():
                call = refusal.call.sending(claim.at, member)
                answer = session.ask(call, valid=True) if member != current else refusal
                if session.accepted(answer):
                    session.ledger.explain(session.claim("status", operation, "status"), claim)
                    return states.adopt(operation, call, answer)
    return None


def _blame(session: Session, call: Call, added: list[Claim], refusal: Answer) -> None:
    for claim in added:
        answer = session.ask(call.without(claim.at), valid=True)
        if session.refuses(answer):
            session.broke(claim, answer, f"accepted: {claim.text}", session.said(answer), where=claim.at)
            for consequence in session.claims("exchange", refusal.call.operation):
                if session.ledger.is_broken(consequence):
                    session.broke(consequence, refusal, "the documented answer", session.said(refusal), cause=claim)
