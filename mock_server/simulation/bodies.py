"""The body of a simulated answer: where the resource stands in it, what stands beside it, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_server.schemas import resolve
from mock_server.simulation.effects import (
    SILENT,
    Holds,
    Speak,
    Turn,
    Workshop,
    compile_condition,
    compile_value,
    first_that_speaks,
)

if TYPE_CHECKING:
    from specs import Behaviour, Resource

Json = Any
Tree = dict[str, Any]
"""Members of an answer: a name to what says its value, or to a deeper tree."""


@dataclass(frozen=True, slots=True)
class _Constant:
    value: Json


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
        tree = _in_order(tree, schema, document)
        self._make = _compile(tree, self._at)

    def __call__(self, turn: Turn) -> Json:
        """The body of an answer that shows `turn.shown` (a resource, or a list of them)."""
        return self._make(turn)


def _compile(tree: Tree, at: tuple[str, ...] | None) -> Speak:
    """What makes an object: constants stand in it from the start, the rest is said in each turn."""
    if at == ():
        return _with_resource(_compile(tree, None) if tree else None)
    shape = {name: said.value if isinstance(said, _Constant) else None for name, said in tree.items()}
    spoken: list[tuple[str, Speak]] = []
    for name, said in tree.items():
        if isinstance(said, dict):
            spoken.append((name, _compile(said, at[1:] if at and at[0] == name else None)))
        elif not isinstance(said, _Constant):
            spoken.append((name, said))

    def make(turn: Turn) -> Json:
        body = shape.copy()
        for name, say in spoken:
            value = say(turn)
            if value is SILENT:
                del body[name]
            else:
                body[name] = value
        return body

    return make


def _with_resource(beside: Speak | None) -> Speak:
    """What gives the resource, with what the answer says of it beside its own members."""
    if beside is None:
        return lambda turn: turn.shown
    return lambda turn: {**turn.shown, **beside(turn)} if isinstance(turn.shown, dict) else turn.shown


def _answers(behaviour: Behaviour, resource: Resource, workshop: Workshop) -> list[tuple[tuple[str, ...], Speak]]:
    places: dict[str, list[tuple[Holds, Speak]]] = {}
    for answered in behaviour.answer:
        field = answered.at.rpartition("/")[2]
        speak = compile_value(answered.value, field, resource, workshop)
        places.setdefault(answered.at, []).append((compile_condition(answered.when, resource.times), speak))
    return [(tuple(at.split("/")[1:]), first_that_speaks(spoken)) for at, spoken in places.items()]


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
            tree[name] = _Constant(member["const"])
        elif "properties" in member:
            deeper: Tree = {}
            _plant_constants(
                deeper, member, document, resource_at[1:] if resource_at and resource_at[0] == name else None
            )
            if deeper:
                tree[name] = deeper


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
