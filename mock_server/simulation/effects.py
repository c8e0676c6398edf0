"""What the rules make of a resource: each effect, condition and answer compiled to a closure, once.

An effect's closure takes a `Turn` and gives the field's new value, or `SILENT` where it has nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from mock_server.refusals import Refusal
from mock_server.simulation.chance import Chance
from mock_server.simulation.clock import Clock, in_notation
from mock_server.simulation.store import Store

if TYPE_CHECKING:
    from specs import Condition, Effect, Resource, Value

Json = Any
SILENT: Final = object()


class Turn:
    """One request's turn at the state: the resource as it was (`before`), what was sent, and as it becomes (`after`).

    `shown` is the resource as the answer shows it (of a list, all of them), `answer` the answer's body.
    """

    __slots__ = ("after", "answer", "before", "sent", "shown")

    def __init__(self, before: Mapping[str, Json] | None, sent: Mapping[str, Json]) -> None:
        self.before: Mapping[str, Json] = before or {}
        self.sent = sent
        self.after: dict[str, Json] = {}
        self.shown: Json = None
        self.answer: Json = None


Speak = Callable[[Turn], Json]
Holds = Callable[[Turn], bool]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What effects are made with: where resources are kept, the clock, the source of ids, and the API's resources."""

    store: Store
    clock: Clock
    chance: Chance
    resources: Mapping[str, Resource]


def always(_turn: Turn) -> bool:
    """The condition of a law without one."""
    return True


def compile_condition(condition: Condition, times: Mapping[str, str]) -> Holds:
    """Whether a law holds in a turn."""
    fields, equals = condition.fields, condition.equals
    if condition.kind == "changed":
        return _changed(fields, times)
    if condition.kind == "sent":
        field = fields[0]
        return lambda turn: field in turn.sent and same(turn.sent[field], equals)
    if condition.kind == "not_sent":
        field = fields[0]
        return lambda turn: field not in turn.sent
    if condition.kind == "answered":
        path = fields[0].split("/")[1:]
        return lambda turn: same(_at(turn.answer, path), equals)
    return always


def _changed(fields: Sequence[str], times: Mapping[str, str]) -> Holds:
    def holds(turn: Turn) -> bool:
        for field in fields:  # noqa: SIM110  (a generator costs more than the loop)
            if field in turn.sent and changes(turn, field, times):
                return True
        return False

    return holds


def changes(turn: Turn, field: str, times: Mapping[str, str]) -> bool:
    """Whether a field was sent with another value than it had; two notations of one time are one value."""
    if field not in turn.sent:
        return False
    sent = turn.sent[field]
    if field in times:
        sent = in_notation(sent, times[field])
    return field not in turn.before or not same(sent, turn.before[field])


def same(one: Json, other: Json) -> bool:
    """Equality as JSON has it: true is not 1, but 1.0 is 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def compile_value(  # noqa: PLR0911  (one return for each kind of value)
    value: Value, field: str, resource: Resource, workshop: Workshop
) -> Speak:
    """What gives a field (or a place of the answer) its value."""
    notation = resource.times.get(field)
    if value.kind == "sent":
        return _sent(value.name or field, notation)
    if value.kind == "unchanged":
        return lambda turn: SILENT if field in turn.sent else turn.before.get(field, SILENT)
    if value.kind == "new":
        return _new(resource, workshop)
    if value.kind == "now":
        shown, clock = notation or _usual_notation(resource), workshop.clock
        return lambda _turn: clock.written(shown)
    if value.kind == "sequence":
        name, store = value.name, workshop.store
        return lambda _turn: name.format(store.count(name))
    if value.kind == "embedded":
        return _embedded(value.name, _embedded_kind(resource, field, value.name), workshop.store)
    constant = value.constant
    return lambda _turn: constant


def compile_field(field: str, effects: Sequence[Effect], resource: Resource, workshop: Workshop) -> Speak:
    """What decides one field: the first of its effects that speaks."""
    return first_that_speaks(
        [
            (compile_condition(effect.when, resource.times), compile_value(effect.becomes, field, resource, workshop))
            for effect in effects
        ]
    )


def first_that_speaks(spoken: Sequence[tuple[Holds, Speak]]) -> Speak:
    """What gives the value of the first whose condition holds and that has something to say."""
    if spoken[0][0] is always and len(spoken) == 1:
        return spoken[0][1]

    def speak(turn: Turn) -> Json:
        for holds, say in spoken:
            if holds(turn) and (value := say(turn)) is not SILENT:
                return value
        return SILENT

    return speak


def _sent(name: str, notation: str | None) -> Speak:
    if notation is None:
        return lambda turn: turn.sent.get(name, SILENT)
    return lambda turn: in_notation(turn.sent[name], notation) if name in turn.sent else SILENT


def _new(resource: Resource, workshop: Workshop) -> Speak:
    rule = resource.new_id or {"next": 1}
    if "random" in rule:
        pattern, chance = str(rule["random"]), workshop.chance
        return lambda _turn: chance.text(pattern)
    first, store, kind = int(rule.get("next", 1)), workshop.store, resource.name
    return lambda _turn: store.next_number(kind, first)


def _embedded(by: str, kind: str, store: Store) -> Speak:
    def speak(turn: Turn) -> Json:
        identity = turn.after.get(by)
        if identity is None or identity is SILENT:
            return None
        found = store.get(kind, identity)
        if found is None:
            text = f"There is no {kind.replace('_', ' ')} {identity!r}, which {by} names."
            raise Refusal("reference_not_found", text, named={"id": identity, "field": by})
        return found

    return speak


def _embedded_kind(resource: Resource, field: str, by: str) -> str:
    for member, (kind, field_of_id) in resource.embeds.items():
        if member == field or field_of_id == by:
            return kind
    return by.removesuffix("_id")


def _usual_notation(resource: Resource) -> str:
    notations = set(resource.times.values())
    return notations.pop() if len(notations) == 1 else "seconds"


def _at(value: Json, path: Sequence[str]) -> Json:
    for token in path:
        if not isinstance(value, Mapping) or token not in value:
            return SILENT
        value = value[token]
    return value
