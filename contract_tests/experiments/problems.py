"""Documented errors for documented situations."""

from __future__ import annotations

from typing import Any

from contract_tests.answers import Answer, brief
from contract_tests.laws import key_of
from contract_tests.places import NOTHING, find, leaves
from contract_tests.session import Session
from contract_tests.states import States
from contract_tests.strangers import asked_of_a_stranger
from specs import Claim


def run(session: Session, states: States) -> None:
    """Judge what is said of resources that do not exist; two strangers are asked for, so that a fixed text shows."""
    for operation in session.api.operations:
        behaviour = session.api.rules.behaviours.get(operation.id)
        claims = session.claims("problem", operation)
        unknown = session.claim("robustness", operation, "unknown-id")
        answers = session.claims("response-schema", operation)
        wanted = bool(claims or answers) or (unknown is not None and session.ledger.judges(unknown))
        if behaviour is None or behaviour.key is None or not wanted or not session.may(operation):
            continue
        base = states.base(operation)
        if base is None:
            for claim in claims:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            continue
        if any(claim.status == "default" for claim in answers):
            session.ask(base.call.with_body(b"{"), robust="malformed-json")
        for salt in (1, 2):
            answer = asked_of_a_stranger(session, base.minimal_or_full(), behaviour, salt)
            for claim in claims:
                _judge(session, claim, answer, str(key_of(behaviour, answer.call)))


def _judge(session: Session, claim: Claim, answer: Answer, key: str) -> None:
    place = f"{claim.operation}!not_found"
    if claim.keyword == "refused":
        if session.refuses(answer):
            session.ledger.keep(claim)
        elif session.accepted(answer):
            session.broke(claim, answer, claim.text, f"accepted with {session.said(answer)}", places=[place])
        return
    if not session.refuses(answer):
        return
    if claim.keyword == "status":
        if 400 <= answer.status < 500:
            session.ledger.keep(claim)
        else:
            session.broke(claim, answer, claim.text, f"status {answer.status}", places=[place + "/status"])
        return
    expected = str(claim.expected).replace("{id}", key)
    where, shown = _member(session, answer, claim.keyword)
    if shown == expected:
        session.ledger.keep(claim)
    else:
        at = f"{claim.operation}:{where}"
        session.broke(
            claim,
            answer,
            f"{claim.keyword}: {brief(expected)}",
            f"{claim.keyword}: {brief(shown)}",
            where=where,
            places=[at],
        )


def _member(session: Session, answer: Answer, name: str) -> tuple[str, Any]:
    """Where the documented envelope has a member, and what the answer has there."""
    for at, template in leaves(session.api.rules.problems.envelope):
        if template == f"{{{name}}}":
            return at, find(answer.json, at)
    return "", NOTHING
