"""The documents that are served: the documented APIs as one, the same for readers of 3.0, a part of a large one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import specs

Json = Any
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")


def combined(apis: Iterable[specs.Api]) -> dict[str, Json]:
    """The operations of several APIs as one OpenAPI 3.1 document: full paths, no extensions, components by API."""
    document: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": {"title": "The documented operations", "version": "1"},
        "servers": [{"url": "/"}],
        "paths": {},
        "components": {},
    }
    for api in apis:
        own = _renamed(_plain(api.document), api.name)
        for path, item in own["paths"].items():
            security = own.get("security", [])
            for method in METHODS:
                if method in item:
                    item[method].setdefault("security", security)
                    item[method]["operationId"] = f"{api.name}-{item[method]['operationId']}"
                    for response in item[method]["responses"].values():
                        if isinstance(response, dict):
                            response.pop("links", None)
            document["paths"][api.base_path.rstrip("/") + path] = item
        for kind, members in own.get("components", {}).items():
            document["components"].setdefault(kind, {}).update(members)
    return document


def _plain(node: Json) -> Json:
    """A copy without extensions."""
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items() if not key.startswith("x-")}
    return [_plain(item) for item in node] if isinstance(node, list | tuple) else node


def _renamed(document: dict[str, Json], prefix: str) -> dict[str, Json]:
    """The document with every component (and every mention of it) under a name that begins with the prefix."""
    schemes = set(document.get("components", {}).get("securitySchemes", {}))

    def walk(node: Json, key: str = "") -> Json:
        if isinstance(node, dict):
            if key == "security-requirement":
                return {f"{prefix}-{name}" if name in schemes else name: scopes for name, scopes in node.items()}
            return {name: walk(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [walk(item, "security-requirement" if key == "security" else "") for item in node]
        if key == "$ref" and isinstance(node, str) and node.startswith("#/components/"):
            head, _, name = node.rpartition("/")
            return f"{head}/{prefix}-{name}"
        return node

    renamed: dict[str, Json] = walk(document)
    renamed["components"] = {
        kind: {f"{prefix}-{name}": value for name, value in members.items()}
        for kind, members in renamed.get("components", {}).items()
    }
    return renamed


def as_3_0(document: Mapping[str, Json]) -> dict[str, Json]:
    """The document for those who read only OpenAPI 3.0: what 3.0 cannot say is said as nearly as it can be."""
    converted: dict[str, Json] = _lowered(document)
    converted["openapi"] = "3.0.3"
    converted.pop("webhooks", None)
    converted.pop("jsonSchemaDialect", None)
    return converted


def _lowered(node: Json) -> Json:
    if isinstance(node, list | tuple):
        return [_lowered(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    lowered = {key: _lowered(value) for key, value in node.items()}
    kinds = lowered.get("type")
    if isinstance(kinds, list):
        rest = [kind for kind in kinds if kind != "null"]
        lowered.pop("type")
        if len(rest) == 1:
            lowered["type"] = rest[0]
        if len(rest) < len(kinds):
            lowered["nullable"] = True
    if "const" in lowered and not isinstance(lowered["const"], Mapping):
        lowered["enum"] = [lowered.pop("const")]
    return lowered


def part_of(document: Mapping[str, Json], paths: Iterable[str]) -> dict[str, Json]:
    """A document with only these paths, and only the components that they lead to."""
    part = {
        key: value for key, value in document.items() if key not in {"paths", "components", "webhooks", "x-webhooks"}
    }
    part["paths"] = {path: document["paths"][path] for path in paths}
    components: dict[str, dict[str, Json]] = {}
    schemes = document.get("components", {}).get("securitySchemes")
    if schemes:
        components["securitySchemes"] = schemes
    pending = list(_references(part["paths"]))
    while pending:
        kind, name = pending.pop()
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            pending.extend(_references(components[kind][name]))
    part["components"] = components
    return part


def _references(node: Json) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith("#/components/"):
            kind, name = reference.split("/")[2:4]
            yield kind, name.replace("~1", "/").replace("~0", "~")
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


def count_operations(document: Mapping[str, Json]) -> int:
    """How many operations a document has."""
    return sum(method in item for item in document["paths"].values() for method in METHODS)


def write(document: Mapping[str, Json], file: Path) -> Path:
    """Write a document as JSON."""
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1), "utf-8")
    return file
