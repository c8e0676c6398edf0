"""The keywords of request schemas: what they admit is taken as it is, what they exclude is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.answers import Answer, brief
from contract_tests.compare import same
from contract_tests.experiments.presence import at_request
from contract_tests.laws import sent_fields
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
from specs import Claim
from specs.pointers import join, split

WRONG_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (12345, {"understudy": True}),
    "integer": ("understudy", "47", 47.5),
    "number": ("understudy", "47"),
    "boolean": ("understudy", 0, "", {"understudy": True}),
    "array": ("understudy", {"understudy": True}),
    "object": ("understudy", ["understudy"]),
}
"""Values that are not of a type. Null is none of them: what it means is mostly not said."""


LIKELY_MEMBERS = (
    *("other", "unknown", "none", "default", "any", "all", "basic", "standard", "advanced", "beginner", "intermediate"),
    *("expert", "easy", "medium", "hard", "low", "high", "entry", "junior", "mid", "senior", "lead", "principal"),
    *("staff", "phone", "online", "onsite", "on_site", "in_person", "hybrid", "remote", "video"),
)
"""Words that lists of members often have: what a target is likely to take beyond the documented ones."""

WRONG_FORMS: dict[str, tuple[str, ...]] = {
    "date-time": ("2024-13-05T10:00:00Z", "2024-02-30T10:00:00Z", "2024-02-05T25:61:00Z", "next Tuesday"),
    "date": ("2024-13-05", "2024-02-30"),
    "email": ("understudy", "understudy@"),
}
"""Texts that are nearly of a form. What is left open (fractions, offsets, a date alone) is not among them."""


def run(session: Session, states: States) -> None:
    """Judge the claims about the schemas of requests."""
    for operation in session.api.operations:
        base = states.base(operation) if session.may(operation) else None
        for claim in session.claims("request-schema", operation):
            if base is None:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            elif claim.keyword == "default":
                _default(session, base, claim)
            elif claim.location == "body":
                _in_body(session, base, claim)
            else:
                _in_parameter(session, base, claim)


def admitted(claim: Claim) -> Iterator[Any]:
    """Values that the keyword admits, and that a target must therefore take: the ends of ranges, members of lists."""
    if claim.keyword in ("minimum", "maximum"):
        # One step inside as well: the ends are round numbers, and a target that rounds would take them as they are.
        yield from (claim.expected, claim.expected + (1 if claim.keyword == "minimum" else -1))
    elif claim.keyword == "const":
        yield claim.expected
    elif claim.keyword == "enum":
        yield from (member for member in claim.expected if member is not None)
    elif claim.keyword in ("minLength", "maxLength") and 0 < claim.expected <= 10_000:
        yield "u" * claim.expected


def excluded(claim: Claim, base_value: Any) -> Iterator[Any]:
    """Values that only this keyword excludes."""
    expected = claim.expected
    if claim.keyword == "type":
        kinds = [expected] if isinstance(expected, str) else list(expected)
        if len([kind for kind in kinds if kind != "null"]) == 1:
            yield from WRONG_TYPES.get(next(kind for kind in kinds if kind != "null"), ())
    elif claim.keyword == "enum":
        yield from _no_members(expected)
    elif claim.keyword == "const":
        yield _no_member([expected])
    elif claim.keyword in ("minimum", "exclusiveMaximum"):
        yield expected - 1 if claim.keyword == "minimum" else expected
    elif claim.keyword in ("maximum", "exclusiveMinimum"):
        yield expected + 1 if claim.keyword == "maximum" else expected
    elif claim.keyword == "minLength" and expected > 0:
        yield "u" * (expected - 1)
    elif claim.keyword == "maxLength" and expected <= 10_000:
        yield "u" * (expected + 1)
    elif claim.keyword == "multipleOf":
        yield expected + expected / 2
    elif claim.keyword in ("format", "pattern"):
        yield from WRONG_FORMS.get(str(expected), ()) if claim.keyword == "format" else ()
        yield "understudy is not it"
    elif claim.keyword in ("minItems", "maxItems", "uniqueItems") and isinstance(base_value, list) and base_value:
        yield from _arrays(claim, base_value)


def _arrays(claim: Claim, items: list[Any]) -> Iterator[list[Any]]:
    if claim.keyword == "minItems" and claim.expected > 0:
        yield items[: claim.expected - 1]
    elif claim.keyword == "maxItems" and claim.expected < 1000:
        yield (items * (claim.expected + 1))[: claim.expected + 1]
    elif claim.keyword == "uniqueItems":
        yield [items[0], items[0]]


def _no_members(members: list[Any]) -> Iterator[Any]:
    """Values that are no members: an unlikely one, near misses, and words that lists of this kind often have."""
    yield _no_member(members)
    words = [member for member in members if isinstance(member, str) and member]
    if not words:
        return
    near = [*(word.capitalize() for word in words), words[-1].swapcase(), words[0] + words[-1], ""]
    upper = all(word.isupper() for word in words)
    likely = [word.upper() if upper else word for word in LIKELY_MEMBERS]
    yield from (word for word in dict.fromkeys([*near, *likely]) if word not in members and word.strip() not in members)


def _no_member(members: list[Any]) -> Any:
    """A value of the members' type that is none of them."""
    if any(isinstance(member, str) for member in members):
        return "understudy"
    numbers = [member for member in members if isinstance(member, (int, float)) and not isinstance(member, bool)]
    return max(numbers) + 1 if numbers else "understudy"


def _in_body(session: Session, base: Base, claim: Claim) -> None:
    for value in admitted(claim):
        _takes(session, base, claim, value)
    present = find(base.call.body, claim.at.replace("/*", "/0"))
    tried = False
    for value in excluded(claim, present):
        tried = True
        _excludes(session, base, claim, value)
    if not tried and not session.ledger.has_evidence(claim):
        session.ledger.untested(claim, f"no request is known that breaks only {claim.keyword} here")


def _takes(session: Session, base: Base, claim: Claim, value: Any) -> None:
    answer = session.ask(base.sending({claim.at: value}), valid=True)
    place = _shown_place(base, claim.at)
    where = [at_request(claim), *([f"{claim.operation}:{place}"] if place else [])]
    if session.refuses(answer):
        session.broke(
            claim, answer, f"{brief(value)} is taken: {claim.text}", session.said(answer), where=claim.at, places=where
        )
    elif session.accepted(answer):
        shown = find(answer.json, place) if place else NOTHING
        if shown is NOTHING or same(shown, value):
            session.ledger.keep(claim)
        else:
            session.broke(claim, answer, f"{brief(value)} is answered", brief(shown), where=place or "", places=where)


def _excludes(session: Session, base: Base, claim: Claim, value: Any) -> None:
    name = _field(base, claim.at)
    before = base.current(name) if name else NOTHING
    whole: Mapping[str, Any] = (
        {} if name or base.behaviour is None else session.memory.fields(base.behaviour.resource, base.key)
    )
    call = base.sending({claim.at: value}) if claim.at else base.call.with_body(value)
    robust = "wrong-types" if claim.at else "wrong-root"
    answer = session.ask(call, tainted=[claim.at], robust=robust)
    if session.accepted(answer) and name:
        # What was there before may be unknown, or the same by chance: start from another value.
        other = base.another(name)
        if other is not NOTHING and session.accepted(session.ask(base.sending({base.place(name): other}), valid=True)):
            before = base.current(name)
            answer = session.ask(call, tainted=[claim.at], robust=robust)
    elif session.accepted(answer) and _changed(session, base, claim, answer, whole) is None:
        whole = _otherwise(session, base)
        answer = session.ask(call, tainted=[claim.at], robust=robust)
    if session.refuses(answer):
        session.ledger.keep(claim)
    elif session.accepted(answer):
        got = (
            _taken(session, base, claim, answer, name, before)
            if name
            else _changed(session, base, claim, answer, whole)
        )
        if got == "" and claim.keyword == "type" and isinstance(value, (dict, list)):
            # Whether it was taken is not shown; but nothing of this kind can be read as what was asked for.
            got = f"accepted with {session.said(answer)}"
        if got is None:
            session.ledger.keep(claim)
        elif got:
            place = _shown_place(base, claim.at)
            session.broke(
                claim,
                answer,
                f"{brief(value)} is refused, or changes nothing: {claim.text}",
                got,
                where=place or claim.at,
                places=[at_request(claim), *([f"{claim.operation}:{place}"] if place else [])],
            )
        else:
            session.ledger.untested(claim, "the answer does not show whether the value was taken")
        healing = base.another(name) if name else NOTHING
        if healing is not NOTHING:
            # What was taken must not be blamed again wherever it is shown.
            session.ask(base.sending({base.place(name): healing}), valid=True)


def _taken(session: Session, base: Base, claim: Claim, answer: Answer, name: str, before: Any) -> str | None:
    """What an accepted request made of a value that should have been refused: None for nothing, an empty text where
    that cannot be seen, else what it was.
    """
    if base.behaviour is None or base.behaviour.output is None or _members_required(session, base, claim):
        return f"accepted with {session.said(answer)}"
    shown = find(answer.json, join(base.behaviour.output, name))
    if shown is NOTHING:
        return _followed(base, answer, name)
    sent = sent_fields(base.behaviour, answer.call).get(name, NOTHING)
    if same(shown, sent):
        return f"taken: {brief(shown)}"
    if before is NOTHING:
        return ""
    return None if same(shown, before) else f"{brief(shown)}, where there was {brief(before)}"


def _otherwise(session: Session, base: Base) -> Mapping[str, Any]:
    """Set what the request sends to other values; gives the fields of the resource afterwards."""
    call = base.call
    for name in sent_fields(base.behaviour, call) if base.behaviour else ():
        value = base.another(name)
        call = call if value is NOTHING else call.sending(base.place(name), value)
    session.ask(call, valid=True)
    return session.memory.fields(base.behaviour.resource, base.key) if base.behaviour else {}


def _changed(session: Session, base: Base, claim: Claim, answer: Answer, before: Mapping[str, Any]) -> str | None:
    """What an accepted request changed although it sent nothing that could be read; None for nothing."""
    if base.behaviour is None or base.behaviour.output is None or _members_required(session, base, claim):
        return f"accepted with {session.said(answer)}"
    for effect in base.behaviour.effects:
        for name in effect.fields if effect.becomes.kind == "sent" else ():
            shown = find(answer.json, join(base.behaviour.output, name))
            if name in before and shown is not NOTHING and not same(shown, before[name]):
                return f"{name} became {brief(shown)}, where there was {brief(before[name])}"
    return None


def _followed(base: Base, answer: Answer, name: str) -> str:
    """What an answer says that it says only for another value of a field which it does not show."""
    for rule in base.behaviour.answer if base.behaviour else ():
        if rule.when.kind == "sent" and rule.when.fields == (name,) and rule.value.kind == "constant":
            shown = find(answer.json, rule.at)
            if same(shown, rule.value.constant):
                return f"taken for {brief(rule.when.equals)}: {brief(shown)} at {rule.at}"
    return ""


def _members_required(session: Session, base: Base, claim: Claim) -> bool:
    """Whether the place, or something in it, must be sent: then a wrong value there cannot be ignored."""
    return any(
        other.kind == "presence"
        and other.keyword == "required"
        and other.location == "body"
        and other.strength.rank == 2
        and (other.at == claim.at or other.at.startswith(claim.at + "/"))
        and other.at
        for other in session.claims_of(base.operation)
    )


def _field(base: Base, at: str) -> str:
    """The field of the resource that a place of the body belongs to; empty where it is none."""
    if base.behaviour is None or not at.startswith(base.behaviour.input + "/"):
        return ""
    return split(at[len(base.behaviour.input) :])[0]


def _shown_place(base: Base, at: str) -> str | None:
    if base.behaviour is None or base.behaviour.output is None or not at.startswith(base.behaviour.input + "/"):
        return None
    return base.behaviour.output + at[len(base.behaviour.input) :].replace("/*", "/0")


def _in_parameter(session: Session, base: Base, claim: Claim) -> None:
    if claim.at:
        session.ledger.untested(claim, "places inside of parameters are left to the volume of Schemathesis")
        return
    for value in admitted(claim):
        answer = session.ask(
            base.call.with_parameter(claim.location, claim.name, value), valid=claim.location != "path"
        )
        if session.accepted(answer):
            session.ledger.keep(claim)
        elif claim.location != "path" and session.refuses(answer):
            session.broke(
                claim, answer, f"{brief(value)} is taken: {claim.text}", session.said(answer), where=claim.name
            )
    missing = claim.location == "path"
    robust = "unknown-id" if missing else "wrong-types"
    for value in excluded(claim, NOTHING):
        if isinstance(value, (dict, list, bool)) or _reads_as(claim, str(value)):
            continue
        answer = session.ask(
            base.call.with_parameter(claim.location, claim.name, value), robust=robust, missing=missing
        )
        if session.refuses(answer):
            session.ledger.keep(claim)
        elif session.accepted(answer):
            session.broke(
                claim, answer, f"{brief(value)} is refused: {claim.text}", session.said(answer), where=claim.name
            )


def _reads_as(claim: Claim, text: str) -> bool:
    """Whether a text, as a parameter's value, is one of the claimed type after all."""
    return claim.keyword == "type" and "string" not in claim.expected and text.lstrip("-").isdigit()


def _default(session: Session, base: Base, claim: Claim) -> None:
    """Leaving it out must have the same consequences as sending the default: both answers say the same wherever a rule
    makes them depend on it.
    """
    name = _field(base, claim.at)
    rules = [rule for rule in (base.behaviour.answer if base.behaviour else ()) if name in rule.when.fields]
    changing = [
        field
        for rule in (base.behaviour.answer if base.behaviour else ())
        if rule.when.kind == "changed" and rule.at in {other.at for other in rules}
        for field in rule.when.fields
    ]
    answers: list[Answer] = []
    for sent in (claim.expected, NOTHING):
        values = {base.place(field): base.another(field, 2) for field in changing[:1]}
        call = base.sending({at: value for at, value in values.items() if value is not NOTHING})
        call = call.without(claim.at) if sent is NOTHING else call.sending(claim.at, sent)
        answers.append(session.ask(call, valid=True))
    if not rules or not all(session.accepted(answer) for answer in answers):
        session.ledger.untested(claim, "no rule says what depends on it")
        return
    for rule in rules:
        given, left_out = (find(answer.json, rule.at) for answer in answers)
        if same(given, left_out):
            session.ledger.keep(claim)
        else:
            got = f"{brief(left_out)} at {rule.at} where it was left out, {brief(given)} where it was sent"
            session.broke(
                claim, answers[1], f"the same as for {brief(claim.expected)}", got, before=answers[:1], where=rule.at
            )
            for other in session.claims("answer", base.operation):
                if other.at == rule.at:
                    session.ledger.explain(other, claim)
