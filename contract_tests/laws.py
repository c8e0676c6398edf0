"""What the rules say of one answer: which effect speaks of which field, and whether a condition holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.calls import Call
from contract_tests.compare import same
from contract_tests.places import NOTHING, find
from specs import Api, Behaviour, Claim, Condition, Effect
from specs.pointers import join


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when an answer is looked at: the fields that were sent, those known from before, and the answer."""

    sent: Mapping[str, Any]
    before: Mapping[str, Any]
    answered: Any

    def holds(self, condition: Condition) -> bool | None:
        """Whether the condition holds; None where that cannot be told."""
        if condition.kind == "always":
            return True
        if condition.kind == "sent":
            return condition.fields[0] in self.sent and same(self.sent[condition.fields[0]], condition.equals)
        if condition.kind == "not_sent":
            return condition.fields[0] not in self.sent
        if condition.kind == "answered":
            return same(find(self.answered, condition.fields[0]), condition.equals)
        return self._changed([field for field in condition.fields if field in self.sent])

    def _changed(self, fields: list[str]) -> bool | None:
        if any(field in self.before and not same(self.before[field], self.sent[field]) for field in fields):
            return True
        return None if any(field not in self.before for field in fields) else False

    def speaking(self, behaviour: Behaviour, field: str) -> Effect | None:
        """The effect that decides about a field, or None where none does, or it cannot be told which."""
        for effect in behaviour.effects:
            if field not in effect.fields:
                continue
            if effect.becomes.kind == "sent" and (effect.becomes.name or field) not in self.sent:
                continue
            if effect.becomes.kind == "unchanged" and field in self.sent:
                continue
            holds = self.holds(effect.when)
            if holds is None:
                return None
            if holds:
                return effect
        return None


def sent_fields(behaviour: Behaviour, call: Call) -> Mapping[str, Any]:
    """The resource's fields in a request's body; empty where there are none."""
    found = find(call.body, behaviour.input) if isinstance(call.body, dict) else NOTHING
    return found if isinstance(found, dict) else {}


def key_of(behaviour: Behaviour, call: Call) -> Any:
    """The id of the resource that a request names, or NOTHING."""
    if behaviour.key is None:
        return NOTHING
    if behaviour.key.location == "path":
        return call.parameter("path", behaviour.key.name)
    return find(call.body, behaviour.key.name) if isinstance(call.body, dict) else NOTHING


def aimed(behaviour: Behaviour, call: Call, key: Any) -> Call:
    """The call, naming another resource."""
    if behaviour.key is None:
        return call
    if behaviour.key.location == "path":
        return call.with_parameter("path", behaviour.key.name, key)
    return call.sending(behaviour.key.name, key)


@dataclass(frozen=True)
class LawClaims:
    """Finds the claims of the rules."""

    api: Api

    def __post_init__(self) -> None:
        index = {(c.operation, c.name, c.at, c.keyword): c for c in self.api.claims if c.part == "rule"}
        object.__setattr__(self, "_index", index)

    def effect(self, operation: str, effect: str, field: str, word: str) -> Claim | None:
        """The claim of an effect on a field (`answered`, `kept`, `unchanged`, ...)."""
        return self._at(operation, effect, field, word)

    def untouched(self, operation: str) -> Claim | None:
        """The claim that an operation leaves other resources as they were."""
        return self._at(operation, "others", "", "untouched")

    def answer(self, operation: str, answer: str, at: str, word: str) -> Claim | None:
        """The claim about something beside the resource in an answer."""
        return self._at(operation, answer, at, word)

    def _at(self, *key: str) -> Claim | None:
        index: dict[tuple[str, ...], Claim] = self._index  # type: ignore[attr-defined]
        return index.get(key)


def place(behaviour: Behaviour, field: str) -> str:
    """Where the answers of an operation show a field, with the operation in front."""
    return f"{behaviour.operation}:{join(behaviour.output or '', field)}"
