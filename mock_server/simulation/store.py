"""Where the simulation keeps resources: one small protocol, and the store in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

from mock_server.answers import compact

Json = Any
Resource = Mapping[str, Json]
Snapshot = Mapping[str, Mapping[str, Json]]
"""A whole state as JSON: `resources` by kind and id, `next_id` by kind, `counts` by sequence."""


LIMIT = 10_000
"""How many resources of a kind a store holds unless it is told otherwise."""

MOST = 5 * LIMIT
"""How many resources of all kinds a store in memory holds beside those of its seed; how many sequences it counts."""

BYTES = 64 * 1024 * 1024
"""How much the resources of a store in memory may hold, roughly, unless it is told otherwise."""

HEAVY = 4096
"""From how many bytes of a request on a store is told of them."""


class Store(Protocol):
    """The state of one API. Kinds are names of resources; ids are compared as text (27 and "27" are one id).

    Values that come out of a store are never changed by those who read them; a change is a `put` of a new value. The
    members of a resource stand in their documented order.
    """

    @property
    def shared(self) -> bool:
        """Whether other processes change this store, too; then all that one request does has to be one transaction."""
        ...

    def transaction(self, *, writing: bool = True) -> AbstractContextManager[object]:
        """Within it everything is done together or, where it ends with an exception, not at all; nobody else changes
        the store meanwhile. Where it is not `writing`, changes raise WritingRefused: begin again with `writing`.
        """
        ...

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

    def weigh(self, length: int) -> None:
        """Take note of a request with a body of more than `HEAVY` bytes, of which a resource may be made."""
        ...

    def snapshot(self) -> Snapshot:
        """All that is kept. What is changed afterwards does not show in it."""
        ...

    def restore(self, snapshot: Snapshot) -> None:
        """Keep what a snapshot holds, and nothing else."""
        ...

    def reset(self) -> None:
        """Begin again from the seed state."""
        ...


class WritingRefused(Exception):
    """A transaction that was begun for reading was asked to change something; `always` if it is likely to be again."""

    def __init__(self, *, always: bool = True) -> None:
        super().__init__("This transaction is for reading.")
        self.always = always


def in_order(resource: Resource, order: Sequence[str]) -> dict[str, Json]:
    """The resource with its members in this order, those that it does not name behind."""
    ordered = {name: resource[name] for name in order if name in resource}
    if len(ordered) < len(resource):
        ordered.update((name, value) for name, value in resource.items() if name not in ordered)
    return ordered


class MemoryStore:
    """A store in this process's memory, begun from a seed state; holds at most `limit` resources of a kind, `MOST` of
    all kinds, and about as many `most` bytes.

    Past a limit the oldest resources that were not in the seed make room for the new ones. A request is answered by
    one thread without a pause, so a transaction needs no more than that: nothing is taken back.
    """

    shared = False

    def __init__(self, seed: Snapshot, limit: int = LIMIT, most: int = BYTES) -> None:
        self._limit, self._most = limit, most
        self._weight = self._young = 0
        self._seed = seed
        self._counts: dict[str, int] = {}
        self._next: dict[str, int] = {}
        self._kinds: dict[str, dict[str, Resource]] = {}
        self._younger: dict[str, OrderedDict[str, None]] = {}  # the keys that were not in the seed, oldest first
        self.reset()

    def transaction(self, *, writing: bool = True) -> AbstractContextManager[object]:  # noqa: ARG002
        """A transaction of nothing: nobody else is there."""
        return nullcontext()

    def get(self, kind: str, identity: Json) -> Resource | None:
        """The resource of this kind and id, or None."""
        resources = self._kinds.get(kind)
        return None if resources is None else resources.get(as_text(identity))

    def put(self, kind: str, identity: Json, resource: Resource) -> None:
        """Keep a resource, in place of one with the same id."""
        resources = self._kinds.get(kind)
        if resources is None:
            resources = self._kinds[kind] = {}
        key = as_text(identity)
        is_new = key not in resources
        resources[key] = resource
        if is_new:
            self._make_room(kind, key, resources)

    def _make_room(self, kind: str, key: str, resources: dict[str, Resource]) -> None:
        """Forget the oldest where a new resource is one too many."""
        younger = self._younger.get(kind)
        if younger is None:
            younger = self._younger[kind] = OrderedDict()
        younger[key] = None
        self._young += 1
        while len(resources) > self._limit and len(younger) > 1:
            resources.pop(younger.popitem(last=False)[0], None)
            self._young -= 1
        if self._young > MOST:  # of the kind that is there for longest
            oldest = next(name for name, keys in self._younger.items() if keys)
            self.delete(oldest, next(iter(self._younger[oldest])))

    def delete(self, kind: str, identity: Json) -> bool:
        """Forget a resource; whether there was one."""
        key = as_text(identity)
        if key not in self._kinds.get(kind, {}):
            return False
        del self._kinds[kind][key]
        younger = self._younger.get(kind)
        if younger is not None and key in younger:
            del younger[key]
            self._young -= 1
        if not self._kinds[kind]:
            del self._kinds[kind]
            self._younger.pop(kind, None)
        return True

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
        if len(self._next) > MOST:
            del self._next[next(iter(self._next))]
        return number

    def count(self, sequence: str) -> int:
        """1 at the first call for this sequence, then 2, and so on."""
        number = self._counts[sequence] = self._counts.get(sequence, 0) + 1
        if len(self._counts) > MOST:
            del self._counts[next(iter(self._counts))]
        return number

    def weigh(self, length: int) -> None:
        """Add up the bodies of long requests; where they are too much, see what of them is kept, and make room."""
        self._weight += length
        if self._weight <= self._most:
            return
        weights = {
            (kind, key): len(compact(self._kinds[kind][key])) for kind, keys in self._younger.items() for key in keys
        }
        self._weight = sum(weights.values())
        for (kind, key), weight in weights.items():  # of each kind the oldest first
            if self._weight <= self._most // 2:
                break
            self.delete(kind, key)
            self._weight -= weight

    def snapshot(self) -> Snapshot:
        """All that is kept. What is changed afterwards does not show in it."""
        resources = {kind: dict(kept) for kind, kept in self._kinds.items()}
        return {"resources": resources, "next_id": dict(self._next), "counts": dict(self._counts)}

    def restore(self, snapshot: Snapshot) -> None:
        """Keep what a snapshot holds, and nothing else."""
        first = self._seed["resources"]
        self._kinds = {kind: dict(kept) for kind, kept in snapshot["resources"].items()}
        self._next, self._counts = dict(snapshot["next_id"]), dict(snapshot["counts"])
        self._younger = {
            kind: OrderedDict.fromkeys(key for key in kept if key not in first.get(kind, {}))
            for kind, kept in self._kinds.items()
        }
        self._young = sum(map(len, self._younger.values()))

    def reset(self) -> None:
        """Begin again from the seed state."""
        self.restore(self._seed)


def as_text(identity: Json) -> str:
    """An id as stores compare it."""
    if type(identity) is str:
        return identity
    if isinstance(identity, float) and identity.is_integer():
        identity = int(identity)
    return str(identity)
