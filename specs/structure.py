"""Where OpenAPI 3.1 and Swagger 2.0 keep what: the one table by which documents are walked.

A role is a kind of OpenAPI object. Only below these members are there objects of a known role; everything else
(example values, extensions, `enum`, `const`, `default`) is data, and never followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from specs import pointers

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

ONE, MANY, LIST = "one", "map", "list"

_PARAMETER = {"schema": (ONE, "schema"), "content": (MANY, "media"), "examples": (MANY, "example")}
_HOLDS_A_SCHEMA = {"schema": (ONE, "schema")}

ROLES: dict[str, dict[str, tuple[str, str]]] = {
    "document": {"paths": (MANY, "path"), "webhooks": (MANY, "path"), "components": (ONE, "components")},
    "components": {
        "schemas": (MANY, "schema"),
        "responses": (MANY, "response"),
        "parameters": (MANY, "parameter"),
        "examples": (MANY, "example"),
        "requestBodies": (MANY, "body"),
        "headers": (MANY, "header"),
        "securitySchemes": (MANY, "security"),
        "links": (MANY, "link"),
        "callbacks": (MANY, "callback"),
        "pathItems": (MANY, "path"),
        "mediaTypes": (MANY, "media"),
    },
    "path": {
        **dict.fromkeys(METHODS, (ONE, "operation")),
        "parameters": (LIST, "parameter"),
        "additionalOperations": (MANY, "operation"),
    },
    "operation": {
        "parameters": (LIST, "parameter"),
        "requestBody": (ONE, "body"),
        "responses": (MANY, "response"),
        "callbacks": (MANY, "callback"),
    },
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "body": {"content": (MANY, "media")},
    "media": {
        "schema": (ONE, "schema"),
        "itemSchema": (ONE, "schema"),
        "examples": (MANY, "example"),
        "encoding": (MANY, "encoding"),
    },
    "encoding": {"headers": (MANY, "header")},
    "response": {"headers": (MANY, "header"), "content": (MANY, "media"), "links": (MANY, "link")},
    "example": {},
    "link": {},
    "security": {},
    "swagger": {
        "paths": (MANY, "swagger path"),
        "definitions": (MANY, "schema"),
        "parameters": (MANY, "swagger parameter"),
        "responses": (MANY, "swagger response"),
    },
    "swagger path": {
        **dict.fromkeys(METHODS, (ONE, "swagger operation")),
        "parameters": (LIST, "swagger parameter"),
    },
    "swagger operation": {"parameters": (LIST, "swagger parameter"), "responses": (MANY, "swagger response")},
    "swagger parameter": _HOLDS_A_SCHEMA,
    "swagger response": _HOLDS_A_SCHEMA,
    "schema": {
        **dict.fromkeys(
            ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), (MANY, "schema")
        ),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), (LIST, "schema")),
        **dict.fromkeys(
            (
                "items",
                "not",
                "if",
                "then",
                "else",
                "contains",
                "additionalItems",
                "additionalProperties",
                "propertyNames",
                "unevaluatedItems",
                "unevaluatedProperties",
                "contentSchema",
            ),
            (ONE, "schema"),
        ),
    },
}

SECTIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "document": {
        "schema": ("components", "schemas"),
        "response": ("components", "responses"),
        "parameter": ("components", "parameters"),
        "body": ("components", "requestBodies"),
        "header": ("components", "headers"),
        "security": ("components", "securitySchemes"),
        "link": ("components", "links"),
        "callback": ("components", "callbacks"),
        "media": ("components", "mediaTypes"),
    },
    "swagger": {
        "schema": ("definitions",),
        "swagger parameter": ("parameters",),
        "swagger response": ("responses",),
    },
}
"""Where in a document an object of a role can be kept. Path items, operations and examples are put in place instead."""

_WITHOUT_REFERENCE = frozenset(("document", "swagger", "encoding"))


def root(document: Any) -> str:
    """The role of a whole document."""
    return "swagger" if "swagger" in document and "openapi" not in document else "document"


def children(node: Any, role: str) -> Iterator[tuple[tuple[str, ...], Any, str]]:
    """The OpenAPI objects right below `node`: their path of tokens, the value, the role."""
    if not isinstance(node, dict):
        return
    if role == "callback":
        for name, child in node.items():
            if not name.startswith("x-") and name != "$ref":
                yield (name,), child, "path"
        return
    table = ROLES[role]
    for member in table.keys() & node.keys():
        how, child_role = table[member]
        value = node[member]
        if how == MANY and isinstance(value, dict):
            for name, child in value.items():
                if not (name.startswith("x-") and role in SECTIONS):
                    yield (member, name), child, child_role
        elif isinstance(value, list) and how != MANY:  # the `items` of older drafts may be a list as well
            for index, child in enumerate(value):
                yield (member, str(index)), child, child_role
        elif how == ONE:
            yield (member,), value, child_role


def walk(node: Any, role: str = "document", pointer: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every OpenAPI object at and below `node`: its pointer, the value, its role. References are not followed."""
    stack = [(pointer, node, role)]
    while stack:
        here, value, kind = stack.pop()
        yield here, value, kind
        stack.extend(
            (pointers.join(here, *tokens), child, child_role) for tokens, child, child_role in children(value, kind)
        )


def references(node: Any, role: str = "document") -> set[tuple[str, str]]:
    """Every `$ref` at and below `node` that is a reference, with the role of what it stands for.

    A fast walk, which does not say where they stand. What stands for a map of objects has the role `map`.
    """
    found: set[tuple[str, str]] = set()
    stack = [(node, role)]
    while stack:
        value, kind = stack.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if ref is not None and reference(value, kind) is not None:
                found.add((ref, kind))
            for tokens, child, child_role in children(value, kind):
                if isinstance(child, dict):
                    stack.append((child, child_role))
                elif isinstance(child, str) and tokens[-1] == "$ref":
                    found.add((child, "map"))
    return found


def reference(node: Any, role: str) -> str | None:
    """The `$ref` of an object whose role may have one."""
    if role in _WITHOUT_REFERENCE or not isinstance(node, dict):
        return None
    ref = node.get("$ref")
    return ref if isinstance(ref, str) else None


def maps(node: Any, role: str) -> Iterator[tuple[str, str]]:
    """The maps right below `node` that another one stands for: the member's name, and the reference."""
    for member, (how, _) in ROLES.get(role, {}).items():
        entries = node.get(member) if how == MANY else None
        if isinstance(entries, dict) and isinstance(entries.get("$ref"), str):
            yield member, entries["$ref"]
