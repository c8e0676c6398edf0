"""What one operation does with its resource, from the rules: compiled once, performed per request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.simulation.bodies import BodyMaker
from mock_server.simulation.effects import SILENT, Speak, Turn, Workshop, changes, compile_field
from mock_server.violations import Violation

if TYPE_CHECKING:
    from specs import Behaviour, Cell, Permits, Resource

Json = Any


class Performer:
    """Performs one operation: finds its resource, asks the permits, applies the effects, keeps the result.

    Raises Refusal `not_found`, `not_permitted`, `reference_not_found`, or `invalid` where the request does not name
    its resource; nothing is kept then.
    """

    def __init__(
        self, behaviour: Behaviour, resource: Resource, workshop: Workshop, schema: Json, document: Json
    ) -> None:
        self._behaviour, self._resource, self._store = behaviour, resource, workshop.store
        self._input = tuple(behaviour.input.split("/")[1:])
        self._permitted = _compile_permits(behaviour.permits)
        self._plan = _plan(behaviour, resource, workshop)
        self._embeds = [(name, speak) for name, speak in self._plan if name in resource.embeds]
        self._known = frozenset(name for name, _ in self._plan)
        self._body = BodyMaker(behaviour, resource, workshop, schema, document)

    def __call__(self, request: Request) -> Json:
        """The body of the answer to a valid request."""
        action = self._behaviour.action
        if action == "list":
            found = [self._shown(resource) for resource in self._store.all(self._resource.name)]
            return self._body(Turn(None, {}), found)
        before, sent = None, _at(request.value, self._input) if request.has_value else {}
        if action != "create":
            before = self._found(request)
        turn = Turn(before, sent)
        if action == "read":
            return self._body(turn, self._shown(turn.before))
        if action == "delete":
            self._store.delete(self._resource.name, turn.before[self._resource.identity])
            return self._body(turn, turn.before)
        if self._permitted is not None:
            self._ask(turn)
        shown = self._applied(turn)
        turn.answer = self._body(turn, shown)
        return turn.answer

    def _found(self, request: Request) -> Mapping[str, Json]:
        key = self._behaviour.key
        if key is None:
            raise Refusal("not_found", f"The request names no {self._resource.name}.")
        if key.location == "path":
            identity = request.parameters["path"].get(key.name)
        else:
            identity = _value_at(request.value, key.name)
            if identity is None:
                raise Refusal(
                    "invalid",
                    f"The body does not say which {self._resource.name} it is about.",
                    [_missing(key.name, self._behaviour)],
                )
        found = self._store.get(self._resource.name, identity)
        if found is None:
            text = f"There is no {self._resource.name.replace('_', ' ')} {identity!r}."
            raise Refusal("not_found", text, named={"id": identity})
        return found

    def _ask(self, turn: Turn) -> None:
        permits = self._behaviour.permits
        if permits is None or self._permitted is None:
            return
        state = turn.before.get(permits.by)
        times = self._resource.times
        refused = [
            cell for field in turn.sent if (cell := self._permitted.get((field, state))) and changes(turn, field, times)
        ]
        if refused:
            names = ", ".join(cell.field for cell in refused)
            text = f"While {permits.by} is {state!r}, the {self._resource.name} does not permit an update of: {names}."
            raise Refusal("not_permitted", text, [_refused(cell, permits, self._behaviour.input) for cell in refused])

    def _applied(self, turn: Turn) -> dict[str, Json]:
        if self._behaviour.action == "create":
            for _, speak in self._embeds:  # a reference that leads nowhere must not use up an id
                speak(turn)
        shown, after = {}, turn.after
        embeds = self._resource.embeds
        for name, speak in self._plan:
            value = speak(turn)
            if value is SILENT:
                continue
            shown[name] = value
            if name not in embeds:
                after[name] = value
        for name, value in turn.before.items():
            if name not in self._known:
                shown[name] = after[name] = value
        self._store.put(self._resource.name, after[self._resource.identity], after)
        return shown

    def _shown(self, resource: Mapping[str, Json]) -> dict[str, Json]:
        turn = Turn(resource, {})
        members: dict[str, Json] = {}
        for name in self._resource.order or resource:
            kind = self._resource.embeds.get(name)
            if kind is not None:
                members[name] = self._store.get(kind[0], turn.before.get(kind[1]))
            elif name in resource:
                members[name] = resource[name]
        return members


def _plan(behaviour: Behaviour, resource: Resource, workshop: Workshop) -> list[tuple[str, Speak]]:
    named = [field for effect in behaviour.effects for field in effect.fields]
    fields = dict.fromkeys([*resource.order, *named])
    plan = []
    for field in fields:
        speak = compile_field(field, behaviour.effects, resource, workshop)
        if speak is None and behaviour.action != "create":
            speak = _kept(field)
        if speak is not None:
            plan.append((field, speak))
    if behaviour.action == "create" and resource.identity not in dict(plan):
        plan.insert(0, (resource.identity, _new_identity(resource, workshop)))
    return plan


def _kept(field: str) -> Speak:
    return lambda turn: turn.before.get(field, SILENT)


def _new_identity(resource: Resource, workshop: Workshop) -> Speak:
    from mock_server.simulation.effects import compile_value
    from specs import Value

    return compile_value(Value("new"), resource.identity, resource, workshop)


def _compile_permits(permits: Permits | None) -> Mapping[tuple[str, Json], Cell] | None:
    if permits is None:
        return None
    return {(cell.field, cell.state): cell for cell in permits.cells if cell.verdict == "refused"}


def _refused(cell: Cell, permits: Permits, where: str) -> Violation:
    expected = f"no other value while {permits.by} is {cell.state}"
    return Violation(
        "body", f"{where}/{cell.field}", "permits", expected, "another value", str(cell.source), cell.source.strength
    )


def _missing(pointer: str, behaviour: Behaviour) -> Violation:
    source = behaviour.source
    return Violation("body", pointer, "required", "a value", "nothing", str(source), source.strength)


def _at(value: Json, path: tuple[str, ...]) -> Mapping[str, Json]:
    for token in path:
        value = value.get(token) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _value_at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        value = value.get(token) if isinstance(value, Mapping) else None
    return value
