"""Who does not show who it is must be refused, at every operation."""

from __future__ import annotations

from typing import Final

from contract_tests.calls import Who
from contract_tests.session import Session
from contract_tests.states import States

WHO: Final[dict[str, Who]] = {"missing": "nobody", "scheme": "other-scheme", "garbage": "garbage"}


def run(session: Session, states: States) -> None:
    """Judge the claims about security. Which 4xx it is, and with which body, is not asked."""
    for operation in session.api.operations:
        claims = session.claims("security", operation)
        base = states.base(operation) if claims and session.may(operation) else None
        for claim in claims:
            if base is None:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
                continue
            if claim.keyword == "garbage" and session.options.token is None:
                session.ledger.untested(claim, "no --token was given: whether the target checks tokens is not known")
                continue
            answer = session.ask(base.call.as_who(WHO[claim.keyword]), robust="")
            if session.accepted(answer):
                session.broke(claim, answer, f"a refusal: {claim.text}", f"accepted with {session.said(answer)}")
            elif session.refuses(answer):
                session.ledger.keep(claim)
