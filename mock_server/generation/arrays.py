"""Arrays: how many items, and which."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mock_server.generation.conjunction import NEVER, Conjunction, Impossible, height, same
from mock_server.generation.place import FULL_DEPTH, Place

if TYPE_CHECKING:
    from mock_server.generation.maker import Maker

Json = Any

TRIES = 32


def make_array(maker: Maker, node: Conjunction, place: Place) -> list[Json]:
    """An array that fits. Raises Impossible."""
    least, most = int(node.bound("minItems", max) or 0), node.longest
    if least > most:
        raise Impossible(f"no array has at least {least} and at most {most} items")
    special = _contained(node)
    given = max((len(items) for items in node.all("prefixItems")), default=0)
    prefix = given if special and not maker.lean else 0
    wanted = int(max(_count(maker, node, place, least, most), min(prefix + len(special), most)))
    start = max(0, wanted - len(special))  # what has to be contained comes last, or anywhere
    start = maker.random.randint(0, start) if maker.lean else start
    is_unique = True in node.all("uniqueItems")
    made: list[Json] = []
    for index in range(wanted):
        extra = special[index - start : index - start + 1] if index >= start else []
        schemas = (*node.item(index), *extra)
        try:
            item = _item(maker, schemas, place.inside("", node.refs, is_item=True), made if is_unique else [])
        except Impossible:
            if len(made) >= least and not extra:
                break
            raise
        if not extra and index >= max(least, given, 1) and any(same(item, other) for other in made):
            break  # one of a kind is enough to see
        made.append(item)
    return made


def _count(maker: Maker, node: Conjunction, place: Place, least: int, most: float) -> float:
    prefix = max((len(items) for items in node.all("prefixItems")), default=0)
    usual = max(prefix, 1 if place.depth > 1 else 2)
    is_deep = maker.lean or place.depth >= FULL_DEPTH or place.returns(node)
    if is_deep or height(node.item(0), maker.document, (*place.above, *node.refs)) == NEVER:
        usual = 0
    return max(least, min(usual, most))


def _contained(node: Conjunction) -> list[Json]:
    """The schemas of the items that `contains` asks for."""
    found: list[Json] = []
    for layer in node.layers:
        if "contains" in layer:
            found += [layer["contains"]] * int(layer.get("minContains", 1))
    return found


def _item(maker: Maker, schemas: tuple[Json, ...], place: Place, others: list[Json]) -> Json:
    for _ in range(TRIES):
        item = maker.make(schemas, place)
        if not any(same(item, other) for other in others):
            return item
        if maker.shown and len(others) > 1:
            maker.shown = False  # what is shown is there once, and more is asked for
    raise Impossible("not enough items differ")
