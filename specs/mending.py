"""Schemas that are none, made such: a keyword that says what JSON Schema does not know must not spoil all the others.

What can be understood is written as it should be, the rest is left out. Works on documents in their 3.1 form.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from specs import pointers, structure
from specs.conversion import make_exclusive, rewrite

Json = Any
Schema = dict[str, Json]

TYPES = frozenset(("string", "number", "integer", "boolean", "object", "array", "null"))
_ALSO = {
    **dict.fromkeys(("int", "int32", "int64", "long"), "integer"),
    **dict.fromkeys(("float", "double", "decimal"), "number"),
    **dict.fromkeys(("str", "text", "date", "datetime", "date-time", "uuid"), "string"),
    "bool": "boolean",
    "list": "array",
    "none": "null",
}
"""What else types are called."""


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: Json) -> bool:
    return _is_number(value) and value >= 0 and value == int(value)


def _is_schema(value: Json) -> bool:
    return isinstance(value, dict | bool)


def _is_map(value: Json) -> bool:
    return isinstance(value, dict) and all(isinstance(entry, dict | bool) for entry in value.values())


def _is_choice(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict | bool) for entry in value)


def _is_type(value: Json) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(word, str) and word in TYPES for word in value) and _is_unique(value)
    return isinstance(value, str) and value in TYPES


def _is_names(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and _is_unique(value)


def _is_unique(names: list[str]) -> bool:
    return len(set(names)) == len(names)


@lru_cache(4096)
def _compiles(pattern: str) -> bool:
    import jsonschema_rs  # whose regular expressions are meant

    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, validate_formats=True)
    except ValueError:
        return False
    return True


def _is_pattern(value: Json) -> bool:
    return isinstance(value, str) and _compiles(value)


FINE: dict[str, Callable[[Json], bool]] = {
    **dict.fromkeys(("title", "description", "format", "$comment", "contentEncoding", "contentMediaType"), _is_text),
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly", "uniqueItems"), _is_flag),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(
        (
            "minLength",
            "maxLength",
            "minItems",
            "maxItems",
            "minProperties",
            "maxProperties",
            "minContains",
            "maxContains",
        ),
        _is_count,
    ),
    "multipleOf": lambda value: _is_number(value) and value > 0,
    "type": _is_type,
    "required": _is_names,
    "enum": lambda value: isinstance(value, list),
    "examples": lambda value: isinstance(value, list),
    "pattern": _is_pattern,
    "patternProperties": lambda value: _is_map(value) and all(map(_compiles, value)),
    **{
        keyword: {structure.ONE: _is_schema, structure.MANY: _is_map, structure.LIST: _is_choice}[how]
        for keyword, (how, _) in structure.ROLES["schema"].items()
        if keyword not in ("patternProperties", "additionalItems")
    },
}
"""For each keyword, whether JSON Schema knows what a value of it means."""


def is_odd(schema: Schema) -> bool:
    """Whether a schema says something that JSON Schema does not know."""
    for keyword, value in schema.items():
        fine = FINE.get(keyword)
        if fine is not None and not fine(value):
            return True
    return False


def has_odd(document: Schema) -> bool:
    """Whether any schema of a document says something that JSON Schema does not know; a fast walk."""
    stack = [(document, "document")]
    while stack:
        node, role = stack.pop()
        if role == "schema" and is_odd(node):
            return True
        stack.extend((child, kind) for _, child, kind in structure.children(node, role) if isinstance(child, dict))
    return False


def mended(document: Schema, warnings: list[str]) -> Schema:
    """The document with schemas only that are such; what was changed is told in `warnings`."""
    for pointer, node, role in structure.walk(document):
        if role == "schema" and isinstance(node, dict) and is_odd(node):
            warnings.extend(_told(node, mend(node), pointer))
    new: Schema = rewrite(document, "document", lambda node, role: mend(node) if role == "schema" else node)
    return new


def mend(schema: Schema) -> Schema:
    """A schema in which every keyword has a meaning."""
    if not is_odd(schema):
        return schema
    new = dict(schema)
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        make_exclusive(new, bound, exclusive)
    if isinstance(new.get("items"), list):
        new.setdefault("prefixItems", new.pop("items"))
    if new.get("type", "") is None and not _DESCRIBING.isdisjoint(new):
        del new["type"]  # nothing was meant, rather than null
    for keyword, value in list(new.items()):
        fine = FINE.get(keyword)
        if fine is None or fine(value):
            continue
        better = _MENDED.get(keyword, _nothing)(value)
        if better is not None and fine(better):
            new[keyword] = better
        else:
            del new[keyword]
    return new


_DESCRIBING = frozenset(("properties", "items", "allOf", "anyOf", "oneOf", "enum", "format", "pattern"))


def _told(old: Schema, new: Schema, pointer: str) -> list[str]:
    told = []
    for keyword, value in old.items():
        if keyword in FINE and value is not None and not FINE[keyword](value):
            read = f"is read as {_shown(new[keyword])}" if keyword in new else "is passed over"
            told.append(
                f"`{keyword}: {_shown(value)}` is not JSON Schema, and {read} (at {pointers.join(pointer, keyword)})"
            )
    return told


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "..."


def _nothing(_: Json) -> Json:
    return None


def _number(value: Json) -> Json:
    try:
        return int(value) if isinstance(value, str) else int(value) if isinstance(value, float) else None
    except (ValueError, OverflowError):
        return _fraction(value)


def _fraction(value: Json) -> Json:
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _type(value: Json) -> Json:
    words = value if isinstance(value, list) else [value]
    known = ["null" if word is None else _ALSO.get(str(word).lower(), str(word).lower()) for word in words]
    if not known or not TYPES.issuperset(known):
        return None
    return list(dict.fromkeys(known)) if len(set(known)) > 1 else known[0]


def _names(value: Json) -> Json:
    return list(dict.fromkeys(name for name in value if isinstance(name, str))) if isinstance(value, list) else None


def _map(value: Json) -> Json:
    if not isinstance(value, dict):
        return None
    return {name: entry if isinstance(entry, dict | bool) else {} for name, entry in value.items()}


def _choice(value: Json) -> Json:
    entries = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict | bool)]


def _flag(value: Json) -> Json:
    return {"true": True, "false": False}.get(str(value).lower())


def _examples(value: Json) -> Json:
    if not isinstance(value, dict):
        return [value]
    return [entry["value"] for entry in value.values() if isinstance(entry, dict) and "value" in entry]


_RANGE_OF_CLASS = re.compile(r"(\\[wdsWDS])-(?!\])|(?<![\[^])-(\\[wdsWDS])")
"""A hyphen beside a class, which means itself, as in `[\\w-.]`."""


def _pattern(value: Json) -> Json:
    if not isinstance(value, str):
        return None
    text = re.sub(r"^\\A", "^", re.sub(r"\\[zZ]$", "$", value))
    return _RANGE_OF_CLASS.sub(lambda found: f"{found[1]}\\-" if found[1] else f"\\-{found[2]}", text)


_MENDED: dict[str, Callable[[Json], Json]] = {
    **dict.fromkeys((keyword for keyword, fine in FINE.items() if fine in (_is_count, _is_number)), _number),
    **dict.fromkeys((keyword for keyword, fine in FINE.items() if fine in (_is_flag, _is_schema)), _flag),
    **dict.fromkeys((keyword for keyword, fine in FINE.items() if fine is _is_map), _map),
    **dict.fromkeys((keyword for keyword, fine in FINE.items() if fine is _is_choice), _choice),
    "patternProperties": lambda value: {name: entry for name, entry in (_map(value) or {}).items() if _compiles(name)},
    "type": _type,
    "required": _names,
    "enum": lambda value: None if value is None else [value],
    "examples": _examples,
    "pattern": _pattern,
}
"""What a value may have been meant to be; None for nothing."""
