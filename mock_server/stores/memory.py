"""Stores in this process's memory: quick, and gone when the process ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_server.journal.exchanges import MemoryExchanges
from mock_server.simulation.chance import Chance
from mock_server.simulation.store import BYTES, LIMIT, MemoryStore
from mock_server.stores.records import MemoryRecords

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_server.journal.exchanges import Exchanges
    from mock_server.journal.kept import Find
    from mock_server.simulation.store import Snapshot, Store
    from mock_server.stores.records import Records


class MemoryStores:
    """Makes stores in memory; whoever made one keeps it."""

    shared = False
    thread = None

    def __init__(self) -> None:
        self._records: dict[str, MemoryRecords] = {}

    def open(self, name: str, seed: Snapshot, limit: int = LIMIT) -> Store:
        """A new store, begun from `seed`; of those of worlds there may be many, so they may hold less."""
        return MemoryStore(seed, limit, BYTES if name.startswith("common/") else BYTES // 16)

    def chance(self, store: Store, seed: int) -> Chance:  # noqa: ARG002
        """A source of ids for the resources of a store."""
        return Chance(seed)

    def records(self, topic: str, limit: int = LIMIT) -> Records:
        """The records of a topic, of which the newest `limit` are kept."""
        return self._records.setdefault(topic, MemoryRecords(limit))

    def exchanges(self, world: str, limit: int, most: int, find: Find) -> Exchanges:  # noqa: ARG002
        """New exchanges of a world's journal: the newest `limit`, and no more than `most` bytes of them."""
        return MemoryExchanges(limit, most)

    def worlds(self) -> Mapping[str, float]:
        """None: nobody else is there."""
        return {}

    def drop(self, world: str) -> None:
        """Forget the records whose topics begin with `<world>/`; whoever holds a store forgets it."""
        for topic in [topic for topic in self._records if topic.startswith(f"{world}/")]:
            del self._records[topic]

    def sweep(self, age: float, spared: str) -> None:
        """Nothing to drop: worlds in memory are forgotten by those who hold them."""

    def check(self) -> None:
        """Memory can always be used."""

    def close(self) -> None:
        """Forget all records."""
        self._records.clear()
