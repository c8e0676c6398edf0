"""What is required must be required, and what may be left out can be left out."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
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
        session.broke(
            claim, answer, f"a refusal: {claim.text}", f"accepted with {session.said(answer)}", where=claim.at
        )


def _optional(session: Session, base: Base, claim: Claim) -> None:
    call = _left_out(base, claim)
    if call is None:
        session.ledger.keep(claim)
        return
    answer = session.ask(call, valid=True)
    if session.accepted(answer):
        session.ledger.keep(claim)
    elif session.refuses(answer):
        base.lean = False
        session.broke(claim, answer, f"accepted: {claim.text}", session.said(answer), where=claim.at)


def _left_out(base: Base, claim: Claim) -> Call | None:
    """The accepted call without the one thing, or None where it never had it."""
    if claim.location != "body":
        has = base.call.parameter(claim.location, claim.name) is not NOTHING
        return base.call.with_parameter(claim.location, claim.name, NOTHING) if has else None
    if not claim.at or find(base.call.body, claim.at) is NOTHING:
        return None
    call = base.call.without(claim.at)
    if any(find(call.body, base.place(name)) is not NOTHING for name in _saved(base)):
        return call
    # An update of nothing is not described: something else takes the place of what is left out.
    for name in _saved(base):
        value = base.another(name) if base.place(name) != claim.at else NOTHING
        if value is not NOTHING:
            return call.sending(base.place(name), value)
    return call


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
    if (
        refusal is None
        or not session.refuses(refusal)
        or refusal.status in (401, 403)
        or seems_unknown(session, refusal)
    ):
        return None
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


def _blame(session: Session, call: Call, added: list[Claim], refusal: Answer) -> None:
    for claim in added:
        answer = session.ask(call.without(claim.at), valid=True)
        if session.refuses(answer):
            session.broke(claim, answer, f"accepted: {claim.text}", session.said(answer), where=claim.at)
            for consequence in session.claims("exchange", refusal.call.operation):
                if session.ledger.is_broken(consequence):
                    session.broke(consequence, refusal, "the documented answer", session.said(refusal), cause=claim)
