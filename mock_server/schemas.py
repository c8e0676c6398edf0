"""JSON Schemas as they stand in a document: following their references, compiling them, and finding who says what."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from jsonschema_rs import Draft202012Validator, Validator

from mock_server.violations import Violation
from specs.pointers import join, split

if TYPE_CHECKING:
    from specs import Source

Json = Any
Omitted = Literal["readOnly", "writeOnly"]

LONGEST_TEXT = 200
"""How many characters of a value a violation shows."""

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
    """What a reference of the document leads to, `#/...` or the name of an `$anchor`; None where there is nothing."""
    if reference.startswith("#/"):
        try:
            return at(document, reference)
        except KeyError:
            return None
    return _anchored(document, reference.removeprefix("#")) if len(reference) > 1 and reference[0] == "#" else None


def is_annotation(keyword: str) -> bool:
    """Whether a schema keyword only describes, and refuses no value."""
    return keyword in _ANNOTATIONS or keyword.startswith("x-")


def is_plain_string(schema: Json, document: Json) -> bool:
    """Whether every text fits the schema and nothing else needs to be known of it."""
    schema = resolve(schema, document)
    if not isinstance(schema, Mapping):
        return schema is True or schema is None
    rest = {key: value for key, value in schema.items() if not is_annotation(key)}
    return rest in ({}, {"type": "string"})


def compile_schema(schema: Json, document: Json, omitted: Omitted | None = None) -> Validator:
    """A validator (2020-12, formats checked) of a schema whose references lead into the document.

    `omitted` members may be missing although they are required: `readOnly` ones in requests, `writeOnly` ones in
    answers. Raises ValueError when the schema is not one.
    """
    return Draft202012Validator(bundle(schema, document, omitted), validate_formats=True)


def bundle(schema: Json, document: Json, omitted: Omitted | None = None) -> Json:
    """The schema together with what it refers to, directly or not, at the same pointers as in the document."""
    if not isinstance(schema, Mapping):
        return schema is not False
    targets = _reachable(schema, document)
    root = _portable(schema, document, omitted)
    if not targets:
        return root
    root = dict(root)
    placed: set[tuple[str, ...]] = set()
    for reference in sorted(targets, key=lambda reference: reference.count("/")):
        portable = _portable(targets[reference], document, omitted)
        if not reference.startswith("#/"):
            anchor = reference.removeprefix("#")
            root["$defs"] = {**root.get("$defs", {}), f"anchor {anchor}": {**_as_mapping(portable), "$anchor": anchor}}
            continue
        tokens = tuple(split(unquote(reference[1:])))
        if not any(tokens[:length] in placed for length in range(1, len(tokens) + 1)):
            _place(root, tokens, portable)
            placed.add(tokens)
    return root


def _place(root: dict[str, Json], tokens: tuple[str, ...], node: Json) -> None:
    for token in tokens[:-1]:
        root = root.setdefault(token, {})
    root.setdefault(tokens[-1], node)


def _as_mapping(schema: Json) -> Mapping[str, Json]:
    return schema if isinstance(schema, Mapping) else {} if schema else {"not": {}}


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


def _reachable(schema: Json, document: Json) -> dict[str, Json]:
    found: dict[str, Json] = {}
    pending = [schema]
    while pending:
        for reference in references(pending.pop()):
            if reference not in found and (target := find(reference, document)) is not None:
                found[reference] = target
                pending.append(target)
    return found


def _portable(node: Json, document: Json, omitted: Omitted | None) -> Json:
    """The node without `$id` and `$schema` (its references lead into the document), copied only where it changes."""
    if isinstance(node, list):
        items = [_portable(item, document, omitted) for item in node]
        return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
    if not isinstance(node, Mapping):
        return node
    changed = {key: new for key, value in node.items() if (new := _portable(value, document, omitted)) is not value}
    dropped = [key for key in ("$id", "$schema") if isinstance(node.get(key), str)]
    if omitted and (required := _still_required(node, document, omitted)) is not None:
        changed["required"] = required
    if node.get("$dynamicRef") and isinstance(node["$dynamicRef"], str):
        changed["$ref"] = node["$dynamicRef"]
        dropped.append("$dynamicRef")
    if not changed and not dropped:
        return node
    return {key: value for key, value in {**node, **changed}.items() if key not in dropped}


def _still_required(node: Mapping[str, Json], document: Json, omitted: Omitted) -> list[str] | None:
    required, properties = node.get("required"), node.get("properties")
    if not isinstance(required, list) or not isinstance(properties, Mapping):
        return None
    kept = [name for name in required if not is_marked(properties.get(name), document, omitted)]
    return kept if len(kept) < len(required) else None


def is_marked(schema: Json, document: Json, mark: Omitted) -> bool:
    """Whether a member's schema says `readOnly: true` or `writeOnly: true`, itself or where it refers to."""
    for _ in range(8):
        if not isinstance(schema, Mapping):
            return False
        if schema.get(mark) is True:
            return True
        schema = find(schema["$ref"], document) if isinstance(schema.get("$ref"), str) else None
    return False


def _anchored(document: Json, name: str) -> Json | None:
    pending = [document]
    while pending:
        node = pending.pop()
        if isinstance(node, Mapping):
            if name in (node.get("$anchor"), node.get("$dynamicAnchor")):
                return node
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
    return None


def violations(
    validator: Validator, value: Json, schema: Json, document: Json, source: Source, place: tuple[str, str]
) -> list[Violation]:
    """All ways in which a value breaks its schema, none twice.

    `source` is where the documentation states the schema; `x-source` further down overrides it. `place` is the
    violations' `location`, and what stands in front of their pointers.
    """
    found = []
    for error in validator.iter_errors(value):
        keyword = str(error.evaluation_path[-1]) if error.evaluation_path else error.kind.name
        said = said_by(error.evaluation_path, schema, document, source)
        tokens = [*error.instance_path]
        details = error.kind.as_dict()
        if keyword == "required" and "property" in details:
            tokens.append(str(details["property"]))
        where = join(place[1], *tokens)
        got = "nothing" if keyword == "required" else shown(error.instance)
        found.append(
            Violation(
                place[0], where, keyword, _expected(keyword, details, error.message), got, str(said), said.strength
            )
        )
    return list(dict.fromkeys(found))


def said_by(path: Sequence[str | int], schema: Json, document: Json, source: Source) -> Source:
    """The source of the keyword that an evaluation path leads to, from `schema` on, through references."""
    node, extension = schema, None
    for step in (*path[:-1], None):
        if isinstance(node, Mapping):
            extension = node.get("x-source") if isinstance(node.get("x-source"), Mapping) else None
            source = source.within(extension)
        if step is None:
            break
        try:
            node = find(node["$ref"], document) if step == "$ref" else node[step]
        except (KeyError, IndexError, TypeError):
            break
    return source.for_keyword(extension, str(path[-1])) if path else source


def shown(value: Json) -> str:
    """A value as short JSON."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


_WORDS = {
    "minimum": "at least {limit}",
    "maximum": "at most {limit}",
    "exclusiveMinimum": "more than {limit}",
    "exclusiveMaximum": "less than {limit}",
    "multipleOf": "a multiple of {multiple_of}",
    "minLength": "at least {limit} characters",
    "maxLength": "at most {limit} characters",
    "minItems": "at least {limit} items",
    "maxItems": "at most {limit} items",
    "minProperties": "at least {limit} members",
    "maxProperties": "at most {limit} members",
    "pattern": "text that matches {pattern}",
    "format": "{format}",
    "required": "a value",
    "uniqueItems": "no item twice",
}


def _expected(keyword: str, details: Mapping[str, Any], message: str) -> str:
    if keyword == "enum":
        return f"one of {shown(details['options'])}"
    if keyword == "const":
        return shown(details["expected_value"])
    if keyword == "type":
        return " or ".join(details["types"])
    try:
        return _WORDS[keyword].format(**details)
    except KeyError:
        return message if len(message) <= LONGEST_TEXT else message[: LONGEST_TEXT - 1] + "…"
