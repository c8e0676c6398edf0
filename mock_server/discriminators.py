"""Discriminators: which value of a member names which branch of a `oneOf`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from mock_server.references import resolve
from specs.pointers import split

Json = Any


def named_branches(node: Mapping[str, Json], document: Json) -> list[Json] | None:
    """The branches of a `oneOf`, each with the names that stand for it; None where nothing is to be added."""
    name, branches = node["discriminator"].get("propertyName"), node.get("oneOf")
    if not isinstance(name, str) or not isinstance(branches, list):
        return None
    named = [_named(branch, name, node["discriminator"], document) for branch in branches]
    return named if any(new is not old for new, old in zip(named, branches, strict=True)) else None


def _named(branch: Json, name: str, discriminator: Mapping[str, Json], document: Json) -> Json:
    if not isinstance(branch, Mapping) or not isinstance(branch.get("$ref"), str):
        return branch
    if _tells_itself(branch, name, document):
        return branch
    return {"allOf": [branch, {"properties": {name: {"enum": names_of(branch["$ref"], discriminator)}}}]}


def _tells_itself(branch: Json, name: str, document: Json, depth: int = 0) -> bool:
    """Whether a branch states by itself which values of the discriminating member are its own."""
    branch = resolve(branch, document)
    if not isinstance(branch, Mapping) or depth > 8:
        return False
    member = resolve((branch.get("properties") or {}).get(name), document)
    if isinstance(member, Mapping) and ("const" in member or "enum" in member):
        return True
    return any(_tells_itself(part, name, document, depth + 1) for part in branch.get("allOf", ()))


def names_of(reference: str, discriminator: Mapping[str, Json]) -> list[str]:
    """The values of a discriminator that stand for what a reference leads to, those of its `mapping` first."""
    mapping = discriminator.get("mapping") or {}
    reference = unquote(reference)
    mapped = [
        key
        for key, target in mapping.items()
        if isinstance(target, str) and reference in (unquote(target), f"#/components/schemas/{target}")
    ]
    own = split(reference)[-1] if "/" in reference else reference
    return mapped if own in mapping else [*mapped, own]
