"""Bad input is answered with anything but a server error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from contract_tests.calls import Call
from contract_tests.compare import moment
from contract_tests.places import leaves, put
from contract_tests.session import Session
from contract_tests.states import Base, States
from contract_tests.strangers import asked_of_a_stranger

TEXTS = {
    "unicode": "Zoë 東京 Приве́т ﷽ \u202e \u0000",
    "emoji": "🚚🧑🏽‍🚀",
    "quotes": "\" ' ` \\ ;-- %00 <b>",
    "long-strings": "u" * 20_000,
}


def run(session: Session, states: States) -> None:
    """Judge the claims about bad input."""
    for operation in session.api.operations:
        claims = session.claims("robustness", operation)
        base = states.base(operation) if claims and session.may(operation) else None
        for claim in claims:
            if base is None:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
                continue
            if claim.keyword == "unknown-id" and base.behaviour is not None and base.behaviour.key is not None:
                asked_of_a_stranger(session, base.call, base.behaviour, 3)
            session.ledger.untested(claim, "the documented request has nothing of the kind in it")
            for call, tainted in _calls(base, claim.keyword):
                session.ask(call, robust=claim.keyword, tainted=tainted, missing=claim.keyword == "unknown-id")


def _calls(base: Base, keyword: str) -> Iterator[tuple[Call, list[str]]]:
    """Requests that are bad in one way, with the places of the body that are."""
    call = base.call
    whole: dict[str, tuple[Any, ...]] = {
        "malformed-json": (b'{"interview": ', b"{'a': 1}", b'{"a": 1}}', b"\xff\xfe{}", b"{" * 2000),
        "wrong-root": ([], "understudy", 7, True),
        "empty-body": (b"",),
        "null-body": (None,),
    }
    if keyword in whole:
        for body in whole[keyword]:
            yield call.with_body(body), []
    elif keyword == "unknown-id":
        for parameter in call.path_values:
            for value in ("understudy-1", "0", "-1", "99999999999999999999999", "%00", "é"):
                yield replace(call, path_values={**call.path_values, parameter: value}), []
    elif isinstance(call.body, dict):
        key = base.behaviour.key if base.behaviour else None
        for at, value in leaves(call.body):
            if key is not None and key.location == "body" and key.name == at:
                continue
            yield from ((call.with_body(put(call.body, at, bad)), [at]) for bad in _instead(keyword, value))


def _instead(keyword: str, value: Any) -> Iterator[Any]:
    """What stands in the place of a documented value."""
    if keyword == "null-member":
        yield None
    elif keyword == "wrong-types":
        yield from (7.5 if isinstance(value, str) else "understudy", [], {}, True)
    elif keyword == "time-offsets" and moment(value) is not None:
        day = str(value)[:10]
        yield from (f"{day}T14:00:00+02:00", f"{day}T14:00:00.123456-11:30", f"{day}T24:00:00Z", day)
    elif keyword in TEXTS and isinstance(value, str):
        yield TEXTS[keyword]
