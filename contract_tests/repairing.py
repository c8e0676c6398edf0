"""Where the documented request is refused: one near to it that is accepted, which shows what the refusal was for."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.laws import sent_fields
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
from specs import Claim, Operation
from specs.pointers import join


def repaired(session: Session, states: States, operation: Operation) -> Base | None:
    """A request to start from although the documented one is refused, or None.

    That a request is refused breaks a promise when one near to it is accepted, or when the refusal cannot be that of a
    resource which the target does not have.
    """
    refusal = states.refused.get(operation.id)
    if refusal is None or not session.refuses(refusal) or refusal.status in (401, 403):
        return None
    found = next(_nearby(session, refusal), None)
    if not found and states.may_lack(refusal):
        return None
    if found and not _must_be_accepted(session, refusal, found[1], certain=operation.id in states.certain):
        return states.adopt(operation, found[0], found[1])
    cause = found[2] if found else None
    media = session.request_type(operation, refusal.call.content_type)
    if session.ledger.is_broken(media):
        cause = media
    status = session.claim("status", operation, "status")
    session.broke(status, refusal, "the documented request is accepted", session.said(refusal), cause=cause)
    for exchange in session.claims("exchange", operation):
        if cause is not None and session.ledger.is_broken(exchange):
            session.ledger.explain(exchange, cause)
    if refusal.is_success and operation.success is not None:
        session.observer.hold(refusal, operation.success.status, misplaced=True)
    if found is None:
        return None
    call, answer, _, lean = found
    base = states.adopt(operation, call, answer)
    base.lean, base.fat = lean, None if lean else cause
    return base


def _must_be_accepted(session: Session, refusal: Answer, accepted: Answer, *, certain: bool) -> bool:
    """Whether the resource is in a state that permits the refused request, as far as the accepted one shows that."""
    behaviour = session.api.rules.behaviours.get(refusal.call.operation.id)
    if certain or behaviour is None or behaviour.permits is None or behaviour.output is None:
        return True
    state = find(accepted.json, join(behaviour.output, behaviour.permits.by))
    verdicts = {cell.field: cell.verdict for cell in behaviour.permits.cells if cell.state == state}
    return all(
        verdicts.get(name) == "permitted" for name in sent_fields(behaviour, refusal.call) if name in verdicts
    ) and bool(verdicts)


Found = tuple[Call, Answer, Claim | None, bool]
"""A request that was accepted, its answer, the claim that the refusal broke, and whether things can be left out."""


def _nearby(session: Session, refusal: Answer) -> Iterator[Found]:
    yield from _other_members(session, refusal)
    yield from _without_one(session, refusal)
    yield from _with_everything(session, refusal)


def _other_members(session: Session, refusal: Answer) -> Iterator[Found]:
    """With another member of one of its lists: then the documented member is refused."""
    for claim in session.claims_of(refusal.call.operation):
        if claim.kind == "request-schema" and claim.keyword == "enum" and claim.location == "body":
            current = find(refusal.call.body, claim.at)
            for member in claim.expected if current is not NOTHING else ():
                call = refusal.call.sending(claim.at, member)
                answer = session.ask(call, valid=True) if member != current else refusal
                if session.accepted(answer):
                    yield call, answer, claim, True


def _without_one(session: Session, refusal: Answer) -> Iterator[Found]:
    """Without one thing that may be left out: then that is refused, and so cannot be saved."""
    operation = refusal.call.operation
    tried = Base(session, operation, refusal.call, refusal, session.api.rules.behaviours.get(operation.id))
    for claim in session.claims_of(operation):
        if claim.kind != "presence" or claim.keyword != "optional":
            continue
        for call in left_out(tried, claim):
            answer = session.ask(call, valid=True)
            if session.accepted(answer):
                name = claim.at.rpartition("/")[2]
                effects = session.claims("effect", operation)
                saved = (effect for effect in effects if effect.at == name and effect.keyword == "answered")
                yield call, answer, next(saved, None), True


def _with_everything(session: Session, refusal: Answer) -> Iterator[Found]:
    """With everything that may be left out: then something of that is required."""
    call, added, pool = refusal.call, list[Claim](), session.pool(refusal.call.operation)
    for claim in session.claims_of(refusal.call.operation):
        if claim.kind == "presence" and claim.keyword == "optional" and claim.location == "body" and claim.at:
            value = pool.other_than(claim.at, NOTHING) if find(call.body, claim.at) is NOTHING else NOTHING
            if value is not NOTHING:
                call, added = call.sending(claim.at, value), [*added, claim]
    answer = session.ask(call, valid=True) if added else None
    if answer is None or not session.accepted(answer):
        return
    needed = None
    for claim in added:
        without = session.ask(call.without(claim.at), valid=True)
        if session.refuses(without):
            session.broke(claim, without, f"accepted: {claim.text}", session.said(without), where=claim.at)
            needed = needed or claim
    yield call, answer, needed, False


def left_out(base: Base, claim: Claim) -> Iterator[Call]:
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
