"""Whether what was made fits: validators of the schemas of one document, compiled when they are first needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jsonschema_rs import Validator

from mock_server.generation.conjunction import Conjunction, Impossible, expand
from mock_server.references import is_marked
from mock_server.schemas import Omitted, compile_schema

Json = Any

MOST = 5000
"""How many validators are kept."""


class Checks:
    """The validators of one document, for one direction: `omitted` members are not made."""

    def __init__(self, document: Json, omitted: Omitted) -> None:
        self.document, self.omitted = document, omitted
        self._kept: dict[tuple[int, ...], tuple[Sequence[Json], Validator]] = {}

    def validator(self, schemas: Sequence[Json]) -> Validator:
        """The validator of schemas that all have to hold. Raises ValueError for what is no schema."""
        key = tuple(map(id, schemas))
        if key not in self._kept:
            if len(self._kept) >= MOST:
                self._kept.clear()
            whole = schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)} if schemas else True
            validator = compile_schema(whole, self.document, self.omitted)
            self._kept[key] = (tuple(schemas), validator)  # the schemas are kept: their ids stay theirs
        return self._kept[key][1]

    def strict(self, schema: Json) -> Validator:
        """The validator of a schema for which a discriminator says nothing. Raises ValueError for what is no schema."""
        key = (0, id(schema))
        if key not in self._kept:
            self._kept[key] = ((schema,), compile_schema(schema, self.document, self.omitted, discriminated=False))
        return self._kept[key][1]

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
