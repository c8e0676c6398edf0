"""Where in a value something is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mock_server.generation.conjunction import Conjunction

FULL_DEPTH = 4
"""Down to how many objects and arrays inside one another optional members are made."""

DEEPEST = 40
"""How many objects and arrays are made inside one another at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a part stands: its name, that of the object around it, its depth, the references above it.

    `is_item` tells whether it is an item of an array.
    """

    name: str = ""
    owner: str = ""
    depth: int = 0
    above: tuple[str, ...] = ()
    is_item: bool = False

    def inside(self, name: str, refs: Sequence[str], *, is_item: bool = False) -> Place:
        """The place of a member, or of an item."""
        above = (*self.above, *refs)
        if is_item:
            return Place(_singular(self.name), self.owner, self.depth + 1, above, is_item=True)
        return Place(name, self.name or (refs[0].rpartition("/")[2] if refs else ""), self.depth + 1, above)

    def returns(self, node: Conjunction) -> bool:
        """Whether the schema of this place is one that stands above it as well."""
        return not set(node.refs).isdisjoint(self.above)


def _singular(name: str) -> str:
    for plural, singular in (("ies", "y"), ("ses", "s"), ("s", "")):
        if name.endswith(plural) and not name.endswith("ss"):
            return name.removesuffix(plural) + singular
    return name
