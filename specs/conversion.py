"""Documents of other versions of OpenAPI, made OpenAPI 3.1.

What is converted is found by where it stands (`specs.structure`), never by a key's name: example values, enumerations
and a property that is called `nullable` stay as they are. What needs no change is shared with the old document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specs import structure

Json = Any
Node = dict[str, Json]
Change = Callable[[Node, str], Node]

VERSION = "3.1.0"

_BESIDE_A_REFERENCE = ("$ref", "description", "summary")
_ABOUT_A_VALUE = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "externalDocs")


def to_31(document: Node) -> tuple[Node, list[str]]:
    """The document as OpenAPI 3.1, and what could not be carried over as it was.

    Takes Swagger 2.0 and OpenAPI 3.0, 3.1 (which stays the same) and 3.2. References to other files are kept.
    """
    warnings: list[str] = []
    if "swagger" in document and "openapi" not in document:
        from specs.swagger import convert  # of no use to the other versions

        return convert(document, warnings), warnings
    version = str(document.get("openapi", ""))
    if version == "3" or version.startswith("3.0"):
        return {**rewrite(document, "document", _from_30), "openapi": VERSION}, warnings
    if version.startswith("3.2"):
        newer = rewrite(document, "document", lambda node, role: _from_32(node, role, warnings))
        return {key: value for key, value in newer.items() if key != "$self"} | {"openapi": VERSION}, warnings
    return document, warnings


def rewrite(node: Json, role: str, change: Change) -> Json:
    """The node of a role with every OpenAPI object at and below it changed, innermost first.

    `change` gives a new object, or the one it was given where there is nothing to change.
    """
    if not isinstance(node, dict):
        return node
    if structure.reference(node, role) is not None and role != "path":
        return change(node, role)
    if role == "callback":
        changed = _entries(node, "path", change)
    else:
        changed = node
        for member, (how, child_role) in structure.ROLES[role].items():
            if member in node:
                old = node[member]
                new = _member(old, how, child_role, change)
                if new is not old:
                    changed = dict(node) if changed is node else changed
                    changed[member] = new
    return change(changed, role)


def _member(value: Json, how: str, role: str, change: Change) -> Json:
    if how == structure.MANY:
        return _entries(value, role, change) if isinstance(value, dict) else value
    if not isinstance(value, list):
        return rewrite(value, role, change) if how == structure.ONE else value
    items = [rewrite(item, role, change) for item in value]
    return items if any(new is not old for new, old in zip(items, value, strict=True)) else value


def _entries(entries: Node, role: str, change: Change) -> Node:
    changed = {}
    for name, old in entries.items():
        new = rewrite(old, role, change)
        if new is not old:
            changed[name] = new
    return {**entries, **changed} if changed else entries


def _from_30(node: Node, role: str) -> Node:
    return schema_from_30(node) if role == "schema" else node


_OLD_KEYWORDS = frozenset(
    ("nullable", "x-nullable", "exclusiveMinimum", "exclusiveMaximum", "example", "format", "required", "items", "$ref")
)


def schema_from_30(schema: Node) -> Node:
    """A schema object of OpenAPI 3.0 or Swagger 2.0 as JSON Schema 2020-12; its subschemas are not looked at."""
    if _OLD_KEYWORDS.isdisjoint(schema):
        return schema
    if isinstance(schema.get("$ref"), str):
        kept = {key: value for key, value in schema.items() if key in _BESIDE_A_REFERENCE or key.startswith("x-")}
        return schema if len(kept) == len(schema) else kept
    new = dict(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        make_exclusive(new, bound, exclusive)
    if "example" in new:
        example = new.pop("example")
        new.setdefault("examples", [example])
    _make_content(new)
    _make_range(new)
    if "required" in new and not isinstance(new["required"], list):
        del new["required"]
    if isinstance(new.get("items"), list):
        new["prefixItems"] = new.pop("items")
        if "additionalItems" in new:
            new["items"] = new.pop("additionalItems")
    nullable = new.pop("nullable", None)
    return make_nullable(new) if nullable is True or new.get("x-nullable") is True else new


def make_exclusive(schema: Node, bound: str, exclusive: str) -> None:
    """Turn a flag beside a bound, as older drafts have it, into a bound of its own."""
    if not isinstance(schema.get(exclusive), bool):
        return
    if schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The integers of a format."""

_BASE64 = "^[A-Za-z0-9+/]*={0,2}$"


def _make_range(schema: Node) -> None:
    """`int32` and `int64` are ranges, which JSON Schema does not know as formats."""
    if schema.get("type") == "integer" and schema.get("format") in ("int32", "int64"):
        lowest, highest = RANGES[schema["format"]]
        if "exclusiveMinimum" not in schema:
            schema.setdefault("minimum", lowest)
        if "exclusiveMaximum" not in schema:
            schema.setdefault("maximum", highest)


def _make_content(schema: Node) -> None:
    """`format: byte` and `binary` tell the encoding of a text; of `byte` its form, too."""
    kind, form = schema.get("type"), schema.get("format")
    if form == "byte" and kind in (None, "string"):
        del schema["format"]
        schema["contentEncoding"] = "base64"
        schema.setdefault("pattern", _BASE64)
    elif form == "binary" and kind in (None, "string"):
        del schema["format"]
        schema["contentMediaType"] = "application/octet-stream"


def make_nullable(schema: Node) -> Node:
    """A schema that admits null beside what it admitted."""
    if {"type": "null"} in schema.get("anyOf", ()):
        return schema
    new = dict(schema)
    if isinstance(new.get("enum"), list) and None not in new["enum"]:
        new["enum"] = [*new["enum"], None]
    if "type" in new:
        kinds = new["type"] if isinstance(new["type"], list) else [new["type"]]
        new["type"] = kinds if "null" in kinds else [*kinds, "null"]
    if "const" not in new and not any(word in new for word in ("allOf", "anyOf", "oneOf")):
        return new
    outside = {key: value for key, value in schema.items() if key in _ABOUT_A_VALUE or key.startswith("x-")}
    inside = {key: value for key, value in schema.items() if key not in outside}
    return {**outside, "anyOf": [inside, {"type": "null"}]}


def _from_32(node: Node, role: str, warnings: list[str]) -> Node:
    if role == "media" and "itemSchema" in node:
        new = {key: value for key, value in node.items() if key != "itemSchema"}
        return {"schema": {"type": "array", "items": node["itemSchema"]}} | new
    if role == "example" and ("dataValue" in node or "serializedValue" in node):
        value = node.get("dataValue", node.get("serializedValue"))
        rest = {key: value for key, value in node.items() if key not in ("dataValue", "serializedValue")}
        return {"value": value} | rest
    if role == "parameter":
        return _parameter_from_32(node)
    if role == "schema" and isinstance(node.get("xml"), Mapping) and node["xml"].get("nodeType") == "attribute":
        return {**node, "xml": {**node["xml"], "attribute": True}}
    if role in ("path", "operation") and isinstance(node.get("parameters"), list):
        kept = [each for each in node["parameters"] if not _is_query_string(each)]
        if len(kept) < len(node["parameters"]):
            warnings.append("a parameter with `in: querystring` is not form-encoded, and is not checked")
            return {**node, "parameters": kept}
    return node


def _is_query_string(parameter: Json) -> bool:
    return isinstance(parameter, Mapping) and parameter.get("in") == "querystring"


def _parameter_from_32(node: Node) -> Node:
    if node.get("style") == "cookie":
        return {**node, "style": "form"}
    form = (node.get("content") or {}).get("application/x-www-form-urlencoded")
    if not _is_query_string(node) or not isinstance(form, Mapping):
        return node
    rest = {key: value for key, value in node.items() if key != "content"}
    return {**rest, "in": "query", "style": "form", "explode": True, "schema": form.get("schema", {})}
