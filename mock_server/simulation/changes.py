"""How an operation changes its resource: the effects of the rules, sorted at start into what is quick to apply.

Most effects are one of three: a field is saved as sent, kept, or set to a constant. Those need no closure: what is kept
is kept by copying the resource, and only the fields that were sent are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mock_server.simulation.clock import in_notation
from mock_server.simulation.effects import SILENT, Speak, Turn, Workshop, compile_field, compile_value
from mock_server.simulation.store import in_order

if TYPE_CHECKING:
    from specs import Behaviour, Effect, Resource

Json = Any


class Change:
    """Makes the resource as it becomes from the resource as it was and what was sent."""

    def __init__(self, behaviour: Behaviour, resource: Resource, workshop: Workshop) -> None:
        self._creates = behaviour.action == "create"
        self._order = resource.order
        self._prototype: dict[str, Json] = dict.fromkeys(resource.order, SILENT)
        self._saved: dict[str, str | None] = {}
        self._constants: dict[str, Json] = {}
        self._spoken: list[tuple[str, Speak]] = []
        self._embedded: list[tuple[str, Speak]] = []
        self._named: list[tuple[str, Speak]] = []
        for field in dict.fromkeys(field for effect in behaviour.effects for field in effect.fields):
            self._sort(field, [effect for effect in behaviour.effects if field in effect.fields], resource, workshop)
        self._prototype.update(self._constants)
        if self._creates:
            self._constants = {}
        if self._creates and not any(name == resource.identity for name, _ in self._named):
            self._name_it(resource, workshop)

    def __call__(self, turn: Turn) -> dict[str, Json]:
        """The resource as it becomes, members in the documented order. Raises Refusal `reference_not_found`."""
        after = turn.after = self._prototype.copy() if self._creates else dict(turn.before)
        size = len(after)
        saved = self._saved
        for name, value in turn.sent.items():
            if name in saved:
                notation = saved[name]
                after[name] = value if notation is None else in_notation(value, notation)
        if self._constants:
            after.update(self._constants)
        for name, speak in self._spoken:
            if (value := speak(turn)) is not SILENT:
                after[name] = value
        for name, speak in self._embedded:
            after[name] = speak(turn)
        for name, speak in self._named:  # last: a refusal must not use up an id
            after[name] = speak(turn)
        if self._creates:
            return after if SILENT not in after.values() else {n: v for n, v in after.items() if v is not SILENT}
        return after if len(after) == size else in_order(after, self._order)

    def _sort(self, field: str, effects: Sequence[Effect], resource: Resource, workshop: Workshop) -> None:
        kinds = [effect.becomes.kind for effect in effects]
        simple = all(effect.when.kind == "always" for effect in effects)
        if simple and set(kinds) <= {"sent", "unchanged"}:
            own = all(effect.becomes.name in {"", field} for effect in effects)
            if kinds.count("sent") and own:
                self._saved[field] = resource.times.get(field)
                return
            if not kinds.count("sent"):
                return
        if simple and kinds[0] == "constant":
            self._constants[field] = effects[0].becomes.constant
            return
        speak = compile_field(field, effects, resource, workshop)
        if kinds[0] == "embedded" and simple:
            self._embedded.append((field, speak))
        elif kinds[0] == "new" and simple:
            self._named.append((field, speak))
        else:
            self._spoken.append((field, speak))

    def _name_it(self, resource: Resource, workshop: Workshop) -> None:
        from specs import Value

        self._named.append((resource.identity, compile_value(Value("new"), resource.identity, resource, workshop)))
