"""The claims of a schema: every keyword at every place, with the source of each."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from specs import pointers
from specs.provenance import EXTENSION, Source

KEYWORDS: Mapping[str, str] = {
    "type": "is of the type {}",
    "const": "is {}",
    "enum": "is one of {}",
    "format": "has the form {}",
    "pattern": "matches {}",
    "minimum": "is at least {}",
    "maximum": "is at most {}",
    "exclusiveMinimum": "is more than {}",
    "exclusiveMaximum": "is less than {}",
    "multipleOf": "is a multiple of {}",
    "minLength": "has at least {} characters",
    "maxLength": "has at most {} characters",
    "minItems": "has at least {} items",
    "maxItems": "has at most {} items",
    "uniqueItems": "has no item twice",
    "contains": "contains {}",
    "minProperties": "has at least {} members",
    "maxProperties": "has at most {} members",
    "additionalProperties": "has no members but the documented ones",
    "propertyNames": "has members named by {}",
    "dependentRequired": "has the members that others ask for: {}",
    "oneOf": "is one of the documented forms",
    "anyOf": "is one of the documented forms",
    "not": "is not {}",
    "if": "keeps to the documented condition",
    "default": "is {} when it is left out",
    "required": "is there",
    "optional": "may be left out",
}
"""The keywords that make claims, each as the end of a sentence about its place."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a schema says of one place: the place's pattern, the keyword, its value, where it stands, the source."""

    at: str
    keyword: str
    value: Any
    pointer: str
    source: Source

    @property
    def text(self) -> str:
        """The end of a sentence about the place."""
        return KEYWORDS[self.keyword].format(plain(self.value))


@dataclass(frozen=True)
class Reader:
    """Reads what schemas of one document say. `own`: the document is its own documentation (see `building.Builder`)."""

    document: Mapping[str, Any]
    own: bool

    def said(
        self, schema: Any, pointer: str, source: Source, at: str = "", chain: tuple[str, ...] = ()
    ) -> Iterator[Said]:
        """All that `schema`, which stands at `pointer`, says of the place `at` and those below it."""
        if not isinstance(schema, Mapping):
            return
        extension = schema.get(EXTENSION)
        source = self._source(pointer, source.within(extension))
        for keyword in KEYWORDS:
            if keyword in schema and keyword not in ("required", "optional"):
                if keyword == "additionalProperties" and schema[keyword] is not False:
                    continue
                if keyword == "uniqueItems" and schema[keyword] is not True:
                    continue
                yield Said(
                    at,
                    keyword,
                    schema[keyword],
                    pointers.join(pointer, keyword),
                    source.for_keyword(extension, keyword),
                )
        yield from self._members(schema, pointer, source, at, chain)
        yield from self._items(schema, pointer, source, at, chain)
        for index, part in enumerate(schema.get("allOf") or ()):
            yield from self.said(part, pointers.join(pointer, "allOf", index), source, at, chain)
        ref = schema.get("$ref")
        if isinstance(ref, str) and ref.startswith("#/") and ref not in chain:
            target = urllib.parse.unquote(ref[1:])
            yield from self.said(pointers.resolve(self.document, target), target, source, at, (*chain, ref))

    def _source(self, pointer: str, source: Source) -> Source:
        return Source(source.page, f"#{pointer}", strength=source.strength) if self.own else source

    def _members(
        self, schema: Mapping[str, Any], pointer: str, source: Source, at: str, chain: tuple[str, ...]
    ) -> Iterator[Said]:
        properties = schema.get("properties") or {}
        required = schema.get("required") or ()
        for name in [*properties, *(name for name in required if name not in properties)]:
            member, here = properties.get(name), pointers.join(pointer, "properties", name)
            extension = member.get(EXTENSION) if isinstance(member, Mapping) else None
            where = source.within(extension).for_keyword(extension, "required")
            keyword = "required" if name in required else "optional"
            place = pointers.join(at, name)
            yield Said(place, keyword, name, pointers.join(pointer, "required"), self._source(here, where))
            yield from self.said(member, here, source, place, chain)
        extra = schema.get("additionalProperties")
        if isinstance(extra, Mapping):
            yield from self.said(extra, pointers.join(pointer, "additionalProperties"), source, f"{at}/*", chain)

    def _items(
        self, schema: Mapping[str, Any], pointer: str, source: Source, at: str, chain: tuple[str, ...]
    ) -> Iterator[Said]:
        for index, item in enumerate(schema.get("prefixItems") or ()):
            place = pointers.join(at, index)
            yield from self.said(item, pointers.join(pointer, "prefixItems", index), source, place, chain)
        if isinstance(schema.get("items"), Mapping) and "prefixItems" not in schema:
            yield from self.said(schema["items"], pointers.join(pointer, "items"), source, f"{at}/*", chain)


def plain(value: Any) -> str:
    """A value as people read it: text as it is, lists with commas, the rest as JSON."""
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, list) and all(item is None or isinstance(item, str | int | float) for item in value):
        words = ["null" if item is None else str(item) for item in value]
        return ", ".join(words[:8]) + (f" and {len(words) - 8} more" if len(words) > 8 else "")
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:77] + "..."
