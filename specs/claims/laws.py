"""The claims of `rules.yaml`: effects, answers, permits, problems, webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from specs.claims.claim import Claim
from specs.claims.schema import plain
from specs.provenance import Source, Strength

if TYPE_CHECKING:
    from specs.model import Api, Operation
    from specs.rules import Behaviour, Condition, Effect, Value, WebhookRule


def of_operation(api: Api, operation: Operation) -> Iterator[Claim]:
    """The claims about what one operation does."""
    behaviour = api.rules.behaviours.get(operation.id)
    if behaviour is None:
        return
    for effect in behaviour.effects:
        yield from _effect(behaviour, effect)
    yield from _others(behaviour)
    for answer in behaviour.answer:
        yield Claim(
            f"{operation.id}/rule/{answer.id}",
            "answer",
            operation.id,
            f"{answer.at} of the answer {_becomes(answer.value)}{_when(answer.when)}",
            answer.source,
            part="rule",
            name=answer.id,
            at=answer.at,
            keyword=answer.value.kind,
            expected=answer.value.constant,
        )
    yield from _permits(behaviour)
    yield from _problems(api, behaviour)


def _effect(behaviour: Behaviour, effect: Effect) -> Iterator[Claim]:
    words = ("answered", "kept") if effect.becomes.kind == "sent" else (effect.becomes.kind,)
    for field in effect.fields:
        for word in words:
            if behaviour.output is None and effect.source.strength is not Strength.ASSUMED:
                continue  # nothing shows the resource
            text = {
                "answered": f"{field} is answered as it was sent",
                "kept": f"{field} stays as it was sent, and later answers show it",
            }.get(word, f"{field} {_becomes(effect.becomes)}")
            yield Claim(
                f"{behaviour.operation}/rule/{effect.id}/{field}:{word}",
                "effect",
                behaviour.operation,
                f"{behaviour.operation}: {text}{_when(effect.when)}",
                effect.source,
                part="rule",
                name=effect.id,
                at=field,
                keyword=word,
                expected=effect.becomes.constant,
            )


def _others(behaviour: Behaviour) -> Iterator[Claim]:
    if behaviour.action in ("create", "update", "delete") and behaviour.output is not None:
        yield Claim(
            f"{behaviour.operation}/rule/others:untouched",
            "effect",
            behaviour.operation,
            f"{behaviour.operation} leaves every other {behaviour.resource} as it was",
            behaviour.source,
            part="rule",
            name="others",
            keyword="untouched",
        )


def _permits(behaviour: Behaviour) -> Iterator[Claim]:
    permits = behaviour.permits
    if permits is None:
        return
    for cell in permits.cells:
        source = cell.source
        if cell.verdict == "limited":
            source = replace(source, strength=Strength.ASSUMED)
        verb = {"permitted": "can be", "refused": "cannot be", "limited": "may perhaps be"}[cell.verdict]
        yield Claim(
            f"{behaviour.operation}/rule/{permits.id}/{cell.field}:{cell.state}",
            "permit",
            behaviour.operation,
            f"{cell.field} {verb} updated while the {permits.by} is {cell.state}",
            source,
            part="rule",
            name=permits.id,
            at=cell.field,
            keyword=cell.state,
            expected=cell.verdict,
        )


def _problems(api: Api, behaviour: Behaviour) -> Iterator[Claim]:
    problem = api.rules.problems.kinds.get("not_found")
    if problem is None or behaviour.key is None or problem.source.strength is Strength.ASSUMED:
        return
    situation = f"{api.rules.resources[behaviour.resource].phrase} that does not exist"
    inferred = replace(problem.source, strength=Strength.INFERRED)

    def claim(keyword: str, text: str, source: Source, expected: object) -> Claim:
        return Claim(
            f"{behaviour.operation}/problem/not_found:{keyword}",
            "problem",
            behaviour.operation,
            f"{situation} is refused{text}",
            source,
            part="problem",
            name="not_found",
            keyword=keyword,
            expected=expected,
        )

    yield claim("refused", "", problem.source, None)
    yield claim("status", " with a 4xx status", inferred, problem.status)
    for member, value in problem.members.items():
        if value is not None:
            yield claim(member, f" with the {member} {plain(value)}", problem.source, value)


def of_webhook(rule: WebhookRule) -> Iterator[Claim]:
    """The two claims of an event: it is sent when its trigger happens, and not otherwise."""
    for word, text in (("sent", "is sent"), ("not-otherwise", "is sent only")):
        if word == "not-otherwise" and rule.when.kind == "always":
            continue
        yield Claim(
            f"webhook/{rule.event}:{word}",
            "webhook",
            rule.after,
            f"{rule.event} {text} after {rule.after}{_when(rule.when)}",
            rule.source,
            part="webhook",
            name=rule.event,
            keyword=word,
        )


def _becomes(value: Value) -> str:
    return {
        "sent": f"is what was sent as {value.name}" if value.name else "is what was sent",
        "unchanged": "stays as it was",
        "new": "is a fresh id",
        "now": "is the time of the answer",
        "constant": f"is {plain(value.constant)}",
        "embedded": f"is the resource that {value.name} names",
        "sequence": f"counts up as {value.name}",
    }[value.kind]


def _when(condition: Condition) -> str:
    first = condition.fields[0] if condition.fields else ""
    return {
        "always": "",
        "changed": f", when {' or '.join(condition.fields)} was changed",
        "sent": f", when {first} was sent as {plain(condition.equals)}",
        "not_sent": f", when {first} was not sent",
        "answered": f", when {first} of the answer is {plain(condition.equals)}",
    }[condition.kind]
