"""JSON Schemas as they stand in a document: following their references, compiling them, and finding who says what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from jsonschema_rs import Draft202012Validator, Validator

from mock_server.discriminators import named_branches
from mock_server.references import Mark, at, find, is_annotation, is_marked, references, resolve, said_of_member
from mock_server.violations import Violation
from specs.pointers import escape, join, split

if TYPE_CHECKING:
    from specs import Source

Json = Any
Omitted = Mark

__all__ = ["Omitted", "at", "bundle", "compile_schema", "is_plain_string", "resolve", "said_by", "shown", "violations"]

LONGEST_TEXT = 200
"""How many characters of a value a violation shows."""


def is_plain_string(schema: Json, document: Json) -> bool:
    """Whether every text fits the schema and nothing else needs to be known of it."""
    schema = resolve(schema, document)
    if not isinstance(schema, Mapping):
        return schema is True or schema is None
    rest = {key: value for key, value in schema.items() if not is_annotation(key)}
    return rest in ({}, {"type": "string"})


@dataclass(frozen=True, slots=True)
class Reading:
    """How the schemas of a document are to be read, beyond what JSON Schema says.

    `omitted` members may be missing although they are required: `readOnly` ones in requests, `writeOnly` ones in
    answers. With `discriminated`, a value that fits several branches of a `oneOf` fits the one that the `discriminator`
    names.
    """

    document: Json
    omitted: Omitted | None = None
    discriminated: bool = True


def compile_schema(
    schema: Json, document: Json, omitted: Omitted | None = None, *, discriminated: bool = True
) -> Validator:
    """A validator (2020-12, formats checked) of a schema whose references lead into the document; see `Reading`.

    Raises ValueError when the schema is not one.
    """
    whole = bundle(schema, document, omitted, discriminated=discriminated)
    return Draft202012Validator(whole, validate_formats=True)


def bundle(schema: Json, document: Json, omitted: Omitted | None = None, *, discriminated: bool = True) -> Json:
    """The schema together with what it refers to, directly or not, at the same pointers as in the document."""
    reading = Reading(document, omitted, discriminated)
    if not isinstance(schema, Mapping):
        return schema is not False
    targets = _reachable(schema, document)
    root = _portable(schema, reading)
    if not targets:
        return root
    root = dict(root)
    placed: set[tuple[str, ...]] = set()
    for reference in sorted(targets, key=lambda reference: reference.count("/")):
        portable = _portable(targets[reference], reading)
        if not reference.startswith("#"):
            _place(root, ("$defs", reference), portable)
            continue
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
        root[token] = dict(root.get(token, {}))  # a copy: it may be the document's
        root = root[token]
    root.setdefault(tokens[-1], node)


def _as_mapping(schema: Json) -> Mapping[str, Json]:
    return schema if isinstance(schema, Mapping) else {} if schema else {"not": {}}


def _reachable(schema: Json, document: Json) -> dict[str, Json]:
    found: dict[str, Json] = {}
    pending = [schema]
    while pending:
        for reference in references(pending.pop()):
            if reference not in found and (target := find(reference, document)) is not None:
                found[reference] = target
                pending.append(target)
    return found


_DATA = frozenset(("enum", "const", "default", "example", "examples"))
_MAPS = frozenset(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"))


def _portable(node: Json, reading: Reading) -> Json:
    """The schema without `$id` and `$schema` (its references lead into the document), copied only where it changes."""
    if isinstance(node, list):
        items = [_portable(item, reading) for item in node]
        return items if any(new is not old for new, old in zip(items, node, strict=True)) else node
    if not isinstance(node, Mapping):
        return node
    changed = {}
    for key, value in node.items():
        if key not in _DATA and isinstance(value, Mapping | list):
            new = _portable_map(value, reading) if key in _MAPS else _portable(value, reading)
            if new is not value:
                changed[key] = new
    dropped = [key for key in ("$id", "$schema") if isinstance(node.get(key), str)]
    if reading.discriminated and isinstance(node.get("discriminator"), Mapping):
        node, changed = _either_way({**node, **changed}, reading.document), {}
    if reading.omitted and (required := _still_required(node, reading.document, reading.omitted)) is not None:
        changed["required"] = required
    if isinstance(ref := node.get("$ref"), str) and not ref.startswith("#"):
        changed["$ref"] = f"#/$defs/{quote(escape(ref), safe='~')}"
    if node.get("$dynamicRef") and isinstance(node["$dynamicRef"], str):
        changed["$ref"] = node["$dynamicRef"]
        dropped.append("$dynamicRef")
    if not changed and not dropped:
        return node
    return {key: value for key, value in {**node, **changed}.items() if key not in dropped}


def _portable_map(schemas: Json, reading: Reading) -> Json:
    if not isinstance(schemas, Mapping):
        return schemas
    changed = {name: new for name, old in schemas.items() if (new := _portable(old, reading)) is not old}
    return {**schemas, **changed} if changed else schemas


def _either_way(node: Mapping[str, Json], document: Json) -> Mapping[str, Json]:
    """The node with a `oneOf` that may be read with or without the names of its branches."""
    named = named_branches(node, document)
    if named is None:
        return node
    rest = {key: value for key, value in node.items() if key != "oneOf"}
    either = {"anyOf": [{"oneOf": node["oneOf"]}, {"oneOf": named}]}
    return {**rest, "allOf": [*node.get("allOf", ()), either]}


def _still_required(node: Mapping[str, Json], document: Json, omitted: Omitted) -> list[str] | None:
    required = node.get("required")
    if not isinstance(required, list):
        return None
    kept = [
        name
        for name in required
        if not any(is_marked(said, document, omitted) for said in said_of_member(node, str(name), document))
    ]
    return kept if len(kept) < len(required) else None


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
            below = node[step]  # a property may be called `$ref`: its schema is no text
            node = find(below, document) if step == "$ref" and isinstance(below, str) else below
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
    "additionalProperties": "no members but those that are named",
    "unevaluatedProperties": "no members but those that are named",
}


def _expected(keyword: str, details: Mapping[str, Any], message: str) -> str:
    if keyword == "enum":
        return f"one of {shown(details['options'])}"
    if keyword == "const":
        return shown(details["expected_value"])
    if keyword == "type":
        return " or ".join(details["types"])
    if "unexpected" in details:
        return f"no members {', '.join(map(shown, details['unexpected']))}"
    try:
        return _WORDS[keyword].format(**details)
    except KeyError:
        return message if len(message) <= LONGEST_TEXT else message[: LONGEST_TEXT - 1] + "…"
