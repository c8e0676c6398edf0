"""Objects: which members are made, and of what names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_server.generation.conjunction import NEVER, Conjunction, Impossible, expand, height
from mock_server.generation.patterns import text_matching
from mock_server.generation.place import DEEPEST, FULL_DEPTH, Place

if TYPE_CHECKING:
    from mock_server.generation.maker import Maker

Json = Any

TRIES = 8


def make_object(maker: Maker, node: Conjunction, place: Place) -> dict[str, Json]:
    """An object that fits, as far as its parts tell. Raises Impossible."""
    node, names = _names(maker, node, place)
    made: dict[str, Json] = {}
    required = set(node.required)
    for name in names:
        try:
            made[name] = maker.make(node.member(name), place.inside(name, node.refs))
        except Impossible as error:
            if name in required:
                raise Impossible(f"{name}: {error}") from None
    least = node.bound("minProperties", max) or 0
    if len(made) < least or (len(made) < 2 and _is_map(maker, node, place)):
        _add_others(maker, made, node, place, max(least, min(2, node.bound("maxProperties", min) or 2)))
    if len(made) < least:
        raise Impossible(f"no names were found for {least} members")
    return made


def _names(maker: Maker, node: Conjunction, place: Place) -> tuple[Conjunction, list[str]]:
    """The members to make, in order, and the node with what these bring along."""
    required = node.required
    optional = [name for name in node.named if name not in required and _is_wanted(maker, node, name, place)]
    most = node.bound("maxProperties", min)
    if most is not None:
        optional = optional[: max(0, int(most) - len(required))]
    chosen = [*required, *optional]
    pending = list(chosen)
    while pending:
        name = pending.pop()
        more = [other for table in node.all("dependentRequired") for other in table.get(name, ())]
        for table in node.all("dependentSchemas"):
            if name in table:
                node &= maker.decided(expand([table[name]], maker.document), place)
                more += node.required
        added = [other for other in dict.fromkeys(more) if other not in chosen]
        chosen += added
        pending += added
    chosen = [name for name in chosen if not maker.checks.is_omitted(node.member(name))]
    order = {name: index for index, name in enumerate(node.named)}
    return node, sorted(chosen, key=lambda name: order.get(name, len(order)))


def _is_wanted(maker: Maker, node: Conjunction, name: str, place: Place) -> bool:
    if maker.lean or maker.has_plenty or place.depth >= FULL_DEPTH or False in node.member(name):
        return maker.lean and maker.random.random() < 0.15
    if place.returns(node):
        return False
    try:
        inner = expand(node.member(name), maker.document)
    except Impossible:
        return False
    if set(inner.refs).isdisjoint((*place.above, *node.refs)):
        return True
    return place.depth < 2 and height(node.member(name), maker.document, (*place.above, *node.refs)) < NEVER


def _is_map(maker: Maker, node: Conjunction, place: Place) -> bool:
    """Whether the object is one whose members have no names of their own."""
    if node.named or place.depth >= FULL_DEPTH or maker.lean:
        return False
    return any(isinstance(schema, Mapping) and schema for schema in node.all("additionalProperties"))


def _add_others(maker: Maker, made: dict[str, Json], node: Conjunction, place: Place, count: int) -> None:
    """Adds members, of known names first, until there are `count`."""
    for name in node.named:
        if len(made) >= count:
            return
        if name not in made and not maker.checks.is_omitted(node.member(name)):
            _try(maker, made, name, node, place)
    for _ in range(count * TRIES):
        if len(made) >= count:
            return
        new = _new_name(maker, node)
        if new is not None and new not in made:
            _try(maker, made, new, node, place)


def _try(maker: Maker, made: dict[str, Json], name: str, node: Conjunction, place: Place) -> None:
    try:
        made[name] = maker.make(node.member(name), place.inside(name, node.refs))
    except Impossible:
        return


def _new_name(maker: Maker, node: Conjunction) -> str | None:
    patterns = [pattern for table in node.all("patternProperties") for pattern in table]
    if limits := node.all("propertyNames"):
        try:
            name = maker.make((*limits, {"type": "string"}), Place("key", depth=DEEPEST // 2))
        except Impossible:
            return None
        return str(name)
    if patterns and (maker.random.random() < 0.5 or False in node.all("additionalProperties")):
        return text_matching(maker.random.choice(patterns), maker.random)
    return str(maker.texts.faker.word())
