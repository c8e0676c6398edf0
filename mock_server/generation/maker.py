"""Making one value, part by part: choices first, then what the type asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from mock_server.coercion import EVERY_TYPE
from mock_server.discriminators import names_of
from mock_server.generation.apart import told_apart
from mock_server.generation.arrays import make_array
from mock_server.generation.checking import Checks
from mock_server.generation.conjunction import Conjunction, Group, Impossible, expand, height
from mock_server.generation.names import words_of
from mock_server.generation.numbers import number
from mock_server.generation.objects import make_object
from mock_server.generation.place import DEEPEST, FULL_DEPTH, Place
from mock_server.generation.texts import Texts
from mock_server.styles import MISSING

Json = Any

ORDER = ("object", "array", "string", "number", "integer", "boolean", "null")
"""The types, that of most content first."""

TRIES = 8
BUDGET = 20_000
"""How many parts are tried for one value before it is given up."""

PLENTY = 1500
"""After how many parts no more optional ones are made."""


def _shown(layer: Mapping[str, Json]) -> list[Json]:
    """The values that a part of a schema shows."""
    examples = layer.get("examples")
    listed = examples if isinstance(examples, list) else ()
    return [*listed, *(layer[word] for word in ("example", "default") if word in layer)]


class Maker:
    """Makes values of one document with one source of randomness; `lean` ones have no optional members.

    `shown` says whether examples and defaults of schemas are taken, `first` whether the first branch of a choice is.
    Values that are not `strict` may contradict their schema where none was found that does not.
    """

    def __init__(
        self,
        checks: Checks,
        random: Random,
        *,
        lean: bool = False,
        shown: bool = True,
        first: bool = False,
        strict: bool = True,
    ) -> None:
        self.checks, self.random, self.lean, self.shown, self.first = checks, random, lean, shown, first
        self.strict = strict
        self.document = checks.document
        self.texts = Texts(random)
        self.left = BUDGET

    @property
    def has_plenty(self) -> bool:
        """Whether the value is large enough already."""
        return self.left < BUDGET - PLENTY

    def make(self, schemas: tuple[Json, ...], place: Place) -> Json:
        """A value that fits the schemas, as far as parts tell. Raises Impossible."""
        self.left -= 1
        if self.left < 0 or place.depth > DEEPEST:
            raise Impossible("no value was found that has an end")
        node = expand(schemas, self.document)
        if self.shown and (found := self._example(node, schemas, place)):
            return found[0]
        if not node.is_risky:
            return self._build(node, schemas, place, first=self.first)
        return self._tried(node, schemas, place)

    def _tried(self, node: Conjunction, schemas: tuple[Json, ...], place: Place) -> Json:
        """A value that fits the schemas where what is made part by part may not."""
        reason, made = "the parts of the schema exclude one another", MISSING
        for attempt in range(TRIES):
            try:
                value = self._build(node, schemas, place, first=self.first and attempt == 0)
            except Impossible as error:
                reason = str(error)
                continue
            made = value if made is MISSING else made
            for fitting in (value, told_apart(value, node, self.checks)):
                if self.checks.fits(fitting, schemas):
                    return fitting
        if made is MISSING or self.strict:
            raise Impossible(reason)
        return made

    def _example(self, node: Conjunction, schemas: tuple[Json, ...], place: Place) -> list[Json]:
        """The first of the values that the schemas show and that fits, of an item any of them; in a list."""
        found: list[Json] = []
        for layer in node.layers:
            found = [self._completed(value, layer, node, place) for value in _shown(layer)]
            if found:
                break
        found = [self.checks.stripped(value, node) for value in found]
        found = [value for value in found if self.checks.fits(value, schemas)]
        if place.is_item:  # the items of an array should differ
            self.random.shuffle(found)
        return found[:1]

    def _completed(self, value: Json, layer: Mapping[str, Json], node: Conjunction, place: Place) -> Json:
        """An example of one part of an `allOf`, with the members that the other parts have."""
        own = layer.get("properties")
        if self.lean or not own or not isinstance(value, dict) or not value.keys() <= own.keys():
            return value
        others = [(part, shown) for part in node.layers for shown in _shown(part)[:1] if isinstance(shown, dict)]
        completed = dict(value)
        for name in node.named:
            if name in value or self.checks.is_omitted(node.member(name)):
                continue
            other = next((shown[name] for _, shown in others if name in shown), MISSING)
            if other is MISSING and any(name in part.get("properties", {}) for part, _ in others):
                continue  # the example of its own part does without it
            try:
                inside = place.inside(name, node.refs)
                completed[name] = self.make(node.member(name), inside) if other is MISSING else other
            except Impossible:
                continue
        return completed

    def _build(self, whole: Conjunction, schemas: tuple[Json, ...], place: Place, *, first: bool) -> Json:
        node = self.decided(self._inherited(whole), place, first=first)
        if self.shown and whole.groups and (found := self._example(node, schemas, place)):
            return found[0]  # the chosen branch shows it
        options = node.options()
        if options is not None:
            fitting = [value for value in options if self.checks.fits(value, node.without("oneOf", "anyOf").layers)]
            if not fitting:
                raise Impossible("no value of the enumeration fits the rest of the schema")
            return self.random.choice([value for value in fitting if value is not None] or fitting)
        return self._typed(node, place)

    def _typed(self, node: Conjunction, place: Place) -> Json:
        """A value of one of the types."""
        kind = self._type(node, place)
        words = words_of(place.name)
        if kind == "object":
            return make_object(self, node, place)
        if kind == "array":
            return make_array(self, node, place)
        if kind == "string":
            return self.texts.text(node, words, place.owner)
        if kind == "boolean":
            return self.random.choice((True, False))
        return None if kind == "null" else number(node, words, self.random, whole=kind == "integer")

    def _type(self, node: Conjunction, place: Place) -> str:
        kinds = node.types()
        if not kinds:
            raise Impossible("its types exclude one another")
        said = {name for stated in node.all("type") for name in ([stated] if isinstance(stated, str) else stated)}
        if not said and len(kinds) > 1:
            if self.lean:
                return self.random.choice([kind for kind in ORDER if kind in kinds])
            is_open = kinds == EVERY_TYPE and place.depth > 0
            return "string" if is_open else next(kind for kind in ORDER if kind in kinds)
        order = [kind for kind in ORDER if kind in kinds]
        if "number" in order and "integer" in order:
            order.remove("integer")
        stated = [kind for kind in order if kind in said and kind != "null"] or order
        is_deep = place.depth >= FULL_DEPTH or place.returns(node)
        if is_deep and "null" in order and stated[0] in ("object", "array"):
            return "null"
        return self.random.choice(stated)

    def decided(self, node: Conjunction, place: Place, *, first: bool = False) -> Conjunction:
        """The node with a branch chosen of each `anyOf`, `oneOf` and `if`; of the former the `first` one."""
        for _ in range(DEEPEST):
            groups, conditions = list(node.groups), [layer for layer in node.layers if "if" in layer]
            if not groups and not conditions:
                return node
            added = [self._branch(group, node, place, first=first) for group in groups]
            added += [self._consequence(layer) for layer in conditions]
            node = node.without("oneOf", "anyOf", "if", "then", "else")
            for more in added:
                node &= more
        raise Impossible("its choices have no end")

    def _consequence(self, layer: Mapping[str, Json]) -> Conjunction:
        if self.random.random() < 0.6:
            try:
                return expand([layer["if"], layer.get("then", True)], self.document)
            except Impossible:
                pass
        return expand([layer.get("else", True), {"not": layer["if"]}], self.document)

    def _branch(self, group: Group, node: Conjunction, place: Place, *, first: bool) -> Conjunction:
        own = node.without("oneOf", "anyOf").types()
        candidates: list[tuple[Json, Conjunction]] = []
        for branch in group.branches:
            try:
                expanded = expand([branch], self.document)
            except Impossible:
                continue
            if own & expanded.types() or not own:
                candidates.append((branch, expanded))
        if not candidates:
            raise Impossible("no branch of a choice is left")
        if place.depth >= FULL_DEPTH or any(place.returns(each) for _, each in candidates):
            heights = [height([branch], self.document, place.above) for branch, _ in candidates]
            lowest = min(heights)
            candidates = [each for each, tall in zip(candidates, heights, strict=True) if tall == lowest]
        solid = [each for each in candidates if each[1].types() != {"null"}]
        if place.depth < FULL_DEPTH and solid:
            candidates = solid
        branch, chosen = candidates[0] if first and not place.is_item else self.random.choice(candidates)
        named = self._discriminated(group.discriminator, branch, chosen)
        return chosen & named if named else chosen

    def _discriminated(
        self, discriminator: Mapping[str, Json], branch: Json, chosen: Conjunction
    ) -> Conjunction | None:
        """What a discriminator asks of the chosen branch: that the value names it."""
        ref = branch.get("$ref") if isinstance(branch, Mapping) else None
        return self._called(discriminator, [ref], chosen) if isinstance(ref, str) else None

    def _called(self, discriminator: Mapping[str, Json], refs: Sequence[str], node: Conjunction) -> Conjunction | None:
        name = discriminator.get("propertyName")
        keys = [key for ref in refs for key in names_of(ref, discriminator)]
        for key in keys:
            if isinstance(name, str) and self.checks.fits(key, node.member(name)):
                return Conjunction(({"properties": {name: {"const": key}}, "required": [name]},))
        return None

    def _inherited(self, node: Conjunction) -> Conjunction:
        """The node with what the discriminator of a base asks of the schemas that are made of it."""
        for layer in node.layers:
            discriminator = layer.get("discriminator")
            if not isinstance(discriminator, Mapping) or "oneOf" in layer or "anyOf" in layer:
                continue
            if named := self._called(discriminator, node.refs, node):
                return node & named
        return node
