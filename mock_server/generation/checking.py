"""Whether what was made fits: validators of the schemas of one document, compiled when they are first needed."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from jsonschema_rs import Validator

from mock_server.generation.conjunction import Conjunction, Impossible, expand
from mock_server.references import is_annotation, is_marked, references
from mock_server.schemas import Omitted, compile_schema

Json = Any

MOST, MOST_LARGE = 1000, 24
"""How many validators are kept: of schemas without references, and of those with, which may hold half a document."""


_Kept = tuple[Sequence[Json], Validator]


def _key(schemas: Sequence[Json]) -> Hashable:
    """What tells schemas apart: of one that has only scalar keywords what it says, else which objects they are."""
    if len(schemas) == 1 and isinstance(schemas[0], Mapping):
        said = [(word, type(value), value) for word, value in schemas[0].items() if not is_annotation(word)]
        if all(kind in _SCALARS for _, kind, _ in said):
            return tuple(said)
    return tuple(map(id, schemas))


_SCALARS = frozenset((str, int, float, bool, type(None)))


class Checks:
    """The validators of one document, for one direction: `omitted` members are not made."""

    def __init__(self, document: Json, omitted: Omitted) -> None:
        self.document, self.omitted = document, omitted
        self._small: dict[Hashable, _Kept] = {}
        self._large: dict[Hashable, _Kept] = {}

    def validator(self, schemas: Sequence[Json]) -> Validator:
        """The validator of schemas that all have to hold. Raises ValueError for what is no schema."""
        key = _key(schemas)
        found = self._small.get(key) or self._large.get(key)
        if found is None:
            whole = schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)} if schemas else True
            found = self._keep(key, schemas, compile_schema(whole, self.document, self.omitted))
        return found[1]

    def strict(self, schema: Json) -> Validator:
        """The validator of a schema for which a discriminator says nothing. Raises ValueError for what is no schema."""
        key = ("strict", id(schema))
        found = self._small.get(key) or self._large.get(key)
        if found is None:
            validator = compile_schema(schema, self.document, self.omitted, discriminated=False)
            found = self._keep(key, (schema,), validator)
        return found[1]

    def _keep(self, key: Hashable, schemas: Sequence[Json], validator: Validator) -> _Kept:
        """Keeps a validator, and the schemas with it, so that their ids stay theirs."""
        is_large = any(next(references(schema), None) is not None for schema in schemas)
        kept, most = (self._large, MOST_LARGE) if is_large else (self._small, MOST)
        if len(kept) >= most:
            del kept[next(iter(kept))]
        kept[key] = (tuple(schemas), validator)
        return kept[key]

    def fits(self, value: Json, schemas: Sequence[Json]) -> bool:
        """Whether a value fits all schemas."""
        return self.validator(schemas).is_valid(value)

    def is_omitted(self, schemas: Sequence[Json]) -> bool:
        """Whether a member is not to be made in this direction."""
        return any(is_marked(schema, self.document, self.omitted) for schema in schemas)

    def stripped(self, value: Json, node: Conjunction, depth: int = 0) -> Json:
        """A value without the members that are not made in this direction."""
        if depth > 16 or not isinstance(value, dict | list):
            return value
        if isinstance(value, list):
            return [self._stripped(item, node.item(index), depth) for index, item in enumerate(value)]
        return {
            name: self._stripped(member, node.member(name), depth)
            for name, member in value.items()
            if not self.is_omitted(node.member(name))
        }

    def _stripped(self, value: Json, schemas: Sequence[Json], depth: int) -> Json:
        try:
            return self.stripped(value, expand(schemas, self.document), depth + 1)
        except Impossible:
            return value
