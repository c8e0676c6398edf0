"""Texts become the JSON values that a schema asks for: of parameters, forms, XML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from mock_server.schemas import compile_schema, resolve

Json = Any
Coercion = Callable[[Json], Json]

EVERY_TYPE = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
DEEPEST = 32
"""How many schemas inside one another are looked into."""

_INTEGER = re.compile(r"-?[0-9]{1,400}")
_NUMBER = re.compile(r"-?[0-9]{1,400}(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_BOOLEANS = {"true": True, "false": False}


def types(schema: Json, document: Json, depth: int = 0) -> frozenset[str]:
    """The JSON types that a schema admits, as far as `type`, `const`, `enum` and combinations tell."""
    schema = resolve(schema, document)
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return EVERY_TYPE
    found = EVERY_TYPE
    if "type" in schema:
        stated = schema["type"]
        found = frozenset(stated if isinstance(stated, list) else [stated])
        found |= {"integer"} if "number" in found else frozenset()
    if "const" in schema:
        found &= {type_of(schema["const"])}
    if isinstance(schema.get("enum"), list):
        found &= {type_of(value) for value in schema["enum"]}
    for part in schema.get("allOf") or ():
        found &= types(part, document, depth + 1)
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            found &= frozenset[str]().union(*(types(part, document, depth + 1) for part in schema[word]))
    if found == EVERY_TYPE:
        found = frozenset(kind for word, kind in _TELLING.items() if word in schema) or EVERY_TYPE
    return found


_TELLING = {"properties": "object", "additionalProperties": "object", "items": "array", "prefixItems": "array"}


def type_of(value: Json) -> str:
    """The JSON type of a value; whole numbers are `integer`."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    names = ((float, "number"), (str, "string"), (list, "array"))
    return next((name for kind, name in names if isinstance(value, kind)), "object")


def parts(schema: Json, document: Json, depth: int = 0) -> Iterator[Mapping[str, Json]]:
    """The schema, and those that it is combined of, references followed."""
    schema = resolve(schema, document)
    if isinstance(schema, Mapping) and depth <= DEEPEST:
        yield schema
        for word in ("allOf", "anyOf", "oneOf"):
            for part in schema.get(word) or ():
                yield from parts(part, document, depth + 1)


def members(schema: Json, document: Json) -> dict[str, Json]:
    """The schemas of an object's named members; of those named more than once, any may hold."""
    found: dict[str, list[Json]] = {}
    for part in parts(schema, document):
        for name, member in (part.get("properties") or {}).items():
            found.setdefault(name, []).append(member)
    return {name: given[0] if len(given) == 1 else {"anyOf": given} for name, given in found.items()}


def other_members(schema: Json, document: Json) -> Json | None:
    """The schema of an object's unnamed members, where the schema speaks of them; None where it does not."""
    given = (part["additionalProperties"] for part in parts(schema, document) if "additionalProperties" in part)
    return next((schema for schema in given if schema is not False), None)


def items(schema: Json, document: Json) -> Json:
    """The schema of an array's items; an empty one where none is given."""
    return next((part["items"] for part in parts(schema, document) if isinstance(part.get("items"), Mapping)), {})


def first_items(schema: Json, document: Json) -> list[Json]:
    """The schemas of an array's first items, where each has its own."""
    return next((part["prefixItems"] for part in parts(schema, document) if "prefixItems" in part), [])


def compile_coercion(schema: Json, document: Json) -> Coercion | None:
    """What makes texts, and arrays and objects of texts, the values that the schema asks for; None if texts stay texts.

    What cannot be made a value stays as it is, for the validator to refuse.
    """
    kinds = types(schema, document)
    if kinds & {"array", "object"} and kinds != EVERY_TYPE:
        return _Structure(schema, document, kinds)
    return compile_scalar(schema, document, kinds)


def compile_scalar(schema: Json, document: Json, kinds: frozenset[str]) -> Coercion | None:
    """The same for values that are not arrays or objects."""
    if kinds == EVERY_TYPE or not kinds & {"null", "boolean", "integer", "number"}:
        return None
    if "string" not in kinds:
        return lambda text: scalar(text, kinds) if isinstance(text, str) else text
    try:
        accepts = compile_schema(schema, document).is_valid
    except ValueError:  # what is no schema refuses nothing
        return None

    def coerce(text: Json) -> Json:
        if not isinstance(text, str) or accepts(text):
            return text
        value = scalar(text, kinds)
        return value if accepts(value) else text

    return coerce


def scalar(text: str, kinds: frozenset[str]) -> Json:
    """The value of one of the types that a text stands for, else the text."""
    if "boolean" in kinds and text in _BOOLEANS:
        return _BOOLEANS[text]
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if ("number" in kinds or "integer" in kinds) and _NUMBER.fullmatch(text):
        return _number(text)
    return None if "null" in kinds and text in ("", "null") else text


def _number(text: str) -> Json:
    value = float(text)
    return value if abs(value) != float("inf") else text


class _Structure:
    """The coercion of arrays and objects; that of their parts is compiled when it is met."""

    def __init__(self, schema: Json, document: Json, kinds: frozenset[str]) -> None:
        self.schema, self.document, self.kinds = schema, document, kinds
        self.known: dict[str, Coercion | None] = {}

    def __call__(self, value: Json) -> Json:
        if isinstance(value, Mapping):
            return {name: self.member(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.item(index, part) for index, part in enumerate(value)]
        if self.text is not None:
            value = self.text(value)
        if isinstance(value, str) and "array" in self.kinds and "string" not in self.kinds:
            return [self.item(0, value)]
        return value

    @cached_property
    def text(self) -> Coercion | None:
        return compile_scalar(self.schema, self.document, self.kinds - {"array", "object"})

    @cached_property
    def rest(self) -> Coercion | None:
        return compile_coercion(items(self.schema, self.document), self.document)

    @cached_property
    def first(self) -> list[Coercion | None]:
        return [compile_coercion(item, self.document) for item in first_items(self.schema, self.document)]

    def item(self, index: int, value: Json) -> Json:
        coerce = self.first[index] if index < len(self.first) else self.rest
        return coerce(value) if coerce is not None else value

    @cached_property
    def named(self) -> dict[str, Json]:
        return members(self.schema, self.document)

    @cached_property
    def other(self) -> Coercion | None:
        return compile_coercion(other_members(self.schema, self.document), self.document)

    def member(self, name: str, value: Json) -> Json:
        if name not in self.known:
            known = name in self.named
            self.known[name] = compile_coercion(self.named[name], self.document) if known else self.other
        coerce = self.known[name]
        return coerce(value) if coerce is not None else value
