"""Ids that no resource has, and how a target answers to them."""

from __future__ import annotations

import random
import string
from typing import Any

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.laws import aimed, key_of
from contract_tests.places import NOTHING, leaves
from contract_tests.session import Session
from specs import Behaviour


def stranger(session: Session, behaviour: Behaviour, documented: Any, salt: int = 0) -> Any:
    """An id of the documented form that nothing has: letters and digits after a prefix, or a number far away."""
    rng = random.Random(f"{session.options.seed}/{behaviour.operation}/{salt}")  # noqa: S311 - no secret
    text = str(documented)
    if text.isdigit():
        return type(documented)(str(rng.randrange(900_000_000, 999_999_999)))
    head, mark, tail = text.partition("_") if "_" in text else text.partition("-")
    letters = "".join(rng.choice(string.ascii_lowercase + string.digits) for _ in range(max(8, len(tail))))
    return f"{head}{mark}{letters}" if mark else letters


def asked_of_a_stranger(session: Session, call: Call, behaviour: Behaviour, salt: int = 0) -> Answer:
    """The answer to a call that names a resource which does not exist."""
    key = stranger(session, behaviour, key_of(behaviour, call), salt)
    return session.ask(aimed(behaviour, call, key), robust="unknown-id", missing=True)


def seems_unknown(session: Session, answer: Answer) -> bool:
    """Whether a refusal may mean that the resource of the request, or one that it refers to, is not at the target."""
    operation = answer.call.operation
    behaviour = session.api.rules.behaviours.get(operation.id)
    key = NOTHING if behaviour is None else key_of(behaviour, answer.call)
    if behaviour is None or key is NOTHING:
        return _is_missing(session, answer)
    strangers = [asked_of_a_stranger(session, answer.call, behaviour, salt) for salt in (1, 2)]
    if any(other.status != answer.status for other in strangers):
        return False
    first, second, mine = (_said(other, key_of(behaviour, other.call)) for other in (*strangers, answer))
    return all(mine.get(at) == value for at, value in first.items() if second.get(at) == value)


def _is_missing(session: Session, answer: Answer) -> bool:
    """Whether a request that names no resource of its own may be refused for one that it refers to: then it is refused
    otherwise when it refers to none.
    """
    if answer.status not in (404, 409, 410):
        return False
    other = session.ask(answer.call.with_body({}), robust="wrong-types")
    return (other.status, other.body) != (answer.status, answer.body)


def _said(answer: Answer, key: Any) -> dict[str, Any]:
    """The leaves of an answer, without the id that it is about."""
    return {at: value.replace(str(key), "") if isinstance(value, str) else value for at, value in leaves(answer.json)}
