"""What is required must be required, and what may be left out can be left out."""

from __future__ import annotations

from contract_tests.places import NOTHING, find
from contract_tests.repairing import left_out, repaired
from contract_tests.session import Session
from contract_tests.states import Base, States
from specs import Claim


def run(session: Session, states: States) -> None:
    """Judge the claims about what must be sent, and about what need not be."""
    for operation in session.api.operations:
        claims = session.claims("presence", operation)
        if not session.may(operation):
            continue
        base = states.base(operation) or repaired(session, states, operation)
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
    for call in left_out(base, claim):
        answers.append(session.ask(call, valid=True))
        if session.accepted(answers[-1]):
            session.ledger.keep(claim)
            return
    if not answers:
        session.ledger.keep(claim)
    elif all(session.refuses(answer) for answer in answers):
        base.lean, base.fat = False, claim
        got = session.said(answers[0])
        session.broke(claim, answers[0], f"accepted: {claim.text}", got, where=claim.at, places=[at_request(claim)])


def at_request(claim: Claim) -> str:
    """The place that a claim about requests is about, with its operation in front."""
    return f"{claim.operation}>{claim.location}{claim.name}{claim.at}"
