"""Where the simulation keeps resources: one small protocol, and the store in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from specs import Seed

Json = Any
Resource = Mapping[str, Json]


class Store(Protocol):
    """The state of one API. Kinds are names of resources; ids are compared as text (27 and "27" are one id).

    Values that come out of a store are never changed by those who read them; a change is a `put` of a new value. The
    members of a resource stand in their documented order.
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


def in_order(resource: Resource, order: Sequence[str]) -> dict[str, Json]:
    """The resource with its members in this order, those that it does not name behind."""
    ordered = {name: resource[name] for name in order if name in resource}
    if len(ordered) < len(resource):
        ordered.update((name, value) for name, value in resource.items() if name not in ordered)
    return ordered


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
        self._younger: dict[str, deque[str]] = {}  # the keys that were not in the seed, oldest first

    def get(self, kind: str, identity: Json) -> Resource | None:
        """The resource of this kind and id, or None."""
        resources = self._kinds.get(kind)
        return None if resources is None else resources.get(_text(identity))

    def put(self, kind: str, identity: Json, resource: Resource) -> None:
        """Keep a resource, in place of one with the same id."""
        resources = self._kinds.get(kind)
        if resources is None:
            resources = self._kinds[kind] = {}
        key = _text(identity)
        if key not in resources:
            younger = self._younger.setdefault(kind, deque())
            younger.append(key)
            while len(resources) >= self._limit and len(younger) > 1:
                resources.pop(younger.popleft(), None)
        resources[key] = resource

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
