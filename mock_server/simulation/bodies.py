"""The body of a simulated answer: where the resource stands in it, what stands beside it, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mock_server.schemas import resolve
from mock_server.simulation.effects import SILENT, Holds, Speak, Turn, Workshop, compile_condition, compile_value

if TYPE_CHECKING:
    from specs import Behaviour, Resource

Json = Any
Tree = dict[str, Any]
"""Members of an answer: a name to what says its value, or to a deeper tree."""


class BodyMaker:
    """Makes the body of one operation's answers.

    What the rules do not mention and the schema fixes with `const` is there as well; members stand in the order of the
    schema's `properties`.
    """

    def __init__(
        self, behaviour: Behaviour, resource: Resource, workshop: Workshop, schema: Json, document: Json
    ) -> None:
        self._at = None if behaviour.output is None else tuple(behaviour.output.split("/")[1:])
        tree: Tree = {}
        _plant_constants(tree, schema, document, self._at)
        if self._at:
            _below(tree, self._at)
        for path, speak in _answers(behaviour, resource, workshop):
            _below(tree, path[:-1])[path[-1]] = speak
        self._tree = _in_order(tree, schema, document)
        self._alone = self._at[0] if self._at and self._tree == {self._at[0]: {}} else None

    def __call__(self, turn: Turn, resource: Json) -> Json:
        """The body of an answer that shows `resource` (a resource, or a list of them)."""
        if self._alone is not None:
            return {self._alone: resource}
        if self._at is None:
            return _filled(self._tree, turn)
        if not self._at:
            return {**resource, **_filled(self._tree, turn)} if isinstance(resource, Mapping) else resource
        return _shown(self._tree, turn, self._at, resource)


def _shown(tree: Tree, turn: Turn, at: tuple[str, ...], resource: Json) -> dict[str, Json]:
    body: dict[str, Json] = {}
    for name, said in tree.items():
        if name == at[0]:
            if len(at) > 1:
                body[name] = _shown(said, turn, at[1:], resource)
            elif said and isinstance(resource, Mapping):
                body[name] = {**resource, **_filled(said, turn)}
            else:
                body[name] = resource
        elif isinstance(said, dict):
            body[name] = _filled(said, turn)
        elif (value := said(turn)) is not SILENT:
            body[name] = value
    return body


def _filled(tree: Tree, turn: Turn) -> dict[str, Json]:
    body: dict[str, Json] = {}
    for name, said in tree.items():
        value = _filled(said, turn) if isinstance(said, dict) else said(turn)
        if value is not SILENT:
            body[name] = value
    return body


def _answers(behaviour: Behaviour, resource: Resource, workshop: Workshop) -> list[tuple[tuple[str, ...], Speak]]:
    places: dict[str, list[tuple[Holds, Speak]]] = {}
    for answered in behaviour.answer:
        field = answered.at.rpartition("/")[2]
        speak = compile_value(answered.value, field, resource, workshop)
        places.setdefault(answered.at, []).append((compile_condition(answered.when, resource.times), speak))
    return [(tuple(at.split("/")[1:]), _first(spoken)) for at, spoken in places.items()]


def _first(spoken: Sequence[tuple[Holds, Speak]]) -> Speak:
    def speak(turn: Turn) -> Json:
        for holds, say in spoken:
            if holds(turn) and (value := say(turn)) is not SILENT:
                return value
        return SILENT

    return speak


def _plant_constants(tree: Tree, schema: Json, document: Json, resource_at: tuple[str, ...] | None) -> None:
    """Put the required constants of a schema into the tree; the place of the resource speaks for itself."""
    schema = resolve(schema, document)
    if resource_at == () or not isinstance(schema, Mapping):
        return
    required = schema.get("required", ())
    for name, member in _properties(schema, document).items():
        member = resolve(member, document)  # noqa: PLW2901  (the same member, followed)
        if name not in required or not isinstance(member, Mapping):
            continue
        if "const" in member:
            tree[name] = _constant(member["const"])
        elif "properties" in member:
            deeper: Tree = {}
            _plant_constants(
                deeper, member, document, resource_at[1:] if resource_at and resource_at[0] == name else None
            )
            if deeper:
                tree[name] = deeper


def _constant(value: Json) -> Speak:
    return lambda _turn: value


def _properties(schema: Json, document: Json) -> Mapping[str, Json]:
    schema = resolve(schema, document)
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return properties if isinstance(properties, Mapping) else {}


def _below(tree: Tree, path: Sequence[str]) -> Tree:
    for name in path:
        tree = tree.setdefault(name, {})
    return tree


def _in_order(tree: Tree, schema: Json, document: Json) -> Tree:
    properties = _properties(schema, document)
    names = [name for name in properties if name in tree] + [name for name in tree if name not in properties]
    return {
        name: _in_order(tree[name], properties.get(name), document) if isinstance(tree[name], dict) else tree[name]
        for name in names
    }
