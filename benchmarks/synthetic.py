"""A large document that nobody has to download: resources with six operations each, the same for the same seed.

`python -m benchmarks.synthetic --operations 1500 > large.json` writes one.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from typing import Any

Json = Any

_AREAS = ("billing", "catalog", "delivery", "events", "fleet", "identity", "ledger", "orders", "people", "travel")
_THINGS = ("account", "address", "batch", "card", "contract", "driver", "group", "invoice", "job", "label", "message")
_MEMBERS = ("amount", "city", "code", "color", "comment", "count", "due_at", "kind", "name", "phone", "price", "size")

_KINDS: tuple[Callable[[random.Random], tuple[Json, Json]], ...] = (
    lambda chance: ({"type": "string", "maxLength": 80}, chance.choice(_THINGS).title()),
    lambda chance: ({"type": "integer", "minimum": 0, "maximum": 100_000}, chance.randrange(100_000)),
    lambda chance: ({"type": "number", "minimum": 0}, round(chance.random() * 1000, 2)),
    lambda _chance: ({"type": "boolean"}, True),
    lambda chance: ({"type": "string", "format": "date-time"}, f"2025-{chance.randint(1, 12):02}-14T09:30:00Z"),
    lambda chance: ({"type": "string", "format": "email"}, f"{chance.choice(_THINGS)}@example.com"),
    lambda chance: ({"type": "string", "enum": sorted(_AREAS[:5])}, chance.choice(_AREAS[:5])),
    lambda chance: ({"type": ["string", "null"]}, chance.choice([None, "as agreed"])),
    lambda chance: ({"type": "array", "items": {"type": "string"}, "maxItems": 20}, chance.sample(_AREAS, 3)),
)


def large_document(operations: int = 1500, seed: int = 0) -> dict[str, Json]:
    """An OpenAPI 3.1 document with this many operations, rounded up to a multiple of six."""
    chance = random.Random(seed)
    paths: dict[str, Json] = {}
    schemas: dict[str, Json] = {
        "Error": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
    }
    for number in range((operations + 5) // 6):
        area, thing = _AREAS[number % len(_AREAS)], _THINGS[number // len(_AREAS) % len(_THINGS)]
        generation = number // (len(_AREAS) * len(_THINGS))
        name = f"{area.title()}{thing.title()}{generation or ''}"
        path = f"/{area}/{thing}s{generation or ''}"
        draft, sent = _schema(chance)
        schemas[f"{name}Draft"] = draft
        schemas[name] = {
            "allOf": [
                {"$ref": f"#/components/schemas/{name}Draft"},
                {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}},
            ]
        }
        shown = {"id": number + 1, **sent}
        paths[path] = {"get": _list(name, shown), "post": _write(name, "create", sent, shown, "201")}
        paths[path + "/{id}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": _read(name, shown),
            "put": _write(name, "replace", sent, shown, "200"),
            "patch": _write(name, "change", sent, shown, "200"),
            "delete": {"operationId": f"delete{name}", "responses": {"204": {"description": "Deleted"}}},
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "A large API", "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}, "schemas": schemas},
    }


def _schema(chance: random.Random) -> tuple[Json, Json]:
    """The schema of a resource that is to be created, and a value that fits it."""
    properties, value = {}, {}
    for name in chance.sample(_MEMBERS, chance.randint(6, 12)):
        properties[name], value[name] = chance.choice(_KINDS)(chance)
    return {"type": "object", "required": sorted(properties)[:3], "properties": properties}, value


def _answer(name: str, description: str, value: Json, *, many: bool = False) -> Json:
    schema: Json = {"$ref": f"#/components/schemas/{name}"}
    if many:
        schema = {"type": "array", "items": schema}
    return {"description": description, "content": {"application/json": {"schema": schema, "example": value}}}


def _responses(status: str, answer: Json) -> Json:
    return {status: answer, "422": _answer("Error", "Wrong", {"message": "a member is wrong"})}


def _list(name: str, shown: Json) -> Json:
    query = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    answer = _answer(name, "All of them", [shown], many=True)
    return {"operationId": f"list{name}", "parameters": [query], "responses": _responses("200", answer)}


def _read(name: str, shown: Json) -> Json:
    return {"operationId": f"read{name}", "responses": _responses("200", _answer(name, "One of them", shown))}


def _write(name: str, verb: str, sent: Json, shown: Json, status: str) -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}Draft"}, "example": sent}}
    return {
        "operationId": f"{verb}{name}",
        "requestBody": {"required": True, "content": content},
        "responses": _responses(status, _answer(name, "As it is now", shown)),
    }


def main() -> None:
    """Write a document to the standard output."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic", description=__doc__)
    parser.add_argument("--operations", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    json.dump(large_document(given.operations, given.seed), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
