"""What one operation does with its resource, from the rules: compiled once, performed per request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.simulation.bodies import BodyMaker
from mock_server.simulation.changes import Change
from mock_server.simulation.effects import Turn, Workshop, changes
from mock_server.violations import Violation
from mock_server.webhooks.announcing import Announce

if TYPE_CHECKING:
    from specs import Behaviour, Cell, Permits, Resource

Json = Any


class Performer:
    """Performs one operation: finds its resource, asks the permits, applies the effects, keeps the result.

    Raises Refusal `not_found`, `not_permitted`, `reference_not_found`, or `invalid` where the request does not name
    its resource; nothing is kept then.
    """

    def __init__(
        self,
        behaviour: Behaviour,
        resource: Resource,
        workshop: Workshop,
        schema: Json,
        document: Json,
        announce: Announce | None = None,
    ) -> None:
        """`announce` is told of each turn that was performed."""
        self._announce = announce
        self._behaviour, self._resource, self._store = behaviour, resource, workshop.store
        self._action = behaviour.action
        self._sent = _compile_input(behaviour.input)
        self._permitted = _compile_permits(behaviour.permits)
        self._change = Change(behaviour, resource, workshop)
        self._body = BodyMaker(behaviour, resource, workshop, schema, document)

    def __call__(self, request: Request) -> Json:
        """The body of the answer to a valid request."""
        turn = self._turn(request)
        turn.answer = body = self._body(turn)
        if self._announce is not None:
            self._announce(turn)
        return body

    def _turn(self, request: Request) -> Turn:
        """What the request does, done: what is left is the answer."""
        if self._action == "list":
            turn = Turn(None, {})
            turn.shown = [self._shown(resource) for resource in self._store.all(self._resource.name)]
            return turn
        before = None if self._action == "create" else self._found(request)
        turn = Turn(before, self._sent(request.value))
        if self._action in {"read", "delete"}:
            turn.shown = self._shown(turn.before)
            if self._action == "delete":
                self._store.delete(self._resource.name, turn.before[self._resource.identity])
            return turn
        if self._permitted is not None:
            self._ask(turn)
        turn.shown = after = self._change(turn)
        self._store.put(self._resource.name, after[self._resource.identity], after)
        return turn

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


def _compile_input(pointer: str) -> Callable[[Json], dict[str, Json]]:
    """What finds the resource's fields in the body of a request."""
    path = pointer.split("/")[1:]

    def find(value: Json) -> dict[str, Json]:
        for token in path:
            value = value.get(token) if type(value) is dict else None
        return value if type(value) is dict else {}

    return find


def _value_at(value: Json, pointer: str) -> Json:
    for token in pointer.split("/")[1:]:
        value = value.get(token) if isinstance(value, Mapping) else None
    return value
