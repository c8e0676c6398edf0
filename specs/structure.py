"""Where OpenAPI 3.1 keeps what: the one table by which documents are walked.

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

SECTIONS = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "body": "requestBodies",
    "header": "headers",
    "security": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "media": "mediaTypes",
}
"""Where in `components` an object of a role can be kept. Path items and examples are put in place instead."""


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
        if how == ONE:
            yield (member,), value, child_role
        elif how == MANY and isinstance(value, dict):
            for name, child in value.items():
                if not (name.startswith("x-") and role == "document"):
                    yield (member, name), child, child_role
        elif how == LIST and isinstance(value, list):
            for index, child in enumerate(value):
                yield (member, str(index)), child, child_role


def walk(node: Any, role: str = "document", pointer: str = "") -> Iterator[tuple[str, Any, str]]:
    """Every OpenAPI object at and below `node`: its pointer, the value, its role. References are not followed."""
    stack = [(pointer, node, role)]
    while stack:
        here, value, kind = stack.pop()
        yield here, value, kind
        stack.extend(
            (pointers.join(here, *tokens), child, child_role) for tokens, child, child_role in children(value, kind)
        )


def references(node: Any, role: str = "document") -> set[str]:
    """Every `$ref` at and below `node` that is a reference; a fast walk, which does not say where they stand."""
    found: set[str] = set()
    stack = [(node, role)]
    while stack:
        value, kind = stack.pop()
        if isinstance(value, dict):
            ref = value.get("$ref")
            if ref is not None and reference(value, kind) is not None:
                found.add(ref)
            stack.extend((child, child_role) for _, child, child_role in children(value, kind))
    return found


def reference(node: Any, role: str) -> str | None:
    """The `$ref` of an object whose role may have one."""
    if role in ("document", "components", "operation", "encoding") or not isinstance(node, dict):
        return None
    ref = node.get("$ref")
    return ref if isinstance(ref, str) else None
