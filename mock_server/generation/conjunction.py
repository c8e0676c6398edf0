"""What several schemas say together: a schema, what it refers to, its `allOf`, and the branches that were chosen."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from mock_server.coercion import EVERY_TYPE, type_of
from mock_server.references import find

Json = Any
Layer = Mapping[str, Json]

NEVER = math.inf
"""The height of a schema that only values without end would fit."""

_TELLING = {
    "object": ("properties", "additionalProperties", "patternProperties", "required", "minProperties", "propertyNames"),
    "array": ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems"),
    "string": ("pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}
_RISKS = frozenset(
    ("oneOf", "not", "if", "contains", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "propertyNames")
)


class Impossible(Exception):
    """No value fits a place, as far as could be found; the message says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """An `anyOf` or `oneOf`, with the discriminator that stands beside it."""

    branches: Sequence[Json]
    discriminator: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Schemas without references and `allOf` that all have to hold; `refs` are the references that led to them."""

    layers: tuple[Layer, ...]
    refs: tuple[str, ...] = ()

    def __and__(self, other: Conjunction) -> Conjunction:
        return Conjunction(self.layers + other.layers, self.refs + other.refs)

    def without(self, *keywords: str) -> Conjunction:
        """The same without some keywords."""
        layers = (_without(layer, keywords) for layer in self.layers)
        return Conjunction(tuple(layers), self.refs)

    def all(self, keyword: str) -> list[Json]:
        """What the schemas say by a keyword."""
        return [layer[keyword] for layer in self.layers if keyword in layer]

    def bound(self, keyword: str, choose: Callable[[Iterable[Any]], Any]) -> Any:
        """The tightest of the bounds of a keyword, None without one."""
        given = [value for value in self.all(keyword) if isinstance(value, int | float)]
        return choose(given) if given else None

    @property
    def is_risky(self) -> bool:
        """Whether a value that is made part by part may not fit the whole."""
        together = len(self.layers) > 1 and len(self.all("pattern")) > 1
        return together or any(not _RISKS.isdisjoint(layer) for layer in self.layers)

    @property
    def groups(self) -> Iterator[Group]:
        """The choices that have to be made."""
        for layer in self.layers:
            for word in ("oneOf", "anyOf"):
                if isinstance(layer.get(word), list) and layer[word]:
                    yield Group(layer[word], layer.get("discriminator") or {})

    def types(self) -> frozenset[str]:
        """The types that are left; what `type` does not say is told by the other keywords."""
        found = EVERY_TYPE
        for stated in self.all("type"):
            names = {stated} if isinstance(stated, str) else set(stated)
            found &= names | ({"integer"} if "number" in names else set())
        for refused in self.all("not"):
            if isinstance(refused, Mapping) and set(refused) == {"type"}:
                names = {refused["type"]} if isinstance(refused["type"], str) else set(refused["type"])
                found -= names | ({"integer"} if "number" in names else set())
        if found != EVERY_TYPE:
            return found
        said = {key for layer in self.layers for key in layer}
        return frozenset(kind for kind, words in _TELLING.items() if not said.isdisjoint(words)) or EVERY_TYPE

    def options(self) -> list[Json] | None:
        """The values that `enum` and `const` leave; None where there are neither."""
        lists = [*self.all("enum"), *([value] for value in self.all("const"))]
        if not lists:
            return None
        return [value for value in lists[0] if all(any(same(value, other) for other in rest) for rest in lists[1:])]

    @property
    def required(self) -> list[str]:
        """The names of the members that have to be there."""
        return list(dict.fromkeys(name for names in self.all("required") for name in names))

    @property
    def named(self) -> list[str]:
        """The names of the members that are spoken of."""
        return list(dict.fromkeys(name for properties in self.all("properties") for name in properties))

    def member(self, name: str) -> tuple[Json, ...]:
        """All that is said of a member."""
        found: list[Json] = []
        for layer in self.layers:
            said = [layer["properties"][name]] if name in layer.get("properties", {}) else []
            patterns = layer.get("patternProperties", {})
            said += [schema for pattern, schema in patterns.items() if matches(pattern, name)]
            if not said and "additionalProperties" in layer:
                said = [layer["additionalProperties"]]
            found += said
        return tuple(found)

    def item(self, index: int) -> tuple[Json, ...]:
        """All that is said of an item."""
        found: list[Json] = []
        for layer in self.layers:
            prefix = layer.get("prefixItems", ())
            if index < len(prefix):
                found.append(prefix[index])
            elif "items" in layer:
                found.append(layer["items"])
        return tuple(found)

    @property
    def longest(self) -> float:
        """How many items there can be at most."""
        limits = [limit for limit in self.all("maxItems") if isinstance(limit, int | float)]
        closed = (layer for layer in self.layers if False in (layer.get("items"), layer.get("unevaluatedItems")))
        return min([*limits, *(len(layer.get("prefixItems", ())) for layer in closed)], default=NEVER)


def _without(layer: Layer, keywords: tuple[str, ...]) -> Layer:
    """The layer itself where nothing is to be taken away: what is compiled for it is kept by its id."""
    if layer.keys().isdisjoint(keywords):
        return layer
    return {key: value for key, value in layer.items() if key not in keywords}


def expand(schemas: Iterable[Json], document: Json, seen: tuple[str, ...] = ()) -> Conjunction:
    """The schemas with references and `allOf` followed. Raises Impossible where one is `false`."""
    layers: list[Layer] = []
    refs: list[str] = []
    for schema in schemas:
        if schema is False:
            raise Impossible("the schema is `false`")
        if not isinstance(schema, Mapping):
            continue
        for word in ("$ref", "$dynamicRef"):
            ref = schema.get(word)
            if isinstance(ref, str) and ref not in seen:
                inner = expand([find(ref, document)], document, (*seen, ref))
                layers += inner.layers
                refs += [ref, *inner.refs]
        if isinstance(schema.get("allOf"), list):
            inner = expand(schema["allOf"], document, seen)
            layers += inner.layers
            refs += inner.refs
        own = _without(schema, ("$ref", "$dynamicRef", "allOf"))
        if own:
            layers.insert(0, own)
    return Conjunction(tuple(layers), tuple(dict.fromkeys(refs)))


def height(schemas: Iterable[Json], document: Json, stack: tuple[str, ...] = (), depth: int = 0) -> float:
    """How deep the flattest value goes; `NEVER` where it has no end. References in `stack` are being looked at."""
    try:
        node = expand(schemas, document)
    except Impossible:
        return NEVER
    if depth > 12 or not set(stack).isdisjoint(node.refs):
        return NEVER
    inner = (*stack, *node.refs)
    kinds = node.types()
    if node.options() or kinds & {"null", "boolean", "integer", "number", "string"}:
        own: float = 0
    else:
        parts = [height(node.member(name), document, inner, depth + 1) for name in node.required]
        count = min(node.bound("minItems", max) or 0, 3) if "array" in kinds else 0
        parts += [height(node.item(index), document, inner, depth + 1) for index in range(count)]
        own = 1 + max(parts, default=0)
    choices = (
        min((height([branch], document, inner, depth + 1) for branch in group.branches), default=0)
        for group in node.groups
    )
    return max(own, *choices, 0)


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal: 1 and 1.0 are, 1 and true are not."""
    return one == other and type_of(one) == type_of(other)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern is found in a text; a pattern that Python cannot read is found in none."""
    compiled = compiled_pattern(pattern)
    return compiled is not None and compiled.search(text) is not None


@lru_cache(1024)
def compiled_pattern(pattern: str) -> re.Pattern[str] | None:
    """A pattern of a schema as Python reads it, None if it cannot; `$` is the end of the text, and digits are ASCII."""
    translated = re.sub(r"(?<!\\)((?:\\\\)*)\$(?=\)|\||$)", r"\1\\Z", pattern)
    translated = re.sub(r"\(\?<(?![=!])", "(?P<", translated)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `[[`, which means what it says here
        try:
            return re.compile(translated, re.ASCII)
        except (re.error, OverflowError, RecursionError):
            return None
