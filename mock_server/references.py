"""Following references, which in a document that was loaded are `#/...` pointers into itself, or names of anchors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote

from specs.pointers import split

Json = Any
Mark = Literal["readOnly", "writeOnly"]

DEEPEST = 8
"""Through how many references and parts a schema is followed to what it says of a member."""

MOST_DOCUMENTS = 8
"""Of how many documents the names of the schemas are kept."""

_ANNOTATIONS = {"title", "description", "example", "examples", "default", "deprecated", "readOnly", "writeOnly"}
_ANNOTATIONS |= {"externalDocs", "xml", "discriminator", "$comment"}


def at(document: Json, reference: str) -> Json:
    """The node that a `#/...` reference of the document leads to. Raises KeyError where there is none."""
    node = document
    for token in split(unquote(reference.removeprefix("#"))):
        try:
            node = node[int(token)] if isinstance(node, Sequence) else node[token]
        except (KeyError, IndexError, ValueError, TypeError):
            raise KeyError(reference) from None
    return node


def resolve(schema: Json, document: Json) -> Json:
    """`schema`, or what it refers to; a schema that has siblings of `$ref` comes back as `allOf` of both."""
    seen: set[str] = set()
    while isinstance(schema, Mapping) and isinstance(reference := schema.get("$ref"), str):
        target = find(reference, document)
        siblings = {key: value for key, value in schema.items() if key != "$ref" and not is_annotation(key)}
        if target is None or reference in seen:
            return siblings
        if siblings:
            return {"allOf": [target, siblings]}
        seen.add(reference)
        schema = target
    return schema


def find(reference: str, document: Json) -> Json | None:
    """What a reference leads to: `#/...` into the document, `#name` an anchor, else the `$id` of a schema; or None."""
    if reference.startswith("#/"):
        try:
            return at(document, reference)
        except KeyError:
            return None
    base, _, fragment = reference.partition("#")
    if not base:
        return _named(document, ("$anchor", "$dynamicAnchor"), fragment) if fragment else None
    found = _named(document, ("$id",), base)
    return found if found is None or not fragment else find(f"#{fragment}", found)


def is_annotation(keyword: str) -> bool:
    """Whether a schema keyword only describes, and refuses no value."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def references(node: Json) -> Iterator[str]:
    """All reference texts at and below a node."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            for key in ("$ref", "$dynamicRef"):
                if isinstance(node.get(key), str):
                    yield node[key]
            pending.extend(value for value in node.values() if isinstance(value, Mapping | list))
        elif isinstance(node, list):
            pending.extend(value for value in node if isinstance(value, Mapping | list))


def said_of_member(schema: Json, name: str, document: Json, depth: int = 0) -> Iterator[Json]:
    """The schemas of a member: what the schema, those it refers to and those it is made of say of it."""
    if not isinstance(schema, Mapping) or depth > DEEPEST:
        return
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and name in properties:
        yield properties[name]
    if isinstance(schema.get("$ref"), str):
        yield from said_of_member(find(schema["$ref"], document), name, document, depth + 1)
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        yield from said_of_member(part, name, document, depth + 1)


def is_marked(schema: Json, document: Json, mark: Mark) -> bool:
    """Whether a member's schema says `readOnly: true` or `writeOnly: true`, itself or where it refers to."""
    for _ in range(DEEPEST):
        if not isinstance(schema, Mapping):
            return False
        if schema.get(mark) is True:
            return True
        schema = find(schema["$ref"], document) if isinstance(schema.get("$ref"), str) else None
    return False


_known: dict[int, tuple[Json, dict[tuple[str, str], Json]]] = {}


def _named(document: Json, keywords: Sequence[str], name: str) -> Json | None:
    """The schema that has a name by one of the keywords."""
    known = _known.get(id(document))
    if known is None:
        if len(_known) >= MOST_DOCUMENTS:
            del _known[next(iter(_known))]
        known = _known[id(document)] = (document, _all_named(document))  # kept, so that its id stays its own
    return next((known[1][keyword, name] for keyword in keywords if (keyword, name) in known[1]), None)


def _all_named(document: Json) -> dict[tuple[str, str], Json]:
    found: dict[tuple[str, str], Json] = {}
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            for keyword in ("$id", "$anchor", "$dynamicAnchor"):
                if isinstance(node.get(keyword), str):
                    found[keyword, node[keyword]] = node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return found
