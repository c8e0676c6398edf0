"""Where the simulation keeps resources: one small protocol, and the store in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from specs import Seed

Json = Any
Resource = Mapping[str, Json]


class Store(Protocol):
    """The state of one API. Kinds are names of resources; ids are compared as text (27 and "27" are one id).

    Values that come out of a store are never changed by those who read them; a change is a `put` of a new value.
    """

    def get(self, kind: str, identity: Json) -> Resource | None:
        """The resource of this kind and id, or None."""
        ...

    def put(self, kind: str, identity: Json, resource: Resource) -> None:
        """Keep a resource, in place of one with the same id."""
        ...

    def delete(self, kind: str, identity: Json) -> bool:
        """Forget a resource; whether there was one."""
        ...

    def all(self, kind: str) -> list[Resource]:
        """All resources of a kind, in the order in which they were first put."""
        ...

    def next_number(self, kind: str, first: int = 1) -> int:
        """The next free number of a kind that counts its ids, from `first`; never the same twice."""
        ...

    def count(self, sequence: str) -> int:
        """1 at the first call for this sequence, then 2, and so on."""
        ...


class MemoryStore:
    """A store in this process's memory, begun from a seed state; holds at most `limit` resources of a kind.

    Past the limit the oldest resource that was not in the seed makes room for the new one.
    """

    def __init__(self, seed: Seed, identities: Mapping[str, str], limit: int = 10_000) -> None:
        self._limit = limit
        self._counts: dict[str, int] = {}
        self._next = dict(seed.next_id)
        self._kinds: dict[str, dict[str, Resource]] = {
            kind: {_text(resource[identities.get(kind, "id")]): resource for resource in resources}
            for kind, resources in seed.resources.items()
        }
        self._seeded = {kind: frozenset(resources) for kind, resources in self._kinds.items()}

    def get(self, kind: str, identity: Json) -> Resource | None:
        """The resource of this kind and id, or None."""
        resources = self._kinds.get(kind)
        return None if resources is None else resources.get(_text(identity))

    def put(self, kind: str, identity: Json, resource: Resource) -> None:
        """Keep a resource, in place of one with the same id."""
        resources = self._kinds.get(kind)
        if resources is None:
            resources = self._kinds[kind] = {}
        resources[_text(identity)] = resource
        if len(resources) > self._limit:
            seeded = self._seeded.get(kind, frozenset())
            del resources[next(key for key in resources if key not in seeded)]

    def delete(self, kind: str, identity: Json) -> bool:
        """Forget a resource; whether there was one."""
        return self._kinds.get(kind, {}).pop(_text(identity), None) is not None

    def all(self, kind: str) -> list[Resource]:
        """All resources of a kind, in the order in which they were first put."""
        return list(self._kinds.get(kind, {}).values())

    def next_number(self, kind: str, first: int = 1) -> int:
        """The next free number of a kind that counts its ids, from `first`; never the same twice."""
        resources = self._kinds.get(kind, {})
        number = self._next.get(kind, first)
        while str(number) in resources:
            number += 1
        self._next[kind] = number + 1
        return number

    def count(self, sequence: str) -> int:
        """1 at the first call for this sequence, then 2, and so on."""
        self._counts[sequence] = self._counts.get(sequence, 0) + 1
        return self._counts[sequence]


def _text(identity: Json) -> str:
    if type(identity) is str:
        return identity
    if isinstance(identity, float) and identity.is_integer():
        identity = int(identity)
    return str(identity)
